"""Mission files for tests: one that is good, and how to change it."""

from ground.mission_file import MissionFileError, read_mission_file

NOW = 1_780_297_200  # 2026-06-01T07:00:00Z

GOOD = """\
[flight]
id = "f-1"
callsign = "N0CALL"
pad_altitude_m = 120
highest_ground_m = 350
min_agl_m = 1000
end = "4 h"

[[channel]]
name = "a"
output = 1
pulse_s = 4
attempts = 2

[[channel]]
name = "b"
output = 2
pulse = "5 s"

[[drop]]
name = "north"
channel = "a"
after = "45 min"
"""

LATEX = """
[balloon]
kind = "latex"
climb_m_s = [4, 6]
burst_m = [28000, 32000]
free_lift_g = 1500
payload_g = 2400
packages = 3
largest_package_g = 900
rope_n = 100
descent_m_s = [4, 5]
"""

TUBE = """
[balloon]
kind = "film_tube"
climb_m_s = [4, 6]
length_m = 12
lay_flat_m = 2
film_g = 2200
gas = "hydrogen"
free_lift_g = 1500
leak_per_h = 0.02
payload_g = 7800
packages = 4
largest_package_g = 2500
density_g_cm2 = 4
rope_n = 100
descent_m_s = 2.5
"""

CUTDOWN = """
[[channel]]
name = "line"
output = 3
pulse = "4 s"
attempts = 3

[cutdown]
channel = "line"
latest = "2 h"
"""

FIELD = """
[[area]]
name = "field"
kind = "keep_in"
points = [[52.0, 20.5], [52.0, 20.9], [52.4, 20.9], [52.4, 20.5]]
"""

TOWN = """
[[area]]
name = "town"
kind = "keep_out"
points = [[52.10, 20.80], [52.10, 20.90], [52.16, 20.90], [52.16, 20.80]]
"""


def changed(text, old, new):
    assert text.count(old) == 1, (old, text.count(old))
    return text.replace(old, new)


def with_drop(text, lines):
    """More lines in the drop of GOOD."""
    return changed(text, 'after = "45 min"\n', f'after = "45 min"\n{lines}\n')


def with_flight(text, lines):
    return changed(text, 'end = "4 h"\n', f'end = "4 h"\n{lines}\n')


def write(folder, text):
    path = folder / "mission.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def read(folder, text, now_unix_s=NOW):
    return read_mission_file(write(folder, text), now_unix_s=now_unix_s)


def problems(folder, text):
    """(line, key, text) of everything that is wrong with a file."""
    try:
        read(folder, text)
    except MissionFileError as error:
        return [(each.line, each.key, each.text) for each in error.problems]
    return []


def says(found, what, no_go=False):
    """Whether exactly one remark, of that kind and no other, holds these words."""
    among, others = (found.no_go, found.warnings) if no_go else (found.warnings, found.no_go)
    return sum(what in text for text in among) == 1 and not any(what in text for text in others)
