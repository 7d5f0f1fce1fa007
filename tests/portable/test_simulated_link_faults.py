"""Every fault of the link shows on the wires and in the air, begins and ends at its time."""

from firmware.protocol import commands, framing, provisioning, telemetry
from firmware.protocol.deframing import Deframer, read_header
from hardware.simulated.channel import ATTACKER, DOWN, NEIGHBOUR, UP
from hardware.simulated.fault_link import ROWS
from hardware.simulated.ground_crew import command_frame, keys_of
from tests.portable.fault_rig import Faulty

NET = 0x1234
SAID = bytes(range(1, 41))
LATER = ((9000, "noop", 0),)  # a crew that has something to say, but not yet


class Linked(Faulty):
    """A board that says a report when it is told to, and a ground that says what it is told to."""

    def __init__(self, *faults, **changes):
        super().__init__(*faults, **changes)
        self.uart = self.board.radio_uart
        self.sequence = 0

    def report(self, kind=telemetry.FIX, payload=None):
        """The board writes a frame."""
        self.sequence += 1
        if payload is None:
            payload = bytes(telemetry.FIX_LAYOUT.size)
        data = framing.encode(framing.header(kind, NET, self.sequence, self.clock.now_us // 1000) + payload)
        self.uart.write(data)
        return data

    def say(self, data=SAID):
        """The ground writes this; what the board has read half a second later."""
        self.uart.read()
        self.bench.say(data)
        self.run(0.5)
        return self.uart.read() or b""

    def hears(self):
        """What the ground has of a report, half a second after it."""
        self.heard.clear()
        self.report()
        self.run(0.5)
        return b"".join([bytes(data) for data in self.heard])

    def commands_up(self, seconds):
        """The commands that the board can read in so many seconds: (counter, op, argument, nonce, net)."""
        deframer = Deframer()
        found = []
        for _ in range(int(seconds * 10)):
            self.run(0.1)
            for packet in deframer.feed(self.uart.read() or b""):
                _, kind, net, _, _ = read_header(packet)
                if kind == commands.CMD:
                    counter = int.from_bytes(packet[9:13], "little")
                    nonce = int.from_bytes(packet[13:17], "little")
                    found.append((counter, packet[17], int.from_bytes(packet[18:22], "little"), nonce, net))
        return found


def meta(session, counter=0):
    payload = bytearray(telemetry.META_LAYOUT.size)
    payload[8:12] = session.to_bytes(4, "little")
    payload[12:16] = counter.to_bytes(4, "little")
    return bytes(payload)


def test_without_a_channel_what_either_side_says_is_there_at_once():
    it = Linked()
    assert it.say() == SAID and it.bench.channel is None
    assert Deframer().feed(it.hears()) != []


# F22 -----------------------------------------------------------------------------------------------------------------


def test_noise_on_the_boards_radio_uart_damages_bytes_and_ends():
    it = Linked(("radio_noise", 5, 5, 300))
    assert it.say() == SAID
    it.until(5100)
    noisy = it.say()
    assert len(noisy) == 40 and 4 <= len([1 for at in range(40) if noisy[at] != SAID[at]]) <= 20
    it.until(10100)
    assert it.say() == SAID


def test_a_flood_overruns_the_boards_buffer_and_ends():
    it = Linked(("radio_flood", 5, 5, 570))
    it.until(9000)
    assert it.uart.any() == 512 and it.uart.bytes_lost > 5000
    it.until(11000)
    assert it.say() == SAID


def test_at_another_baud_all_is_rubbish_both_ways():
    it = Linked(("radio_baud", 5, 5, 9600))
    it.until(5100)
    assert SAID not in it.say() and Deframer().feed(it.hears()) == []
    it.until(10100)
    assert it.say() == SAID and Deframer().feed(it.hears()) != []


# F23 -----------------------------------------------------------------------------------------------------------------


def test_a_jam_stops_both_ways_and_ends():
    it = Linked(("radio_jam", 5, 5, 0))
    assert it.say() == SAID
    it.until(5100)
    assert it.say() == b"" and it.hears() == b""
    it.until(10100)
    assert it.say() == SAID and Deframer().feed(it.hears()) != []


def test_loss_doubles_delay_and_damage_are_as_much_as_asked_for_and_end():
    def counts(name, size):
        it = Linked((name, 5, 200, size))
        it.until(5100)
        channel = it.bench.channel
        for _ in range(150):
            it.report()
            it.run(1)
        counted = channel.counts[DOWN][:], channel.twice[DOWN], channel.late[DOWN]
        it.until(206000)
        for _ in range(50):
            it.report()
            it.run(1)
        assert channel.counts[DOWN][-1] - counted[0][-1] == 50
        assert (channel.twice[DOWN], channel.late[DOWN]) == counted[1:]
        return counted

    assert 50 < counts("radio_loss", 500)[0][5] < 100
    assert 50 < counts("radio_twice", 500)[1] < 100
    assert 50 < counts("radio_late", 5000)[2] < 100
    assert 30 < counts("radio_bit_errors", 10000)[0][6] < 80


def test_another_transmitter_talks_over_everybody_and_ends():
    it = Linked(("radio_collisions", 5, 60, 0))
    it.until(5000)
    for _ in range(200):
        it.report()
        it.run(0.3)
    assert it.bench.channel.counts[DOWN][0] > 5 and it.bench.channel.sent[NEIGHBOUR] >= 80
    sent = it.bench.channel.sent[NEIGHBOUR]
    it.until(90000)
    assert it.bench.channel.sent[NEIGHBOUR] - sent <= 10


# F24 -----------------------------------------------------------------------------------------------------------------


def test_a_modem_that_restarts_says_and_hears_nothing_and_comes_back():
    it = Linked(("modem_reset", 5, 0, 0), ("modem_reset", 10, 0, 5000))
    it.until(5100)
    assert it.say() == b"" and it.hears() == b""
    it.until(7100)
    assert it.say() == SAID
    it.until(14000)
    assert it.say() == b""
    it.until(15100)
    assert it.say() == SAID


def test_a_fitted_modem_forgets_what_it_was_told_and_nobody_hears_it_until_it_is_told_again():
    it = Linked(("modem_forgets", 5, 0, 0), fitted_modem="hc12")
    unit = it.bench.radio_unit
    unit.kept["channel"] = 5
    unit.start()
    it.uart.init(baudrate=9600, rxbuf=512)
    assert it.say() == SAID
    it.until(5100)
    assert it.say() == b"" and it.hears() == b"" and unit.settings["channel"] == 1
    unit.kept["channel"] = 5
    unit.start()
    assert it.say() == SAID


def test_a_modem_with_anothers_settings_is_deaf_and_dumb():
    it = Linked(("modem_settings", 5, 5, 0))
    it.until(5100)
    assert it.say() == b"" and it.hears() == b""
    it.until(10100)
    assert it.say() == SAID


# F25 -----------------------------------------------------------------------------------------------------------------


def true_command(it, counter=7):
    return command_frame(keys_of(it.setup), NET, it.clock.now_us // 1000, counter, 99, commands.NOOP, 0)


class Attacked(Linked):
    setup = {"seed": 1}

    def said(self):
        return self.bench.attacker.said


def test_everything_that_was_heard_is_said_again_at_once_and_much_later():
    it = Attacked(("attacker_replays", 5, 60, 4))
    it.until(6000)
    command = true_command(it)
    assert it.say(command) == command + command  # 0.2 s later
    assert it.commands_up(2) == [] and len(it.commands_up(3)) == 1 and len(it.commands_up(28)) == 1
    assert it.said()["replayed"] == 3
    it.until(66000)
    assert it.say(command) == command


def test_all_commands_are_repeated_for_as_long_as_it_lasts():
    it = Attacked(("attacker_listens", 1, 0, 0), ("attacker_repeats_all", 10, 3, 500))
    it.until(2000)
    for counter in (1, 2):
        it.say(true_command(it, counter))
    it.until(9000)
    found = it.commands_up(6)
    assert len(found) == 2 * 6 and [row[0] for row in found[:2]] == [1, 2]


def test_frames_of_the_balloon_come_back_up_to_it():
    it = Attacked(("attacker_reflects", 5, 10, 0))
    it.until(6000)
    data = it.report()
    it.run(1)
    assert it.uart.read() == data and it.said()["reflected"] == 1


def test_a_command_comes_once_more_with_one_bit_flipped_and_its_crc_right():
    it = Attacked(("attacker_flips", 5, 10, 0))
    it.until(6000)
    command = true_command(it)
    it.bench.say(command)
    it.run(1)
    packets = Deframer().feed(it.uart.read())
    assert len(packets) == 2 and len(packets[0]) == len(packets[1]) == 30
    bits = 0
    for at in range(30):
        changed = packets[0][at] ^ packets[1][at]
        while changed:
            bits += changed & 1
            changed >>= 1
    assert bits == 1 and it.said()["flipped"] == 1


def test_forged_commands_have_the_right_net_time_session_and_counter_and_a_random_tag():
    it = Attacked(("attacker_listens", 1, 0, 0), ("attacker_forges", 5, 20, 100))
    it.until(2000)
    it.report(telemetry.META, meta(0xCAFE))
    it.run(0.5)
    it.say(true_command(it, 7))
    it.until(5000)
    found = it.commands_up(15)
    assert 100 < len(found) <= 160
    assert {row[4] for row in found} == {NET} and {row[3] for row in found} == {0xCAFE}
    assert {row[0] for row in found} <= {8, 9, 10} and {row[1] for row in found} == set(range(7))


def test_commands_of_another_flight_are_tagged_by_its_keys():
    it = Attacked(("attacker_listens", 1, 0, 0), ("attacker_other_flight", 5, 3, 4))
    it.until(2000)
    it.report(telemetry.META, meta(0xCAFE))
    it.until(4000)
    assert [row[1] for row in it.commands_up(4)] == [commands.SAFE, commands.HOLD, commands.ARM, commands.EXECUTE]


# F26 -----------------------------------------------------------------------------------------------------------------


class Crewed(Linked):
    """A crew with one order, 3 s after the start, and a balloon that reports once a second."""

    def __init__(self, fault, order=("noop", 0)):
        super().__init__(fault, crew=((3, order[0], order[1]),), seed=1)
        self.keys = keys_of({"seed": 1})

    def second(self):
        self.report()
        return self.commands_up(1)

    def answer(self, kind, payload):
        self.sequence += 1
        packet = framing.header(kind, NET, self.sequence, self.clock.now_us // 1000) + payload
        self.uart.write(framing.encode(packet + self.keys.tag_down(packet)))
        self.run(0.2)


def challenge(counter, nonce=0xBEEF, why=commands.FOR_EXECUTE):
    return nonce.to_bytes(4, "little") + counter.to_bytes(4, "little") + bytes((commands.ARM, why))


def acknowledgement(counter, op, result=commands.DONE):
    return counter.to_bytes(4, "little") + bytes((op, result, 0, 0, 0, 0))


def test_the_crew_speaks_after_a_report_and_repeats_the_same_until_it_is_answered():
    it = Crewed(("crew_silent", 100, 0, 0))
    said = []
    for _ in range(6):
        said += it.second()
    assert said[0] == (1, commands.NOOP, 0, 0, NET) and said == said[:1] * len(said) and len(said) >= 2
    it.answer(telemetry.ACK, acknowledgement(1, commands.NOOP))
    assert it.second() == [] == it.second()
    (done,) = it.bench.crew.done
    assert (done.command, done.result, done.tries) == ("noop", commands.DONE, len(said))


def test_the_crew_takes_two_steps_and_the_session_that_it_is_told():
    it = Crewed(("crew_silent", 100, 0, 0), ("release", 2))
    it.report(telemetry.META, meta(0xCAFE, 40))
    said = [row for _ in range(4) for row in it.second()]
    what = commands.RELEASE | 2 << 8
    assert set(said) == {(41, commands.ARM, what, 0xCAFE, NET)}
    it.answer(telemetry.CHAL, challenge(41, 0xD00D, commands.OTHER_SESSION))
    said = [row for _ in range(2) for row in it.second()]
    assert set(said) == {(41, commands.ARM, what, 0xD00D, NET)}
    it.answer(telemetry.CHAL, challenge(41))
    said = [row for _ in range(2) for row in it.second()]
    assert set(said) == {(42, commands.EXECUTE, what, 0xBEEF, NET)}
    it.answer(telemetry.ACK, acknowledgement(42, commands.EXECUTE))
    assert it.bench.crew.done[0].result == commands.DONE and it.second() == []


def test_the_crew_believes_no_answer_without_a_true_tag():
    it = Crewed(("crew_silent", 100, 0, 0))
    for _ in range(4):
        it.second()
    it.keys = provisioning.derive(bytes(32), bytes(16))
    it.answer(telemetry.ACK, acknowledgement(1, commands.NOOP))
    assert it.bench.crew.done == []


def test_a_crew_may_speak_to_another_balloon():
    it = Crewed(("wrong_balloon", 2, 4, 0x4321))
    said = [row for _ in range(6) for row in it.second()]
    assert said and {row[4] for row in said} == {0x4321}


def test_a_crew_may_click_twice():
    it = Crewed(("double_click", 2, 4, 0))
    for _ in range(4):
        it.second()
    it.answer(telemetry.ACK, acknowledgement(1, commands.NOOP))
    said = [row for _ in range(3) for row in it.second()]
    assert {row[0] for row in said} == {2}


def test_a_crew_may_arm_and_go_no_further():
    it = Crewed(("arms_only", 2, 0, 0), ("cutdown", 0))
    for _ in range(4):
        it.second()
    it.answer(telemetry.CHAL, challenge(1))
    assert it.second() == [] and it.bench.crew.done[0].result == commands.CHALLENGED


def test_a_crew_may_fall_silent():
    it = Crewed(("crew_silent", 5, 0, 0))
    assert [row for _ in range(5) for row in it.second()] != []
    it.second()
    assert [row for _ in range(5) for row in it.second()] == []


# F31 -----------------------------------------------------------------------------------------------------------------


def test_the_key_is_on_the_flash_and_a_start_may_find_it_gone_or_damaged():
    def key(*faults):
        it = Linked(*faults, crew=LATER, seed=1)
        it.run(10)
        try:
            with it.board.storage.open(provisioning.FILE, "rb") as file:
                return file.read(200)
        except OSError:
            return None

    whole = provisioning.file_of(keys_of({"seed": 1}))
    assert key() == whole
    assert key(("no_key", 1, 0, 0), ("reset", 5, 0, 0)) is None
    damaged = key(("no_key", 1, 0, 1), ("reset", 5, 0, 0))
    assert damaged != whole and len(damaged) == len(whole) and provisioning.read_file(damaged) is None


def test_a_key_of_the_scenario_is_taken_as_it_stands():
    text = "".join(["%02x" % byte for byte in range(48)])
    keys = provisioning.derive(bytes(range(32)), bytes(range(32, 48)))
    assert (
        provisioning.file_of(keys_of({"key": text, "seed": 1}))
        == provisioning.file_of(keys)
        != provisioning.file_of(keys_of({"seed": 1}))
    )


def test_a_command_that_the_crew_does_not_know_is_refused_before_the_flight():
    message = ""
    try:
        Linked(crew=((5, "explode", 0),))
    except ValueError as error:
        message = str(error)
    assert "explode" in message and "cutdown" in message


def test_every_row_of_the_link_is_in_the_catalogue_and_up_is_not_down():
    from hardware.simulated.faults import row_of

    for one in ROWS:
        assert row_of(one[0]) is one
    assert len({DOWN, UP, ATTACKER, NEIGHBOUR}) == 4
