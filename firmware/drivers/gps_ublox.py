"""A u-blox receiver (6 to M10) on a UART: finds its baud rate, sets it up, reads NAV-PVT or, where that is all, NMEA.

u-blox 6 GPS.G6-SW-10018-F, 7 GPS.G7-SW-12001-B, 8 UBX-13003221 R28, M10 UBX-21035062 R03. A receiver that speaks
NMEA only is read as well; its dynamic model stays unknown (None).
"""

from micropython import const

from firmware.drivers import nmea, ubx
from firmware.drivers.gps_fix import GpsFix
from firmware.drivers.gps_rhythm import GpsRhythm
from firmware.drivers.gps_setup import GpsSetup
from firmware.drivers.gps_stream import CHUNK, UBX, GpsStream

BAUDS = (9600, 38400, 115200)
RX_BUFFER_BYTES = 2048

_WORK_MS = const(200)  # between two looks at set-up, time-outs and baud
_DWELL_MS = const(2500)  # at one baud rate without a valid sentence
_GREET_MS = const(1300)  # silence in a dwell after which we ask aloud
_SILENCE_MS = const(5000)  # without a valid sentence: lost
_GAP_MS = const(300)  # without a byte: an unfinished sentence never will be
_PVT_MS = const(2500)  # NMEA is not used while NAV-PVT is younger than this
_SETTLE_MS = const(2500)  # sentences already queued may follow an "off" for this long
_OLD_MS = const(3600000)  # ticks of events older than this are dropped before they wrap
_READERS = (nmea.read_rmc, nmea.read_gga, nmea.read_gsa)  # by kind, from 1


class UbloxGps(GpsFix):
    """The values are GpsFix's; `poll` is called some ten times a second and never waits.

    `uart` has been made with rxbuf=2048 and timeout=0; `clock` offers ticks_diff and ticks_add. OSError passes
    through. 31-bit integers only, but for a longitude beyond 107 degrees.
    """

    def __init__(self, uart, clock):
        super().__init__()
        self._uart = uart
        self._any = uart.any
        self._diff = clock.ticks_diff
        self._stream = GpsStream()
        self._setup = GpsSetup(uart, clock)
        self._rhythm = GpsRhythm(clock)
        self.fix_ms = None  # ticks when the newest fix was read
        self.heard_ms = None  # ticks when the newest valid sentence was read
        self.restarts = 0  # times the receiver seems to have begun anew
        self.impossible = 0  # sentences with a right checksum and values that cannot be
        self.baud = None
        self._baud_at = -1
        self._lost = True
        self._greeted = False
        self._dwell_ms = None
        self._work_ms = None
        self._bytes_ms = None
        self._pvt_ms = None

    def __getattr__(self, name):
        """`unix_s`: seconds since 1970 UTC, or None while date and time are not both certain.

        `dynamic_model`: what the receiver last reported (UBX numbering: 0 portable, 6 airborne <1g); None unknown.
        `sentences_ok`, `sentences_bad`: as the stream counts them.

        No properties: in MicroPython one property makes each store to any attribute of its class 15 times dearer.
        """
        if name == "unix_s":
            return self.day * 86400 + self.second if self.time_valid else None
        if name == "dynamic_model":
            return self._setup.dynamic_model
        if name == "sentences_ok" or name == "sentences_bad":
            return getattr(self._stream, name)
        raise AttributeError(name)

    def quiet_ms(self, now_ms):
        """Milliseconds for which no bytes are expected; 0 in a burst, or while an answer or a rhythm is awaited."""
        if self._setup.waiting():
            return 0
        return self._rhythm.quiet_ms(now_ms)

    def poll(self, now_ms):
        """Read what has arrived, do what is due; True when a new solution (position or time) was read."""
        count = self._any()
        fresh = self._read(count, now_ms) if count else False
        if self._work_ms is None or self._diff(now_ms, self._work_ms) >= _WORK_MS:
            self._work(now_ms)
        return fresh

    def _read(self, count, now_ms):
        stream = self._stream
        fresh = False
        self._bytes_ms = now_ms
        self._rhythm.on_bytes(now_ms)
        while count > 0:  # what arrives meanwhile waits for the next poll
            stream.take(self._uart, count if count < CHUNK else CHUNK)
            if self._sentences(now_ms):
                fresh = True
            count -= CHUNK
        if fresh:
            self._rhythm.on_solution(now_ms)
        return fresh

    def _sentences(self, now_ms):
        """Use every complete sentence in the stream; True when one was a new solution."""
        stream = self._stream
        fresh = False
        kind = stream.find()
        if not kind:
            return False
        self.heard_ms = now_ms
        if self._lost:
            self._found(now_ms)
        had_time = self.time_valid
        while kind:
            result = self._ubx(now_ms) if kind == UBX else self._nmea(now_ms)
            if result > 0:
                fresh = True
                if self.fix_type:
                    self.fix_ms = now_ms
            elif result < 0:
                self.impossible += 1
            kind = stream.find()
        if had_time and not self.time_valid and self._setup.settled:
            self._restarted(now_ms)
        return fresh

    def _ubx(self, now_ms):
        stream = self._stream
        data = stream.data
        at = stream.at
        length = stream.length
        message_class = data[at + 2]
        message_id = data[at + 3]
        if message_class == ubx.CLASS_NAV:
            if message_id != ubx.NAV_PVT or (length != ubx.PVT_LENGTH_8 and length != ubx.PVT_LENGTH_7):
                return 0
            self._pvt_ms = now_ms
            return ubx.read_pvt(self, data, at + 6, length)
        if message_class == ubx.CLASS_ACK:
            if length == 2:
                self._setup.on_answer(data[at + 6], data[at + 7], message_id == ubx.ACK_ACK)
        elif message_class == ubx.CLASS_CFG:
            if message_id == ubx.CFG_NAV5 and length == 36:
                self._setup.on_model(data[at + 8])
            elif message_id == ubx.CFG_VALGET and length == 9 and ubx.signed32(data, at + 10) == ubx.KEY_DYNMODEL:
                self._setup.on_model(data[at + 14])
        return 0

    def _nmea(self, now_ms):
        data = self._stream.data
        at = self._stream.at
        kind = nmea.kind(data, at)
        if not kind:
            return 0
        off_ms = self._setup.nmea_off_ms if kind < 3 else self._setup.unused_off_ms
        if off_ms is not None and self._diff(now_ms, off_ms) > _SETTLE_MS:
            # It speaks again of what it was told not to mention: it has forgotten that, and its model with it.
            self._restarted(now_ms)
        if kind == 4 or (self._pvt_ms is not None and self._pvt_heard(now_ms)):
            return 0
        return _READERS[kind - 1](self, data, at, self._stream.star)

    def _pvt_heard(self, now_ms):
        return self._pvt_ms is not None and self._diff(now_ms, self._pvt_ms) < _PVT_MS

    def _restarted(self, now_ms):
        self.restarts += 1
        self._pvt_ms = None
        self._setup.begin(now_ms)

    def _found(self, now_ms):
        """A valid sentence: this is the right baud rate."""
        self._lost = False
        self._setup.begin(now_ms)

    def _work(self, now_ms):
        """What is not urgent: time-outs, the baud rate, the next step of the set-up."""
        self._work_ms = now_ms
        stream = self._stream
        if stream.start != stream.end and self._diff(now_ms, self._bytes_ms) > _GAP_MS:
            while stream.start != stream.end:
                stream.give_up()
                self._sentences(now_ms)
        if self._lost:
            self._search(now_ms)
            return
        if self._diff(now_ms, self.heard_ms) > _SILENCE_MS:
            self._lost = True
            self._dwell_ms = None
            self._pvt_ms = None
            self._baud_at -= 1  # most likely it is the same receiver at the same rate
            self.restarts += 1
            self.clear_position()
            self.clear_time()
            self._setup.stop()
            return
        self._setup.step(now_ms, self._pvt_heard(now_ms))

    def _search(self, now_ms):
        """Listen at one baud rate after the other; in each dwell, ask once."""
        if self._dwell_ms is not None:
            dwelt_ms = self._diff(now_ms, self._dwell_ms)
            if dwelt_ms < _DWELL_MS:
                if dwelt_ms >= _GREET_MS and not self._greeted:
                    self._greeted = True
                    self._setup.greet()
                return
        self._dwell_ms = now_ms
        self._greeted = False
        self._baud_at = (self._baud_at + 1) % len(BAUDS)
        self.baud = BAUDS[self._baud_at]
        # Without rxbuf a Pico would fall back to 256 bytes.
        self._uart.init(baudrate=self.baud, rxbuf=RX_BUFFER_BYTES)
        self._rhythm.forget()
        if self.fix_ms is not None and self._diff(now_ms, self.fix_ms) > _OLD_MS:
            self.fix_ms = None
        if self.heard_ms is not None and self._diff(now_ms, self.heard_ms) > _OLD_MS:
            self.heard_ms = None
