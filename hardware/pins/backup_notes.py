"""What to know when wiring each pin of hardware/pins/backup.py; apart from it: the board need not hold the text."""

# name, what it joins, what must be there
NOTES = (
    ("PULL_PIN", "a wire to ground, pulled out at lift-off", "10 kOhm to 3.3 V; low while it is in"),
    ("SENSOR_SDA", "MS5611", "4.7 kOhm to 3.3 V"),
    ("SENSOR_SCL", "MS5611", "4.7 kOhm to 3.3 V"),
    ("LED", "an LED to ground, bright enough for sunlight", "series resistor"),
    ("BUZZER", "an active buzzer", "transistor, 8.2 kOhm to ground at its gate"),
    ("FIRE", "gate of the low-side MOSFET of the cutter", "8.2 kOhm or less to ground at the gate"),
    ("HEARTBEAT", "GPIO 28 of the primary, its ground beside it", "1 kOhm in the line, on this board"),
    (
        "CONTINUITY",
        "drain of the cutter's MOSFET through 2.2 kOhm",
        "10 kOhm and a diode to 3.3 V, clamp to 3.3 V; low while whole",
    ),
    ("PLUG_SENSE", "second contact pair of the arming plug, to 3.3 V", "8.2 kOhm to ground; high while the plug is in"),
    (
        "ENABLE",
        "driver of the high-side switch of the cutter supply",
        "8.2 kOhm or less to ground; 470 Ohm behind the switch",
    ),
    ("CUTTER_VOLTS", "cutter supply behind the arming plug", "20 kOhm over 10 kOhm, 100 nF"),
    ("LOGIC_VOLTS", "VSYS, through the divider on the Pico", "nothing to solder; not on a Pico W or 2 W"),
)
