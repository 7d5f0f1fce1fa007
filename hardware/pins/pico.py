"""What each GPIO of a Raspberry Pi Pico or Pico 2 does on the Samara board.

Raspberry Pi, "RP2040 Datasheet" (build 2024-10-15), table 2; "RP2350 Datasheet" (build 2024-10-16), erratum E9;
"Raspberry Pi Pico Datasheet", figure 2 (header).

Why so:
- Both keys of a pulse are needed: ENABLE switches the cutter supply for all channels, FIRE_n the ground side of one.
  They sit on opposite sides of the header, and every one of them has ground on one side and an unused pin on the other,
  so that no single solder bridge can fire and no bridge joins two channels.
- FIRE_n and SERVO are PWM of a slice each: one slice has one frequency. A current that rises over some periods is kind
  to a cold cell. The servo's signal lies between ground and RUN: a bridge to RUN stops the board, and a servo without
  signal stands still. It is no key: a servo's power comes through the two keys of an output.
- Every GPIO is an input with a weak pull-down from reset until build() runs. That is not enough at a MOSFET's gate, and
  on RP2350 (E9) an input can hold itself at 2.2 V: every FIRE and ENABLE gate has 8.2 kOhm or less to ground outside.
- The RP2040 has three free ADC inputs. They go where volts matter: the rail behind the arming plug and the current in a
  pulse. Continuity is yes or no (a current too small to warm a wire cannot tell 2 Ohm from 200), so it takes GPIOs.
- RADIO_MODE takes a modem off the air and into its settings. Which level does that depends on the modem, so it has no
  safe level: it is an input but for the seconds of a set-up, and a resistor outside says that the modem is on the air.
- GPIO 29 measures VSYS through the divider on the Pico itself. On a Pico W and 2 W that pin belongs to the Wi-Fi chip.
"""

OUT = "out"
IN = "in"
ANALOG = "analog"

# gpio, name, function, direction, safe level of an output (a UART keeps its own idle level)
PINS = (
    (0, "GPS_TX", "UART0 TX", OUT, None),
    (1, "GPS_RX", "UART0 RX", IN, None),
    (2, "BREAK_WIRE", "GPIO", IN, None),
    (3, "RADIO_MODE", "GPIO", IN, None),
    (4, "SENSOR_SDA", "I2C0 SDA", IN, None),
    (5, "SENSOR_SCL", "I2C0 SCL", IN, None),
    (6, "LED", "GPIO", OUT, 0),
    (7, "BUZZER", "GPIO", OUT, 0),
    (8, "RADIO_TX", "UART1 TX", OUT, None),
    (9, "RADIO_RX", "UART1 RX", IN, None),
    (10, "FIRE_1", "PWM5 A", OUT, 0),
    (13, "FIRE_2", "PWM6 B", OUT, 0),
    (14, "FIRE_3", "PWM7 A", OUT, 0),
    (16, "CONTINUITY_1", "GPIO", IN, None),
    (17, "CONTINUITY_2", "GPIO", IN, None),
    (18, "CONTINUITY_3", "GPIO", IN, None),
    (19, "PLUG_SENSE", "GPIO", IN, None),
    (21, "ENABLE", "GPIO", OUT, 0),
    (22, "SERVO", "PWM3 A", OUT, 0),
    (26, "CUTTER_VOLTS", "ADC0", ANALOG, None),
    (27, "CUTTER_CURRENT", "ADC1", ANALOG, None),
    (28, "BACKUP_LINE", "GPIO", IN, None),
    (29, "LOGIC_VOLTS", "ADC3", ANALOG, None),
)

CUTTERS = 3  # board outputs 1 to 3
ADC_REFERENCE_MV = 3300
# Volts at the pin times this are volts at the supply: 20 kOhm over 10 kOhm, and the same on the Pico itself.
CUTTER_DIVIDER = (3, 1)
LOGIC_DIVIDER = (3, 1)
# A 20 mOhm shunt and an amplifier of gain 50: 1 mV at the pin is 1 mA.
CUTTER_MA_PER_MV = (1, 1)


def number(name):
    """The GPIO of a name; KeyError when there is none."""
    for row in PINS:
        if row[1] == name:
            return row[0]
    raise KeyError(name)
