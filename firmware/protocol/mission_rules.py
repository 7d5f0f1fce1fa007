"""What a mission may say: limits of every number and name, and what must hold between them; checked on both sides."""

from firmware.protocol import drops as life
from firmware.protocol.mission_plan import (
    BURN_WIRE,
    KEEP_IN,
    KEEP_OUT,
    LONGEST_PULSE_MS,
    MOST_ATTEMPTS,
    RELEASE,
    SERVO,
    SKIP,
    attempt_ms,
)

MOST_CHANNELS = 4
MOST_DROPS = life.MOST_DROPS
MOST_AREAS = 12
MOST_CORNERS = 32
MOST_POSITIONS = 25
MOST_OCCASIONS = 31  # what the step of a FIX frame can say
# number, name, what it is
KINDS = (
    (BURN_WIRE, "burn_wire", "a wire that is heated for the length of the pulse and cuts a cord"),
    (SERVO, "servo", "a dispenser that a servo turns from one position to the next"),
)
AREA_KINDS = ((KEEP_IN, "keep_in"), (KEEP_OUT, "keep_out"))

LONGEST_NAME = 16
_NAME_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
_CALLSIGN_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-/"

# A further attempt on a wire begins at the latest so long after the one before it.
ATTEMPT_GAP_MS = 2000

_WEEK_MS = 604800000
# name, least, most, unit. The most of every time stays below 2**30, where a board's integers begin to allocate.
FLIGHT_LIMITS = (
    ("net", 0, 0xFFFF, ""),  # 0: made from the hash
    ("pad_altitude_m", -430, 6000, "m"),
    ("highest_ground_m", -430, 9000, "m"),
    ("min_agl_m", 300, 30000, "m"),
    ("not_before_ms", 60000, _WEEK_MS, "ms"),
    ("end_ms", 600000, _WEEK_MS, "ms"),
    ("min_gap_ms", 1000, 3600000, "ms"),
    ("blind_from_ms", 0, _WEEK_MS, "ms"),
    ("blind_until_ms", 0, _WEEK_MS, "ms"),
    ("slowest_cm_s", 0, 2000, "cm/s"),
    ("fastest_cm_s", 0, 2000, "cm/s"),
    ("backup_ms", 0, _WEEK_MS, "ms"),
)
CHANNEL_LIMITS = (
    ("output", 1, MOST_CHANNELS, ""),
    ("pulse_ms", 500, LONGEST_PULSE_MS, "ms"),
    ("attempts", 1, MOST_ATTEMPTS, ""),
)
POSITION_LIMITS_US = (500, 2500)
# name, least, most, unit, may be None
DROP_LIMITS = (
    ("after_ms", 1, _WEEK_MS, "ms", True),
    ("at_unix_s", 1577836800, 4102444800, "s", True),
    ("patience_ms", 0, _WEEK_MS, "ms", True),
    ("late", SKIP, RELEASE, "", False),
    ("min_altitude_m", -400, 32000, "m", True),
    ("max_altitude_m", -400, 32000, "m", True),
    ("phases", 0, 7, "", False),
    ("hold_ms", 0, 3600000, "ms", False),
    ("every_ms", 0, 86400000, "ms", False),
    ("count", 1, MOST_OCCASIONS, "", False),
    ("motion_cm_s", -5000, 5000, "cm/s", False),
)
CUTDOWN_LIMITS = (
    ("latest_ms", 60000, _WEEK_MS, "ms", False),
    ("ceiling_m", 0, 32000, "m", True),
    ("battery_mv", 1000, 9000, "mV", True),
    ("lost_link_ms", 600000, _WEEK_MS, "ms", True),
    ("min_agl_m", 0, 30000, "m", False),
    ("motion_cm_s", -5000, 5000, "cm/s", False),
)


def busy_ms(channel):
    """How long a drop may keep its channel, ms: every attempt with the evidence after it."""
    busy = 0
    for attempt in range(1, channel.attempts + 1):
        busy += attempt_ms(channel.pulse_ms, attempt) + ATTEMPT_GAP_MS
    return busy


def all_busy_ms(mission, index):
    """How long a drop may take with the channel that takes over, ms."""
    channel = mission.channels[index]
    busy = busy_ms(channel)
    if channel.same_load is not None:
        busy += busy_ms(mission.channels[channel.same_load])
    return busy


def problems(mission):
    """Everything wrong with a mission: a list of (path, sentence), empty when it may fly. Never raises.

    A path is a tuple of attribute names and indices, ("drops", 0, "after_ms"): the ground finds the line by it.
    """
    found: list = []
    _name(found, ("flight_id",), mission.flight_id, _NAME_CHARACTERS, "letters, digits, _ and -")
    _name(found, ("callsign",), mission.callsign, _CALLSIGN_CHARACTERS, "capital letters, digits, - and /")
    _limits(found, (), mission, FLIGHT_LIMITS)
    for name, most in (("channels", MOST_CHANNELS), ("drops", MOST_DROPS), ("areas", MOST_AREAS)):
        count = len(getattr(mission, name))
        if count > most:
            found.append(((name,), "%d %s, at most %d fit" % (count, name, most)))
    _channels(found, mission.channels)
    _areas(found, mission.areas)
    _drops(found, mission)
    if mission.cutdown is not None:
        _cutdown(found, mission)
    from firmware.protocol.mission_radio import radio
    from firmware.protocol.mission_together import together

    radio(found, mission)
    together(found, mission)
    return found


def _channels(found, channels):
    for index in range(len(channels)):
        channel = channels[index]
        path = ("channels", index)
        _name(found, path + ("name",), channel.name, _NAME_CHARACTERS, "letters, digits, _ and -")
        _kind(found, path, channel.kind, KINDS, "channel")
        _limits(found, path, channel, CHANNEL_LIMITS)
        _twice(found, channels, index, "channels")
        for before in range(index):
            if type(channel.output) is int and channels[before].output == channel.output:
                text = "board output %d belongs to channel %s already" % (channel.output, shown(channels[before].name))
                found.append((path + ("output",), text))
            if channel.kind == SERVO and channels[before].kind == SERVO:
                found.append((path + ("kind",), "a board drives one servo, channel %s" % shown(channels[before].name)))
        if channel.same_load is not None:
            _link(found, path + ("same_load",), channel.same_load, channels, "channel")
            if channel.same_load == index:
                found.append((path + ("same_load",), "is the channel itself"))
        _positions(found, path + ("positions_us",), channel)


def _positions(found, path, channel):
    positions = channel.positions_us
    is_list = type(positions) in (tuple, list)
    if channel.kind != SERVO:
        if positions or not is_list:
            found.append((path, "positions are for a servo"))
        return
    if not is_list or not 2 <= len(positions) <= MOST_POSITIONS:
        found.append((path, "a servo needs 2 to %d positions, the closed one first" % MOST_POSITIONS))
        return
    least, most = POSITION_LIMITS_US
    for place in range(len(positions)):
        position = positions[place]
        if type(position) is not int or not least <= position <= most:
            found.append((path, "%s is outside %d to %d us" % (shown(position), least, most)))
            return
        if place and position == positions[place - 1]:
            found.append((path, "%d us stands twice in a row: nothing would move" % position))
            return


def _areas(found, areas):
    for index in range(len(areas)):
        area = areas[index]
        path = ("areas", index)
        _name(found, path + ("name",), area.name, _NAME_CHARACTERS, "letters, digits, _ and -")
        _kind(found, path, area.kind, AREA_KINDS, "area")
        _twice(found, areas, index, "areas")
        if area.points is None:
            found.append((path + ("points",), "corners are pairs of latitude and longitude, in degrees"))
        elif not 3 <= len(area.points) // 8 <= MOST_CORNERS or len(area.points) % 8:
            text = "%d corners, an area has 3 to %d" % (len(area.points) // 8, MOST_CORNERS)
            found.append((path + ("points",), text))


def _drops(found, mission):
    drops = mission.drops
    for index in range(len(drops)):
        drop = drops[index]
        path = ("drops", index)
        _name(found, path + ("name",), drop.name, _NAME_CHARACTERS, "letters, digits, _ and -")
        if drop.name == "cutdown":
            found.append((path + ("name",), "'cutdown' is what ends the flight: write [cutdown]"))
        _link(found, path + ("channel",), drop.channel, mission.channels, "channel")
        _limits(found, path, drop, DROP_LIMITS)
        _twice(found, drops, index, "drops")
        if drop.after_ms is None and drop.at_unix_s is None:
            found.append((path + ("after_ms",), "is missing: say when, after launch or at a time in UTC"))
        elif drop.after_ms is not None and drop.at_unix_s is not None:
            found.append((path + ("at_unix_s",), "is said beside `after`: keep one of them"))
        if drop.inside is not None:
            _link(found, path + ("inside",), drop.inside, mission.areas, "area")
        if type(drop.keep_outs) is not int:
            found.append((path + ("keep_outs",), _no_such(drop.keep_outs, mission.areas, "area")))
        elif drop.keep_outs >> len(mission.areas):  # of a negative number something is always left
            found.append((path + ("keep_outs",), "names areas that are not there"))


def _cutdown(found, mission):
    cutdown = mission.cutdown
    path = ("cutdown",)
    _link(found, path + ("channel",), cutdown.channel, mission.channels, "channel")
    _limits(found, path, cutdown, CUTDOWN_LIMITS)
    if cutdown.outside is not None:
        _link(found, path + ("outside",), cutdown.outside, mission.areas, "area")


def _kind(found, path, kind, kinds, what):
    if kind not in [row[0] for row in kinds]:
        known = ", ".join([row[1] for row in kinds])
        found.append((path + ("kind",), "no such kind of %s: %s; known: %s" % (what, shown(kind), known)))


def _twice(found, rows, index, what):
    for before in range(index):
        if type(rows[index].name) is str and rows[before].name == rows[index].name:
            found.append(((what, index, "name"), "two %s are called %s" % (what, shown(rows[index].name))))


def _link(found, path, index, rows, what):
    if type(index) is not int or not 0 <= index < len(rows):
        found.append((path, _no_such(index, rows, what)))


def _name(found, path, value, characters, allowed):
    if value is None:
        found.append((path, "is missing"))
    elif type(value) is not str:
        found.append((path, "must be text in quotes, not " + shown(value)))
    elif not value:
        found.append((path, "is empty"))
    elif len(value) > LONGEST_NAME:
        found.append((path, "%s is longer than %d characters" % (shown(value), LONGEST_NAME)))
    else:
        for character in value:
            if character not in characters:
                found.append((path, "%s may hold only %s" % (shown(value), allowed)))
                break


def _limits(found, path, holder, limits):
    for row in limits:
        name, least, most, unit = row[:4]
        value = getattr(holder, name)
        if value is None and len(row) > 4 and row[4]:
            continue
        if value is None:
            found.append((path + (name,), "is missing"))
        elif type(value) is not int:  # a bool would pass for an integer otherwise
            found.append((path + (name,), "must be a whole number, not " + shown(value)))
        elif not least <= value <= most:
            found.append((path + (name,), _outside(value, least, most, unit)))


def _outside(value, least, most, unit):
    if unit == "ms":
        return "%s is outside %s to %s" % (seconds_text(value), seconds_text(least), seconds_text(most))
    return "%s is outside %d to %d%s" % (shown(value), least, most, " " + unit if unit else "")


def _no_such(value, rows, what):
    names = [shown(row.name) for row in rows]
    known = "there are " + ", ".join(names) if names else "there is none"
    if value is None:
        return "is missing"
    return "there is no %s %s; %s" % (what, shown(value), known)


def shown(value):
    text = "'%s'" % value if type(value) is str else str(value)
    return text if len(text) <= 40 else text[:37] + "..."


def seconds_text(ms):
    """Milliseconds as a person says them: "4 s", "0.5 s", "10 min", "7 d"."""
    for size, unit in ((86400000, "d"), (3600000, "h"), (60000, "min")):
        if ms >= size and ms % size == 0:
            return "%d %s" % (ms // size, unit)
    sign = "-" if ms < 0 else ""
    whole, rest = divmod(abs(ms), 1000)
    if not rest:
        return "%s%d s" % (sign, whole)
    return "%s%d.%s s" % (sign, whole, ("%03d" % rest).rstrip("0"))


def clock_text(ms):
    """Milliseconds since launch as h:mm:ss, with a fraction only where there is one."""
    seconds, rest = divmod(ms, 1000)
    text = "%d:%02d:%02d" % (seconds // 3600, seconds // 60 % 60, seconds % 60)
    return text + "." + ("%03d" % rest).rstrip("0") if rest else text
