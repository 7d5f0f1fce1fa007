"""One command from the wish to its end: said, heard, accepted, confirmed, or why not. Sans-I/O: records and time in,
one standing frame out, which whoever has the radio says in every slot (slots.py) until it is another or None.

What must never happen: a second step said anew while the fate of the first one is open. So its frame is repeated byte
for byte: once it is half a minute old it can only be answered from the payload's memory, and not be done any more.
"""

from typing import NamedTuple, Protocol

from firmware.protocol import commands, telemetry, words
from firmware.protocol.authentication import Keys
from ground.commander import stages
from ground.commander.command_frame import Answer, command_frame, read_answer
from ground.commander.payload_clock import PayloadClock
from ground.commander.watch import Watch
from ground.commander.wish import ACKNOWLEDGED, DROP_OVER, Wish
from ground.flight_words import reason_names
from ground.receiver import REPEATED, Record

# The payload takes nothing that is older than WINDOW_MS by its own clock; ours may be a little off.
ATTEMPT_MS = commands.WINDOW_MS - 5_000
_FRESH_MS = 8_000  # a first step that waits so long for a slot is made anew, with the time of then
ASKING_MS = 90_000  # after which an EXECUTE without an answer is given up
FOLLOW_MS = {ACKNOWLEDGED: 0, DROP_OVER: 120_000}
_FOLLOW_SHORT_MS = 20_000
_FIRST_REPORT_MS = 40_000
_MOST_TURNS = 6  # other sessions, other times, lost challenges: of each command, all together
_RESULT_NAMES = {number: name for number, name, _ in words.COMMAND_RESULTS}
_RESULT_TEXTS = {number: text for number, _, text in words.COMMAND_RESULTS}
# Results of a second step that do not say what became of it.
_UNDECIDED = {
    commands.STALE: "the payload calls it stale: another commander may have spoken since, or it came too late",
    commands.INTERRUPTED: "the payload was reset in between",
    commands.NOT_ARMED: "the payload says not armed, its reports say done",
}


class Numbers(Protocol):
    """What a procedure needs of the counters (counters.py)."""

    def take(self, count: int = 1) -> int: ...

    def raise_above(self, heard: int) -> bool: ...


class News(NamedTuple):
    """A line for the screen and the log."""

    stage: str
    text: str


class Procedure:
    """`standing` is what is to be said in every slot now; `stage` one of stages.py; `text` the newest news' text.

    patience_ms: how long new attempts are begun where that is safe. Times in ms by any one clock.
    """

    def __init__(self, wish: Wish, keys: Keys, numbers: Numbers, net: int, now_ms: int, patience_ms: int = 120_000):
        self.wish = wish
        self.net = net
        self.stage = stages.READY
        self.standing: bytes | None = None
        self.attempts = 0
        self.news: list[News] = []
        self.text = ""
        self.answer: Answer | None = None  # the ACK that said DONE
        self._keys = keys
        self._numbers = numbers
        self._clock = PayloadClock()
        self._began_ms = now_ms
        self._patience_ms = patience_ms
        self._session = 0
        self._session_is_tagged = False
        self._payload_counter: int | None = None  # by META, which anybody can send
        self._counter = 0
        self._frame_ms = 0  # when the frame was made
        self._turns = 0
        self._fix: Record | None = None
        self._sticky_before: tuple[int, int] | None = None
        self._watch: Watch | None = None
        self._accepted_ms = 0
        self._was_sent = False
        self._said = False
        self._second_session: int | None = None  # of the payload's start to which a second step has been said
        self._untagged = False  # accepted by the reports only
        self._open_why = "no answer to the second step"

    @property
    def over(self) -> bool:
        return self.stage in stages.STATUSES

    @property
    def status(self) -> int:
        """The exit status; only when it is over."""
        return stages.STATUSES[self.stage]

    # --- in ----------------------------------------------------------------------------------------------------

    def hear(self, record: Record, now_ms: int) -> None:
        """A record of any flight, as it came: what is of another one, or badly tagged, changes nothing."""
        if record.net != self.net or self.over:
            return
        answer = read_answer(self._keys, record)
        if answer is not None:
            if record.order != REPEATED:
                self._clock.trust(answer.mission_ms, now_ms)
            self._take(answer, now_ms)
        elif record.kind == "FIX":
            self._clock.hear(record, now_ms)
            self._fix = record
        elif record.frame_type == telemetry.META:
            self._look_at_meta(record)
        if self._watch is not None:
            self._watch.hear(record)
        if self.stage != stages.READY:  # what was heard before begins nothing: its time is over
            self.tick(now_ms)

    def tick(self, now_ms: int) -> None:
        """Time passes: call it ten times a second or after each record."""
        if self.stage == stages.READY:
            self._begin_when_known(now_ms)
        elif self.stage == stages.SENT:
            if now_ms - self._frame_ms >= (ATTEMPT_MS if self._said else _FRESH_MS):
                self._unanswered(now_ms)
        elif self.stage == stages.EXECUTING:
            self._look_at_reports(now_ms)
            if self.stage == stages.EXECUTING and now_ms - self._frame_ms >= ATTEMPT_MS:
                self._become(stages.ASKING, "no answer to the second step yet: asking what became of it")
        elif self.stage == stages.ASKING:
            self._look_at_reports(now_ms)
            if self.stage == stages.ASKING and now_ms - self._frame_ms >= ASKING_MS:
                self._conclude_by_reports(self._open_why)
        if self.stage == stages.ACCEPTED:
            self._follow(now_ms)

    def said(self) -> None:
        """What stands has gone out, for the first time or again."""
        self._said = True

    def give_up(self, why: str) -> None:
        """The crew has had enough, or the station is gone."""
        if not self.over:
            done = self.stage == stages.ACCEPTED
            open_fate = self._was_sent and (not self.wish.two_steps or self.stage in (stages.EXECUTING, stages.ASKING))
            kind = stages.UNKNOWN if done or open_fate else stages.FAILED
            self._end(kind, f"{why}; {self._look_at() if open_fate or done else 'nothing was done'}")

    # --- the first step ----------------------------------------------------------------------------------------

    def _begin_when_known(self, now_ms: int) -> None:
        if self._clock.mission_ms(now_ms) is not None:
            self._say_first(now_ms, f"saying: {self.wish.title}")
        elif now_ms - self._began_ms >= min(_FIRST_REPORT_MS, self._patience_ms):
            self._end(stages.FAILED, "no report was heard, so the payload's time is unknown: nothing was sent")

    def _say_first(self, now_ms: int, text: str) -> None:
        """A fresh attempt: a counter never serves for two contents."""
        self._counter = self._numbers.take(2 if self.wish.two_steps and not self.wish.only_arm else 1)
        self.attempts += 1
        self._say(self._counter, self._session, self.wish.op, now_ms)
        self._become(stages.SENT, f"{text} (counter {self._counter})")

    def _say(self, counter: int, nonce: int, op: int, now_ms: int) -> None:
        mission_ms = self._clock.mission_ms(now_ms) or 0
        self.standing = command_frame(self._keys, self.net, mission_ms, counter, nonce, op, self.wish.argument)
        self._frame_ms = now_ms
        self._said = False
        self._was_sent = True
        values = None if self._fix is None else self._fix.values
        self._sticky_before = None if values is None else _sticky(values)

    def _unanswered(self, now_ms: int) -> None:
        # Nothing moves by a first step, and what has one step only may be done twice: a new attempt is safe.
        if now_ms - self._began_ms < self._patience_ms:
            self._say_first(now_ms, "no answer, saying it anew" if self._said else "no slot yet, made anew")
        elif self.wish.two_steps or self.wish.op == commands.NOOP:
            self._end(stages.FAILED, "the payload does not answer; nothing was done")
        else:
            self._end(stages.UNKNOWN, f"the payload does not answer; {self._look_at()}")

    def _look_at_meta(self, record: Record) -> None:
        self._payload_counter = record.values["command_counter"]
        if not self._session_is_tagged:
            self._session = record.values["session"] or 0

    # --- answers -----------------------------------------------------------------------------------------------

    def _take(self, answer: Answer, now_ms: int) -> None:
        if self.stage == stages.SENT and answer.counter == self._counter and answer.op == self.wish.op:
            if answer.challenge:
                self._take_challenge(answer, now_ms)
            else:
                self._take_first_result(answer, now_ms)
        elif self.stage in (stages.EXECUTING, stages.ASKING) or self._untagged:
            if not answer.challenge and answer.counter == self._counter and answer.op == commands.EXECUTE:
                self._take_second_result(answer, now_ms)

    def _take_challenge(self, answer: Answer, now_ms: int) -> None:
        if answer.why == commands.OTHER_SESSION:
            self._session = answer.nonce
            self._session_is_tagged = True
            if self._second_session is not None:
                self._was_reset()
                return
            self._again(now_ms, "the payload has started anew, or was never heard: saying it for this start")
        elif answer.why == commands.FOR_EXECUTE and self.wish.two_steps:
            self._become(stages.CHALLENGED, "heard: the payload has sent its challenge")
            if self.wish.only_arm:
                self._end(stages.CONFIRMED, "armed, and left at that: the challenge lapses in 30 s, nothing is done")
                return
            if self._second_session not in (None, self._session):
                self._was_reset()
                return
            self._counter += 1
            self._watch = Watch(self.wish, self._clock.mission_ms(now_ms) or 0, self._fix)
            self._second_session = self._session
            self._say(self._counter, answer.nonce, commands.EXECUTE, now_ms)
            self._become(stages.EXECUTING, f"saying the second step (counter {self._counter})")

    def _was_reset(self) -> None:
        """NOT_ARMED came from a payload that has lost its memory, and perhaps its journal: the crew decides."""
        self._end(stages.UNKNOWN, f"the payload was reset in between; {self._look_at()}, then say it again")

    def _take_first_result(self, answer: Answer, now_ms: int) -> None:
        if answer.result == commands.DONE:
            self._watch = Watch(self.wish, answer.mission_ms, None)
            self._accept(answer, now_ms)
        elif answer.result == commands.STALE:
            self._learn_from_stale(answer, now_ms)
        elif answer.result == commands.INTERRUPTED:
            self._again(now_ms, "a reset came in between: saying it anew")
        else:
            self._refuse(answer)

    def _learn_from_stale(self, answer: Answer, now_ms: int) -> None:
        """Too low a counter, or another time than the payload's; where the answer does not say, both are put right."""
        heard = answer.argument or self._payload_counter or 0
        if heard >= self._counter and not self._numbers.raise_above(heard):
            self._end(
                stages.FAILED,
                f"the payload says it has heard command {heard}, this commander's next is {self._counter}: that cannot "
                "be; is it the right provisioning? Listen for another META, or provision the board anew",
            )
            return
        self._again(now_ms, "the payload calls it stale: saying it anew, by its own time and counter")

    def _take_second_result(self, answer: Answer, now_ms: int) -> None:
        if answer.result == commands.DONE:
            self._accept(answer, now_ms)
        elif answer.result == commands.NOT_ARMED and not self._untagged:
            # Its counter is newer than any the payload has taken, so this very frame was never done, nor will it be.
            self._again(now_ms, "the payload is not armed any more, nothing was done: from the beginning")
        elif answer.result == commands.STALE and 0 < answer.argument < self._counter and not self._untagged:
            self._again(now_ms, "the second step came too late, nothing was done: from the beginning")
        elif answer.result in _UNDECIDED:
            why = _UNDECIDED[answer.result]
            self._only_look(why, now_ms)
        else:
            self._refuse(answer)

    def _only_look(self, why: str, now_ms: int) -> None:
        """Nothing more is to be had by saying it: the reports have a while to show what came of it."""
        self.standing = None
        self._open_why = why
        self._frame_ms = now_ms - ASKING_MS + _FOLLOW_SHORT_MS
        if self._untagged:
            self._untagged = False
            self._tell(why)
        elif self.stage == stages.EXECUTING:
            self._become(stages.ASKING, f"{why}: looking at the reports")

    def _again(self, now_ms: int, text: str) -> None:
        self._turns += 1
        if self._turns > _MOST_TURNS:
            self._end(stages.FAILED, "the payload answers, and each time wants something else; nothing was done")
        elif now_ms - self._began_ms >= self._patience_ms:
            self._end(stages.FAILED, f"no time is left for another attempt; nothing was done ({text})")
        else:
            self._watch = None
            self._say_first(now_ms, text)

    def _refuse(self, answer: Answer) -> None:
        name = _RESULT_NAMES.get(answer.result, f"result {answer.result}")
        if answer.result == commands.REFUSED:
            reasons = ", ".join(reason_names(answer.argument)) or "no reason given"
            self._end(stages.REFUSED, f"refused: {reasons}")
        else:
            self._end(stages.REFUSED, f"{name}: {_RESULT_TEXTS.get(answer.result, 'unknown to this ground')}")

    # --- no answer to the second step ---------------------------------------------------------------------------

    def _look_at_reports(self, now_ms: int) -> None:
        """They carry the newest command's result, and the drop's state, but no tag: good until a better word comes."""
        done = self._watch is not None and self._watch.under_way
        if self._fix is not None and self._sticky_before is not None:
            sticky = _sticky(self._fix.values)
            done |= sticky != self._sticky_before and sticky == (self._counter & 15, commands.DONE)
        if done:
            self._accept(None, now_ms)

    def _conclude_by_reports(self, why: str) -> None:
        watch = self._watch
        if watch is not None and watch.verdict is not None and watch.was_pending:
            kind = watch.verdict.kind
            self._end(kind, f"{watch.verdict.text} (by the reports; {why})")
        else:
            self._end(stages.UNKNOWN, f"{why}; {self._look_at()}")

    # --- after it ----------------------------------------------------------------------------------------------

    def _accept(self, answer: Answer | None, now_ms: int) -> None:
        """answer: None when only the reports say so: then it is asked for on, as long as that may take."""
        self.answer = answer
        if answer is not None:
            self.standing = None
        if self.stage == stages.ACCEPTED:
            self._untagged = False
            self._tell("accepted by its own tagged word, too")
        else:
            self._untagged = answer is None
            self._accepted_ms = now_ms
            self._become(stages.ACCEPTED, self._accepted_text(answer))
        self._follow(now_ms)

    def _accepted_text(self, answer: Answer | None) -> str:
        if answer is None:
            return "accepted, by the reports: the tagged answer has not been heard"
        if self.wish.op == commands.SAFE and answer.argument:
            hours, rest = divmod(answer.argument, 3600)
            return (
                "accepted: no drop happens until `resume`; the backup ends the flight all the same, "
                f"{hours}:{rest // 60:02}:{rest % 60:02} after launch"
            )
        if self.wish.op == commands.HOLD:
            return f"accepted: {answer.argument} s are granted"
        if self.wish.op == commands.REQUEST_HISTORY:
            return f"accepted: {answer.argument} frames will come"
        return "accepted"

    def _follow(self, now_ms: int) -> None:
        watch = self._watch
        if watch is None or self.wish.shown == ACKNOWLEDGED:
            self._end(stages.CONFIRMED, self.text)
            return
        while watch.news:
            self._tell(watch.news.pop(0))
        if watch.verdict is not None:
            if not self._untagged:
                self._end(watch.verdict.kind, watch.verdict.text)
            elif now_ms - self._frame_ms >= ATTEMPT_MS:
                self._end(watch.verdict.kind, f"{watch.verdict.text} (by the reports; {self._open_why})")
        elif now_ms - self._accepted_ms >= FOLLOW_MS.get(self.wish.shown, _FOLLOW_SHORT_MS):
            if self.wish.shown == DROP_OVER:
                self._end(stages.UNKNOWN, f"accepted, and not over in two minutes: {watch.waiting_text()}")
            else:
                # The tagged word is the better one of the two.
                self._end(stages.CONFIRMED, f"accepted; {watch.waiting_text()}")

    # --- words -------------------------------------------------------------------------------------------------

    def _look_at(self) -> str:
        if self.wish.shown == DROP_OVER:
            seen = self._watch.waiting_text() if self._watch is not None else "nothing of it is heard"
            return f"whether it was done is unknown: {seen}; look at its state in the reports and at the climb rate"
        return "it may have been heard: look at safe, hold, command_counter and command_result in the reports"

    def _become(self, stage: str, text: str) -> None:
        if stage not in stages.MAY_BECOME[self.stage]:
            raise AssertionError(f"{self.stage} does not become {stage}")
        self.stage = stage
        self._tell(text)

    def _tell(self, text: str) -> None:
        self.text = text
        self.news.append(News(self.stage, text))

    def _end(self, stage: str, text: str) -> None:
        self.standing = None
        self._become(stage, text)


def _sticky(values: dict[str, int | None]) -> tuple[int, int]:
    return values["command_counter"] or 0, values["command_result"] or 0
