"""What must hold between the values of a mission, asked of those that are right by themselves. On both sides."""

from firmware.protocol.mission_plan import (
    BACKUP_AFTER_MS,
    KEEP_IN,
    KEEP_OUT,
    LONGEST_HOLD_MS,
    MOST_ATTEMPTS,
    SERVO,
)
from firmware.protocol.mission_rules import all_busy_ms, clock_text, seconds_text, shown


def together(found, mission):
    """Append to `found`, a list of (path, sentence), what does not fit together."""
    wrong = [path for path, _ in found]
    _flight(found, wrong, mission)
    for index in range(len(mission.channels)):
        _hand_over(found, wrong, mission, index)
    for index in range(len(mission.drops)):
        _times(found, wrong, mission, index)
        _conditions(found, wrong, mission, index)
    for index in range(len(mission.drops)):
        _positions(found, wrong, mission, index)
        _channel(found, wrong, mission, index)
    if mission.cutdown is not None:
        _cutdown(found, wrong, mission)
    if mission.backup_ms:
        _backup(found, wrong, mission)


def _flight(found, wrong, mission):
    pad_m = mission.pad_altitude_m
    if ("pad_altitude_m",) not in wrong and ("highest_ground_m",) not in wrong and mission.highest_ground_m < pad_m:
        text = "the highest ground, %d m, is below the pad, %d m" % (mission.highest_ground_m, pad_m)
        found.append((("highest_ground_m",), text))
    if ("end_ms",) in wrong or ("not_before_ms",) in wrong:
        return
    if mission.not_before_ms >= mission.end_ms:
        text = "nothing could fire: the flight ends at %s, and nothing is allowed before %s"
        found.append((("end_ms",), text % (clock_text(mission.end_ms), clock_text(mission.not_before_ms))))
    if ("slowest_cm_s",) not in wrong and ("fastest_cm_s",) not in wrong:
        if mission.fastest_cm_s < mission.slowest_cm_s:
            found.append((("fastest_cm_s",), "the fastest climb is slower than the slowest"))
    if ("blind_from_ms",) not in wrong and ("blind_until_ms",) not in wrong and mission.blind_until_ms:
        if not mission.not_before_ms <= mission.blind_from_ms < mission.blind_until_ms <= mission.end_ms:
            text = "the blind window, %s to %s, does not lie between the first and the last moment of the flight"
            spoken = (clock_text(mission.blind_from_ms), clock_text(mission.blind_until_ms))
            found.append((("blind_until_ms",), text % spoken))


def _hand_over(found, wrong, mission, index):
    path = ("channels", index)
    channel = mission.channels[index]
    if channel.same_load is None or path + ("same_load",) in wrong:
        return
    other = mission.channels[channel.same_load]
    if channel.kind == SERVO or other.kind == SERVO:
        found.append((path + ("same_load",), "only a burn wire can take over from a burn wire"))
    elif other.same_load is not None:
        found.append((path + ("same_load",), "channel %s hands over itself" % shown(other.name)))
    elif path + ("attempts",) not in wrong and channel.attempts >= MOST_ATTEMPTS:
        text = "is never reached: a drop has at most %d attempts, and this channel takes all of them"
        found.append((path + ("same_load",), text % MOST_ATTEMPTS))


def _times(found, wrong, mission, index):
    drop = mission.drops[index]
    path = ("drops", index)
    if path + ("every_ms",) not in wrong and path + ("count",) not in wrong:
        if drop.count > 1 and not drop.every_ms:
            found.append((path + ("every_ms",), "is missing: %d times, but how far apart?" % drop.count))
        elif drop.count == 1 and drop.every_ms:
            found.append((path + ("count",), "is missing: how many times?"))
        elif drop.count > 1 and ("min_gap_ms",) not in wrong and drop.every_ms < mission.min_gap_ms:
            text = "%s is shorter than the least gap between two drops, %s"
            found.append((path + ("every_ms",), text % (seconds_text(drop.every_ms), seconds_text(mission.min_gap_ms))))
        elif drop.count > 1 and drop.patience_ms is not None and path + ("patience_ms",) not in wrong:
            if drop.patience_ms >= drop.every_ms:
                text = "every occasion must be over before the next, %s later"
                found.append((path + ("patience_ms",), text % seconds_text(drop.every_ms)))
    if drop.after_ms is None or path + ("after_ms",) in wrong:
        return
    if ("not_before_ms",) not in wrong and drop.after_ms < mission.not_before_ms:
        text = "%s is earlier than anything may fire in this flight, %s after launch"
        found.append((path + ("after_ms",), text % (clock_text(drop.after_ms), clock_text(mission.not_before_ms))))
    if ("end_ms",) in wrong:
        return
    if drop.after_ms >= mission.end_ms:
        text = "%s is after the end of the flight, %s"
        found.append((path + ("after_ms",), text % (clock_text(drop.after_ms), clock_text(mission.end_ms))))
        return
    if path + ("every_ms",) in wrong or path + ("count",) in wrong:
        return
    last_ms = drop.after_ms + (drop.count - 1) * drop.every_ms
    if last_ms >= mission.end_ms:
        text = "its last occasion, %s, is after the end of the flight, %s"
        found.append((path + ("count",), text % (clock_text(last_ms), clock_text(mission.end_ms))))
    elif drop.patience_ms is not None and path + ("patience_ms",) not in wrong:
        if last_ms + drop.patience_ms >= mission.end_ms:
            text = "its latest moment, %s, is after the end of the flight, %s"
            spoken = (clock_text(last_ms + drop.patience_ms), clock_text(mission.end_ms))
            found.append((path + ("patience_ms",), text % spoken))


def _conditions(found, wrong, mission, index):
    drop = mission.drops[index]
    path = ("drops", index)
    low_m, high_m = drop.min_altitude_m, drop.max_altitude_m
    if path + ("min_altitude_m",) not in wrong and path + ("max_altitude_m",) not in wrong:
        if low_m is not None and high_m is not None and low_m >= high_m:
            found.append((path + ("max_altitude_m",), "%d m is not above min_altitude_m, %d m" % (high_m, low_m)))
    if path + ("max_altitude_m",) not in wrong and high_m is not None:
        if ("highest_ground_m",) not in wrong and ("min_agl_m",) not in wrong:
            lowest_m = mission.highest_ground_m + mission.min_agl_m
            if high_m <= lowest_m:
                text = "%d m is not above %d m, below which nothing is let go" % (high_m, lowest_m)
                found.append((path + ("max_altitude_m",), text))
    if drop.inside is not None and path + ("inside",) not in wrong:
        if mission.areas[drop.inside].kind != KEEP_IN:
            found.append((path + ("inside",), "is a keep-out area: a drop is let go inside a keep-in area"))
    if path + ("keep_outs",) not in wrong:
        for place in range(len(mission.areas)):
            if drop.keep_outs >> place & 1 and mission.areas[place].kind != KEEP_OUT:
                found.append((path + ("keep_outs",), "%s is no keep-out area" % shown(mission.areas[place].name)))


def _channel(found, wrong, mission, index):
    drop = mission.drops[index]
    path = ("drops", index)
    if path + ("channel",) in wrong or path + ("after_ms",) in wrong or drop.after_ms is None:
        return
    busy = _busy(wrong, mission, drop.channel)
    if busy is None:
        return
    if ("end_ms",) not in wrong and drop.after_ms < mission.end_ms < drop.after_ms + busy:
        _beyond(found, path + ("after_ms",), drop.after_ms + busy, mission.end_ms)
    channel = mission.channels[drop.channel]
    for before in range(index):
        other = mission.drops[before]
        if other.channel == drop.channel and ("drops", before, "after_ms") not in wrong and other.after_ms is not None:
            apart = abs(drop.after_ms - other.after_ms)
            if apart < busy:
                text = "%s and %s overlap on channel %s: a drop may keep it for %s, they are %s apart"
                names = (shown(other.name), shown(drop.name), shown(channel.name))
                found.append((path + ("after_ms",), text % (names + (seconds_text(busy), seconds_text(apart)))))


def _positions(found, wrong, mission, index):
    """A servo has a position for every release of all drops on it; said at the first drop that finds none."""
    drop = mission.drops[index]
    path = ("drops", index)
    if path + ("channel",) in wrong or path + ("count",) in wrong:
        return
    on = ("channels", drop.channel)
    channel = mission.channels[drop.channel]
    if channel.kind != SERVO or on + ("positions_us",) in wrong:
        return
    releases = 0
    for place in range(index + 1):
        if mission.drops[place].channel == drop.channel and ("drops", place, "count") not in wrong:
            releases += mission.drops[place].count
    room = len(channel.positions_us) - 1
    if releases > room >= releases - drop.count:
        text = "%d releases, but channel %s has positions for %d"
        found.append((path + ("count",), text % (releases, shown(channel.name), room)))


def _cutdown(found, wrong, mission):
    cutdown = mission.cutdown
    path = ("cutdown",)
    if path + ("latest_ms",) not in wrong:
        _cutdown_time(found, wrong, mission, path + ("latest_ms",))
    if cutdown.outside is not None and path + ("outside",) not in wrong:
        if mission.areas[cutdown.outside].kind != KEEP_IN:
            found.append((path + ("outside",), "is a keep-out area: the flight is ended outside a keep-in area"))
    if path + ("channel",) in wrong:
        return
    # Neither may take the other's wire, nor get it handed over: a drop would end the flight.
    ends = _wires(wrong, mission, cutdown.channel)
    for index in range(len(mission.drops)):
        drop = mission.drops[index]
        if ("drops", index, "channel") not in wrong:
            for channel in _wires(wrong, mission, drop.channel):
                if channel in ends:
                    text = "drop %s has channel %s as well" % (shown(drop.name), shown(mission.channels[channel].name))
                    found.append((path + ("channel",), text))
                    break


def _cutdown_time(found, wrong, mission, path):
    latest_ms = mission.cutdown.latest_ms
    if ("not_before_ms",) not in wrong and latest_ms < mission.not_before_ms:
        text = "%s is earlier than anything may fire in this flight, %s after launch"
        found.append((path, text % (clock_text(latest_ms), clock_text(mission.not_before_ms))))
    if ("end_ms",) in wrong:
        return
    busy = None if ("cutdown", "channel") in wrong else _busy(wrong, mission, mission.cutdown.channel)
    if latest_ms >= mission.end_ms:
        text = "%s is after the end of the flight, %s"
        found.append((path, text % (clock_text(latest_ms), clock_text(mission.end_ms))))
    elif busy is not None and latest_ms + busy > mission.end_ms:
        _beyond(found, path, latest_ms + busy, mission.end_ms)


def _backup(found, wrong, mission):
    """The second way to end the flight: later than anything the first one may do, and before the end."""
    path = ("backup_ms",)
    if path in wrong:
        return
    if mission.cutdown is None:
        found.append((path, "there is no cutdown for it to stand behind: write [cutdown]"))
    elif ("cutdown", "latest_ms") not in wrong:
        soonest_ms = mission.cutdown.latest_ms + LONGEST_HOLD_MS + BACKUP_AFTER_MS
        if mission.backup_ms < soonest_ms:
            text = "%s is earlier than the cutdown may be with all HOLD and 300 s, %s"
            found.append((path, text % (clock_text(mission.backup_ms), clock_text(soonest_ms))))
    if ("end_ms",) not in wrong and mission.backup_ms >= mission.end_ms:
        text = "the backup would end the flight at %s, after its end, %s, when nothing fires any more"
        found.append((path, text % (clock_text(mission.backup_ms), clock_text(mission.end_ms))))


def _wires(wrong, mission, index):
    """The channels that what is on channel `index` may use."""
    other = mission.channels[index].same_load
    if other is None or ("channels", index, "same_load") in wrong:
        return (index,)
    return (index, other)


def _busy(wrong, mission, index):
    """all_busy_ms, or None where a number that it needs is wrong."""
    for channel in _wires(wrong, mission, index):
        if ("channels", channel, "pulse_ms") in wrong or ("channels", channel, "attempts") in wrong:
            return None
    return None if ("channels", index, "same_load") in wrong else all_busy_ms(mission, index)


def _beyond(found, path, until_ms, end_ms):
    text = "its pulses may last until %s, beyond the end of the flight, %s"
    found.append((path, text % (clock_text(until_ms), clock_text(end_ms))))
