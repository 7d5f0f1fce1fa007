"""The whole backup on one page: devices -> services -> rates. It ends a flight, and does nothing else."""

from micropython import const

from firmware.backup_timer.arming import Arming
from firmware.backup_timer.ending import Ending
from firmware.backup_timer.height import Height
from firmware.backup_timer.journal import BackupJournal
from firmware.backup_timer.lamp import signal_of
from firmware.backup_timer.plan_file import read_plan
from firmware.backup_timer.resume import keep, resume
from firmware.backup_timer.state import UNDER_WAY, BackupState
from firmware.backup_timer.supply import Supply
from firmware.drivers.barometer_ms5611 import Ms5611
from firmware.drivers.battery import Battery
from firmware.drivers.burn_wire import BurnWire
from firmware.drivers.heartbeat import Beat
from firmware.health import Health
from firmware.loop import EVERY, Activity, Loop
from firmware.protocol.drops import BACKUP_FIRING
from firmware.release.channel import Channel
from firmware.signals import Signals

_WATCHDOG_MS = const(4000)
_LONGEST_MS = const(0x3FFFFFFF)


class BackupComputer:
    """Built once by main on a board; `loop.run_for_ever()` flies."""

    def __init__(self, board, deaf=None):
        """deaf: called with -1 once the plug is in, so that no byte on USB can stop the program (kbd_intr)."""
        clock = board.clock
        self._ticks_diff = clock.ticks_diff
        self._last_ms = now_ms = clock.ticks_ms()
        self._board = board
        self._deaf = deaf

        # What survives, and what is known.
        self.health = Health(clock)
        self.plan = plan = read_plan(board.storage, self.health)
        self.state = state = BackupState()
        self.journal = BackupJournal(clock, board.storage, state, plan.mark, self.health)
        self._survivor = board.survivor
        kept = board.survivor.read()
        resume(state, plan, self.journal.newest(), kept)

        # Devices.
        self.barometer = Ms5611(board.i2c, board.MS5611_ADDRESS, clock)
        self.battery = Battery(
            board.logic_volts,
            board.cutter_rail,
            clock,
            board.adc_reference_mv,
            board.logic_divider,
            board.cutter_divider,
        )
        wire = BurnWire(board.cutter, board.one_shot())
        self.beat = Beat(board.heartbeat, clock)

        # Services.
        self.supply = Supply(self.battery)
        self.height = Height(clock, self.barometer, plan, state)
        self.arming = Arming(clock, board, state, self.height, self.supply, wire, self.journal)
        self.channel = Channel(clock, wire, plan)
        self.ending = Ending(clock, plan, state, self.height, self.supply, self.channel, self.journal)
        if state.state == BACKUP_FIRING:
            self.ending.resume(now_ms, kept is None)
        self.signals = Signals(board.led, board.buzzer)

        # Rates: ten passes a second, each activity in its slots.
        self.loop = Loop(
            clock,
            (
                Activity("time", self.time, EVERY, True),
                Activity("arming", self.arming.poll, EVERY),
                Activity("ending", self.ending.poll, EVERY, True),
                Activity("beat", self.heartbeat, EVERY),
                Activity("signals", self.signals.poll, EVERY),
                Activity("supplies", self.supplies, (1,)),
                Activity("barometer", self.barometer.poll, (2, 3, 4)),
                Activity("estimate", self.estimate, (7,), True),
                # Last: what comes after a write in the same pass would be late by it.
                Activity("write", self.journal.poll, EVERY),
            ),
            self.health,
        )

    def time(self, now_ms):
        """Milliseconds since the pull pin, added up from ticks so that they continue over wraps and resets."""
        state = self.state
        passed_ms = self._ticks_diff(now_ms, self._last_ms)
        self._last_ms = now_ms
        if passed_ms > 0 and state.state in UNDER_WAY:
            state.since_ms = min(state.since_ms + passed_ms, _LONGEST_MS)
        keep(self._survivor, state)

    def heartbeat(self, now_ms):
        self.beat.state = self.state.state
        self.beat.poll(now_ms)

    def supplies(self, now_ms):
        self.supply.poll(now_ms)
        if self.arming.plugged and not self.health.guarded:
            # From the plug on nothing may hang; without it a person works on the board, and it could not be stopped.
            self.health.guard_with(self._board.start_watchdog(_WATCHDOG_MS))
            if self._deaf is not None:
                self._deaf(-1)

    def estimate(self, now_ms):
        self.height.update(now_ms)
        self.arming.second()
        self.signals.show(signal_of(self.state, self.arming))
