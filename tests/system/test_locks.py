"""What is installed is exactly what is locked, wherever it is installed from."""

import importlib.metadata
import json
import re
import tomllib

import pytest

from tests.ports import ROOT

LOCKS = ("requirements.lock", "requirements-stubs.lock")
_PIN = re.compile(
    r"^([a-z0-9-]+)==(\S+)(?: ; ([^\\]+?))? \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.MULTILINE
)


def pins(lock):
    return {name: version for name, version, _, _ in _PIN.findall((ROOT / lock).read_text(encoding="utf-8"))}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_has_one_version_and_hashes_and_no_place_it_comes_from(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    left_over = [line for line in _PIN.sub("", text).splitlines() if not line.lstrip().startswith("#")]
    assert left_over == []
    assert len(pins(lock)) == len(_PIN.findall(text)) > 0
    assert "://" not in text


def test_every_dependency_the_project_names_is_locked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    named = [*project["project"]["dependencies"], *project["dependency-groups"]["test"]]
    assert {re.match(r"[A-Za-z0-9-]+", name)[0] for name in named} <= set(pins("requirements.lock"))
    assert set(pins("requirements-stubs.lock")) >= {"micropython-rp2-rpi-pico-stubs", "micropython-stdlib-stubs"}


def test_what_is_installed_is_what_is_locked():
    installed = {package.metadata["Name"].lower().replace("_", "-"): package.version for package in _distributions()}
    locked = pins("requirements.lock")
    assert {name: version for name, version in installed.items() if locked.get(name, version) != version} == {}
    assert {"pytest", "pyserial", "adafruit-circuitpython-bme280"} <= set(installed)


def _distributions():
    return [package for package in importlib.metadata.distributions() if package.metadata["Name"]]


def test_blinka_is_neither_locked_nor_installed_and_micropython_is_ours():
    assert not {name for name in pins("requirements.lock") if "blinka" in name}
    assert not [package for package in _distributions() if "blinka" in package.metadata["Name"].lower()]
    import micropython

    assert micropython.__file__.startswith(str(ROOT / "hardware" / "simulated" / "on_cpython"))


def test_the_npm_lock_has_hashes_and_no_place_it_comes_from():
    packages = json.loads((ROOT / "tests" / "wasm" / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    dependencies = {name: package for name, package in packages.items() if name}
    assert dependencies
    assert all(package["integrity"].startswith("sha512-") for package in dependencies.values())
    assert not any("resolved" in package for package in dependencies.values())
