"""What a radio profile comes to: sizes, times on the air, the share of an hour, how soon a command is answered."""

from dataclasses import dataclass

from firmware.protocol import authentication, commands, framing, history, profiles, telemetry, words

META_EVERY_S = 60
_START_AND_STOP_BITS = 10  # of a byte on a UART, and on the air where the UART is keyed as it is
# A radio and the program behind it turn from hearing to speaking in this time.
TURNAROUND_MS = 50
_HOUR_S = 3600
_FULL_PERMILLE = 1000


def _on_wire(payload_bytes: int) -> int:
    return int(framing.FIXED_BYTES) + payload_bytes


_FIX_BYTES = int(telemetry.FIX_LAYOUT.size)
SIZES = {
    "FIX": _on_wire(_FIX_BYTES),
    "FIX_2": _on_wire(_FIX_BYTES + 2 * history.PLACE_BYTES),
    "FIX_3": _on_wire(_FIX_BYTES + 3 * history.PLACE_BYTES),
    "EVENT": _on_wire(telemetry.EVENT_LAYOUT.size),
    "META": _on_wire(telemetry.META_LAYOUT.size),
    "HIST": _on_wire(history.HIST_BYTES),
    "CHAL": _on_wire(telemetry.CHAL_LAYOUT.size + authentication.TAG_BYTES),
    "ACK": _on_wire(telemetry.ACK_LAYOUT.size + authentication.TAG_BYTES),
    "CMD": _on_wire(commands.CMD_LAYOUT.size + authentication.TAG_BYTES),
}
_REPORTS = {0: "FIX", 2: "FIX_2", 3: "FIX_3"}
NAMES = {number: name for number, name, _ in words.PROFILES}


@dataclass(frozen=True)
class Budget:
    """One profile, worked out. Times in ms where the name says so, shares in thousandths."""

    number: int
    name: str
    report: str
    sizes: dict[str, int]  # bytes on the wire by frame
    air_ms: dict[str, int]
    rate_s: int
    slot_ms: int
    slot_needed_ms: int  # a command and its answer
    period_needed_ms: int  # the fullest time between two reports: report, slot, META, and a HIST where they go out
    duty_permille: int
    duty_limit_permille: int
    bytes_an_hour: int
    loss: float
    tries_expected: float  # of one command until its answer is heard
    answer_expected_s: float
    answer_longest_s: float  # where nothing is lost
    problems: tuple[str, ...]


def budget(number: int, loss: float = 0.3) -> Budget:
    """The Budget of a profile. loss: the share of frames that are lost, each way, 0 to 0.99."""
    profile = profiles.profile(number)
    report = _REPORTS[profile.past]
    air_ms = {name: _air_ms(profile, size) for name, size in SIZES.items()}
    an_hour = {report: _HOUR_S / profile.rate_s, "META": _HOUR_S / META_EVERY_S}
    if profile.filler_s:
        an_hour["HIST"] = _HOUR_S / profile.filler_s
    slot_needed_ms = air_ms["CMD"] + air_ms["ACK"] + TURNAROUND_MS
    period_ms = air_ms[report] + profile.slot_ms + air_ms["META"] + (air_ms["HIST"] if profile.filler_s else 0)
    duty = sum(count * air_ms[name] for name, count in an_hour.items()) / _HOUR_S
    # An answer goes out ANSWERS times and is sticky in every report after: what is lost is the command.
    tries = 1 / ((1 - loss) * (1 - loss**commands.ANSWERS))
    once_s = (air_ms[report] + slot_needed_ms) / 1000
    return Budget(
        number,
        NAMES.get(number, str(number)),
        report,
        dict(SIZES),
        air_ms,
        profile.rate_s,
        profile.slot_ms,
        slot_needed_ms,
        period_ms,
        round(duty),
        profile.duty_permille,
        round(sum(count * SIZES[name] for name, count in an_hour.items())),
        loss,
        tries,
        profile.rate_s * (tries - 0.5) + once_s,
        profile.rate_s + once_s,
        tuple(_problems(profile, report, slot_needed_ms, period_ms, round(duty))),
    )


def _air_ms(profile: profiles.Profile, size: int) -> int:
    """Milliseconds that a frame of so many bytes holds the channel; never sooner than the UART brings it."""
    uart_ms = size * _START_AND_STOP_BITS * 1000 / profile.baud
    air_ms = size * 8 * 1000 / profile.air_bps + profile.overhead_ms
    return round(float(max(uart_ms, air_ms)))


def _problems(profile: profiles.Profile, report: str, slot_ms: int, period_ms: int, duty_permille: int) -> list[str]:
    found = [
        f"{name} has {size} bytes, and the radio carries {profile.largest} in one piece"
        for name, size in SIZES.items()
        if size > profile.largest and name not in set(_REPORTS.values()) - {report}
    ]
    if slot_ms > profile.slot_ms:
        found.append(f"a command and its answer take {slot_ms} ms, and the slot has {profile.slot_ms} ms")
    if period_ms > profile.rate_s * 1000:
        found.append(f"report, slot and what goes out between take {period_ms} ms of {profile.rate_s * 1000} ms")
    if profile.duty_permille < _FULL_PERMILLE and duty_permille > profile.duty_permille:
        found.append(
            f"on the air for {duty_permille / 10:.1f} % of the time, and {profile.duty_permille / 10:.0f} % are allowed"
        )
    return found
