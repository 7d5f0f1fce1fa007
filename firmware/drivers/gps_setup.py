"""Makes a u-blox receiver send NAV-PVT once a second and fly its airborne model, and keeps it doing so.

u-blox 6 GPS.G6-SW-10018-F, 7 GPS.G7-SW-12001-B, 8 UBX-13003221 R28, M10 UBX-21035062 R03. M9 and M10 are set by
key (CFG-VALSET), older ones by message (CFG-NAV5, CFG-MSG); each refuses the other's way, which is how they are told
apart. Nothing is written to the receiver's own memory: a setting is state, asked for again every 20 s.
"""

from micropython import const

from firmware.drivers import ubx

AIRBORNE_1G = 6  # dynamic model, UBX numbering; fixes up to 50 km (u-blox 6 to 8) or 80 km (M10)

_TIMEOUT_MS = const(1500)  # a receiver busy sending 470 bytes of NMEA at 9600 baud answers after up to a second
_TRIES = const(2)
_REPEAT_MS = const(20000)
_RETRY_MS = const(2000)
_PVT_WAIT_MS = const(3000)

_ASK = const(1)  # done when the receiver has said its model
_TELL = const(2)  # done when it has acknowledged
_PVT = const(3)  # the same; a refusal means NMEA for ever
_OFF = const(4)  # the same; a sentence that we do not use
_LAST = const(5)  # the same, but only once NAV-PVT has been heard: position sentences go last

_KEY_MODEL = b"\x21\x00\x11\x20"  # CFG-NAVSPG-DYNMODEL 0x20110021
_KEY_RATE = b"\x01\x00\x21\x30"  # CFG-RATE-MEAS 0x30210001, ms
_KEY_UBX_OUT = b"\x01\x00\x74\x10"  # CFG-UART1OUTPROT-UBX 0x10740001
_KEY_NMEA_OUT = b"\x02\x00\x74\x10"  # CFG-UART1OUTPROT-NMEA 0x10740002
_KEY_PVT = b"\x07\x00\x91\x20"  # CFG-MSGOUT-UBX_NAV_PVT_UART1 0x20910007
_KEYS_UNUSED = (  # CFG-MSGOUT-NMEA_ID_..._UART1
    b"\xca\x00\x91\x20",  # GLL 0x209100ca
    b"\xc0\x00\x91\x20",  # GSA 0x209100c0
    b"\xc5\x00\x91\x20",  # GSV 0x209100c5
    b"\xb1\x00\x91\x20",  # VTG 0x209100b1
)
_TO_RAM = b"\x00\x01\x00\x00"


def _message(message_id, payload):
    return ubx.frame(ubx.CLASS_CFG, message_id, payload)


def _rate(message_class, message_id, rate):
    return _message(ubx.CFG_MSG, bytes([message_class, message_id, rate]))


def _keyed_plan():
    return (
        (_TELL, _message(ubx.CFG_VALSET, _TO_RAM + _KEY_MODEL + bytes([AIRBORNE_1G]))),
        (_ASK, _message(ubx.CFG_VALGET, b"\x00\x00\x00\x00" + _KEY_MODEL)),
        (_TELL, _message(ubx.CFG_VALSET, _TO_RAM + _KEY_RATE + b"\xe8\x03")),
        (_PVT, _message(ubx.CFG_VALSET, _TO_RAM + _KEY_UBX_OUT + b"\x01" + _KEY_PVT + b"\x01")),
        (_OFF, _message(ubx.CFG_VALSET, _TO_RAM + b"".join([key + b"\x00" for key in _KEYS_UNUSED]))),
        (_LAST, _message(ubx.CFG_VALSET, _TO_RAM + _KEY_NMEA_OUT + b"\x00")),
    )


def _classic_plan():
    # Only bit 0 of the mask is set: of the 36 bytes, the receiver takes the dynamic model alone.
    return (
        (_TELL, _message(ubx.CFG_NAV5, bytes([1, 0, AIRBORNE_1G]) + bytes(33))),
        (_ASK, _message(ubx.CFG_NAV5, b"")),
        (_TELL, _message(ubx.CFG_RATE, b"\xe8\x03\x01\x00\x01\x00")),
        (_PVT, _rate(ubx.CLASS_NAV, ubx.NAV_PVT, 1)),
        (_OFF, _rate(0xF0, 0x01, 0)),  # GLL
        (_OFF, _rate(0xF0, 0x02, 0)),  # GSA
        (_OFF, _rate(0xF0, 0x03, 0)),  # GSV
        (_OFF, _rate(0xF0, 0x05, 0)),  # VTG
        (_LAST, _rate(0xF0, 0x04, 0)),  # RMC
        (_LAST, _rate(0xF0, 0x00, 0)),  # GGA
    )


class GpsSetup:
    """Sends one message at a time and waits for its answer; `step` is called some five times a second."""

    def __init__(self, uart, clock):
        self._uart = uart
        self._diff = clock.ticks_diff
        self._add = clock.ticks_add
        self._keyed = True  # by key, else by message
        self._rows = _keyed_plan()  # only the plan in use: the other is made when it is needed
        self._understood = False  # the receiver has obeyed this plan's first row
        self._other_tried = False
        self._at = -1  # row of the plan; -1 at rest
        self._due_ms = None  # start of the next round
        self._row_ms = None  # when this row's turn came
        self._sent_ms = None  # None: the row's message is still to be sent
        self._tries = 0
        self._answer = 0  # 1 acknowledged, -1 refused
        self.dynamic_model = None  # what the receiver said; None unknown
        self._model_said = False
        self._obeyed = False  # no row of this round has failed
        self.pvt_refused = False
        self.settled = False  # every row has been obeyed: from now on only the model is repeated
        self.unused_off_ms = None  # since when GLL, GSA, GSV and VTG are off
        self.nmea_off_ms = None  # since when RMC and GGA are off, too
        self.acknowledged = 0
        self.refused = 0
        self.unanswered = 0

    def waiting(self):
        """True while an answer may come at any moment."""
        return self._sent_ms is not None

    def begin(self, now_ms):
        """The receiver may have forgotten everything: set it up again, now."""
        self.dynamic_model = None
        self.settled = False
        self.pvt_refused = False
        self.unused_off_ms = self.nmea_off_ms = None
        self._start(now_ms)

    def stop(self):
        """Nobody answers here; rest until `begin`."""
        self.dynamic_model = None
        self._at = -1
        self._due_ms = self._sent_ms = None

    def _start(self, now_ms):
        self._at = 0
        self._tries = 0
        self._sent_ms = None
        self._row_ms = now_ms
        self._obeyed = True
        self._due_ms = self._add(now_ms, _REPEAT_MS)

    def greet(self):
        """Ask a receiver that may be silent on purpose for NAV-PVT, in both ways."""
        for plan in (_keyed_plan, _classic_plan):
            for row in plan():
                if row[0] == _PVT:
                    self._uart.write(row[1])

    def on_answer(self, message_class, message_id, accepted):
        """An ACK-ACK or ACK-NAK for the message named."""
        if self._sent_ms is None or message_class != ubx.CLASS_CFG:
            return
        if message_id == self._rows[self._at][1][3]:
            self._answer = 1 if accepted else -1

    def on_model(self, model):
        """The receiver said which dynamic model it uses."""
        self.dynamic_model = model
        self._model_said = True

    def step(self, now_ms, pvt_heard):
        """Do what is due: send, look for the answer, go on. `pvt_heard`: NAV-PVT is coming in."""
        if self._at >= 0:
            self._go_on(now_ms, pvt_heard)
        elif self._due_ms is not None and self._diff(now_ms, self._due_ms) >= 0:
            self._start(now_ms)

    def _go_on(self, now_ms, pvt_heard):
        at = self._at
        kind, message = self._rows[at]
        if self._sent_ms is None:
            if kind == _LAST and not pvt_heard:
                if self._diff(now_ms, self._row_ms) >= _PVT_WAIT_MS:
                    self._rest(now_ms, False)
                return
            self._answer = 0
            self._model_said = False
            if self._uart.write(message):  # a message cut short goes unanswered and is sent again
                self._sent_ms = now_ms
            return
        done = self._model_said if kind == _ASK else self._answer > 0
        if not done and self._answer >= 0:
            if self._diff(now_ms, self._sent_ms) < _TIMEOUT_MS:
                return
            self.unanswered += 1
            self._tries += 1
            if self._tries < _TRIES:
                self._sent_ms = None
                return
        if done:
            self.acknowledged += 1
        elif self._answer < 0:
            self.refused += 1
        if at == 0 and not done:
            self._not_understood(now_ms)
        else:
            self._next(now_ms, kind, done)

    def _not_understood(self, now_ms):
        """The first row failed: no model for now. Is it the other way that this receiver understands, or none?"""
        self.dynamic_model = None
        if not self._understood and not self._other_tried:
            self._other_tried = True
            self._keyed = not self._keyed
            self._rows = _keyed_plan() if self._keyed else _classic_plan()
            self._start(now_ms)
            return
        self._other_tried = False
        retry = self._understood  # it did obey once: perhaps the answer was only lost
        self._understood = False
        self._rest(now_ms, False)
        if retry:
            self._due_ms = self._add(now_ms, _RETRY_MS)

    def _next(self, now_ms, kind, done):
        """Go on to the next row, or to rest after the last."""
        plan = self._rows
        at = self._at + 1
        if at == 1:
            self._understood = True
            self._other_tried = False
        if kind == _ASK:
            if not done:
                self.dynamic_model = None
            if self.settled:
                self._rest(now_ms, True)
                return
        elif kind == _PVT:
            self.pvt_refused = self._answer < 0
        elif not done:
            self._obeyed = False
        if at < len(plan) and plan[at][0] == _LAST and kind == _OFF:
            self.unused_off_ms = now_ms if self._obeyed else None
            if self.pvt_refused:
                self._rest(now_ms, self._obeyed)
                return
        if at == len(plan):
            self.nmea_off_ms = now_ms if self._obeyed else None
            self._rest(now_ms, self._obeyed)
            return
        self._at = at
        self._row_ms = now_ms
        self._sent_ms = None
        self._tries = 0

    def _rest(self, now_ms, settled):
        """Until 20 s after this round's start, or sooner while the model is not what it must be."""
        self._at = -1
        self._sent_ms = None
        self.settled = settled
        if self._understood and self.dynamic_model != AIRBORNE_1G:
            self._due_ms = self._add(now_ms, _RETRY_MS)
