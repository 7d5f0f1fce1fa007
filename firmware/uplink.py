"""Radio -> authenticated command -> order -> answer. The radio can hold, make safe or bring forward, and no more.

Nothing that is not of this flight, of this start, of this half minute and tagged by the key moves anything; a command
is done once however often it is heard. Bad tags are counted and cost nothing: to lock out would be a weapon.
"""

import struct

from micropython import const

from firmware.protocol import authentication, commands, framing, telemetry

_STUFFED_BYTES = const(35)  # what stands between two zero bytes where it is a command
_BODY_BYTES = const(22)  # header and payload without the tag
_ANSWER_AGAIN_MS = const(900)  # what is old or repeated is answered once a report at the most
_WRITE_PATIENCE_MS = const(20000)  # longer than the longest pulse, in which nothing is written

_RESULTS = (commands.DONE, commands.TOO_LATE, commands.REFUSED)  # of orders.DONE, TOO_LATE, REFUSED


class Uplink:
    """`poll` once a pass. `session` has to stand in every command of one step: it is drawn afresh at each start."""

    def __init__(self, clock, radio, downlink, orders, state, journal, termination, net, keys, random_bytes):
        """keys: authentication.Keys, or None: commands are off. random_bytes(count): unpredictable ones."""
        self._ticks_diff = clock.ticks_diff
        self._radio = radio
        self._downlink = downlink
        self._orders = orders
        self._state = state
        self._journal = journal
        self._termination = termination
        self._net = net
        self._keys = keys
        self._random_bytes = random_bytes
        self._unfinished = b""
        self._answered_ms = None
        self._mark = None  # of the newest tag: the same counter with another is another command; a reset forgets it
        self._answer = None  # (frame type, payload) of the newest command that was taken
        self._armed = None  # (nonce, argument, counter, ticks) of the ARM that waits for its EXECUTE
        self._waiting = None  # (argument, counter, ticks) of the EXECUTE that waits for its journal entry
        self.session = self._draw()
        self.key_id = 0 if keys is None else keys.key_id
        self.commands_heard = 0
        self.tags_bad = 0
        self.heard_ms = None  # ticks of the newest command that was taken
        if state.command_counter and state.command_result == commands.NONE:
            state.command_result = commands.INTERRUPTED

    def poll(self, now_ms):
        """Hear what has come, do what has waited for the journal."""
        data = self._radio.receive(now_ms)
        if data and self._keys is not None:
            self._take(data, now_ms)
        if self._waiting is not None:
            self._execute(self._waiting, now_ms)

    def _draw(self):
        return int.from_bytes(self._random_bytes(4), "little")

    # Bytes -> commands -----------------------------------------------------------------------------------------

    def _take(self, data, now_ms):
        pieces = (self._unfinished + data).split(b"\0")
        tail = pieces.pop()
        self._unfinished = tail if len(tail) <= _STUFFED_BYTES else b""  # longer is no command
        for piece in pieces:
            if len(piece) == _STUFFED_BYTES:
                packet = framing.decode(piece)
                if packet is not None:
                    self._hear(packet, now_ms)

    def _hear(self, packet, now_ms):
        version, frame_type, net, _, mission_ms = framing.read_header(packet)
        if version != framing.VERSION or frame_type != commands.CMD or net != self._net:
            return
        tag = packet[_BODY_BYTES:]
        if not authentication.same(tag, self._keys.tag_up(packet[:_BODY_BYTES])):
            self.tags_bad += 1
            return
        self.commands_heard += 1
        mark = struct.unpack("<I", tag[:4])[0]
        counter, nonce, op, argument = struct.unpack(commands.CMD_FORMAT, packet[framing.HEADER_BYTES : _BODY_BYTES])
        state = self._state
        if self._waiting is not None and op != commands.SAFE:
            return  # one thing at a time: it will be said again
        away_ms = mission_ms - state.elapsed_ms
        is_old = counter <= state.command_counter or counter > framing.LARGEST_SEQUENCE
        if counter == state.command_counter and self._mark in (None, mark):
            self._repeat(counter, op, now_ms)
        elif is_old or away_ms > commands.WINDOW_MS or -away_ms > commands.WINDOW_MS:
            # With the newest counter: whoever asks then knows whether his was taken.
            self._acknowledge(counter, op, commands.STALE, state.command_counter, now_ms, True)
        elif op == commands.EXECUTE:
            self._hear_execute(counter, mark, nonce, argument, now_ms)
        elif nonce != self.session:
            self._challenge(self.session, counter, op, commands.OTHER_SESSION, now_ms, True)
        else:
            self._hear_first(counter, mark, op, argument, now_ms)

    def _repeat(self, counter, op, now_ms):
        """The same once more: its answer was lost. Nothing is done."""
        if self._answer is None:  # it was heard before a reset, or an exception has ended it
            self._acknowledge(counter, op, self._state.command_result or commands.INTERRUPTED, 0, now_ms, True)
        elif self._may_answer(now_ms):
            self._downlink.answer(*self._answer)

    # Commands -> orders ----------------------------------------------------------------------------------------

    def _hear_first(self, counter, mark, op, argument, now_ms):
        """A command of one step, or the first of two."""
        self._accept(counter, mark, now_ms)
        if op == commands.ARM:
            if not _can_be_armed(argument):
                self._finish(counter, op, commands.UNKNOWN, 0, now_ms)
                return
            nonce = self._draw()
            self._armed = (nonce, argument, counter, now_ms)
            self._state.command_result = commands.CHALLENGED
            self._challenge(nonce, counter, op, commands.FOR_EXECUTE, now_ms, False)
            return
        result = commands.DONE
        answer = 0
        if op == commands.HOLD:
            result = _RESULTS[self._orders.hold(argument)]
            answer = self._orders.granted_s if result == commands.DONE else self._reasons(result)
        elif op == commands.SAFE:
            self._waiting = None  # what was said before it is not done after it
            self._orders.safe()
            answer = self._orders.backup_s()
        elif op == commands.REQUEST_HISTORY:
            answer = self._request_history(argument)
        elif op == commands.SET_RATE and argument <= commands.LONGEST_RATE_S:
            answer = self._downlink.set_rate(argument)
        elif op != commands.NOOP:
            result = commands.UNKNOWN
        self._finish(counter, op, result, answer, now_ms)

    def _request_history(self, argument):
        start_s = argument & (1 << commands.START_BITS) - 1
        argument >>= commands.START_BITS
        step_s = argument & (1 << commands.STEP_BITS) - 1
        return self._downlink.request_history(start_s, step_s, argument >> commands.STEP_BITS)

    def _hear_execute(self, counter, mark, nonce, argument, now_ms):
        """The second step: it must be that of the ARM before it. Its counter is on flash before anything is done."""
        armed = self._armed
        if (
            armed is None
            or armed[:2] != (nonce, argument)
            or armed[2] + 1 != counter
            or self._ticks_diff(now_ms, armed[3]) > commands.CHALLENGE_MS
        ):
            self._acknowledge(counter, commands.EXECUTE, commands.NOT_ARMED, 0, now_ms, True)
            return
        self._accept(counter, mark, now_ms)
        self._journal.want(True)
        self._waiting = (argument, counter, now_ms)

    def _execute(self, waiting, now_ms):
        argument, counter, since_ms = waiting
        if self._journal.urgent and self._ticks_diff(now_ms, since_ms) < _WRITE_PATIENCE_MS:
            return
        self._waiting = None
        what = argument & 0xFF
        orders = self._orders
        if what == commands.RESUME:
            done = orders.resume()
        elif what == commands.RELEASE:
            done = orders.release(argument >> 8, now_ms)
        else:
            done = orders.cutdown()
        result = _RESULTS[done]
        self._finish(counter, commands.EXECUTE, result, self._reasons(result), now_ms)

    def _reasons(self, result):
        """Those of the newest refusal are said with it, and not with what comes after."""
        return self._orders.reasons if result == commands.REFUSED else 0

    def _accept(self, counter, mark, now_ms):
        """It is true, new and of now: whatever becomes of it, it is never taken again."""
        self._state.command_counter = counter
        self._state.command_result = commands.NONE  # until it is known
        self._mark = mark
        self._armed = None
        self._answer = None
        self.heard_ms = now_ms
        self._termination.link_heard_ms = self._state.steady_ms()
        self._journal.want()

    # Answers ---------------------------------------------------------------------------------------------------

    def _finish(self, counter, op, result, argument, now_ms):
        self._state.command_result = result
        self._journal.want()
        self._acknowledge(counter, op, result, argument, now_ms, False)

    def _acknowledge(self, counter, op, result, argument, now_ms, in_passing):
        """in_passing: an answer to something that was not taken now, which may be an attacker's."""
        payload = struct.pack(commands.ACK_FORMAT, counter, op, result, argument)
        self._send(telemetry.ACK, payload, now_ms, in_passing)

    def _challenge(self, nonce, counter, op, why, now_ms, in_passing):
        payload = struct.pack(commands.CHAL_FORMAT, nonce, counter, op, why)
        self._send(telemetry.CHAL, payload, now_ms, in_passing)

    def _send(self, frame_type, payload, now_ms, in_passing):
        if in_passing:
            if self._may_answer(now_ms):
                self._downlink.answer(frame_type, payload)
        else:
            self._answer = (frame_type, payload)
            self._answered_ms = now_ms
            self._downlink.answer(frame_type, payload)

    def _may_answer(self, now_ms):
        if self._downlink.answering():
            return False  # a replay shall not take the place of what is being said
        if self._answered_ms is not None and self._ticks_diff(now_ms, self._answered_ms) < _ANSWER_AGAIN_MS:
            return False
        self._answered_ms = now_ms
        return True


def _can_be_armed(argument):
    what = argument & 0xFF
    place = argument >> 8
    if what == commands.RELEASE:
        return place < 0x100
    return place == 0 and (what == commands.RESUME or what == commands.CUTDOWN)
