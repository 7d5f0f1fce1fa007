"""Who may import whom is enforced, and the enforcement works."""

import pytest

from tests.checks import imports


def test_every_room_imports_only_what_it_may():
    assert imports.check() == []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("firmware/downlink.py", "import ground.receiver"),
        ("firmware/downlink.py", "from ground import receiver"),
        ("firmware/downlink.py", "import machine"),
        ("firmware/downlink.py", "from machine import Pin"),
        ("firmware/downlink.py", "def poll():\n    import machine"),
        ("firmware/downlink.py", "machine = __import__('machine')"),
        ("firmware/downlink.py", "from hardware.boards import pico"),
        ("firmware/downlink.py", "import time"),
        ("firmware/drivers/battery.py", "from tests import ports"),
        ("firmware/protocol/framing.py", "import time"),
        ("firmware/protocol/framing.py", "from micropython import const"),
        ("firmware/protocol/framing.py", "from firmware import health"),
        ("firmware/protocol/framing.py", "from .. import health"),
        ("firmware/protocol/framing.py", "import os"),
        ("firmware/health.py", "from typing import Optional"),
        ("firmware/health.py", "from __future__ import annotations"),
        ("firmware/health.py", "import dataclasses"),
        ("hardware/simulated/flash.py", "from functools import partial"),
        ("hardware/boards/pico.py", "import littlefs"),
        ("hardware/boards/pico.py", "import machine"),
        ("hardware/boards/pico.py", "from hardware.simulated import clock"),
        ("hardware/pins/pico.py", "from machine import Pin"),
        ("hardware/simulated/bme280.py", "import ground.track"),
        ("hardware/simulated/bme280.py", "import time"),
        ("ground/receiver.py", "import firmware"),
        ("ground/receiver.py", "from firmware import flight_computer"),
        ("ground/receiver.py", "import firmware.protocolish"),
        ("ground/receiver.py", "from hardware.simulated import clock"),
        ("ground/web/server.py", "from hardware.simulated import clock"),
        ("ground/fly.py", "from firmware import flight_computer"),
        ("ground/track.py", "import tests.ports"),
    ],
)
def test_a_forbidden_import_is_found(path, source):
    assert [finding.path for finding in imports.check_source(path, source)] == [path]


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("firmware/main.py", "import machine, time\nfrom hardware.boards import pico"),
        ("hardware/simulated/flight.py", "import time"),
        ("firmware/downlink.py", "import struct\nfrom firmware.protocol import framing"),
        ("firmware/protocol/framing.py", "import struct, binascii, hashlib\nfrom firmware.protocol import fields"),
        ("firmware/protocol/framing.py", "from . import fields\nfrom .fields import FIX"),
        ("hardware/boards/pico.py", "from hardware.pins import pico"),
        ("ground/receiver.py", "import time\nfrom firmware.protocol import framing\nimport firmware.protocol.fields"),
        ("firmware/drivers/barometer_bme280.py", "from micropython import const\nfrom adafruit_bme280 import basic"),
        ("hardware/simulated/flash.py", "def make():\n    import littlefs"),
        ("ground/fly.py", "from hardware.simulated import scenarios"),
        ("ground/simulation_process.py", "import hardware.simulated"),
        ("ground/board_flash.py", "from hardware.pins import pico"),
    ],
)
def test_an_allowed_import_is_let_through(path, source):
    assert list(imports.check_source(path, source)) == []


@pytest.mark.parametrize("path", ["firmware/time.py", "hardware/boards/machine.py", "firmware/select/__init__.py"])
def test_a_module_that_would_hide_a_built_in_one_is_found(path):
    assert len(list(imports.check_name(path))) == 1


def test_only_the_simulated_stand_ins_carry_a_built_in_name():
    assert list(imports.check_name("hardware/simulated/machine.py")) == []
    assert list(imports.check_name("hardware/simulated/on_cpython/micropython.py")) == []
    assert len(list(imports.check_name("hardware/simulated/time.py"))) == 1
