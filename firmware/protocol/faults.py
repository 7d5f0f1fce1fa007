"""Every fault the flight computer can count, by number: what telemetry says and what the ground puts into words."""

ACTIVITY_EXCEPTION = 1
LOOP_OVERRUN = 2
BUS_ERROR = 3
GPS_SILENT = 8
GPS_CONFIGURATION_REFUSED = 9
GPS_MODEL_LOST = 10
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
PULSE_LIMIT_HIT = 48

# number, name, what a person should know
FAULTS = (
    (ACTIVITY_EXCEPTION, "activity_exception", "a part of the firmware raised an unexpected error and was called again"),
    (LOOP_OVERRUN, "loop_overrun", "the control loop started a pass late"),
    (BUS_ERROR, "bus_error", "a device did not answer on its bus"),
    (GPS_SILENT, "gps_silent", "nothing readable comes from the GPS receiver: check its wires and supply"),
    (GPS_CONFIGURATION_REFUSED, "gps_configuration_refused", "the GPS receiver refused a setting"),
    (GPS_MODEL_LOST, "gps_model_lost", "the GPS receiver is not in its airborne model; it is set again every 20 s"),
    (BAROMETER_WRONG_CHIP, "barometer_wrong_chip", "another chip answers at the barometer's address"),
    (BAROMETER_CALIBRATION, "barometer_calibration", "the barometer's calibration words are impossible"),
    (BAROMETER_STUCK_BUS, "barometer_stuck_bus", "the barometer's bus reads all ones or all zeros"),
    (BAROMETER_SKIPPED_SAMPLE, "barometer_skipped_sample", "the barometer did not measure"),
    (BAROMETER_RANGE, "barometer_range", "the pressure is outside what the barometer can measure"),
    (BAROMETER_FROZEN, "barometer_frozen", "the barometer repeats one value"),
    (JOURNAL_SLOT_DAMAGED, "journal_slot_damaged", "one of the two journal slots was unreadable"),
    (JOURNAL_WRITE_FAILED, "journal_write_failed", "the journal could not be written"),
    (FLIGHT_LOG_WRITE_FAILED, "flight_log_write_failed", "the flight log could not be written"),
    (MISSION_MISSING, "mission_missing", "there is no mission on the board"),
    (MISSION_REFUSED, "mission_refused", "the mission on the board is damaged or impossible"),
    (RADIO_FULL, "radio_full", "a frame did not fit into the radio's buffer"),
    (PULSE_LIMIT_HIT, "pulse_limit_hit", "the hardware timer ended a pulse before the software did"),
)
HIGHEST_FAULT = 48


class DeviceFault(Exception):
    """Impossible data from a device. `number` is one of the fault numbers above."""

    def __init__(self, number):
        super().__init__(number)
        self.number = number
