"""What must hold between the values of a mission, asked of those that are in order themselves; checked on both sides."""

from firmware.protocol.mission_plan import KEEP_IN, KEEP_OUT, MOST_ATTEMPTS, SERVO
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
        _channel(found, wrong, mission, index)
    if mission.cutdown is not None:
        _cutdown(found, wrong, mission)


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
    on = ("channels", drop.channel)
    if on + ("pulse_ms",) in wrong or on + ("attempts",) in wrong or on + ("same_load",) in wrong:
        return
    channel = mission.channels[drop.channel]
    busy = all_busy_ms(mission, drop.channel)
    if ("end_ms",) not in wrong and drop.after_ms < mission.end_ms < drop.after_ms + busy:
        text = "its pulses may last until %s, beyond the end of the flight, %s"
        spoken = (clock_text(drop.after_ms + busy), clock_text(mission.end_ms))
        found.append((path + ("after_ms",), text % spoken))
    if drop.count > 1 and channel.kind == SERVO and path + ("count",) not in wrong:
        if on + ("positions_us",) not in wrong and _releases(mission, drop.channel) >= len(channel.positions_us):
            text = "%d releases, but channel %s has positions for %d"
            spoken = (_releases(mission, drop.channel), shown(channel.name), len(channel.positions_us) - 1)
            found.append((path + ("count",), text % spoken))
    for before in range(index):
        other = mission.drops[before]
        if other.channel == drop.channel and ("drops", before, "after_ms") not in wrong and other.after_ms is not None:
            apart = abs(drop.after_ms - other.after_ms)
            if apart < busy:
                text = "%s and %s overlap on channel %s: a drop may keep it for %s, they are %s apart"
                names = (shown(other.name), shown(drop.name), shown(channel.name))
                found.append((path + ("after_ms",), text % (names + (seconds_text(busy), seconds_text(apart)))))


def _releases(mission, channel):
    total = 0
    for drop in mission.drops:
        if drop.channel == channel and type(drop.count) is int:
            total += drop.count
    return total


def _cutdown(found, wrong, mission):
    cutdown = mission.cutdown
    path = ("cutdown",)
    if path + ("latest_ms",) not in wrong:
        if ("end_ms",) not in wrong and cutdown.latest_ms >= mission.end_ms:
            text = "%s is after the end of the flight, %s"
            spoken = (clock_text(cutdown.latest_ms), clock_text(mission.end_ms))
            found.append((path + ("latest_ms",), text % spoken))
        if ("not_before_ms",) not in wrong and cutdown.latest_ms < mission.not_before_ms:
            text = "%s is earlier than anything may fire in this flight, %s after launch"
            spoken = (clock_text(cutdown.latest_ms), clock_text(mission.not_before_ms))
            found.append((path + ("latest_ms",), text % spoken))
    if cutdown.outside is not None and path + ("outside",) not in wrong:
        if mission.areas[cutdown.outside].kind != KEEP_IN:
            found.append((path + ("outside",), "is a keep-out area: the flight is ended outside a keep-in area"))
    if path + ("channel",) not in wrong:
        for drop in mission.drops:
            if drop.channel == cutdown.channel:
                found.append((path + ("channel",), "drop %s has the same channel" % shown(drop.name)))
