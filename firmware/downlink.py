"""What goes out over the radio, and when: answers first, then events, reports, and whatever can wait.

After each report the ground has a slot in which only answers go out; in a pulse nothing does.
"""

from micropython import const

from firmware.airtime import Airtime
from firmware.protocol import commands, drops, faults, framing, telemetry
from firmware.retelling import Retelling
from firmware.told_events import ToldEvents

_SEQUENCE_STEP = const(256)
_SEQUENCE_MARGIN = const(64)
_LOG_EVERY = const(10)  # every tenth report goes into the flight log, and every tenth META
_META_SOON_MS = const(10000)
_META_MS = const(60000)
_EVENT_BYTES = const(24)  # on the wire
_HIST_BYTES = const(55)
_ANSWER_BYTES = const(34)
# An event tells of a pulse this long before it; it must be in the air by then, whoever's slot it is.
_LEAD_MS = const(1000)
_LONG_SLOT_MS = const(500)

_LATER = const(1)
_AT_ONCE = const(2)


class Downlink:
    """`event`, `answer` and `request_history` queue, `tick` once a second, `poll` in each pass sends one frame at most.

    Frame numbers never repeat in a flight. report_due: a report goes as soon as it may. meta: a Meta, once there is
    one. sentences: Sentences, where reports go out as text, and events, META and the past not at all.
    """

    def __init__(
        self, clock, radio, flight_log, journal, state, net, health, profile, report, way, keys=None, sentences=None
    ):
        self._clock = clock
        self._radio = radio
        self._log = flight_log
        self._journal = journal
        self._state = state
        self._net = net
        self._health = health
        self._report = report
        self._keys = keys
        self._sentences = sentences
        self._largest = profile.largest
        self._least_rate_s = profile.rate_s
        self._filler_ms = profile.filler_s * 1000
        self._in_slots = profile.slot_ms > _LONG_SLOT_MS
        self._fix_type = (telemetry.FIX, 0, telemetry.FIX_2, telemetry.FIX_3)[report.past]
        self._air = Airtime(clock, profile)
        self.sequence = state.sequence_limit
        state.sequence_limit = self.sequence + _SEQUENCE_STEP
        if not journal.closed:
            # Before the first frame: its numbers must never be used again, whenever the power goes.
            journal.write(clock.ticks_ms())
        self._events = ToldEvents()
        self._retelling = None if way is None else Retelling(way)
        self._answer_type = 0
        self._answer = b""
        self._answers_left = 0
        self._answer_due = 0
        self.report_due = False
        self._late = False  # it has been due for a whole period: events shall not keep it back for ever
        self.rate_s = profile.rate_s
        self._report_ms = 0  # mission time of the next report, META and filler
        self._meta_ms = 0
        self._next_filler_ms = 0
        self._metas = 0
        self._down = False
        self.meta = None

    # What is to be told ----------------------------------------------------------------------------------------

    def event(self, code, subject=0, detail=0, argument=0):
        """Queue an event with the mission time of now. When the queue is full the oldest goes to the log only."""
        events = self._events
        if events.full():
            self._log_event()
        events.add(self._state.elapsed_ms, code, subject, detail, argument)
        if self._sentences is not None:
            self._log_event()

    def answer(self, frame_type, payload):
        """Send an ACK or a CHAL (payload without its tag) at once and again after each of the next two reports."""
        if self._keys is None:
            return
        self._answer_type = frame_type
        self._answer = bytes(payload)
        self._answers_left = commands.ANSWERS
        self._answer_due = _AT_ONCE

    def answering(self):
        """Whether an answer has not been sent as often as it will be."""
        return self._answers_left > 0

    def request_history(self, start_s, step_s, frames):
        """Tell places of the past again, as Retelling.request has it. Returns how many frames will come."""
        return 0 if self._retelling is None else self._retelling.request(start_s, step_s, frames)

    def set_rate(self, seconds):
        """Seconds between reports from now on, the profile's at the least; 0: that. Returns what they are."""
        self.rate_s = min(max(seconds, self._least_rate_s), commands.LONGEST_RATE_S)
        self._report_ms = 0
        return self.rate_s

    def tick(self, regular):
        """Once a second. regular: reports are due at their rate; else only where `report_due` is set by the caller."""
        self._report.note_place()
        self._down = not regular
        elapsed_ms = self._state.elapsed_ms
        if regular and elapsed_ms + 500 >= self._report_ms:
            self._late = self.report_due
            self._report_ms = elapsed_ms + self.rate_s * 1000
            self.report_due = True

    # Sending ---------------------------------------------------------------------------------------------------

    def poll(self, now_ms, silent):
        """Send what is most urgent, if anything may go out. silent: a pulse is on."""
        air = self._air
        air.look(now_ms)
        if silent or air.busy_ms or not self._radio.idle(now_ms):
            return
        if self._answer_due == _AT_ONCE:
            self._send_answer(now_ms)
        elif air.slot_ms:
            if self._events.holds(telemetry.DROP_CHANGED, drops.FIRING):
                self._send_event(now_ms)
        elif self._answer_due:
            # The slot after the report was the ground's: had it said something new, there would be a newer answer.
            self._send_answer(now_ms)
        elif self._events.waiting and not (self._late and self.report_due):
            self._send_event(now_ms)
        elif self.report_due:
            self._send_report(now_ms)
        elif not (air.rest_ms or self._journal.wanted):
            # What can wait never keeps the radio busy while the journal, which wants it quiet, is to be written.
            self._send_more(now_ms)

    def _send_answer(self, now_ms):
        if not self._air.may(_ANSWER_BYTES):
            return
        first = self._answers_left == commands.ANSWERS
        self._answers_left -= 1
        self._answer_due = 0
        packet = self._header(self._answer_type, self._state.elapsed_ms) + self._answer
        self._transmit(framing.encode(packet + self._keys.tag_down(packet)), now_ms, first)

    def _send_event(self, now_ms):
        if not self._air.may(_EVENT_BYTES):
            return
        events = self._events
        firing = self._in_slots and events.holds(telemetry.DROP_CHANGED, drops.FIRING)
        events.take(self._state.elapsed_ms)
        self._transmit(self._frame(telemetry.EVENT, events.at_ms, events.payload), now_ms, True, True)
        if firing:
            # A long frame now would still be in the air in the pulse.
            self._air.open_slot(_LEAD_MS)

    def _send_report(self, now_ms):
        if not self._air.may(self._largest):
            return
        report = self._report
        self.report_due = False
        row = report.look(now_ms)
        keep = report.count % _LOG_EVERY == 1
        sentences = self._sentences
        if sentences is None or keep:
            frame = self._frame(self._fix_type, self._state.elapsed_ms, report.pack(row))
            if keep:
                self._log.add(frame, now_ms)
        if sentences is not None:
            frame = sentences.line(self._next_number(), row)
        self._transmit(frame, now_ms)
        self._air.open_slot()
        if self._answers_left:
            self._answer_due = _LATER

    def _send_more(self, now_ms):
        """What can wait: META, events again, places of the past, asked for or not."""
        elapsed_ms = self._state.elapsed_ms
        air = self._air
        meta = self.meta
        retelling = self._retelling
        if retelling is None or not air.may(_HIST_BYTES, True):
            return
        if meta is not None and elapsed_ms >= self._meta_ms and (self._metas < 2 or not self._down):
            self._metas += 1
            self._meta_ms = elapsed_ms + (_META_SOON_MS if self._metas == 1 else _META_MS)
            frame = self._frame(telemetry.META, elapsed_ms, meta.payload(now_ms, self.rate_s))
            self._transmit(frame, now_ms, self._metas % _LOG_EVERY == 1)
        elif self._events.take_again(elapsed_ms, not self._down):
            self._transmit(self._frame(telemetry.EVENT, self._events.at_ms, self._events.payload), now_ms)
        elif retelling.left:
            self._send_past(retelling.asked(), now_ms)
        elif self._filler_ms and elapsed_ms >= self._next_filler_ms and not self._down:
            self._next_filler_ms = max(self._next_filler_ms + self._filler_ms, elapsed_ms)
            self._send_past(retelling.filler(), now_ms)
        if air.busy_ms:
            air.rest()

    def _send_past(self, payload, now_ms):
        if payload is not None:
            self._transmit(self._frame(telemetry.HIST, self._state.elapsed_ms, payload), now_ms)

    def _log_event(self):
        events = self._events
        events.take(self._state.elapsed_ms)
        frame = self._frame(telemetry.EVENT, events.at_ms, events.payload)
        self._log.add(frame, self._clock.ticks_ms(), True)

    # Frames ----------------------------------------------------------------------------------------------------

    def _transmit(self, frame, now_ms, keep=False, urgent=False):
        """keep: it goes into the flight log as well."""
        if keep:
            self._log.add(frame, now_ms, urgent)
        if len(frame) > self._largest and self._sentences is None:
            self._health.count(faults.RADIO_FULL)
            return
        self._air.spend(len(frame))
        if not self._radio.send(frame, now_ms):
            self._health.count(faults.RADIO_FULL)

    def _frame(self, frame_type, mission_ms, payload):
        return framing.encode(self._header(frame_type, mission_ms) + payload)

    def _header(self, frame_type, mission_ms):
        return framing.header(frame_type, self._net, self._next_number(), mission_ms)

    def _next_number(self):
        sequence = self.sequence
        self.sequence = sequence + 1
        if sequence + _SEQUENCE_MARGIN >= self._state.sequence_limit:
            self._state.sequence_limit = sequence + _SEQUENCE_STEP
            self._journal.want()
        return sequence
