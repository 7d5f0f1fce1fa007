"""The long campaigns, by hand: `python -m tests.benchmarks.campaign --resets 10000 --dead 50 --cuts 10`.

Resets at random moments, every subset of dead devices, the power cut at every flash operation, `--forged 1000000`
commands by an attacker: the same as in tests/flights, more of it. What fails is named by its seed and the fewest
troubles with which it still does.
"""

import argparse
import json
import sys
import time

from rich.console import Console

from tests.ports import ROOT

sys.path.insert(1, str(ROOT / "firmware" / "shims"))
sys.path.insert(1, str(ROOT / "hardware" / "simulated" / "on_cpython"))

from tests.flights import attacks, dead_flights, flash_cuts, reset_flights


def fly_resets(count, seed, console):
    """So many resets, from a seed on."""
    with console.status("resets") as status:
        flown = reset_flights.Campaign(count, seed, lambda resets: status.update(f"{resets} of {count} resets"))
    console.print(flown.text())
    return {"counts": flown.counts, "worst": flown.worst, "failures": [list(map(str, row)) for row in flown.failures]}


def fly_dead(moments, seed, console):
    """Every subset of what can die, at so many moments each."""
    failures = []
    worst_ms = 0
    with console.status("dead") as status:
        for number in range(seed, seed + moments):
            for subset in dead_flights.SUBSETS:
                status.update(f"seed {number}, dead: {dead_flights.names(subset)}")
                flown = dead_flights.DeadFlight(subset, number)
                worst_ms = max([worst_ms, *(one for one in flown.late_ms if one is not None)])
                if flown.wrong():
                    failures.append(f"seed {number}: {flown.wrong()}")
    flights = moments * len(dead_flights.SUBSETS)
    console.print(f"{flights} flights with dead devices, {len(failures)} wrong, at most {worst_ms} ms late")
    for text in failures:
        console.print(text)
    return {"flights": flights, "worst_late_ms": worst_ms, "failures": failures}


def cut_flash(every, console):
    """The power cut at every operation, and on from every so many-th."""
    with console.status("cuts") as status:
        found = flash_cuts.run(every, lambda number: status.update(f"flying on from operation {number}"))
    console.print(found)
    return found


def forge(count, seed, console):
    """So many commands by an attacker without the key."""
    with console.status("forged") as status:
        attack = attacks.Attack(count, seed, lambda number: status.update(f"{number} of {count} commands"))
    console.print(f"{attack.total} commands by an attacker, {len(attack.failures)} executed: {attack.tried}")
    return {"tried": attack.tried, "executed": attack.executed, "failures": attack.failures}


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.campaign", description=__doc__)
    parser.add_argument("--resets", type=int, metavar="N", help="so many resets of flights with three drops")
    parser.add_argument("--dead", type=int, metavar="N", help="every subset of dead devices at so many moments")
    parser.add_argument("--cuts", type=int, metavar="N", help="cut at every flash operation, fly on from every N-th")
    parser.add_argument("--forged", type=int, metavar="N", help="so many commands by an attacker without the key")
    parser.add_argument("--seed", type=int, default=0, help="of the first flight")
    parser.add_argument("--json", metavar="FILE", help="write the figures here as well")
    options = parser.parse_args(arguments)
    console = Console()
    started = time.monotonic()
    found = {}
    if options.resets:
        found["resets"] = fly_resets(options.resets, options.seed, console)
    if options.dead:
        found["dead"] = fly_dead(options.dead, options.seed, console)
    if options.cuts:
        found["cuts"] = cut_flash(options.cuts, console)
    if options.forged:
        found["forged"] = forge(options.forged, options.seed, console)
    if not found:
        parser.error("say what to fly: --resets, --dead, --cuts or --forged")
    console.print(f"{time.monotonic() - started:.0f} s")
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(found, file, indent=2)
    return int(any(part["failures"] for part in found.values()))


if __name__ == "__main__":
    sys.exit(main())
