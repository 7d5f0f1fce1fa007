"""What is mutated, and the portable tests that have to notice."""

from tests.ports import PORTABLE, ROOT

_RELEASE = ("release_*", "burn_wire", "servo_dropper")
_MISSION = ("mission", "mission_edges", "mission_radio", "mission_rules", "mission_together")
_PLAN = (*_MISSION, "release_*")

# file, portable tests without test_ and .py
TARGETS = (
    ("firmware/release/channel.py", (*_RELEASE, "mission")),
    ("firmware/release/channel_life.py", _RELEASE),
    ("firmware/release/conditions.py", _RELEASE),
    ("firmware/release/controller.py", _RELEASE),
    ("firmware/release/devices.py", ("release_*", "test_fire")),
    ("firmware/release/gates.py", _RELEASE),
    ("firmware/release/life.py", _RELEASE),
    ("firmware/release/motion.py", _RELEASE),
    ("firmware/release/news.py", _RELEASE),
    ("firmware/release/orders.py", _RELEASE),
    ("firmware/release/plan.py", _RELEASE),
    ("firmware/release/termination.py", _RELEASE),
    ("firmware/drivers/burn_wire.py", _RELEASE),
    ("firmware/drivers/servo_dropper.py", _RELEASE),
    ("firmware/uplink.py", ("uplink*",)),
    ("firmware/key_file.py", ("authentication", "uplink*")),
    ("firmware/protocol/authentication.py", ("authentication", "uplink*")),
    ("firmware/protocol/provisioning.py", ("authentication", "uplink*")),
    ("firmware/journal.py", ("journal", "release_*", "uplink*")),
    ("firmware/journal_reader.py", ("journal", "release_*")),
    ("firmware/mission.py", ("mission_edges",)),
    ("firmware/protocol/mission.py", _MISSION),
    ("firmware/protocol/mission_plan.py", _PLAN),
    ("firmware/protocol/mission_radio.py", _MISSION),
    ("firmware/protocol/mission_rules.py", _MISSION),
    ("firmware/protocol/mission_together.py", _MISSION),
    ("firmware/protocol/mission_writer.py", _MISSION),
)
# Nothing but names or a diagram: there is nothing to get wrong that a test of behaviour could see.
NOT_MUTATED = ("firmware/release/__init__.py",)


def files_of(name):
    """The portable test files of a target, each once, in a fixed order."""
    files = []
    for pattern in dict(TARGETS)[name]:
        for path in sorted(PORTABLE.glob(f"test_{pattern}.py")):
            if path not in files:
                files.append(path)
    return files


def all_files():
    files = {path for name, _ in TARGETS for path in files_of(name)}
    return sorted(files)


def module_of(path):
    """The dotted name of a file of the project."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)
