"""What to know when wiring each pin of hardware/pins/pico.py; apart from it: the board need not hold the text."""

# name, what it joins, what must be there
NOTES = (
    ("GPS_TX", "RX of the GPS receiver", "3.3 V"),
    ("GPS_RX", "TX of the GPS receiver", "3.3 V"),
    ("BREAK_WIRE", "a wire to ground, pulled out at lift-off", "10 kOhm to 3.3 V; low while it is in"),
    (
        "RADIO_MODE",
        "SET of an HC-12; M0 and M1 of an E32 together; M1 of an E22, whose M0 goes to ground; of a SiK nothing",
        "10 kOhm to 3.3 V with an HC-12, 4.7 kOhm to ground with an E32, an E22 or nothing",
    ),
    ("SENSOR_SDA", "BME280 or MS5611", "4.7 kOhm to 3.3 V"),
    ("SENSOR_SCL", "BME280 or MS5611", "4.7 kOhm to 3.3 V"),
    ("LED", "an LED to ground, bright enough for sunlight", "series resistor"),
    ("BUZZER", "an active buzzer", "transistor, 8.2 kOhm to ground at its gate"),
    ("RADIO_TX", "RX of the radio modem", "3.3 V"),
    ("RADIO_RX", "TX of the radio modem", "3.3 V"),
    ("FIRE_1", "gate of the low-side MOSFET of output 1", "8.2 kOhm or less to ground at the gate"),
    ("FIRE_2", "gate of the low-side MOSFET of output 2", "8.2 kOhm or less to ground at the gate"),
    ("FIRE_3", "gate of the low-side MOSFET of output 3", "8.2 kOhm or less to ground at the gate"),
    (
        "CONTINUITY_1",
        "drain of output 1 through 2.2 kOhm",
        "10 kOhm and a diode to 3.3 V, clamp to 3.3 V; low while whole",
    ),
    ("CONTINUITY_2", "drain of output 2 through 2.2 kOhm", "as CONTINUITY_1"),
    ("CONTINUITY_3", "drain of output 3 through 2.2 kOhm", "as CONTINUITY_1"),
    ("PLUG_SENSE", "second contact pair of the arming plug, to 3.3 V", "8.2 kOhm to ground; high while the plug is in"),
    (
        "ENABLE",
        "driver of the high-side switch of the cutter supply",
        "8.2 kOhm or less to ground; 470 Ohm behind the switch",
    ),
    (
        "SERVO",
        "signal of the dispenser's servo",
        "10 kOhm in the line, and 100 kOhm to ground at the servo",
    ),
    ("CUTTER_VOLTS", "cutter supply behind the arming plug", "20 kOhm over 10 kOhm, 100 nF"),
    ("CUTTER_CURRENT", "amplifier of gain 50 at a 20 mOhm shunt", "100 nF"),
    ("BACKUP_LINE", "heartbeat of the independent backup", "1 kOhm in the line; high and still while there is none"),
    ("LOGIC_VOLTS", "VSYS, through the divider on the Pico", "nothing to solder; not on a Pico W or 2 W"),
)
