"""A downlink with a real radio, log and journal, heard by a receiver that knows when each frame came."""

from firmware.downlink import Downlink
from firmware.drivers.serial_radio import SerialRadio
from firmware.flight_log import FlightLog
from firmware.flight_state import FlightState
from firmware.health import Health
from firmware.journal import Journal
from firmware.measurements import Measurements
from firmware.protocol import drops, framing, profiles, telemetry
from firmware.protocol.deframing import Deframer, read_header
from firmware.protocol.unpacking import unpack
from firmware.release.plan import Plan
from firmware.report import Report
from firmware.sentences import Sentences
from firmware.way import Way
from hardware.simulated.clock import Clock
from hardware.simulated.modem import Modem
from hardware.simulated.trace import Trace
from hardware.simulated.uart import Uart
from tests.portable.core_rig import fresh_storage

PACKET = profiles.PACKET_9600
NET = 0x1234


class SetByHand:
    """What a report asks of the release path and its neighbours."""

    def __init__(self):
        self.armed = False
        self.vertical_cm_s = None
        self.active = None
        self.stopped = False
        self.state = drops.BACKUP_SILENT


class Heard:
    """One frame: when its first and last bytes left the board, in ms, and what its header says."""

    def __init__(self, packet, until_ms, wire_bytes, baud):
        self.packet = bytes(packet)
        self.payload = self.packet[framing.HEADER_BYTES :]
        _, self.type, self.net, self.number, self.mission_ms = read_header(packet)
        self.until_ms = until_ms
        self.from_ms = until_ms - wire_bytes * 10000 // baud
        self.wire_bytes = wire_bytes

    def event(self):
        return unpack(telemetry.EVENT_LAYOUT, self.payload)


class Desk:
    """`passes` runs ten passes a second with a tick in each ninth of them. `heard` are Heard, `text` what was none."""

    def __init__(self, storage=None, txbuf=512, profile=profiles.SIK_57600, keys=None, callsign=None, change=None):
        self.profile = profiles.profile(profile)
        if change is not None:
            change(self.profile)
        self.clock = Clock(wrap_in_ms=2000)
        self.heard = []
        self.text = b""
        modem = Modem(self.clock, Trace(self.clock), self._hear)
        self.uart = Uart(self.clock, modem)
        self.uart.init(self.profile.baud, txbuf=txbuf)
        self.storage = storage or fresh_storage()[0]
        self.health = Health(self.clock)
        self.state = FlightState()
        self.journal = Journal(self.clock, self.storage, self.state, b"mission!", self.health)
        self.resumed = self.journal.load()
        self.radio = SerialRadio(self.uart, self.clock, self.profile.baud)
        self.log = FlightLog(self.clock, self.storage, self.health)
        self.measured = Measurements(self.clock)
        self.known = SetByHand()
        self.way = None if callsign else Way()
        self.plan = Plan(None, self.state)
        self.report = self.report_of(self.measured, self.known, self.known, self.plan, self.known)
        self.downlink = Downlink(
            self.clock,
            self.radio,
            self.log,
            self.journal,
            self.state,
            NET,
            self.health,
            self.profile,
            self.report,
            self.way,
            keys,
            Sentences(callsign, self.state, (0, 1)) if callsign else None,
        )
        self.regular = True  # reports are due at their rate
        self.flying = None  # (latitude, longitude, north, east) in 1e-7 degree and a second: a fresh fix each second
        self.reporting = False
        self._pass = 0

    def report_of(self, measured, altitude, arming, plan, controller):
        past = 0 if self.way is None else self.profile.past
        return Report(
            self.state, self.journal, measured, altitude, arming, plan, controller, self.known, True, self.way, past
        )

    def _hear(self, data):
        data = bytes(data)
        if data[:1] == b"$":
            self.text += data
            return
        for packet in Deframer().feed(data):
            self.heard.append(Heard(packet, self.clock.now_us // 1000, len(data), self.profile.baud))

    def passes(self, count, silent=False, write=True):
        for _ in range(count):
            self.clock.advance(100000)
            self.state.elapsed_ms += 100
            self._pass += 1
            if self._pass % 10 == 8 and self.reporting:
                if self.flying is not None:
                    self.fix(*self.place(self.state.elapsed_ms))
                self.downlink.tick(self.regular)
            self.downlink.poll(self.clock.ticks_ms(), silent)
            if write and self.journal.wanted:
                self.journal.write(self.clock.ticks_ms())
            if write and self.log.wanted:
                self.log.write(self.clock.ticks_ms())

    def after_one_pass(self):
        """What one more pass has sent."""
        self.clock.advance(80000)
        before = len(self.heard)
        self.passes(1)
        self.clock.advance(80000)
        return self.heard[before:]

    def seconds(self, count):
        """With reports and all that comes of them."""
        self.reporting = True
        self.passes(count * 10)

    def place(self, mission_ms):
        latitude_e7, longitude_e7, north, east = self.flying
        seconds = (mission_ms + 500) // 1000
        longitude_e7 = (longitude_e7 + east * seconds + 1800000000) % 3600000000 - 1800000000
        return latitude_e7 + north * seconds, longitude_e7, 100 + 5 * seconds

    def fix(self, latitude_e7, longitude_e7, altitude_m):
        measured = self.measured
        measured.latitude_e7, measured.longitude_e7, measured.gps_altitude_m = latitude_e7, longitude_e7, altitude_m
        measured.fix_type, measured.satellites = 3, 11
        measured.fix_ms = self.clock.ticks_ms()

    def of(self, *types):
        return [one for one in self.heard if one.type in types]

    def events(self):
        return [one.event() for one in self.of(telemetry.EVENT)]

    def reports(self):
        return self.of(telemetry.FIX, telemetry.FIX_2, telemetry.FIX_3)

    def logged(self):
        """The packets in the flight log."""
        self.log.write(0)
        with self.storage.open("flight.log", "rb") as file:
            return Deframer().feed(file.read(200000))
