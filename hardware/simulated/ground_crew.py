"""A simulated crew: says what a scenario's `crew` tells it to, by real command frames, and hears the real answers.

A row is (second of the simulation, command, argument). It speaks in the silent slot after a report, heard or not, and
at once while a pulse keeps the balloon's radio silent; it repeats the very same bytes until they are answered, and
takes two steps where two are needed.
"""

import struct

from firmware.protocol import authentication, commands, deframing, drops, framing, provisioning, telemetry
from firmware.protocol.unpacking import unpack
from hardware.simulated.random_source import RandomSource

KEY_FILE = provisioning.FILE

# command, op, what an ARM of it names (None: one step)
_COMMANDS = (
    ("noop", commands.NOOP, None),
    ("hold", commands.HOLD, None),
    ("safe", commands.SAFE, None),
    ("request_history", commands.REQUEST_HISTORY, None),
    ("set_rate", commands.SET_RATE, None),
    ("resume", commands.ARM, commands.RESUME),
    ("release", commands.ARM, commands.RELEASE),
    ("cutdown", commands.ARM, commands.CUTDOWN),
)
_FIXES = (telemetry.FIX, telemetry.FIX_2, telemetry.FIX_3)
_FIX_BYTES = telemetry.FIX_LAYOUT.size
_META_BYTES = telemetry.META_LAYOUT.size

_REACTION_US = 30000  # from the last byte of a report to the first of a command
_LOOK_US = 500000
_SAME_BYTES_US = 20000000  # then the time that stands in them is made new
_PATIENCE_US = 600000000
_DOUBLE_CLICK_US = 200000


def keys_of(setup):
    """The keys of a scenario: its `key` (master and salt in hexadecimal, 96 digits), or some by its seed."""
    text = setup.get("key")
    if text:
        data = bytes([int(text[at : at + 2], 16) for at in range(0, len(text), 2)])
    else:
        source = RandomSource(setup["seed"] + 5000)
        data = bytes([source.below(256) for _ in range(provisioning.KEY_BYTES + provisioning.SALT_BYTES)])
    return provisioning.derive(data[: provisioning.KEY_BYTES], data[provisioning.KEY_BYTES :])


def command_frame(keys, net, mission_ms, counter, nonce, op, argument):
    """The bytes of a command on the wire."""
    body = framing.header(commands.CMD, net, counter & 0xFFFFFF, mission_ms) + struct.pack(
        commands.CMD_FORMAT, counter, nonce, op, argument
    )
    return framing.encode(body + keys.tag_up(body))


class Order:
    """One row on its way. `result` is a number of commands.py, None while it is open or when nobody answered."""

    def __init__(self, command, argument, now_us):
        for name, op, names in _COMMANDS:
            if name == command:
                self.op = op
                self.named = names
                break
        else:
            raise ValueError(
                "the crew knows no command %s; there are: %s" % (command, ", ".join([row[0] for row in _COMMANDS]))
            )
        self.command = command
        self.argument = argument
        self.begun_us = now_us
        self.ended_us = None
        self.tries = 0
        self.result = None
        self.answer = 0  # argument of the ACK
        self.nonce = None  # of the CHAL, once the second step may be taken
        self.counter = None
        self.data = None
        self.made_us = 0

    def what(self):
        """The argument of the command on the air."""
        return self.argument if self.named is None else self.named | self.argument << 8


class GroundCrew:
    """`hear` gets what the ground's radio says, `say(data)` takes what the crew sends. `done`: Orders that are over."""

    def __init__(self, clock, rows, keys, say, profile):
        self._clock = clock
        self._keys = keys
        self._say = say
        self._profile = profile
        self._deframer = deframing.Deframer()
        self._orders = []
        self._looking = False
        self.done = []
        self.spoken = {}  # counter: (op, argument, nonce, data) as last said
        self.net = None
        self.counter = 0  # of the newest command
        self.session = 0
        self._mission_ms = None
        self._mission_us = 0  # when it was that
        self._report_us = None
        self._pulse = False  # the balloon's radio is silent: a pulse was announced, and no report says that it is over
        self._spoken_us = None
        self._sticky = None  # (lowest four bits of the counter, result) of the newest report
        # Faults of operators.
        self.other_net = None  # they speak to another balloon
        self.double_click = False
        self.never_executes = False
        self.silent = False
        for at_s, command, argument in rows:
            self._plan(at_s * 1000000, command, argument)

    def _plan(self, at_us, command, argument):
        Order(command, argument, at_us)  # a name that there is not is found before the flight
        self._clock.call_at(at_us, lambda: self.order(command, argument))

    def order(self, command, argument=0):
        """Say this now, or as soon as it may be said. SAFE does not wait for what is under way."""
        if self.silent:
            return
        now_us = self._clock.now_us
        order = Order(command, argument, now_us)
        if command == "safe":
            for one in self._orders:
                self._end(one, None)
            self._orders = []
        self._orders.append(order)
        if self.double_click:
            self._orders.append(Order(command, argument, now_us + _DOUBLE_CLICK_US))
        if not self._looking:
            self._looking = True
            self._look()
        elif command == "safe":
            self._speak_if_one_may()

    # Hearing ---------------------------------------------------------------------------------------------------

    def hear(self, data):
        """Bytes from the ground's radio."""
        for packet in self._deframer.feed(bytes(data)):
            version, kind, net, _, mission_ms = deframing.read_header(packet)
            if version != framing.VERSION or (self.net is not None and net != self.net) or kind == commands.CMD:
                continue
            self.net = net
            payload = packet[framing.HEADER_BYTES :]
            if self._mission_ms is None or mission_ms >= self._now_ms() - 2000:
                self._mission_ms = mission_ms
                self._mission_us = self._clock.now_us
            self._take(kind, packet, payload)

    def _take(self, kind, packet, payload):
        if kind in _FIXES:
            if self._orders or self._pulse:
                values = unpack(telemetry.FIX_LAYOUT, payload[:_FIX_BYTES])
                self._sticky = (values["command_counter"], values["command_result"])
                # A report may come in the second between the announcement and the pulse.
                self._pulse = values["drop_state"] == drops.FIRING
            self._report_us = self._clock.now_us
            self._soon()
        elif kind == telemetry.EVENT:
            code, _, detail = payload[1:4]
            if code == telemetry.DROP_CHANGED and detail == drops.FIRING:
                self._pulse = True
                self._soon()
        elif kind == telemetry.META and len(payload) == _META_BYTES:
            values = unpack(telemetry.META_LAYOUT, payload)
            self.session = values["session"]
            if values["command_counter"] > self.counter:
                self.counter = values["command_counter"]
        elif kind == telemetry.CHAL or kind == telemetry.ACK:
            body = len(packet) - authentication.TAG_BYTES
            if body > framing.HEADER_BYTES and authentication.same(packet[body:], self._keys.tag_down(packet[:body])):
                self._take_answer(kind, packet[framing.HEADER_BYTES : body])

    def _take_answer(self, kind, payload):
        order = self._orders[0] if self._orders else None
        if order is None or order.counter is None:
            return
        if kind == telemetry.CHAL:
            nonce, counter, _, why = struct.unpack(commands.CHAL_FORMAT, payload)
            if why == commands.OTHER_SESSION:
                self.session = nonce
                if counter == order.counter:
                    order.data = None
                    self._soon()
            elif counter == order.counter and order.named is not None and order.nonce is None:
                if self.never_executes:
                    self._finish(order, commands.CHALLENGED, 0)
                    return
                order.nonce = nonce
                order.counter = None
                self._soon()
            return
        counter, _, result, argument = struct.unpack(commands.ACK_FORMAT, payload)
        if counter != order.counter:
            return
        if result == commands.STALE or result == commands.NOT_ARMED:
            self._again(order)
        else:
            self._finish(order, result, argument)

    def _again(self, order):
        """It came too late, or behind another: with a new counter from the beginning, unless it was done."""
        if self._sticky is not None and self._sticky[0] == order.counter & 15 and order.nonce is None:
            if self._sticky[1] not in (commands.NONE, commands.CHALLENGED, commands.STALE):
                self._finish(order, self._sticky[1], 0)
                return
        order.counter = order.nonce = order.data = None
        self._soon()

    # Speaking --------------------------------------------------------------------------------------------------

    def _look(self):
        """Twice a second as long as there is something to say."""
        now_us = self._clock.now_us
        for order in list(self._orders):
            if now_us - order.begun_us > _PATIENCE_US:
                self._orders.remove(order)
                self._end(order, None)
        if not self._orders:
            self._looking = False
            return
        self._clock.call_at(self._next_us(now_us), self._look)
        self._speak_if_one_may()

    def _next_us(self, now_us):
        """The beginning of the next slot, where that is soon: a report that was lost had one too."""
        later_us = now_us + _LOOK_US
        if self._report_us is None:
            return later_us
        period_us = self._profile.rate_s * 1000000
        begin_us = now_us - (now_us - self._report_us) % period_us + _REACTION_US
        if begin_us <= now_us:
            begin_us += period_us
        return begin_us if begin_us < later_us else later_us

    def _soon(self):
        if self._orders:
            self._clock.call_at(self._clock.now_us + _REACTION_US, self._speak_if_one_may)

    def _speak_if_one_may(self):
        if not self._orders or self.silent:
            return
        now_us = self._clock.now_us
        if self._report_us is None:
            return  # of a balloon that was never heard nobody knows the net
        order = self._orders[0]
        if order.data is not None and self._spoken_us is not None and now_us - self._spoken_us < _LOOK_US:
            return
        period_us = self._profile.rate_s * 1000000
        in_slot = (now_us - self._report_us) % period_us < self._profile.slot_ms * 1000
        if in_slot or self._pulse:
            self._speak(order, now_us)

    def _speak(self, order, now_us):
        if order.begun_us > now_us:
            return
        if order.data is None or order.counter is None or now_us - order.made_us > _SAME_BYTES_US:
            self._make(order, now_us)
        order.tries += 1
        self._spoken_us = now_us
        self._say(order.data)

    def _make(self, order, now_us):
        if order.counter is None:
            self.counter += 1
            order.counter = self.counter
        order.made_us = now_us
        net = self.net if self.other_net is None else self.other_net
        op, nonce = (order.op, self.session) if order.nonce is None else (commands.EXECUTE, order.nonce)
        order.data = command_frame(self._keys, net, self._now_ms(), order.counter, nonce, op, order.what())
        self.spoken[order.counter] = (op, order.what(), nonce, order.data)

    def _now_ms(self):
        """The payload's mission time."""
        return self._mission_ms + (self._clock.now_us - self._mission_us) // 1000

    def _finish(self, order, result, argument):
        self._orders.remove(order)
        order.answer = argument
        self._end(order, result)
        self._soon()

    def _end(self, order, result):
        order.result = result
        order.ended_us = self._clock.now_us
        self.done.append(order)

    def figures(self, order):
        """A line of the truth file."""
        return {
            "what": "order",
            "at_us": order.begun_us,
            "ended_us": order.ended_us,
            "command": order.command,
            "argument": order.argument,
            "result": order.result,
            "answer": order.answer,
            "tries": order.tries,
        }
