"""A recorded flight as the world: the firmware flies where a real balloon flew.

The track is a file of packed rows that ground/track_file.py writes from a recording, pad and landing included:
    u32 ms since the start of the simulation | i32 latitude 1e-7 deg | i32 longitude 1e-7 deg | i32 altitude mm
in little-endian, times rising. Between rows everything is linear; before the first and after the last it stands still.
"""

import struct

from hardware.simulated.world import World

_ROW = "<Iiii"
ROW_BYTES = 16
_READ_ROWS = 64


class TrackWorld(World):
    """Reads the file as it goes. Nothing the firmware lets go changes where a recorded balloon went."""

    def __init__(self, path, launch_us, landing_us, start_unix_ms):
        World.__init__(self, start_unix_ms)
        self._file = open(path, "rb")  # noqa: SIM115 - read until the end of the simulation
        self._buffer = bytearray(_READ_ROWS * ROW_BYTES)
        self._filled = 0
        self._used = 0
        self._launch_us = launch_us
        self._landing_us = landing_us
        self._before = self._after = self._next_row()
        if self._before is None:
            self._file.close()
            raise ValueError("the track is empty")
        self._take(self._before)

    def _next_row(self):
        if self._used == self._filled:
            self._filled = self._file.readinto(self._buffer) or 0
            self._used = 0
            if self._filled < ROW_BYTES:
                return None
        row = struct.unpack_from(_ROW, self._buffer, self._used)
        self._used += ROW_BYTES
        return row

    def _take(self, row):
        self.latitude_e7 = row[1]
        self.longitude_e7 = row[2]
        self.altitude_mm = row[3]
        self.north_mm_s = self.east_mm_s = self.down_mm_s = 0

    def move(self, at_us):
        if self.launched_us is None and at_us >= self._launch_us:
            self.launched_us = at_us
            self.aloft = True
        if self.landed_us is None and at_us >= self._landing_us:
            self.landed_us = at_us
            self.aloft = False
        at_ms = at_us // 1000
        while self._after is not None and self._after[0] <= at_ms:
            self._before = self._after
            self._after = self._next_row()
        before = self._before
        after = self._after
        if after is None or at_ms <= before[0]:
            self._take(before)
            return
        span_ms = after[0] - before[0]
        passed_ms = at_ms - before[0]
        north_e7 = after[1] - before[1]
        east_e7 = after[2] - before[2]
        if east_e7 > 1800000000:
            east_e7 -= 3600000000
        elif east_e7 < -1800000000:
            east_e7 += 3600000000
        up_mm = after[3] - before[3]
        self.latitude_e7 = before[1] + north_e7 * passed_ms // span_ms
        longitude_e7 = before[2] + east_e7 * passed_ms // span_ms
        if longitude_e7 > 1800000000:
            longitude_e7 -= 3600000000
        elif longitude_e7 < -1800000000:
            longitude_e7 += 3600000000
        self.longitude_e7 = longitude_e7
        self.altitude_mm = before[3] + up_mm * passed_ms // span_ms
        # 1e-7 degree of latitude is 11.132 mm; of longitude that times the cosine, by a parabola good to 1 %.
        degrees = abs(before[1]) // 10000000
        cosine = 1000 - degrees * degrees * 1000 // 7140 if degrees < 60 else (90 - degrees) * 1000 // 58
        self.north_mm_s = north_e7 * 11132 // span_ms
        self.east_mm_s = east_e7 * 11132 // span_ms * cosine // 1000
        self.down_mm_s = -up_mm * 1000 // span_ms
