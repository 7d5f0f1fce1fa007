"""Rule 10 of release.md in its own words: the GPS dynamic model is state, not a setting."""

from firmware.drivers.gps_setup import AIRBORNE_1G
from firmware.flight_computer import FlightComputer
from firmware.protocol import framing, telemetry
from firmware.protocol.deframing import Deframer, read_header
from firmware.protocol.unpacking import unpack
from hardware.simulated.bench import Bench
from hardware.simulated.scenarios import FIRST_FLIGHT
from tests.portable.core_rig import unmount
from tests.portable.gps_rig import Rig, sentences

GENERATIONS = (6, 7, 8, 9, 10)
OLD = (6, 7, 8)
PEDESTRIAN = 3
MODEL_KEY = 0x20110021


def airborne(gps):
    return gps.dynamic_model == AIRBORNE_1G


def recorded(rig):
    """Everything that the board writes from now on, as (ticks in ms, class, id, payload)."""
    written = []
    listen = rig.chip.on_write

    def on_write(data, start_us, byte_us, baud):
        for protocol, frame in sentences(bytes(data)):
            if protocol == "ubx":
                written.append((rig.clock.now_us // 1000, frame[2], frame[3], frame[6:-2]))
        listen(data, start_us, byte_us, baud)

    rig.chip.on_write = on_write
    return written


def model_set(frame):
    """The model that a frame from the board sets, or None."""
    _, message_class, message_id, payload = frame
    if message_class != 6:
        return None
    if message_id == 0x24 and payload:
        return payload[2] if payload[0] & 1 else None
    if message_id == 0x8A and payload[4:8] == b"\x21\x00\x11\x20":
        return payload[8]
    return None


def asks_for_model(frame):
    _, message_class, message_id, payload = frame
    return message_class == 6 and (
        (message_id == 0x24 and not payload) or (message_id == 0x8B and payload[4:] == b"\x21\x00\x11\x20")
    )


def test_the_airborne_model_below_1_g_is_the_default_and_never_pedestrian():
    for generation in GENERATIONS:
        rig = Rig(generation)
        written = recorded(rig)
        rig.run(90)
        rig.chip.reset(True)
        rig.run(90)
        models = [model_set(frame) for frame in written if model_set(frame) is not None]
        assert len(models) >= 8 and models == [6] * len(models), (generation, models)
        assert rig.chip.dynamic_model == 6 and rig.gps.dynamic_model == 6


def test_the_model_is_sent_acknowledged_and_read_back():
    for generation in GENERATIONS:
        rig = Rig(generation)
        written = recorded(rig)
        assert rig.seconds_until(airborne, 20) is not None
        sent = [frame[0] for frame in written if model_set(frame) is not None]
        asked = [frame[0] for frame in written if asks_for_model(frame)]
        assert sent and asked and asked[-1] > sent[-1], "it is known only after it has been asked for"
        acknowledged = rig.gps._setup.acknowledged
        rig.run(1)
        assert acknowledged >= 1 and rig.gps._setup.acknowledged > acknowledged


def test_a_model_that_is_not_acknowledged_is_sent_again_and_not_taken_for_read():
    for generation in (8, 10):
        rig = Rig(generation)
        written = recorded(rig)
        answer = rig.chip._answer
        rig.chip._answer = lambda *_: None
        rig.run(60)
        assert rig.gps.dynamic_model is None, generation
        assert len([frame for frame in written if model_set(frame) is not None]) >= 4
        rig.chip._answer = answer
        assert rig.seconds_until(airborne, 30) is not None


def test_the_model_is_set_and_read_again_every_20_s():
    for generation in GENERATIONS:
        rig = Rig(generation)
        rig.run(60)
        written = recorded(rig)
        rig.run(200)
        sent = [frame[0] for frame in written if model_set(frame) is not None]
        asked = [frame[0] for frame in written if asks_for_model(frame)]
        assert len(sent) == 10 and len(asked) == 10, (generation, len(sent), len(asked))
        for place in range(1, 10):
            assert 19700 <= sent[place] - sent[place - 1] <= 20300, sent
            assert 0 < asked[place] - sent[place] < 2000


def test_the_model_is_set_again_after_any_receiver_restart():
    for generation in GENERATIONS:
        for cold in (False, True):
            rig = Rig(generation, altitude_m=25000)
            rig.run(60)
            written = recorded(rig)
            rig.chip.reset(cold)
            assert rig.chip.dynamic_model == 0
            took_s = rig.seconds_until(lambda gps, chip=rig.chip: chip.dynamic_model == 6 and airborne(gps), 30)
            assert took_s is not None, (generation, cold)
            models = [model_set(frame) for frame in written if model_set(frame) is not None]
            assert models and models == [6] * len(models), (generation, cold)


def test_cfg_nav5_is_for_u_blox_6_to_8_and_valset_with_valget_for_m10():
    for generation in GENERATIONS:
        rig = Rig(generation)
        rig.run(60)
        written = recorded(rig)
        rig.run(60)
        messages = []
        for frame in written:
            if (model_set(frame) is not None or asks_for_model(frame)) and frame[2] not in messages:
                messages.append(frame[2])
        expected = [0x24] if generation in OLD else [0x8A, 0x8B]
        assert sorted(messages) == expected, (generation, messages)


class Board:
    """The whole firmware on the bench, heard by radio."""

    def __init__(self):
        setup = dict(FIRST_FLIGHT)
        setup["launch_s"] = 1000000
        unmount()
        self._deframer = Deframer()
        self._packets = []
        self.bench = Bench(setup, self._heard, lambda *_: None)
        self._loop = FlightComputer(self.bench.power_on()).loop

    def _heard(self, data):
        self._packets += self._deframer.feed(bytes(data))

    def told(self, seconds):
        """The models in the FIX frames of some seconds."""
        self._packets = []
        self._loop.run(seconds * 10)
        return [
            unpack(telemetry.FIX_LAYOUT, packet[framing.HEADER_BYTES :][: telemetry.FIX_LAYOUT.size])["dynamic_model"]
            for packet in self._packets
            if read_header(packet)[1] in (telemetry.FIX, telemetry.FIX_2, telemetry.FIX_3)
        ]


def test_the_actual_model_is_in_telemetry_not_the_one_that_was_asked_for():
    board = Board()
    told = board.told(40)
    assert told[0] is None and told[-1] == 6
    obey = board.bench.gps._classic

    def deaf(message_id, payload, at_us):
        if message_id == 0x24 and payload:
            return True  # acknowledges and does nothing
        return obey(message_id, payload, at_us)

    board.bench.gps._classic = deaf
    board.bench.gps.settings[MODEL_KEY] = PEDESTRIAN
    told = board.told(30)
    assert told[-1] == PEDESTRIAN and board.bench.gps.dynamic_model == PEDESTRIAN
    board.bench.gps._classic = obey
    assert board.told(10)[-1] == 6
    board.bench.gps.silent = True
    assert board.told(20)[-1] is None
