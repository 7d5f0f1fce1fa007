"""What a mission may say: limits of every number and name, and what must hold between them; checked on both sides."""

from firmware.protocol.mission_plan import LONGEST_PULSE_MS, attempt_ms

MOST_CHANNELS = 8
MOST_DROPS = 8
BURN_WIRE = 1
# number, name, what it is
KINDS = ((BURN_WIRE, "burn_wire", "a wire that is heated for the length of the pulse and cuts a cord"),)

LONGEST_NAME = 16
_NAME_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
_CALLSIGN_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-/"

# A further attempt on a wire begins at the latest so long after the one before it.
ATTEMPT_GAP_MS = 2000

# name, least, most, unit. The most of every time stays below 2**30, where a board's integers begin to allocate.
FLIGHT_LIMITS = (
    ("net", 0, 0xFFFF, ""),  # 0: made from the hash
    ("pad_altitude_m", -430, 6000, "m"),
    ("highest_ground_m", -430, 9000, "m"),
    ("min_agl_m", 300, 30000, "m"),
    ("not_before_ms", 60000, 604800000, "ms"),
    ("end_ms", 600000, 604800000, "ms"),
)
CHANNEL_LIMITS = (
    ("output", 1, MOST_CHANNELS, ""),
    ("pulse_ms", 500, LONGEST_PULSE_MS, "ms"),
    ("attempts", 1, 3, ""),
)
DROP_LIMITS = (("after_ms", 1, 604800000, "ms"),)


def busy_ms(channel):
    """How long a drop may keep its channel, ms: every attempt with the evidence after it."""
    busy = 0
    for attempt in range(1, channel.attempts + 1):
        busy += attempt_ms(channel.pulse_ms, attempt) + ATTEMPT_GAP_MS
    return busy


def problems(mission):
    """Everything wrong with a mission: a list of (path, sentence), empty when it may fly. Never raises.

    A path is a tuple of attribute names and indices, ("drops", 0, "after_ms"): the ground finds the line by it.
    """
    found: list = []
    _name(found, ("flight_id",), mission.flight_id, _NAME_CHARACTERS, "letters, digits, _ and -")
    _name(found, ("callsign",), mission.callsign, _CALLSIGN_CHARACTERS, "capital letters, digits, - and /")
    _limits(found, (), mission, FLIGHT_LIMITS)
    if len(mission.channels) > MOST_CHANNELS:
        found.append((("channels",), "%d channels, at most %d fit" % (len(mission.channels), MOST_CHANNELS)))
    if len(mission.drops) > MOST_DROPS:
        found.append((("drops",), "%d drops, at most %d fit" % (len(mission.drops), MOST_DROPS)))
    _channels(found, mission.channels)
    _drops(found, mission)
    _together(found, mission)
    return found


def _channels(found, channels):
    for index in range(len(channels)):
        channel = channels[index]
        path = ("channels", index)
        _name(found, path + ("name",), channel.name, _NAME_CHARACTERS, "letters, digits, _ and -")
        if channel.kind not in [kind[1] for kind in KINDS]:
            known = ", ".join([kind[1] for kind in KINDS])
            found.append((path + ("kind",), "no such kind of channel: %s; known: %s" % (_shown(channel.kind), known)))
        _limits(found, path, channel, CHANNEL_LIMITS)
        for before in range(index):
            if type(channel.name) is str and channels[before].name == channel.name:
                found.append((path + ("name",), "two channels are called " + _shown(channel.name)))
            if type(channel.output) is int and channels[before].output == channel.output:
                text = "board output %d belongs to channel %s already" % (channel.output, _shown(channels[before].name))
                found.append((path + ("output",), text))


def _drops(found, mission):
    drops = mission.drops
    for index in range(len(drops)):
        drop = drops[index]
        path = ("drops", index)
        _name(found, path + ("name",), drop.name, _NAME_CHARACTERS, "letters, digits, _ and -")
        if type(drop.channel) is not int or not 0 <= drop.channel < len(mission.channels):
            found.append((path + ("channel",), _no_channel(drop.channel, mission.channels)))
        _limits(found, path, drop, DROP_LIMITS)
        for before in range(index):
            if type(drop.name) is str and drops[before].name == drop.name:
                found.append((path + ("name",), "two drops are called " + _shown(drop.name)))


def _together(found, mission):
    """What must hold between values, asked of those that are in order themselves."""
    wrong = [path for path, _ in found]
    end_known = ("end_ms",) not in wrong
    start_known = ("not_before_ms",) not in wrong
    pad_m = mission.pad_altitude_m
    if ("pad_altitude_m",) not in wrong and ("highest_ground_m",) not in wrong and mission.highest_ground_m < pad_m:
        text = "the highest ground, %d m, is below the pad, %d m" % (mission.highest_ground_m, pad_m)
        found.append((("highest_ground_m",), text))
    if end_known and start_known and mission.not_before_ms >= mission.end_ms:
        text = "nothing could fire: the flight ends at %s, and nothing is allowed before %s"
        found.append((("end_ms",), text % (clock_text(mission.end_ms), clock_text(mission.not_before_ms))))
    for index in range(len(mission.drops)):
        path = ("drops", index, "after_ms")
        if path in wrong:
            continue
        drop = mission.drops[index]
        if start_known and drop.after_ms < mission.not_before_ms:
            text = "%s is earlier than anything may fire in this flight, %s after launch"
            found.append((path, text % (clock_text(drop.after_ms), clock_text(mission.not_before_ms))))
        if end_known and drop.after_ms >= mission.end_ms:
            text = "%s is after the end of the flight, %s"
            found.append((path, text % (clock_text(drop.after_ms), clock_text(mission.end_ms))))
        on = ("channels", drop.channel)
        if ("drops", index, "channel") in wrong or on + ("pulse_ms",) in wrong or on + ("attempts",) in wrong:
            continue
        channel = mission.channels[drop.channel]
        busy = busy_ms(channel)
        if end_known and drop.after_ms < mission.end_ms < drop.after_ms + busy:
            text = "its pulses may last until %s, beyond the end of the flight, %s"
            found.append((path, text % (clock_text(drop.after_ms + busy), clock_text(mission.end_ms))))
        for before in range(index):
            other = mission.drops[before]
            if other.channel == drop.channel and ("drops", before, "after_ms") not in wrong:
                apart = abs(drop.after_ms - other.after_ms)
                if apart < busy:
                    text = "%s and %s overlap on channel %s: a drop may keep it for %s, they are %s apart"
                    names = (_shown(other.name), _shown(drop.name), _shown(channel.name))
                    found.append((path, text % (names + (seconds_text(busy), seconds_text(apart)))))


def _name(found, path, value, characters, allowed):
    if value is None:
        found.append((path, "is missing"))
    elif type(value) is not str:
        found.append((path, "must be text in quotes, not " + _shown(value)))
    elif not value:
        found.append((path, "is empty"))
    elif len(value) > LONGEST_NAME:
        found.append((path, "%s is longer than %d characters" % (_shown(value), LONGEST_NAME)))
    else:
        for character in value:
            if character not in characters:
                found.append((path, "%s may hold only %s" % (_shown(value), allowed)))
                break


def _limits(found, path, holder, limits):
    for name, least, most, unit in limits:
        value = getattr(holder, name)
        if value is None:
            found.append((path + (name,), "is missing"))
        elif type(value) is not int:  # a bool would pass for an integer otherwise
            found.append((path + (name,), "must be a whole number, not " + _shown(value)))
        elif not least <= value <= most:
            found.append((path + (name,), _outside(value, least, most, unit)))


def _outside(value, least, most, unit):
    if unit == "ms":
        return "%s is outside %s to %s" % (seconds_text(value), seconds_text(least), seconds_text(most))
    return "%s is outside %d to %d%s" % (_shown(value), least, most, " " + unit if unit else "")


def _no_channel(value, channels):
    names = [_shown(channel.name) for channel in channels]
    known = "there are " + ", ".join(names) if names else "there is none"
    if value is None:
        return "is missing"
    return "there is no channel %s; %s" % (_shown(value), known)


def _shown(value):
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
