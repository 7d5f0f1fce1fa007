"""A u-blox receiver, byte for byte: NMEA and UBX out, configuration in, models with their limits, resets that forget.

u-blox 6 GPS.G6-SW-10018-F, 7 GPS.G7-SW-12001-B, 8 UBX-13003221 R28, M10 UBX-21035062 R03; limits of the dynamic
models from UBX-13003221 (section "Platform settings") and the MAX-M10 integration manual, UBX-20053088, table 8.
"""

import struct

from hardware.simulated.nmea_text import NmeaText
from hardware.simulated.random_source import RandomSource

# Dynamic model: highest altitude in metres, horizontal and vertical speed in m/s (0: not checked).
_LIMITS = {
    0: (12000, 310, 50),  # portable
    2: (9000, 10, 6),  # stationary
    3: (9000, 30, 20),  # pedestrian
    4: (6000, 100, 15),  # automotive
    5: (500, 25, 5),  # at sea
    6: (50000, 0, 0),  # airborne <1g
    7: (50000, 0, 0),  # airborne <2g
    8: (50000, 0, 0),  # airborne <4g
    9: (9000, 30, 20),  # wrist
}
_AIRBORNE_M10_M = 80000

_MODEL = 0x20110021
_RATE_MS = 0x30210001
_BAUD = 0x40520001
_UBX_OUT = 0x10740001
_NMEA_OUT = 0x10740002
_PVT = 0x20910007
_SENTENCES = (  # in the order in which they are sent: name, CFG-MSGOUT key for UART1, message id in class F0
    ("RMC", 0x209100AC, 4),
    ("VTG", 0x209100B1, 5),
    ("GGA", 0x209100BB, 0),
    ("GSA", 0x209100C0, 2),
    ("GSV", 0x209100C5, 3),
    ("GLL", 0x209100CA, 1),
)

# CFG-NAV5 as it leaves the factory: 2D and 3D, 5 degrees, DOP 25, 100 m, 300 m, DGNSS time-out 60 s.
_NAV5 = b"\xff\xff\x00\x03\0\0\0\0\x10\x27\0\0\x05\0\xfa\0\xfa\0\x64\0\x2c\x01\0\x3c" + bytes(12)

_UNIX_TO_GPS_S = 315964800 - 18  # GPS time began on 6 January 1980 and is 18 leap seconds ahead
_WEEK_S = 604800
_ANSWER_US = 12000
_BANNER_US = 250000
_FIRST_OUTPUT_US = 900000
_REACQUIRE_US = 1500000
_PVT_FORMAT = "<BBBBHIHBBBBBBIiBBBBiiiiIIiiiiiIIHBBIihH"


class Ublox:
    """One receiver. `generation` 6 to 10 (M10), or 0: an NMEA receiver that takes no orders.

    Faults are attributes, to be changed at any time:
    no_fix      satellites out of sight
    silent      no output at all
    garbage     output of random bytes
    frozen      time goes on, position and speed do not
    stuck       the same epoch again and again
    rollover    the date is 1024 weeks early
    jump        (latitude_e7, longitude_e7, altitude_mm) to be added: spoofed
    late_s      seconds to be added to the time: the clock has jumped
    noise_per_mille   of all messages arrive with a byte damaged
    """

    def __init__(
        self, clock, world, generation=8, baud=None, cold_start_ms=28000, warm_start_ms=4000, random=None, noise_mm=0
    ):
        self._clock = clock
        self._world = world
        self.generation = generation
        self._text = NmeaText("GN" if generation >= 8 else "GP")
        self._uart = None
        self._warm_start_us = warm_start_ms * 1000
        self._random = random
        self._noise_mm = noise_mm
        self.no_fix = self.silent = self.garbage = self.frozen = self.stuck = self.rollover = False
        self.jump = None
        self.late_s = 0
        self.noise_per_mille = 0
        self._noise = None
        self.resets = 0
        self.epochs = 0
        self.frames_heard = 0  # valid frames from the board
        self._defaults = {
            _MODEL: 0,
            _RATE_MS: 1000,
            _BAUD: baud or (38400 if generation >= 9 else 9600),
            _UBX_OUT: 1,
            _NMEA_OUT: 1,
            _PVT: 0,
        }
        for _, key, _ in _SENTENCES:
            self._defaults[key] = 1
        self._pvt = bytearray(92 + 8)
        self._last_day = None
        self._boot(clock.now_us, cold_start_ms * 1000, False)

    # Power and reset -------------------------------------------------------------------------------------------

    def _boot(self, now_us, first_fix_us, knows_time):
        self.settings = dict(self._defaults)
        self._knows_time = knows_time
        self._fix_from_us = now_us + first_fix_us
        self._had_fix = False
        self._held = None
        self._pending = []  # [due_us, class, id, payload]: frames from the board whose last bit arrives at due_us
        self._input = b""
        self._line_free_us = now_us
        self._banner_us = now_us + _BANNER_US
        # Epochs fall on whole UTC periods.
        unix_ms = self._world.at(now_us).unix_ms
        self._epoch_us = now_us + (1000 - unix_ms % 1000) * 1000
        while self._epoch_us < now_us + _FIRST_OUTPUT_US:
            self._epoch_us += 1000000
        self._plan_output()
        self._wake()

    def reset(self, cold=False):
        """Brown-out or reset command: RAM settings are gone; cold forgets time and orbits, too."""
        self.resets += 1
        self._boot(self._clock.now_us, 28000000 if cold else self._warm_start_us, not cold)

    @property
    def dynamic_model(self):
        return self.settings[_MODEL]

    @property
    def baud(self):
        return self.settings[_BAUD]

    # The wire --------------------------------------------------------------------------------------------------

    def attach(self, uart):
        self._uart = uart

    def on_write(self, data, start_us, byte_us, baud):
        """Bytes from the board; a frame counts from its last bit on."""
        if baud != self.settings[_BAUD] or self.generation == 0:
            return
        self._input += data
        end_us = start_us + len(data) * byte_us
        while True:
            at = self._input.find(b"\xb5\x62")
            if at < 0:
                self._input = self._input[-1:]
                return
            self._input = self._input[at:]
            if len(self._input) < 6:
                return
            length = self._input[4] | self._input[5] << 8
            if length > 512:
                self._input = self._input[2:]
                continue
            if len(self._input) < length + 8:
                return
            a = b = 0
            for c in self._input[2 : length + 6]:
                a += c
                b += a
            if a & 255 != self._input[length + 6] or b & 255 != self._input[length + 7]:
                self._input = self._input[2:]
                continue
            self._pending.append([end_us, self._input[2], self._input[3], self._input[6 : 6 + length]])
            self._input = self._input[length + 8 :]
            self._wake()

    def on_gap(self, from_us, gap_us):
        """The board's sending stood still: what was on its way comes later."""
        for frame in self._pending:
            if frame[0] > from_us:
                frame[0] += gap_us
        self._wake()

    def pump(self, now_us):
        """Do everything that was due until now."""
        while now_us >= self._next_us:
            self._next()
            self._wake()

    def _next(self):
        if self._banner_us is not None and self._banner_us <= self._next_us:
            self._send(self._text.sentence("TXT,01,01,02,u-blox AG - www.u-blox.com"), self._banner_us)
            self._banner_us = None
        elif self._pending and self._pending[0][0] <= self._next_us:
            due_us, message_class, message_id, payload = self._pending.pop(0)
            self.frames_heard += 1
            self._obey(message_class, message_id, payload, due_us + _ANSWER_US)
        else:
            self._epoch()

    def _wake(self):
        next_us = self._output_us
        if self._banner_us is not None and self._banner_us < next_us:
            next_us = self._banner_us
        if self._pending and self._pending[0][0] < next_us:
            next_us = self._pending[0][0]
        self._next_us = next_us

    def _send(self, data, at_us):
        if self.silent or self._uart is None:
            return
        if self.garbage:
            data = bytes([(c * 73 + i * 151 + self.epochs * 89) & 0xFF for i, c in enumerate(data)])
        if self.noise_per_mille:
            data = self._damaged(data)
        if at_us < self._line_free_us:
            at_us = self._line_free_us
        baud = self.settings[_BAUD]
        self._line_free_us = at_us + len(data) * ((10000000 + baud // 2) // baud)
        self._uart.receive(data, at_us, baud)

    def _damaged(self, data):
        if self._noise is None:
            self._noise = RandomSource(self.epochs)
        if self._noise.below(1000) < self.noise_per_mille:
            at = self._noise.below(len(data))
            data = data[:at] + bytes([data[at] ^ 1 << self._noise.below(8)]) + data[at + 1 :]
        return data

    # Solutions -------------------------------------------------------------------------------------------------

    def _plan_output(self):
        delay_ms = 65 if self._random is None else 50 + self._random.below(50)
        self._output_us = self._epoch_us + delay_ms * 1000

    def _epoch(self):
        epoch_us = self._epoch_us
        if not self.silent:
            self.epochs += 1
            self._solve(epoch_us)
            if self.settings[_NMEA_OUT]:
                for name, key, _ in _SENTENCES:
                    if self.settings[key]:
                        self._send(self._text.make(name), self._output_us)
            if self.settings[_UBX_OUT] and self.settings[_PVT] and self.generation >= 7:
                self._send(self._make_pvt(), self._output_us)
        self._epoch_us = epoch_us + self.settings[_RATE_MS] * 1000
        self._plan_output()

    def _within_limits(self, state):
        model = self.settings[_MODEL]
        highest_m, horizontal_m_s, vertical_m_s = _LIMITS.get(model, _LIMITS[0])
        if 6 <= model <= 8 and self.generation >= 10:
            highest_m = _AIRBORNE_M10_M
        if state.altitude_mm > highest_m * 1000:
            return False
        if not horizontal_m_s:
            return True
        north, east, down = state.north_mm_s, state.east_mm_s, state.down_mm_s
        limit = horizontal_m_s * 1000
        return north * north + east * east <= limit * limit and abs(down) <= vertical_m_s * 1000

    def _solve(self, epoch_us):
        """Put this epoch's solution into self._text, from which both protocols are made."""
        text = self._text
        state = self._world.at(epoch_us)
        if self.stuck and self._held is not None:
            return
        fix = not self.no_fix and epoch_us >= self._fix_from_us and self._within_limits(state)
        if fix:
            self._knows_time = True
        elif self._had_fix:
            self._fix_from_us = max(self._fix_from_us, epoch_us + _REACQUIRE_US)
        self._had_fix = fix
        unix_ms = state.unix_ms
        if self.rollover:
            unix_ms -= 1024 * _WEEK_S * 1000
        if self.late_s:
            unix_ms += self.late_s * 1000
        text.set_time(unix_ms if self._knows_time else None)
        self._unix_ms = unix_ms
        if not (self.frozen and self._held is not None):
            latitude_e7, longitude_e7, altitude_mm = state.latitude_e7, state.longitude_e7, state.altitude_mm
            if self.jump is not None:
                latitude_e7 += self.jump[0]
                longitude_e7 += self.jump[1]
                altitude_mm += self.jump[2]
            if self._noise_mm and self._random is not None:
                # 1e-7 degree of latitude is 11 mm.
                latitude_e7 += self._random.spread(self._noise_mm) // 11
                longitude_e7 += self._random.spread(self._noise_mm) // 11
                altitude_mm += self._random.spread(self._noise_mm * 3 // 2)
            text.set_solution(
                latitude_e7,
                longitude_e7,
                altitude_mm,
                int(state.north_mm_s),
                int(state.east_mm_s),
                int(state.down_mm_s),
            )
            self._held = True
        text.set_fix(fix)

    def _make_pvt(self):
        text = self._text
        length = 84 if self.generation == 7 else 92
        known = text.known
        fix = text.fix
        struct.pack_into(
            _PVT_FORMAT,
            self._pvt,
            0,
            0xB5,
            0x62,
            1,
            7,
            length,
            (self._unix_ms - _UNIX_TO_GPS_S * 1000) % (_WEEK_S * 1000),
            text.year,
            text.month,
            text.day,
            text.hour,
            text.minute,
            text.second,
            7 if known else 0,
            25 if known else 0xFFFFFFFF,
            text.ms * 1000000,
            3 if fix else 0,
            1 if fix else 0,
            0,
            text.satellites,
            text.longitude_e7 if fix else 0,
            text.latitude_e7 if fix else 0,
            text.altitude_mm + text.geoid_mm if fix else 0,
            text.altitude_mm if fix else 0,
            2500 if fix else 0xFFFFFFFF,
            4000 if fix else 0xFFFFFFFF,
            text.north_mm_s if fix else 0,
            text.east_mm_s if fix else 0,
            text.down_mm_s if fix else 0,
            text.speed_mm_s if fix else 0,
            text.course_e5 if fix else 0,
            300 if fix else 20000,
            500000 if fix else 18000000,
            150 if fix else 9999,
            0 if fix or self.generation < 8 else 1,
            0,
            0,
            0,
            0,
            0,
        )
        data = self._pvt
        a = b = 0
        for i in range(2, length + 6):
            a += data[i]
            b += a
        data[length + 6] = a & 0xFF
        data[length + 7] = b & 0xFF
        return bytes(data) if length == 92 else bytes(data[: length + 8])

    # Orders ----------------------------------------------------------------------------------------------------

    def _answer(self, message_class, message_id, payload, at_us):
        if not self.settings[_UBX_OUT]:
            return
        length = len(payload)
        data = bytes([message_class, message_id, length & 255, length >> 8]) + payload
        a = b = 0
        for c in data:
            a += c
            b += a
        self._send(b"\xb5\x62" + data + bytes([a & 255, b & 255]), at_us)

    def _obey(self, message_class, message_id, payload, at_us):
        if message_class == 0x0A:
            if message_id == 4 and not payload:
                self._answer(0x0A, 4, _version(self.generation), at_us)
            return
        if message_class != 0x06:
            return
        if message_id == 4:  # CFG-RST is not acknowledged
            if len(payload) == 4:
                self.reset(payload[0] > 1 or payload[1] != 0)
            return
        baud = self.settings[_BAUD]
        accepted = False
        if message_id == 0x8A or message_id == 0x8B:
            if self.generation >= 9:
                accepted = self._set_keys(payload) if message_id == 0x8A else self._get_keys(payload, at_us)
        elif self.generation < 10:
            accepted = self._classic(message_id, payload, at_us)
        new_baud = self.settings[_BAUD]
        self.settings[_BAUD] = baud  # the answer still goes out at the old rate
        self._answer(5, 1 if accepted else 0, bytes([6, message_id]), at_us)
        self.settings[_BAUD] = new_baud

    def _classic(self, message_id, payload, at_us):
        """The configuration messages of u-blox 6 to 8 (9 still takes them); True: acknowledged."""
        settings = self.settings
        length = len(payload)
        if message_id == 0x24:  # CFG-NAV5
            if length == 0:
                self._answer(6, 0x24, _NAV5[:2] + bytes([settings[_MODEL]]) + _NAV5[3:], at_us)
                return True
            if length != 36:
                return False
            if payload[0] & 1:
                if payload[2] not in _LIMITS:
                    return False
                settings[_MODEL] = payload[2]
            return True
        if message_id == 0x08:  # CFG-RATE
            if length == 0:
                self._answer(6, 8, struct.pack("<HHH", settings[_RATE_MS], 1, 1), at_us)
                return True
            if length != 6 or not 50 <= payload[0] | payload[1] << 8 <= 10000:
                return False
            settings[_RATE_MS] = payload[0] | payload[1] << 8
            return True
        if message_id == 0x01:  # CFG-MSG: rate on this port, or on all six
            key = self._output_key(payload)
            if key is None:
                return False
            if length == 2:
                rates = bytearray(8)
                rates[0:2] = payload
                rates[3] = settings[key]
                self._answer(6, 1, bytes(rates), at_us)
                return True
            if length != 3 and length != 8:
                return False
            settings[key] = payload[2] if length == 3 else payload[3]
            return True
        if message_id == 0x00:  # CFG-PRT
            if length <= 1:
                protocols = settings[_UBX_OUT] | settings[_NMEA_OUT] << 1
                self._answer(
                    6, 0, struct.pack("<BBHIIHHHH", 1, 0, 0, 0x8C0, settings[_BAUD], 7, protocols, 0, 0), at_us
                )
                return True
            if length != 20 or payload[0] != 1:
                return False
            settings[_BAUD] = struct.unpack_from("<I", payload, 8)[0]
            settings[_UBX_OUT] = payload[14] & 1
            settings[_NMEA_OUT] = payload[14] >> 1 & 1
            return True
        return False

    def _output_key(self, payload):
        if len(payload) < 2:
            return None
        if payload[0] == 1 and payload[1] == 7 and self.generation >= 7:
            return _PVT
        if payload[0] == 0xF0:
            for _, key, message_id in _SENTENCES:
                if message_id == payload[1]:
                    return key
        return None

    def _set_keys(self, payload):
        """CFG-VALSET version 0: all keys or none; only the RAM layer is kept here, so BBR and flash are refused."""
        if len(payload) < 4 or payload[0] != 0 or payload[1] != 1:
            return False
        changes = []
        at = 4
        while at < len(payload):
            if at + 5 > len(payload):
                return False
            key = struct.unpack_from("<I", payload, at)[0]
            size = _size(key)
            if key not in self.settings or at + 4 + size > len(payload):
                return False
            value = 0
            for i in range(size):
                value |= payload[at + 4 + i] << 8 * i
            if key == _MODEL and value not in _LIMITS:
                return False
            if key == _RATE_MS and not 25 <= value <= 65535:
                return False
            changes.append((key, value))
            at += 4 + size
        for key, value in changes:
            self.settings[key] = value
        return True

    def _get_keys(self, payload, at_us):
        """CFG-VALGET version 0, RAM or defaults."""
        if len(payload) < 8 or payload[0] != 0 or payload[1] not in (0, 7) or len(payload) % 4:
            return False
        source = self._defaults if payload[1] == 7 else self.settings
        answer = b"\x01" + payload[1:4]
        for at in range(4, len(payload), 4):
            key = struct.unpack_from("<I", payload, at)[0]
            if key not in source:
                return False
            answer += payload[at : at + 4]
            for i in range(_size(key)):
                answer += bytes([source[key] >> 8 * i & 255])
        self._answer(6, 0x8B, answer, at_us)
        return True


def _size(key):
    """Bytes of a key's value: bits 28 to 30 of the key say so."""
    return (0, 1, 1, 2, 4, 8, 0, 0)[key >> 28 & 7]


def _version(generation):
    """The payload of MON-VER."""
    software, hardware, protocol = {
        6: ("7.03 (45969)", "00040007", None),
        7: ("1.00 (59842)", "00070000", "PROTVER 14.00"),
        8: ("ROM CORE 3.01 (107888)", "00080000", "PROTVER=18.00"),
        9: ("EXT CORE 4.04 (7f89f7)", "00190000", "PROTVER=32.01"),
        10: ("ROM SPG 5.10 (7b202e)", "000A0000", "PROTVER=34.10"),
    }[generation]
    answer = _padded(software, 30) + _padded(hardware, 10)
    return answer if protocol is None else answer + _padded(protocol, 30)


def _padded(text, size):
    data = text.encode()
    return data + bytes(size - len(data))
