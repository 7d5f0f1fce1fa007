"""A release path that hears the radio: what comes is put into its ear, what it answers stands in `answers`."""

import struct

from firmware.protocol import commands, framing, provisioning, telemetry
from firmware.uplink import Uplink
from tests.portable.release_rig import Rig

NET = 0x1234
MASTER = bytes(range(32))
KEYS = provisioning.derive(MASTER, b"salt of a flight")
OTHER_KEYS = provisioning.derive(MASTER, b"salt of another.")


def aloft(before_ms=600000, **settings):
    """A board so many ms before its first drop is due."""
    rig = CommandedRig(**settings)
    rig.at(rig.mission.drops[0].after_ms - before_ms)
    rig.run(1000)
    return rig


def rises(rig):
    """The outputs that fired, in their order."""
    return [output for _, output, level in rig.edges if level]


def acknowledged(answers, result):
    """Whether there is one answer, and what it says."""
    return [one["type"] for one in answers] == [telemetry.ACK] and answers[0]["result"] == result


class Ear:
    """Where the radio's bytes wait for the uplink."""

    def __init__(self):
        self._waiting = b""

    def hear(self, data):
        self._waiting += data

    def receive(self, now_ms):
        data, self._waiting = self._waiting, b""
        return data or None


class Desk:
    """What the uplink hands to the downlink, as it was said: rows of (frame type, values by name)."""

    def __init__(self):
        self.answers = []
        self.busy = False
        self.asked = []
        self.rate_s = None

    def answer(self, frame_type, payload):
        if frame_type == telemetry.ACK:
            names = ("counter", "op", "result", "argument")
            values = struct.unpack(commands.ACK_FORMAT, payload)
        else:
            names = ("nonce", "counter", "op", "why")
            values = struct.unpack(commands.CHAL_FORMAT, payload)
        said = {"type": frame_type}
        for index in range(4):
            said[names[index]] = values[index]
        self.answers.append(said)

    def answering(self):
        return self.busy

    def set_rate(self, seconds):
        self.rate_s = seconds
        return seconds

    def request_history(self, start_s, step_s, frames):
        self.asked.append((start_s, step_s, frames))
        return frames


class CommandedRig(Rig):
    """`say` sends a command as the ground would; every pass the uplink listens. keys: what the board has."""

    keys = KEYS

    def start(self):
        super().start()
        self.ear = Ear()
        self.desk = Desk()
        self._build()

    def _build(self):
        self.uplink = Uplink(
            self.clock,
            self.ear,
            self.desk,
            self.orders,
            self.state,
            self.journal,
            self.termination,
            NET,
            self.keys,
            self.random_bytes,
        )

    def random_bytes(self, count):
        return self.board.random_bytes(count)

    def pass_(self):
        self.uplink.poll(self.clock.ticks_ms())
        super().pass_()

    def reset(self, cause=None, lose_journal=False):
        """As Rig's, and the uplink is built on what the journal gave."""
        if lose_journal:
            for name in ("journal.0", "journal.1"):
                with self.board.storage.open(name, "wb") as file:
                    file.write(b"")
        from firmware.flight_state import FlightState
        from firmware.journal import Journal

        if lose_journal:
            from hardware.simulated.machine import BoardReset, SimulatedMachine

            try:
                self.board.machine.restart(SimulatedMachine.WDT_RESET)
            except BoardReset:
                pass
            self.board = self.bench.power_on(SimulatedMachine.WDT_RESET)
            self.state = FlightState()
            self.start()
            self.settle()
            return
        if cause is None:
            super().reset()
        else:
            super().reset(cause)
        # `start` comes before the journal is read: the flight computer reads it first.
        assert isinstance(self.journal, Journal)
        self._build()

    def frame(self, op, argument=0, counter=None, nonce=None, keys=KEYS, net=NET, mission_ms=None, tag=None):
        """The bytes of a command on the air; whatever is not given is as it should be."""
        if counter is None:
            counter = self.state.command_counter + 1
        if nonce is None:
            nonce = self.uplink.session
        if mission_ms is None:
            mission_ms = self.state.elapsed_ms
        body = framing.header(commands.CMD, net, counter & 0xFFFFFF, mission_ms) + struct.pack(
            commands.CMD_FORMAT, counter & 0xFFFFFFFF, nonce, op, argument
        )
        return framing.encode(body + (keys.tag_up(body) if tag is None else tag))

    def say(self, op, argument=0, **how):
        """Send it and let two passes go by; the answers that came meanwhile."""
        return self.send(self.frame(op, argument, **how))

    def send(self, data, passes=2):
        before = len(self.desk.answers)
        self.ear.hear(data)
        for _ in range(passes):
            self.pass_()
        return self.desk.answers[before:]

    def execute(self, what, place=0):
        """Both steps; the answers to the second."""
        argument = what | place << 8
        challenge = self.say(commands.ARM, argument)[-1]
        return self.say(commands.EXECUTE, argument, nonce=challenge["nonce"])
