"""What must survive a reset: one object, which the journal writes and reads whole."""

from firmware.protocol import phases

MOST_DROPS = 8


class FlightState:
    """Mission time, launch, phase and every drop's life. Times are ms of mission time; None: not yet."""

    def __init__(self):
        self.elapsed_ms = 0  # mission time: runs from the first start of this flight, over every reset
        self.launch_ms = None  # mission time of lift-off
        self.phase = phases.GROUND
        self.ended = False
        self.reset_count = 0
        self.sequence_limit = 0  # no frame has ever used a number from here on
        self.pad_gps_m = None
        self.pad_pressure_altitude_m = None
        self.drop_states = bytearray(MOST_DROPS)
        self.drop_attempts = bytearray(MOST_DROPS)
        self.wires_whole = 0  # a bit for each drop whose wire was whole when its pulse was intended
        self.near_pad_ms = None  # mission time of the last moment near the pad
        self.unix_s = None  # UTC of the newest fix, or of the journal after a reset
        self.unix_elapsed_ms = 0  # mission time at unix_s

    def utc_s(self):
        """UTC now by the newest fix and mission time since; None when there never was one."""
        if self.unix_s is None:
            return None
        return self.unix_s + (self.elapsed_ms - self.unix_elapsed_ms) // 1000

    def since_launch_ms(self):
        """ms since lift-off, or None before it."""
        if self.launch_ms is None:
            return None
        return self.elapsed_ms - self.launch_ms
