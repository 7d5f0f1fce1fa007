"""One pulse of one channel on the bench, over USB: what the wire, the rail and the current do, and the verdict.

The plug must be out when the program on the board is stopped: with it in the watchdog runs, and would end the test by a
reset. The test then asks for it. Nothing of it is journalled.
"""

from micropython import const

from firmware.atmosphere import altitude_m
from firmware.drivers.barometer_bme280 import Bme280
from firmware.drivers.barometer_ms5611 import Ms5611
from firmware.drivers.battery import Battery
from firmware.flight_state import FlightState
from firmware.health import Health
from firmware.journal import Journal
from firmware.protocol import phases, signals
from firmware.protocol.faults import DeviceFault
from firmware.release import channel_life as life
from firmware.release.channel import Channel
from firmware.release.devices import device_of
from firmware.signals import Signals

_RAIL_MV = const(2500)
_PLUG_WAIT_S = const(120)
_COUNTDOWN_S = const(10)
_REST_BAND_M = const(8)
_PASS_MS = const(50)

_VERDICTS = {
    life.RELEASED: "it let go: closed before, open after, with current between",
    life.HOLDING: "it did not let go: closed before and after",
    life.NO_EVIDENCE: "nothing can be said: look at continuity and current",
}


class Refused(Exception):
    """The test may not be made, or has been stopped; the message says why and what to do."""


def run(board, mission, output, say):
    """The verdict of one pulse on `output` (numbered from 1), 0 where there was none; say(text) takes every line."""
    bench = _Bench(board, say)
    try:
        plan = _channel(mission, output)
        _never_airborne(board, mission)
        bench.wait_for_plug()
        return bench.fire(Channel(board.clock, device_of(board, plan), plan), output)
    except Refused as refused:
        say(str(refused))
        return 0
    finally:
        bench.finish()


def _channel(mission, output):
    if mission is None:
        raise Refused("there is no checked mission on the board, and it says how long a pulse is: put one on it")
    outputs = []
    for one in mission.channels:
        if one.output == output:
            return one
        outputs.append(str(one.output))
    raise Refused("no channel of the mission is on output %d: it uses %s" % (output, ", ".join(outputs)))


def _never_airborne(board, mission):
    """Only a flight that has not begun, by its journal: a payload that is aloft or was must not be tried on."""
    state = FlightState()
    journal = Journal(board.clock, board.storage, state, mission.hash, Health(board.clock))
    journal.load()
    if journal.foreign:
        raise Refused("the journal is of another flight: `samara board new-flight` first, then try again")
    if state.launch_ms is not None or state.phase != phases.GROUND or state.ended:
        raise Refused("the journal says that this flight was launched: `samara board new-flight` first")


class _Bench:
    """The board's parts for one test."""

    def __init__(self, board, say):
        self._board = board
        self._say = say
        self._clock = board.clock
        self._signals = Signals(board.led, board.buzzer)
        self._battery = Battery(
            board.logic_volts,
            board.cutter_rail,
            board.clock,
            board.adc_reference_mv,
            board.logic_divider,
            board.cutter_divider,
        )
        self._barometers = (
            Ms5611(board.i2c, board.MS5611_ADDRESS, board.clock),
            Bme280(board.i2c, board.BME280_ADDRESS, board.clock),
        )
        self._heights_m: list = [None, None, None, None]  # the lowest and the highest by each barometer
        self._lowest_mv = None
        self._most_ma = 0
        self._half_passes = 0
        self._device = None

    def _pass(self):
        """50 ms: sleep, play the signal, read what is to be read."""
        self._clock.sleep_ms(_PASS_MS)
        self._half_passes += 1
        if self._half_passes & 1:
            self._signals.poll()
        now_ms = self._clock.ticks_ms()
        for index in range(2):
            self._look_at_height(index, now_ms)
        return now_ms

    def _look_at_height(self, index, now_ms):
        barometer = self._barometers[index]
        try:
            if not barometer.poll(now_ms) or barometer.pressure_pa is None:
                return
        except (OSError, DeviceFault):
            return  # the other one may speak
        height_m = altitude_m(barometer.pressure_pa)
        low_m = self._heights_m[2 * index]
        high_m = self._heights_m[2 * index + 1]
        self._heights_m[2 * index] = height_m if low_m is None else min(low_m, height_m)
        self._heights_m[2 * index + 1] = height_m if high_m is None else max(high_m, height_m)

    def _plugged(self):
        """Both keys: the sense line, and the volts of the rail behind it."""
        self._battery.measure(self._clock.ticks_ms())
        rail_mv = self._battery.cutter_mv
        return self._board.plug_sense.value() == 1 and rail_mv is not None and rail_mv >= _RAIL_MV

    def wait_for_plug(self):
        for waited_s in range(_PLUG_WAIT_S):
            if self._plugged():
                return
            if waited_s % 5 == 0:
                self._say("put the arming plug in: %d s left" % (_PLUG_WAIT_S - waited_s))
            for _ in range(1000 // _PASS_MS):
                self._pass()
        raise Refused(
            "the plug did not go in: sense line %d, rail %s; both must say so, the rail with %d mV"
            % (self._board.plug_sense.value(), _millivolts(self._battery.cutter_mv), _RAIL_MV)
        )

    def fire(self, channel, output):
        device = self._device = channel.device
        if not device.closed():
            raise Refused("output %d is open: there is nothing to test; look at wire and connector" % output)
        self._say("output %d: continuity closed, rail %s" % (output, _millivolts(self._battery.cutter_mv)))
        self._count_down()
        if not device.closed():
            raise Refused("output %d opened in the countdown: stopped" % output)
        self._signals.show(signals.PULSE)
        channel.start(self._clock.ticks_ms(), 1, 1)
        while not channel.poll(self._pass()):
            if channel.state == life.PULSE:
                self._look_at_load()
        self._tell(device, channel.verdict)
        return channel.verdict

    def _count_down(self):
        """Ten seconds of beeping in which the plug stays in and the payload stays at rest."""
        self._signals.show(signals.TEST_FIRE)
        for left_s in range(_COUNTDOWN_S, 0, -1):
            self._say("firing in %d s" % left_s)
            for _ in range(1000 // _PASS_MS):
                self._pass()
            if not self._plugged():
                raise Refused("the plug came out: stopped, nothing was fired")
        spoke = False
        for index in (0, 2):
            low_m = self._heights_m[index]
            if low_m is None:
                continue
            spoke = True
            if self._heights_m[index + 1] - low_m > _REST_BAND_M:
                raise Refused("the height moved by more than %d m: stopped, nothing was fired" % _REST_BAND_M)
        if not spoke:
            raise Refused("no barometer speaks, so nothing says that this is on the ground: stopped")

    def _look_at_load(self):
        board = self._board
        self._battery.measure(self._clock.ticks_ms())
        rail_mv = self._battery.cutter_mv
        if rail_mv is not None and (self._lowest_mv is None or rail_mv < self._lowest_mv):
            self._lowest_mv = rail_mv
        if board.cutter_current is not None:
            pin_mv = board.cutter_current.read_u16() * board.adc_reference_mv // 65535
            self._most_ma = max(self._most_ma, pin_mv * board.cutter_ma_per_mv[0] // board.cutter_ma_per_mv[1])

    def _tell(self, device, verdict):
        self._say("under load: rail %s at the lowest, current %d mA" % (_millivolts(self._lowest_mv), self._most_ma))
        self._say("continuity after it: %s" % ("closed" if device.closed() else "open"))
        if device.limit_hit:
            self._say("the hardware timer ended the pulse before the software did")
        self._say(_VERDICTS[verdict])

    def finish(self):
        """Whatever happened: current off, LED and buzzer off."""
        if self._device is not None:
            self._device.end()
        self._signals.show(signals.DARK)
        self._signals.poll()
        if self._board.plug_sense.value() == 1:
            self._say("take the plug out")


def _millivolts(value_mv):
    return "unknown" if value_mv is None else "%d mV" % value_mv
