"""Every fault the flight computer can count, by number; what they are called stands in words.py."""

ACTIVITY_EXCEPTION = 1
LOOP_OVERRUN = 2
BUS_ERROR = 3
BAROMETER_WRONG_CHIP = 16
BAROMETER_CALIBRATION = 17
BAROMETER_STUCK_BUS = 18
BAROMETER_SKIPPED_SAMPLE = 19
BAROMETER_RANGE = 20
BAROMETER_FROZEN = 21
JOURNAL_SLOT_DAMAGED = 24
JOURNAL_WRITE_FAILED = 25
FLIGHT_LOG_WRITE_FAILED = 26
MISSION_MISSING = 32
MISSION_REFUSED = 33
RADIO_FULL = 40
MODEM_SILENT = 41
MODEM_REFUSED = 42
PULSE_LIMIT_HIT = 48
PLUG_SENSE_LOST = 49

HIGHEST_FAULT = 49


class DeviceFault(Exception):
    """Impossible data from a device. `number` is one of the fault numbers above."""

    def __init__(self, number):
        super().__init__(number)
        self.number = number
