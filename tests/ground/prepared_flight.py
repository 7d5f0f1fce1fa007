"""A prepared flight for tests: the frames a payload would send, packed by the protocol's own tables."""

import random
import struct

from firmware.protocol import drops, framing, history, phases, telemetry

NET = 0x5A17
UNKNOWN_FIX = dict.fromkeys(telemetry.FIX_LAYOUT.names)
CALM_FIX = {
    **UNKNOWN_FIX,
    "latitude_e7": 361234567,
    "longitude_e7": 1291234567,
    "altitude_m": 120,
    "ground_speed_cm_s": 500,
    "course_cdeg": 9000,
    "vertical_cm_s": 500,
    "gps_age_s": 0,
    "fix_type": 3,
    "satellites": 11,
    "accuracy_m": 2,
    "dynamic_model": 6,
    "utc_known": 1,
    "pressure_pa": 100000,
    "inside_c": 18,
    "logic_mv": 3990,
    "cutter_mv": 6000,
    "phase": phases.GROUND,
    "armed": 1,
    "safe": 0,
    "hold": 0,
    "journal_ok": 1,
    "mission_ok": 1,
    "command_counter": 0,
    "command_result": 0,
    "drop_summary": 0,
    "reasons": 0,
    "backup_state": drops.BACKUP_SILENT,
    "next_drop_s": 1800,
    "attempts": 0,
    "drop": 0,
    "drop_state": drops.WAITING,
    "drop_step": 0,
    "reset_count": 0,
}


def packet(frame_type, sequence, mission_ms, payload, net=NET):
    return framing.header(frame_type, net, sequence, mission_ms) + payload


def fix_packet(sequence, mission_ms, net=NET, **changes):
    payload = bytearray(telemetry.FIX_LAYOUT.size)
    telemetry.FIX_LAYOUT.pack_into(payload, 0, {**CALM_FIX, **changes})
    return packet(telemetry.FIX, sequence, mission_ms, bytes(payload), net)


def history_packet(sequence, mission_ms, frame_type, places, net=NET, **changes):
    """A FIX_2 or FIX_3. places: (latitude_e7, longitude_e7, altitude_m) or None for each of its moments."""
    values = {**CALM_FIX, **changes}
    at = telemetry.FIX_LAYOUT.size
    payload = bytearray(at + history.PLACE_BYTES * len(places))
    telemetry.FIX_LAYOUT.pack_into(payload, 0, values)
    offsets = history.OFFSETS_2 if frame_type == telemetry.FIX_2 else history.OFFSETS_3
    for (_, step_e7), place in zip(offsets, places, strict=True):
        if place is None:
            history.pack_unknown(payload, at)
        else:
            history.pack_place(payload, at, step_e7, *place, values["latitude_e7"], values["longitude_e7"])
        at += history.PLACE_BYTES
    return packet(frame_type, sequence, mission_ms, bytes(payload), net)


def hist_packet(sequence, mission_ms, start_s, step_s, places, net=NET):
    """A HIST of up to six places, the first of them known."""
    payload = bytearray(history.HIST_BYTES)
    history.pack_hist_head(payload, start_s, step_s, *places[0])
    near = places[0][:2]
    at = history.HIST_BYTES - history.PLACE_BYTES * (history.HIST_PLACES - 1)
    step_e7 = history.HIST_STEP_E7
    for place in (*places[1:], *[None] * (history.HIST_PLACES - len(places))):
        if place is None:
            history.pack_unknown(payload, at)
        else:
            history.pack_place(payload, at, step_e7, *place, *near)
            wide_e7 = history.longitude_step(step_e7, near[0])
            near = (place[0] // step_e7 * step_e7 + step_e7 // 2, place[1] // wide_e7 * wide_e7 + wide_e7 // 2)
        at += history.PLACE_BYTES
    return packet(telemetry.HIST, sequence, mission_ms, bytes(payload), net)


def event_packet(sequence, mission_ms, event_id, code, subject=0, detail=0, argument=0, net=NET):
    payload = bytearray(telemetry.EVENT_LAYOUT.size)
    values = dict(zip(telemetry.EVENT_LAYOUT.names, (event_id, code, subject, detail, argument), strict=True))
    telemetry.EVENT_LAYOUT.pack_into(payload, 0, values)
    return packet(telemetry.EVENT, sequence, mission_ms, bytes(payload), net)


class Recorder:
    """Numbers packets as a payload does."""

    def __init__(self, net=NET):
        self.net = net
        self.packets = []
        self.events = 0

    def fix(self, mission_ms, **changes):
        self.packets.append(fix_packet(len(self.packets), mission_ms, self.net, **changes))

    def event(self, mission_ms, code, subject=0, detail=0, argument=0, repeats=3):
        for _ in range(repeats):
            self.packets.append(
                event_packet(len(self.packets), mission_ms, self.events, code, subject, detail, argument, self.net)
            )
        self.events = self.events + 1 & 0xFF


LAUNCH_MS = 300_000
DROP_MS = LAUNCH_MS + 1_800_000
APEX_MS = LAUNCH_MS + 6_000_000
LANDED_MS = APEX_MS + 2_600_000


def flight_packets(until_ms=LANDED_MS + 600_000, every_ms=1000, net=NET):
    """A latex flight of 2.6 h to 30 km with one drop at 30 min, a FIX every `every_ms`."""
    record = Recorder(net)
    record.event(0, telemetry.BOOTED, 1, 0)
    record.event(0, telemetry.MISSION_LOADED, 1, 1, 0x1234)
    told = set()
    for now_ms in range(0, until_ms, every_ms):
        since = now_ms - LAUNCH_MS
        changes = {"longitude_e7": CALM_FIX["longitude_e7"] + max(0, since) // 10}
        if since < 0:
            changes.update(vertical_cm_s=0)
        elif now_ms < APEX_MS:
            changes.update(phase=phases.ASCENT, altitude_m=120 + since * 5 // 1000)
        elif now_ms < LANDED_MS:
            height = max(120, 30120 - (now_ms - APEX_MS) * 30000 // 2_600_000)
            changes.update(phase=phases.DESCENT, altitude_m=height, vertical_cm_s=-1150)
        else:
            changes.update(phase=phases.LANDED, vertical_cm_s=0)
        if since >= 0 and "launch" not in told:
            told.add("launch")
            record.event(now_ms, telemetry.LAUNCHED, 0, 0, LAUNCH_MS)
            record.event(now_ms, telemetry.PHASE_CHANGED, phases.ASCENT, phases.GROUND, 120)
        if now_ms >= DROP_MS:
            if "drop" not in told:
                told.add("drop")
                record.event(now_ms, telemetry.DROP_CHANGED, 0, drops.FIRING, 0 | 1 << 8)
                record.event(now_ms, telemetry.DROP_CHANGED, 0, drops.CONFIRMED, 0 | 1 << 8)
            changes.update(
                drop_summary=drops.SUMMARY_RELEASED, next_drop_s=None, drop_state=drops.CONFIRMED, attempts=1
            )
        else:
            changes.update(next_drop_s=(DROP_MS - now_ms) // 1000)
        if now_ms >= APEX_MS and "apex" not in told:
            told.add("apex")
            record.event(now_ms, telemetry.PHASE_CHANGED, phases.DESCENT, phases.ASCENT, 30120)
        if now_ms >= LANDED_MS and "landed" not in told:
            told.add("landed")
            record.event(now_ms, telemetry.PHASE_CHANGED, phases.LANDED, phases.DESCENT, 120)
        record.fix(now_ms, **changes)
    return record.packets


def wire(packets):
    return b"".join(framing.encode(one) for one in packets)


def random_bytes(seed, count):
    return random.Random(seed).randbytes(count)


def crc_of(packet_bytes):
    return struct.pack("<I", framing.crc32(packet_bytes) & 0xFFFFFFFF)
