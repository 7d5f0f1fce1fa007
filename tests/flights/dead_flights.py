"""Flights in which some of GPS, both barometers, flash and radio die, at a moment and in a way drawn from a seed."""

from firmware.protocol import drops
from firmware.protocol.mission_plan import IN_DESCENT, RELEASE
from firmware.protocol.mission_writer import build
from hardware.simulated.faults import Faults
from hardware.simulated.random_source import RandomSource
from tests.flights.reset_flights import description
from tests.flights.short_flight import LAUNCH_S, Flight

GPS, WIDE, LOW, FLASH, RADIO = range(5)
DEVICES = ("GPS", "barometer", "second barometer", "flash", "radio")
SUBSETS = range(1 << len(DEVICES))
# The faults of the catalogue by which each can die; the radio's is here: nothing is heard any more.
WAYS = (
    ("gps_silent", "gps_no_fix", "gps_stale", "gps_garbage", "gps_frozen"),
    ("wide_missing", "wide_high", "wide_low", "wide_skipped", "wide_stuck"),
    ("low_missing", "low_high", "low_low", "low_skipped", "low_stuck"),
    ("flash_error",),
    (None,),
)
# The conditions of none of them ever hold: latest, s after launch.
LATEST_S = (290, 410, 530)
BLIND_S = (270, 900)
_ROWS = (
    {"after_ms": 200_000, "patience_ms": 90_000, "min_altitude_m": 30_000},
    {"after_ms": 260_000, "patience_ms": 150_000, "phases": IN_DESCENT},
    {"after_ms": 400_000, "patience_ms": 130_000, "min_altitude_m": 30_000, "hold_ms": 60_000},
)
_KNOWN_S = 60  # after lift-off the launch is known


def names(subset):
    return ", ".join(DEVICES[one] for one in range(len(DEVICES)) if subset >> one & 1) or "nothing"


def mission(rows=_ROWS, **flight):
    given = description((1, 1, 1), 4000, 2, blind_from_ms=BLIND_S[0] * 1000, blind_until_ms=BLIND_S[1] * 1000)
    given["drops"] = [
        dict(row, name=f"d{place}", channel=f"c{place + 1}", late=RELEASE) for place, row in enumerate(rows)
    ]
    given.update(flight)
    return build(given)


class DeadFlight:
    """One of them. `late_ms`: how long after its latest moment each drop began, None where it never did.

    at_s: when they die, seconds of the simulation; None: drawn, some time after the launch is known. hang_s: when the
    processor hangs, so that the watchdog resets it. off_s: when the power goes, and for how long. also(flight): what
    else is to be planned.
    """

    def __init__(
        self, subset, seed, at_s=None, data=None, latest_s=LATEST_S, hang_s=None, off_s=None, also=None, **setup
    ):
        self.subset = subset
        self.source = RandomSource(seed * 64 + subset)
        for _ in range(4):
            self.source.bits32()
        self.at_us = self._moment_us(latest_s) if at_s is None else int(at_s * 1_000_000)
        self.ways = []
        given = {"ascent_mm_s": 7000, "burst_m": 9000, "longest_s": LAUNCH_S + latest_s[-1] + 20, "seed": seed + 1}
        given.update(setup)
        self.hang_s = hang_s
        self.off_s = off_s
        self.also = also
        self.flight = Flight(data=data or mission(), begin=self._begin, **given)
        self.late_ms = [self._late_ms(place, latest_s[place]) for place in range(len(latest_s))]

    def _moment_us(self, latest_s):
        """Any moment in flight, or just before something is to happen, or in a pulse."""
        if self.source.below(3):
            return (LAUNCH_S + _KNOWN_S) * 1_000_000 + self.source.below((latest_s[-1] - _KNOWN_S) * 1000) * 1000
        near_s = LAUNCH_S + latest_s[self.source.below(len(latest_s))]
        return (near_s - 4) * 1_000_000 + self.source.below(8_000_000)

    def _begin(self, flight):
        faults = Faults(flight.bench)
        for one in range(len(DEVICES)):
            if not self.subset >> one & 1:
                continue
            way = WAYS[one][self.source.below(len(WAYS[one]))]
            self.ways.append(way or "radio_dead")
            if way is None:
                flight.clock.call_at(self.at_us, lambda: setattr(flight.bench.modem, "sink", len))
            else:
                faults.add(way, self.at_us)
        if self.hang_s is not None:
            faults.add("hang", self.hang_s * 1_000_000, 6_000_000)
        if self.off_s is not None:
            faults.add("power_cut", self.off_s[0] * 1_000_000, self.off_s[1] * 1_000_000)
        if self.also is not None:
            self.also(flight)

    def _late_ms(self, place, latest_s):
        invariants = self.flight.invariants
        pulses = [one for one in invariants.pulses if one.place == place]
        if not pulses:
            return None
        return (pulses[0].at_us - invariants.launch_us) // 1000 - latest_s * 1000

    def text(self):
        return (
            f"{names(self.subset)} dead at {self.at_us / 1e6 - LAUNCH_S:.3f} s by {self.ways}: late {self.late_ms} ms"
        )

    def wrong(self, most_ms=1000):
        """What is wrong, or None."""
        if any(one is None or not -100 <= one <= most_ms for one in self.late_ms):
            return self.text()
        if self.flight.drop_states() != [drops.CONFIRMED] * len(self.late_ms):
            return self.text() + f", ended {self.flight.drop_states()}"
        return None
