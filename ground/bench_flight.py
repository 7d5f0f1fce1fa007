"""A flight to measure with: a latex balloon's frames, with the noise that real sensors have, from a seed alone."""

from collections.abc import Sequence
from random import Random

from firmware.protocol import drops, framing, history, phases, telemetry

NET = 0x5A17
Truth = tuple[int, int, int]  # latitude_e7, longitude_e7, altitude_m

_CLIMB_M_S = 5.2
_BURST_M = 31_000
_FALL_M_S = 9.0
_GROUND_M = 140
_HEAD_BYTES = history.HIST_BYTES - history.PLACE_BYTES * (history.HIST_PLACES - 1)
_OFFSETS = {telemetry.FIX_2: history.OFFSETS_2, telemetry.FIX_3: history.OFFSETS_3}


def way(seconds: int, seed: int = 1) -> list[Truth]:
    """A place a second: up, down, and at rest; a wind that turns and freshens with height, and the receiver's noise."""
    dice = Random(seed)
    latitude, longitude, altitude = 481_234_567.0, 161_234_567.0, float(_GROUND_M)
    up = True
    found = []
    for _ in range(seconds):
        wind_m_s = 4 + 30 * min(1.0, altitude / 12_000) if altitude > _GROUND_M or up else 0.0
        latitude += wind_m_s * 20 + dice.gauss(0, 6)
        longitude += wind_m_s * 120 + dice.gauss(0, 9)
        altitude += _CLIMB_M_S + dice.gauss(0, 0.4) if up else -_FALL_M_S * (1 + altitude / 15_000)
        up = up and altitude < _BURST_M
        altitude = max(altitude, float(_GROUND_M))
        found.append((round(latitude), round(longitude), round(altitude)))
    return found


def values_of(second: int, place: Truth, dice: Random) -> dict[str, int | None]:
    """Every field of a FIX at that second."""
    latitude_e7, longitude_e7, altitude_m = place
    pressure_pa = 101325 * (1 - 2.25577e-5 * min(altitude_m, 30_000)) ** 5.2559
    released = second >= 1800
    return {
        "latitude_e7": latitude_e7,
        "longitude_e7": longitude_e7,
        "altitude_m": altitude_m,
        "ground_speed_cm_s": 1200 + dice.randrange(-150, 150),
        "course_cdeg": 8000 + dice.randrange(-600, 600),
        "vertical_cm_s": 520 + dice.randrange(-60, 60),
        "gps_age_s": 0,
        "fix_type": 3,
        "satellites": 10 + dice.randrange(3),
        "accuracy_m": 2,
        "dynamic_model": 6,
        "utc_known": 1,
        "pressure_pa": round(pressure_pa) + dice.randrange(-6, 6),
        "logic_mv": 3900 - second // 60 + dice.randrange(-20, 20),
        "cutter_mv": 6100 + dice.randrange(-40, 40),
        "phase": phases.ASCENT,
        "armed": 1,
        "safe": 0,
        "hold": 0,
        "journal_ok": 1,
        "mission_ok": 1,
        "command_counter": 0,
        "command_result": 0,
        "drop_summary": drops.SUMMARY_RELEASED if released else drops.SUMMARY_PENDING,
        "reasons": 0 if released else drops.TOO_EARLY,
        "backup_state": drops.BACKUP_RUNNING,
        "inside_c": 20 - altitude_m // 700,
        "next_drop_s": (7200 if released else 1800) - second if second < 7200 else None,
        "attempts": 0,
        "drop": second % 4 == 3,
        "drop_state": drops.WAITING,
        "drop_step": 0,
        "reset_count": 0,
    }


def fix_frame(
    second: int, sequence: int, places: Sequence[Truth], dice: Random, frame_type: int = telemetry.FIX
) -> bytes:
    """A FIX, FIX_2 or FIX_3 as it goes over the wire; it tells of the places that lie so far back."""
    values = values_of(second, places[second], dice)
    offsets = _OFFSETS.get(frame_type, ())
    at = telemetry.FIX_LAYOUT.size
    payload = bytearray(at + history.PLACE_BYTES * len(offsets))
    telemetry.FIX_LAYOUT.pack_into(payload, 0, values)
    near = places[second][:2]
    for offset_s, step_e7 in offsets:
        if second >= offset_s:
            history.pack_place(payload, at, step_e7, *places[second - offset_s], *near)
        else:
            history.pack_unknown(payload, at)
        at += history.PLACE_BYTES
    header = framing.header(frame_type, NET, sequence, second * 1000)
    return bytes(framing.encode(header + bytes(payload)))


def hist_frame(second: int, sequence: int, start_s: int, places: Sequence[Truth]) -> bytes:
    """A HIST of six places a second apart from start_s on."""
    payload = bytearray(history.HIST_BYTES)
    first = places[start_s]
    history.pack_hist_head(payload, start_s, 1, *first)
    step_e7 = history.HIST_STEP_E7
    near = first[:2]
    for number in range(1, history.HIST_PLACES):
        place = places[start_s + number]
        at = _HEAD_BYTES + history.PLACE_BYTES * (number - 1)
        history.pack_place(payload, at, step_e7, *place, *near)
        wide_e7 = history.longitude_step(step_e7, near[0])
        near = (place[0] // step_e7 * step_e7 + step_e7 // 2, place[1] // wide_e7 * wide_e7 + wide_e7 // 2)
    header = framing.header(telemetry.HIST, NET, sequence, second * 1000)
    return bytes(framing.encode(header + bytes(payload)))


def fix_frames(count: int, frame_type: int = telemetry.FIX) -> list[bytes]:
    """A frame a second from the start of the flight."""
    dice = Random(2)
    places = way(count)
    return [fix_frame(second, second, places, dice, frame_type) for second in range(count)]
