"""`make bench`: speed of a simulated flight, heap of the firmware, estimated cost on an RP2040, speed of the ground.

Everything is measured here and now, side by side; nothing passes or fails by it except the limits that are named.
`--json FILE` writes the figures, `--quick` leaves out the long ones.
"""

import argparse
import json
import sys

from rich.console import Console
from rich.table import Table

from tests.benchmarks import flight_speed, heap, rp2040, store_speed


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--json", metavar="FILE", help="write the figures here as well")
    parser.add_argument("--quick", action="store_true", help="a short flight for the heap, no speed comparison")
    options = parser.parse_args(arguments)
    console = Console()
    rows = []
    for part in (flight_speed, heap, rp2040, store_speed):
        console.print(f"[dim]{part.__doc__.splitlines()[0]}[/dim]")
        rows += part.rows(options.quick)
    table = Table(box=None, pad_edge=False)
    for column, justify in (("what", "left"), ("measured", "right"), ("limit", "right"), ("", "left")):
        table.add_column(column, justify=justify)
    met = True
    for row in rows:
        limit = row.get("limit")
        good = limit is None or row["value"] <= limit
        met = met and good
        table.add_row(
            row["name"],
            f"{row['value']:,.{row.get('digits', 0)}f} {row['unit']}",
            "" if limit is None else f"{limit:,} {row['unit']}",
            "" if limit is None else ("[green]met[/green]" if good else "[bold red]not met[/bold red]"),
        )
    console.print(table)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump({"rows": rows}, file, indent=2)
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
