"""What each GPIO of a second Raspberry Pi Pico or Pico 2 does on the backup board.

Raspberry Pi, "RP2040 Datasheet" (build 2024-10-15), table 2; "RP2350 Datasheet" (build 2024-10-16), erratum E9;
"Raspberry Pi Pico Datasheet", figure 2 (header).

Why so:
- Where the backup has what the primary has, it has it at the same place (hardware/pins/pico.py says why): ENABLE and
  FIRE on opposite sides of the header, each between ground and an unused pin.
- HEARTBEAT lies between ground and an unused pin too, away from both keys. Nothing else leaves the board but through
  the cutter: the line and the ground beside it are all that joins the two boards.
"""

OUT = "out"
IN = "in"
ANALOG = "analog"

# gpio, name, function, direction, safe level of an output
PINS = (
    (2, "PULL_PIN", "GPIO", IN, None),
    (4, "SENSOR_SDA", "I2C0 SDA", IN, None),
    (5, "SENSOR_SCL", "I2C0 SCL", IN, None),
    (6, "LED", "GPIO", OUT, 0),
    (7, "BUZZER", "GPIO", OUT, 0),
    (10, "FIRE", "PWM5 A", OUT, 0),
    (14, "HEARTBEAT", "GPIO", OUT, 0),
    (16, "CONTINUITY", "GPIO", IN, None),
    (19, "PLUG_SENSE", "GPIO", IN, None),
    (21, "ENABLE", "GPIO", OUT, 0),
    (26, "CUTTER_VOLTS", "ADC0", ANALOG, None),
    (29, "LOGIC_VOLTS", "ADC3", ANALOG, None),
)

ADC_REFERENCE_MV = 3300
# Volts at the pin times this are volts at the supply: 20 kOhm over 10 kOhm, and the same on the Pico itself.
CUTTER_DIVIDER = (3, 1)
LOGIC_DIVIDER = (3, 1)


def number(name):
    """The GPIO of a name; KeyError when there is none."""
    for row in PINS:
        if row[1] == name:
            return row[0]
    raise KeyError(name)
