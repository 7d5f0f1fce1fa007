"""What must be so of every flight's link: I6, I7, I10 and I11 of docs/simulation.md, for a bench with a channel.

It knows what the crew truly said and when the board could hear it, what left the antenna, and what the ground accepted.
"""

from firmware.protocol import commands
from firmware.protocol.deframing import read_header
from hardware.simulated.channel import DOWN, WHOLE

_ACTS_US = 2000000
_ON_ITS_WAY = 3  # frames that may be in the air or in a UART when the flight ends
_SINGLE = {"safe": commands.SAFE, "hold": commands.HOLD}
_TWO_STEPS = {"resume": commands.RESUME, "release": commands.RELEASE, "cutdown": commands.CUTDOWN}


class LinkInvariants:
    """breach(text) takes what is wrong. by_hand: a test, and not the radio, gives the next order."""

    def __init__(self, bench, breach):
        self.by_hand = False
        self.executed = []  # counters, in their order
        self._bench = bench
        self._clock = bench.clock
        self._breach = breach
        self._computer = None
        self._built_us = 0
        self._counter = None
        self._sent = set()
        self._received = set()
        self._told = []  # counters of commands that were not done
        self._waiting = []  # (us, counter, nonce, bytes lost by then): SAFE and HOLD that the board has heard whole
        bench.modem.on_hear = self._heard

    def built(self, computer):
        self._computer = computer
        self._built_us = self._clock.now_us
        self._counter = computer.state.command_counter
        self._waiting = []

    def stopped(self):
        self._computer = None

    # I6 --------------------------------------------------------------------------------------------------------

    def _said(self, counter):
        """(op, argument, nonce, data) of what the crew said under a counter; None where it said nothing."""
        crew = self._bench.crew
        return None if crew is None else crew.spoken.get(counter)

    def ordered(self, what, argument):
        """The firmware obeys: it must have been told to, by a command that the crew said and that was not done yet."""
        if self.by_hand:
            return
        counter = self._computer.state.command_counter
        said = self._said(counter)
        if said is None:
            self._breach(f"I6: {what} is done, and nobody said it")
            return
        op = _SINGLE.get(what, commands.EXECUTE)
        if what in _TWO_STEPS:
            argument = _TWO_STEPS[what] | argument << 8
        if said[0] != op or (what != "safe" and said[1] != argument):
            self._breach(f"I6: {what} {argument} is done, and command {counter} said something else")
        if counter in self.executed:
            self._breach(f"I6: command {counter} is done twice")
        self.executed.append(counter)
        for heard_us, number, _, lost in self._waiting:
            late_us = self._clock.now_us - heard_us
            if number == counter and late_us > _ACTS_US and lost == self._bytes_lost():
                self._breach(f"I7: {what} was done {late_us // 1000} ms after it was heard")
                break

    # I7 --------------------------------------------------------------------------------------------------------

    def _heard(self, data):
        crew = self._bench.crew
        if crew is None or self._computer is None or not self._computer.uplink.key_id:
            return
        if crew.other_net is not None or self._bench.modem.baud is not None:
            return  # it is for somebody else, or comes in as rubbish
        for counter in crew.spoken:
            op, _, nonce, said = crew.spoken[counter]
            if said == data and op in (commands.SAFE, commands.HOLD):
                self._waiting.append((self._clock.now_us, counter, nonce, self._bytes_lost()))

    def _bytes_lost(self):
        return self._bench.bytes_lost_by_radio()

    def look(self):
        """Once a second."""
        state = self._computer.state
        if state.command_counter != self._counter:
            self._counter = state.command_counter
            if not self.by_hand and self._said(self._counter) is None:
                self._breach(f"I6: command {self._counter} is taken, and nobody said it")
        for row in list(self._waiting):
            heard_us, counter, nonce, lost = row
            if self._clock.now_us - heard_us <= _ACTS_US:
                continue
            self._waiting.remove(row)
            ours = nonce == self._computer.uplink.session and lost == self._bytes_lost()
            if ours and state.command_counter < counter and counter not in self._told:
                self._told.append(counter)
                self._breach(f"I7: command {counter} was heard and is not done")

    # I10, I11 --------------------------------------------------------------------------------------------------

    def left(self, packet):
        """An undamaged frame has left the antenna."""
        self._sent.add(packet)

    def received(self, packet):
        """The ground has accepted a frame."""
        if packet in self._sent:
            self._received.add(packet)
        elif read_header(packet)[1] != commands.CMD:
            self._breach(f"I10: the ground accepts a frame that was not sent: {packet[:9].hex()}")

    def close(self):
        """The flight is over: what arrived whole is known."""
        channel = self._bench.channel
        if channel is None:
            return
        # What left the antenna in pieces, or as rubbish, cannot be known.
        pieces = channel.sent[DOWN] - len(self._sent) + _ON_ITS_WAY
        missing = channel.counts[DOWN][WHOLE] - len(self._received)
        if missing > pieces:
            self._breach(f"I11: {missing} frames arrived whole, and the ground does not know them")
