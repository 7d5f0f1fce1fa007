"""Vendored web modules: fetched once from npm at pinned versions, adapted, hashed; checked offline ever after.

    python -m ground.web.vendor_refresh --check     compare the files with the table (no network)
    python -m ground.web.vendor_refresh             fetch what the table names, refuse anything that differs
    python -m ground.web.vendor_refresh --pin       write the table anew, after a version in PACKAGES was changed

Two adaptations, both for a browser without a bundler: bare imports become paths beside the file, and the comment that
names a source map goes, since the map is not shipped and the browser would ask for it.
"""

import argparse
import base64
import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "vendor"
TABLE = FOLDER / "vendored.toml"


@dataclass(frozen=True)
class Package:
    name: str
    version: str
    licence: str
    files: tuple[tuple[str, str], ...]  # (path in the npm package, name here); "" is a text that the package lacks


PACKAGES = (
    Package(
        "maplibre-gl",
        "6.17.0",
        "BSD-3-Clause",
        (
            ("dist/maplibre-gl.mjs", "maplibre-gl.mjs"),
            ("dist/maplibre-gl-worker.mjs", "maplibre-gl-worker.mjs"),  # found by its name beside the first
            ("dist/maplibre-gl.css", "maplibre-gl.css"),
            ("LICENSE.txt", "LICENSE-maplibre-gl.txt"),
        ),
    ),
    Package(
        "pmtiles",
        "4.5.0",
        "BSD-3-Clause",
        (("dist/esm/index.js", "pmtiles.mjs"), ("", "LICENSE-pmtiles.txt")),
    ),
    Package(
        "fflate",
        "0.8.3",
        "MIT",
        (("esm/browser.js", "fflate.mjs"), ("LICENSE", "LICENSE-fflate.txt")),
    ),
    Package(
        "uplot",
        "1.6.32",
        "MIT",
        (
            ("dist/uPlot.esm.js", "uplot.mjs"),
            ("dist/uPlot.min.css", "uplot.css"),
            ("LICENSE", "LICENSE-uplot.txt"),
        ),
    ),
)

_BARE_IMPORTS = {"fflate": "./fflate.mjs"}
_SOURCE_MAP = re.compile(rb"\n?//# sourceMappingURL=\S+\s*\Z")


def adapted(name: str, content: bytes) -> bytes:
    """A module as a browser takes it; every other file as it is."""
    if not name.endswith(".mjs"):
        return content
    content = _SOURCE_MAP.sub(b"\n", content)
    for bare, path in _BARE_IMPORTS.items():
        content = content.replace(f'from"{bare}"'.encode(), f'from"{path}"'.encode())
    return content


def differences(folder: Path = FOLDER) -> list[str]:
    """What in the folder is not as the table says, one sentence each; empty when all is."""
    found = []
    rows = [row for package in _table()["package"] for row in package["file"]]
    for row in rows:
        path = folder / row["name"]
        if not path.is_file():
            found.append(f"{row['name']} is missing")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != row["sha256"]:
            found.append(f"{row['name']} is not the file of the table")
    known = {row["name"] for row in rows} | {"__init__.py", "README.md", TABLE.name}
    extra = sorted(path.name for path in folder.iterdir() if path.is_file() and path.name not in known)
    return found + [f"{name} is in no row of the table" for name in extra]


def _table() -> dict[str, list[dict[str, list[dict[str, str]]]]]:
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


def _fetched(package: Package, folder: Path) -> tuple[str, dict[str, bytes]]:
    """The integrity of the npm package and the content of each file by its name here."""
    wanted = f"{package.name}@{package.version}"
    packed = subprocess.run(
        ["npm", "pack", "--silent", wanted], cwd=folder, check=True, capture_output=True, text=True
    ).stdout.split()
    archive = folder / packed[-1]
    integrity = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    contents = {}
    with tarfile.open(archive) as tar:
        for path, name in package.files:
            if not path:
                contents[name] = (FOLDER / name).read_bytes()
                continue
            member = tar.extractfile(f"package/{path}")
            if member is None:
                raise SystemExit(f"{wanted} has no {path}: name another in PACKAGES.")
            contents[name] = adapted(name, member.read())
    return integrity, contents


def _rows(package: Package, integrity: str, contents: dict[str, bytes]) -> str:
    lines = [
        "[[package]]",
        f'name = "{package.name}"',
        f'version = "{package.version}"',
        f'licence = "{package.licence}"',
        f'integrity = "{integrity}"',
    ]
    for path, name in package.files:
        content = contents[name]
        lines += [
            "",
            "[[package.file]]",
            f'name = "{name}"',
            f'source = "{path}"',
            f"bytes = {len(content)}",
            f'sha256 = "{hashlib.sha256(content).hexdigest()}"',
        ]
    return "\n".join(lines)


def _refresh(pin: bool) -> None:
    head = "# Written by `python -m ground.web.vendor_refresh --pin`: what is vendored, from where, and its hashes.\n"
    tables, everything = [head], {}
    with tempfile.TemporaryDirectory() as folder:
        for package in PACKAGES:
            integrity, contents = _fetched(package, Path(folder))
            tables.append(_rows(package, integrity, contents) + "\n")
            everything.update(contents)
    table = "\n".join(tables)
    if not pin and table != TABLE.read_text(encoding="utf-8"):
        raise SystemExit("What npm gave is not what the table says; nothing was written. A new version needs --pin.")
    for name, content in everything.items():
        (FOLDER / name).write_bytes(content)
    TABLE.write_text(table, encoding="utf-8", newline="\n")
    print(f"{len(everything)} files, {sum(map(len, everything.values()))} bytes.")


def main() -> None:
    parser = argparse.ArgumentParser(description="Fetch or check the vendored web modules.")
    parser.add_argument("--check", action="store_true", help="compare the files with the table, offline")
    parser.add_argument("--pin", action="store_true", help="write the table anew from what npm gives")
    options = parser.parse_args()
    if not options.check:
        _refresh(options.pin)
        return
    found = differences()
    print("\n".join(found) or "All vendored files are those of the table.")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
