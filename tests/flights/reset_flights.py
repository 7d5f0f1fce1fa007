"""Flights that are drawn from a seed and reset again and again: watchdog, hang, power cuts from 1 s to 10 minutes.

A trouble is (kind, when, length in us, the receiver): kind is one of KINDS; when is ("at", us), ("pulse", number of the
pulse, us after its beginning) or ("flash", us, number of the operation from then on, thousandths of it that are done);
the receiver keeps its fix (0), starts warm (1) or cold (2) after a power cut.
"""

from firmware.protocol import drops
from firmware.protocol.mission_plan import MOST_ATTEMPTS, SERVO
from firmware.protocol.mission_writer import build
from hardware.simulated.flash import ERASE_US, PROGRAM_US_PER_PAGE
from hardware.simulated.machine import SimulatedMachine
from hardware.simulated.random_source import RandomSource
from tests.flights.short_flight import LAUNCH_S, Flight

WATCHDOG = "watchdog"
SUPPLY = "supply"
HANG = "hang"
POWER = "power"
KINDS = (WATCHDOG, SUPPLY, HANG, POWER)

RESETS = 10
_SECOND_US = 1_000_000
_ARMED_S = 165
_ASCENT_MM_S = 7000
_LAST_S = LAUNCH_S + 700
_LONGEST_OFF_S = 600
_AFTER_LAST_US = 40 * _SECOND_US
POSITIONS_US = (1000, 1150, 1300, 1450)
_TURN_MS = 800
_RESUMED_US = 5 * _SECOND_US
_WATCHDOG_MS = 4000


def description(after_s, pulse_ms, attempts, **flight):
    """A mission: a drop on each output, in their order."""
    outputs = range(1, len(after_s) + 1)
    given = {
        "flight_id": "campaign",
        "callsign": "N0CALL",
        "net": 0x1234,
        "pad_altitude_m": 120,
        "highest_ground_m": 350,
        "min_agl_m": 1000,
        "not_before_ms": 60_000,
        "end_ms": 14_400_000,
        "channels": [{"name": f"c{one}", "output": one, "pulse_ms": pulse_ms, "attempts": attempts} for one in outputs],
        "drops": [{"name": f"d{one}", "channel": f"c{one}", "after_ms": after_s[one - 1] * 1000} for one in outputs],
    }
    given.update(flight)
    return given


FIGURES = (
    "late_ms",
    "late_after_boot_ms",
    "after_firing_ms",
    "resumed_ms",
    "clock_lost_by_watchdog_ms",
    "clock_lost_by_power_ms",
    "clock_late_with_gps_ms",
)


class Draw:
    """Everything about one flight, from its number alone."""

    def __init__(self, seed, resets=RESETS):
        self.seed = seed
        source = self._source = RandomSource(seed * 7919 + 17)
        for _ in range(4):
            source.bits32()
        first_s = 190 + source.below(100)
        second_s = first_s + 45 + source.below(120)
        self.after_s = (first_s, second_s, second_s + 45 + source.below(120))
        self.attempts = 2 + source.below(2)
        self.pulse_ms = 2500 + source.below(2000)
        self.wires = tuple((output, 150, self._parts_after_ms()) for output in (1, 2, 3))
        # In one flight of five the third is a dispenser that lets go three times.
        self.dispenser = source.below(5) == 0
        self.every_s = 40 + source.below(30)
        if self.dispenser:
            self.wires = self.wires[:2]
        self.whole = source.below(8) == 0  # to the landing, with resets all the way
        self.break_wire = source.below(4) == 0
        self.burst_m = 5500 if self.whole else 9000
        last_s = LAUNCH_S + 1500 if self.whole else _LAST_S
        self.orders = self._orders()
        rows = [self._trouble(last_s) for _ in range(resets)]
        # In their order: a pulse or an operation that is waited for comes when it comes.
        self.troubles = sorted(rows, key=lambda row: row[1][1] if row[1][0] != "pulse" else 0)

    def _parts_after_ms(self):
        """Most wires part in the first pulse, some in a second or third, a few never."""
        draw = self._source.below(20)
        if draw == 0:
            return None
        if draw <= 3:
            return self.pulse_ms + self._source.below(self.pulse_ms)
        return 600 + self._source.below(self.pulse_ms - 1100)

    def _orders(self):
        """What the crew says, in one flight of five: rows of (second, what, value)."""
        draw = self._source.below(10)
        at_s = LAUNCH_S + self.after_s[self._source.below(3)] - 60 + self._source.below(70)
        length_s = 20 + self._source.below(100)
        if draw == 0:
            return ((at_s, "hold", length_s),)
        if draw == 1:
            # What is not on flash before a reset the crew says again.
            return ((at_s, "safe", 0), *((at_s + length_s * number, "resume", 0) for number in range(1, 12)))
        return ()

    def _trouble(self, last_s):
        source = self._source
        kind = (WATCHDOG, WATCHDOG, HANG, SUPPLY, POWER, POWER)[source.below(6)]
        length_us = 0
        if kind == HANG:
            length_us = (4500 + source.below(4000)) * 1000
        elif kind == POWER:
            # As many from 1 to 10 s as from 1 to 10 minutes.
            length_us = _SECOND_US
            for _ in range(source.below(10)):
                length_us = length_us * 19 // 10
            length_us = min(length_us + source.below(length_us), _LONGEST_OFF_S * _SECOND_US)
        return kind, self._when(last_s), length_us, source.below(3)

    def _when(self, last_s):
        source = self._source
        draw = source.below(10)
        if draw < 3:
            return "pulse", 1 + source.below(6), source.below((self.pulse_ms + 900) * 1000)
        if draw < 5:
            due_s = LAUNCH_S + self.after_s[source.below(3)]
            return "at", (due_s - 2) * _SECOND_US + source.below(12 * _SECOND_US)
        at_us = _ARMED_S * _SECOND_US + source.below((last_s - _ARMED_S) * 1000) * 1000
        if draw < 7:
            return "flash", at_us, 1 + source.below(6), source.below(1000)
        return "at", at_us

    def mission(self):
        given = description(self.after_s, self.pulse_ms, self.attempts, break_wire=self.break_wire)
        if self.dispenser:
            given["channels"][2].update(kind=SERVO, pulse_ms=_TURN_MS, positions_us=POSITIONS_US)
            given["drops"][2].update(every_ms=self.every_s * 1000, count=len(POSITIONS_US) - 1)
        return build(given)

    def fly(self, troubles=None):
        return Outcome(self, self.troubles if troubles is None else troubles)

    def smallest(self):
        """The shortest list of troubles that still fails, found by leaving out one after the other."""
        rows = list(self.troubles)
        for row in list(rows):
            fewer = [one for one in rows if one is not row]
            if self.fly(fewer).wrong:
                rows = fewer
        return rows


class Outcome:
    """One flight flown, and what is wrong with it: `wrong` is a list of sentences."""

    def __init__(self, draw, troubles):
        self.draw = draw
        self.troubles = list(troubles)
        self.resets = 0
        self._waiting = []  # rows whose pulse or flash operation is still to come
        self.flight = Flight(
            [(at_s, self._order(what, value)) for at_s, what, value in draw.orders],
            data=draw.mission(),
            begin=self._begin,
            until=self._over,
            judged=False,
            seed=draw.seed & 0xFFFF,
            wires=draw.wires,
            servos=((3, 20, POSITIONS_US),) if draw.dispenser else (),
            break_wire=draw.break_wire,
            burst_m=draw.burst_m,
            ascent_mm_s=_ASCENT_MM_S,
            longest_s=6000,
        )
        self.wrong = list(self.flight.breaches)
        self.boots = self.flight.invariants.boots
        self._judge()

    def _order(self, what, value):
        return lambda flight: flight.invariants.order(what, value)

    # Trouble ---------------------------------------------------------------------------------------------------

    def _begin(self, flight):
        self.flight = flight
        self._clock = flight.clock
        self._bench = flight.bench
        self._pulses = 0
        self._operations = []  # [left, thousandths, row]
        self._pending = 0
        self._over_us = None
        self._hook_flash(flight.bench.flash)
        for row in self.troubles:
            when = row[1]
            if when[0] == "at":
                self._plan(when[1], row)
            elif when[0] == "flash":
                self._clock.call_at(when[1], lambda row=row: self._operations.append([row[1][2], row[1][3], row]))
            else:
                self._waiting.append(row)
        hear = flight.bench._on_event

        def heard(what, output, level):
            hear(what, output, level)
            if what == "edge" and level:
                self._pulses += 1
                for row in list(self._waiting):
                    if row[1][1] == self._pulses:
                        self._waiting.remove(row)
                        self._plan(self._clock.now_us + row[1][2], row)

        flight.bench._on_event = heard

    def _hook_flash(self, flash):
        erase = flash.erase
        program = flash.writeblocks

        def hooked_erase(block):
            self._in_flash(ERASE_US)
            return erase(block)

        def hooked_program(block, buffer, offset=0):
            self._in_flash(PROGRAM_US_PER_PAGE)
            return program(block, buffer, offset)

        flash.erase = hooked_erase
        flash.writeblocks = hooked_program

    def _in_flash(self, us):
        if not self._bench.flash.live:
            return
        for one in list(self._operations):
            one[0] -= 1
            if not one[0]:
                self._operations.remove(one)
                self._plan(self._clock.now_us + us * one[1] // 1000, one[2])

    def _plan(self, at_us, row):
        self._pending += 1
        self._clock.call_at(at_us, lambda: self._happen(row))

    def _happen(self, row):
        kind, _, length_us, receiver = row
        self._pending -= 1
        self.resets += 1
        if kind == POWER:
            if receiver:
                gps = self._bench.gps
                self._clock.call_at(self._clock.now_us + length_us, lambda: gps.reset(receiver == 2))
            self._bench.restart(SimulatedMachine.PWRON_RESET, length_us)
        elif kind == HANG:
            if self._bench.running():
                # Before the watchdog is started, right after the boot, nothing ends it but its own end.
                self.flight.invariants.boots[-1].hangs.append((self._clock.now_us, length_us))
                self._clock.advance(length_us)
        else:
            cause = SimulatedMachine.WDT_RESET if kind == WATCHDOG else SimulatedMachine.PWRON_RESET
            self._bench.restart(cause)

    def _over(self, flight):
        """Once every drop is over and every trouble has come, or will not."""
        if self.draw.whole:
            return False
        states = flight.drop_states()
        last_us = max([row[1][1] for row in self.troubles if row[1][0] != "pulse"], default=0)
        if self._pending or self._clock.now_us < last_us or not all(one in drops.FINAL_STATES for one in states):
            self._over_us = None
            return False
        if self._over_us is None:
            self._over_us = self._clock.now_us
        return self._clock.now_us - self._over_us >= _AFTER_LAST_US

    # Judgement -------------------------------------------------------------------------------------------------

    def _judge(self):
        for place in range(3):
            text = self._wrong_end(place)
            if text:
                self.wrong.append(f"drop {place} ended {self.flight.drop_states()[place]}: {text}")
        for boot in self.boots[1:]:
            if boot.built_us is not None:
                self._judge_boot(boot)

    def _wrong_end(self, place):
        """Why a drop may not have ended as it did, by the truth."""
        flight = self.flight
        state = flight.drop_states()[place]
        pulses = [one for one in flight.invariants.pulses if one.place == place]
        if state in (drops.WAITING, drops.DUE):
            return self._wrong_to_wait(place, pulses)
        if self.draw.dispenser and place == 2:
            return self._wrong_releases(state, pulses)
        wire = flight.bench.wires[place]
        if state == drops.CONFIRMED:
            return None if wire.parted and pulses else "the wire is whole"
        if state == drops.UNCONFIRMED:
            # Already hot, it parts before the firmware has looked for a current.
            parted_us = [int((at_s + LAUNCH_S) * 1e6) for at_s, output in flight.parted if output == place + 1]
            quick = parted_us and pulses and parted_us[0] - pulses[-1].at_us < 300_000
            return None if quick else "there was evidence"
        if state == drops.FAILED:
            if wire.parted:
                return "the wire has parted"
            attempts = flight.computer.state.drop_attempts[place]
            return None if self.draw.attempts <= attempts <= MOST_ATTEMPTS else f"after {attempts} attempts"
        if state == drops.ABORTED:
            return None if place in flight.invariants.aborted else "nobody stopped it"
        if state == drops.CANCELLED:
            descending_us = flight.bench.world.descending_us
            if descending_us is None:
                return "nobody ended the flight"
            launch_us = flight.invariants.launch_us or descending_us
            due_us = launch_us + self.draw.after_s[place] * _SECOND_US
            if pulses:
                due_us = pulses[-1].at_us + 15 * _SECOND_US
            return None if self._kept_back(due_us, descending_us) else "there was time for it"
        return "not one of the states that it may end in"

    def _wrong_to_wait(self, place, pulses):
        """Who was without power all the way up knows of no launch; who was so to the end, of no landing yet."""
        world = self.flight.bench.world
        launch_us = self.flight.invariants.launch_us
        if world.landed_us is None:
            return "it waits"
        since_us = world.launched_us if launch_us is None else launch_us + self.draw.after_s[place] * _SECOND_US
        if pulses:
            since_us = pulses[-1].at_us + 15 * _SECOND_US
        return None if self._kept_back(since_us, world.descending_us) else "there was time for it"

    def _wrong_releases(self, state, pulses):
        """Of a dispenser: every occasion that got a whole pulse has let go, once (Invariants.released)."""
        released = len(self.flight.released)
        whole = {one.step for one in pulses if (one.end_us or 0) - one.at_us >= _TURN_MS * 1000}
        steps = {one.step for one in pulses}
        if not len(whole) <= released <= len(steps):
            return f"{released} releases of {len(whole)} to {len(steps)} occasions"
        if state == drops.CONFIRMED and released != len(steps):
            return f"after {released} releases of {len(steps)} occasions"
        return None

    def _kept_back(self, due_us, descending_us):
        """Whether outages or a late clock explain that nothing was let go between its time and the fall."""
        awake_us = 0
        for boot in self.boots:
            end_us = boot.end_us or self.flight.clock.now_us
            begin_us = max(boot.at_us + 15 * _SECOND_US, due_us + boot.first_error_ms * 1000)
            awake_us += max(0, min(end_us, descending_us) - begin_us)
        held_s = max([length_s for _, what, length_s in self.draw.orders if what == "hold"], default=0)
        return awake_us < (60 + held_s) * _SECOND_US

    def _lost_ms(self, boot):
        """What mission time has lost over a reset, besides what passed without power or in a hang.

        What GPS time has just made up for is lost again until it is on flash: it comes back with GPS time.
        """
        before = boot.before
        made_up = [ms for us, ms in before.made_up if before.end_us - us < 10 * _SECOND_US]
        hung_ms = boot.hung_us() // 1000
        if not self._by_watchdog(boot):
            hung_ms += before.hung_us() // 1000
        return boot.first_error_ms - before.error_ms - _off_ms(boot) - hung_ms - sum(made_up)

    def _by_watchdog(self, boot):
        return boot.cause == SimulatedMachine.WDT_RESET and _off_ms(boot) < 100

    def _pulsed_ms(self, boot):
        """How old the journal is after a pulse, in which nothing is written, that lasted to the end of this start."""
        pulses = [one for one in self.flight.invariants.pulses if one.at_us < boot.end_us]
        if not pulses or boot.end_us - (pulses[-1].end_us or boot.end_us) > _SECOND_US:
            return 0
        return (boot.end_us - pulses[-1].at_us) // 1000 + 2500

    def _judge_boot(self, boot):
        at = f"{boot.at_us // 1000} ms: "
        if not boot.resumed:
            self.wrong.append(at + "not resumed")
            return
        lost_ms = self._lost_ms(boot)
        if lost_ms > max(10_000, self._pulsed_ms(boot.before)):
            self.wrong.append(at + f"the clock lost {lost_ms} ms more than {_off_ms(boot)} ms without power")
        if boot.set_us is not None and boot.set_error_ms > 10_000:
            self.wrong.append(at + f"the clock is {boot.set_error_ms} ms late with GPS time")
        end_us = boot.end_us or self.flight.clock.now_us
        heard_us = end_us if boot.heard_us is None else boot.heard_us
        if heard_us - boot.at_us > _RESUMED_US + boot.hung_us():
            self.wrong.append(at + "no frame within 5 s of the boot")

    def figures(self):
        """The worst of this flight, by name, in ms."""
        found = dict.fromkeys(FIGURES, 0)

        def worst(name, value):
            found[name] = max(found[name], value)

        invariants = self.flight.invariants
        for name in ("late_ms", "late_after_boot_ms", "after_firing_ms"):
            for value in getattr(invariants, name):
                worst(name, value)
        for boot in self.boots[1:]:
            if not boot.resumed:
                continue
            kind = "watchdog" if self._by_watchdog(boot) else "power"
            worst(f"clock_lost_by_{kind}_ms", self._lost_ms(boot))
            worst("clock_late_with_gps_ms", boot.set_error_ms)
            if boot.heard_us is not None:
                worst("resumed_ms", (boot.heard_us - boot.at_us - boot.hung_us()) // 1000)
        return found

    def counts(self):
        states = self.flight.drop_states()
        return {
            "flights": 1,
            "resets": self.resets,
            "boots": len(self.boots) - 1,
            "pulses": len(self.flight.invariants.pulses),
            "releases": len(self.flight.released),
            "drops": len(states),
            "confirmed": states.count(drops.CONFIRMED),
            "skipped": states.count(drops.SKIPPED),
            "unconfirmed": states.count(drops.UNCONFIRMED),
            "failed": states.count(drops.FAILED),
            "aborted": states.count(drops.ABORTED),
            "waiting": states.count(drops.WAITING) + states.count(drops.DUE),
            "cancelled": states.count(drops.CANCELLED),
        }


def _off_ms(boot):
    return (boot.at_us - boot.before.end_us) // 1000


class Campaign:
    """Flights with the seeds from `seed` on until there have been so many resets: the worst figures, counts, failures.

    failures: rows of (seed, what is wrong, the fewest troubles with which it still is).
    """

    def __init__(self, resets, seed=0, progress=None):
        self.worst = dict.fromkeys(FIGURES, 0)
        self.counts = {}
        self.failures = []
        while self.counts.get("resets", 0) < resets:
            outcome = Draw(seed).fly()
            for name, value in outcome.figures().items():
                self.worst[name] = max(self.worst[name], value)
            for name, value in outcome.counts().items():
                self.counts[name] = self.counts.get(name, 0) + value
            if outcome.wrong:
                self.failures.append((seed, outcome.wrong[:5], Draw(seed).smallest()))
            if progress is not None:
                progress(self.counts["resets"])
            seed += 1

    def text(self):
        lines = [", ".join(f"{value} {name}" for name, value in self.counts.items())]
        lines += [f"{name}: {value}" for name, value in self.worst.items()]
        for seed, wrong, troubles in self.failures:
            lines.append(f"seed {seed}: {'; '.join(wrong)}; with {troubles}")
        return "\n".join(lines)
