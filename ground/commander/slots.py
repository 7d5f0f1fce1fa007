"""When the ground may speak: in the silence after each report, by the profile of the radio; in a pulse, at once.

A report that was lost has its slot all the same: it is told on from the last one. The payload answers at once, and
repeats its answer when the slots of the next two reports are over: a slot is the ground's from its first moment.
"""

from firmware.protocol import drops, profiles, telemetry
from firmware.protocol.profiles import Profile
from ground.commander.command_frame import ANSWER_BYTES, FRAME_BYTES
from ground.receiver import NEWEST, Record

_PASS_MS = 100  # the payload looks at its radio once a pass
_GUARD_MS = 10
_MARGIN_MS = 20
_APART_MS = 6  # two frames without a gap are one packet for a packet modem
_EARLY_MS = 40  # a report that was told on may come so much later than it should
_LONGEST_PULSE_MS = 15_000
# A slot that was not used at its moment is lost: what comes later may meet what the payload sends next.
_LATEST_MS = 60


class Slots:
    """All times in ms by one clock of the ground. `profile`: a number of profiles.py."""

    def __init__(self, profile: int = profiles.SIK_57600) -> None:
        self._follow(profile)
        self._report_ms: int | None = None
        self._sent_ms: tuple[int, ...] = ()  # the newest ones
        self._pulse_ms: int | None = None  # since when a pulse is on

    def _follow(self, profile: int) -> None:
        self.profile = profile
        self._radio: Profile = profiles.profile(profile)
        self.period_ms: int = self._radio.rate_s * 1000
        self._parts_ms = _parts_ms(self._radio, FRAME_BYTES)
        self._command_ms = sum(self._parts_ms)  # until it is off the air
        self._answer_ms = sum(_parts_ms(self._radio, ANSWER_BYTES))
        self._offsets_ms: tuple[int, ...] = (_GUARD_MS,)  # when to speak in a slot, counted from its beginning
        second_ms = _GUARD_MS + self._second_ms()
        # A slot begins when the report is off the air, and that is told here a wire later on both sides.
        room_ms = self._radio.slot_ms - 2 * _parts_ms(self._radio, self._radio.largest)[0]
        if second_ms + self._command_ms <= room_ms:
            self._offsets_ms += (second_ms,)

    def hear(self, record: Record, at_ms: int) -> None:
        """A record of the flight that is spoken to, as it comes."""
        if record.kind == "FIX" and record.order == NEWEST:
            self._report_ms = at_ms
            if record.values["drop_state"] != drops.FIRING:  # a report may still come between the event and the pulse
                self._pulse_ms = None
        elif record.frame_type == telemetry.META:
            profile, rate_s = record.values["profile"], record.values["rate_s"]
            if profile is not None and profile != self.profile:
                self._follow(profile)
            if rate_s:
                self.period_ms = rate_s * 1000
        elif record.frame_type == telemetry.EVENT and record.order == NEWEST:
            values = record.values
            if values["code"] == telemetry.DROP_CHANGED and values["detail"] == drops.FIRING:
                self._pulse_ms = at_ms

    def sent(self, at_ms: int) -> None:
        """A command has been handed to the radio."""
        self._sent_ms = (*self._sent_ms[-3:], at_ms)

    def open(self, now_ms: int, urgent: bool = False) -> bool:
        """Whether to speak now, if there is something to say; urgent: in a pulse, too, where no answer comes."""
        moment = self._moment(now_ms, urgent)
        return moment is not None and not any(moment <= sent_ms for sent_ms in self._sent_ms)

    def _moment(self, now_ms: int, urgent: bool) -> int | None:
        """The newest moment to speak that is not missed."""
        found = [moment for moment in self._moments(now_ms, urgent) if 0 <= now_ms - moment <= _LATEST_MS]
        return max(found) if found else None

    def _moments(self, now_ms: int, urgent: bool) -> list[int]:
        """Those of the slot that is on, and of the next one."""
        if urgent and self._pulse_ms is not None and now_ms - self._pulse_ms < _LONGEST_PULSE_MS:
            round_ms = self._round_ms()
            first = self._pulse_ms + _GUARD_MS
            return [first + max(0, now_ms - first) // round_ms * round_ms]
        if self._report_ms is None:
            return [now_ms // self.period_ms * self.period_ms]  # nothing to go by
        turn = max(0, now_ms - self._report_ms) // self.period_ms
        moments = []
        for each in (turn, turn + 1):
            begin = self._report_ms + each * self.period_ms + (_EARLY_MS if each else 0)
            moments += [begin + offset for offset in self._offsets_ms]
        return moments

    def _second_ms(self) -> int:
        """From the first time a command is said in a slot to the second.

        Close behind it where it is off the air before the payload can have begun its answer, else after the answer.
        """
        wire_ms, air_ms = self._parts_ms
        return wire_ms + _APART_MS if air_ms <= 2 * wire_ms + _APART_MS else self._round_ms()

    def _round_ms(self) -> int:
        """From speaking to having heard the answer: there and back, each by two wires and the air."""
        wires_ms = 2 * self._parts_ms[0]
        return self._command_ms + _PASS_MS + self._answer_ms + wires_ms + _MARGIN_MS


def _parts_ms(radio: Profile, size: int) -> tuple[int, int]:
    """How long so many bytes take from the ground into its modem, and from there through the air.

    A modem whose wire is as slow as the air passes bytes on as they come.
    """
    wire_ms = size * 10_000 // radio.baud + 1
    if radio.baud == radio.air_bps and radio.baud < 1200:
        return 0, int(wire_ms + radio.overhead_ms)
    return int(wire_ms), int(size * 8_000 // radio.air_bps + 1 + radio.overhead_ms)
