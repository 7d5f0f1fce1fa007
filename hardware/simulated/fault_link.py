"""Faults of the link: F22 to F26 and F31. Where the scenario has no channel they make a clear one."""

from hardware.simulated.attacker import Attacker
from hardware.simulated.fault_row import nothing, row, setting, sizing

_RESTART_US = 2000000
_KEYS = "key.bin"


def _channel_number(name, factor=1):
    """(begin, end): a number of the channel's row is the size, and what it was afterwards."""
    before = []

    def begin(bench, size, length_us):
        numbers = bench.link().row
        before.append(numbers[name])
        numbers[name] = size * factor

    def end(bench, size):
        bench.link().row[name] = before.pop()

    return begin, end


def _jam(bench, size, length_us):
    bench.link().jammed = True


def _no_jam(bench, size):
    bench.link().jammed = False


def _late(bench, size, length_us):
    bench.link().row["late"] = 500
    bench.link().row["late_ms"] = size


def _in_time(bench, size):
    bench.link().row["late"] = 0


def _talk_over(bench, size, count):
    """Somebody else on the same frequency."""
    from hardware.simulated.channel import NEIGHBOUR

    bench.link().row["half_duplex"] = 1
    bench.link().send(NEIGHBOUR, bytes([count * 37 + at & 0xFF | 1 for at in range(40)]))


def _flood(bench, size, count):
    """A tenth of a second of noise out of the modem."""
    bench.modem.pour(bytes([count * 89 + at * 167 & 0xFF for at in range(size)]))


def _restart(bench, size, length_us):
    bench.modem.dead_until_us = bench.clock.now_us + (size * 1000 or _RESTART_US)


def _forget(bench, size, length_us):
    """Its settings are those of the factory, in its flash too: nobody hears it until the board has set it up again."""
    unit = bench.radio_unit
    wanted = dict(unit.settings)
    unit.kept = dict(bench.radio_factory)
    unit.start()
    bench.modem.mistuned = lambda: unit.settings != wanted


# Attacker ---------------------------------------------------------------------------------------------------------


def _attacker(bench):
    if bench.attacker is None:
        bench.attacker = Attacker(bench.clock, bench.link(), bench.seed)
    return bench.attacker


def _listen(bench, size, length_us):
    _attacker(bench)


def _replay(bench, size, length_us):
    _attacker(bench).replay_after_us = (200000, size * 1000000, size * 7000000)


def _no_replay(bench, size):
    _attacker(bench).replay_after_us = ()


def _replay_all(bench, size, count):
    _attacker(bench).replay_all()


def _reflect(bench, size, length_us):
    _attacker(bench).reflecting = True


def _no_reflection(bench, size):
    _attacker(bench).reflecting = False


def _flip(bench, size, length_us):
    _attacker(bench).flipping = True


def _no_flip(bench, size):
    _attacker(bench).flipping = False


def _forge(bench, size, count):
    _attacker(bench).forge()


def _other_flight(bench, size, count):
    _attacker(bench).replay_other_flight(size)


# Operator ---------------------------------------------------------------------------------------------------------


def _wrong_balloon(bench, size, length_us):
    bench.crew.other_net = size


def _right_balloon(bench, size):
    bench.crew.other_net = None


def _lose_key(bench, size, length_us):
    bench.when_mounted.append(lambda storage: _spoil(storage, size))


def _spoil(storage, size):
    if not size:
        storage.remove(_KEYS)
        return
    with storage.open(_KEYS, "rb") as file:
        data = bytearray(file.read(200))
    data[len(data) // 2] ^= 1
    with storage.open(_KEYS, "wb") as file:
        file.write(bytes(data))


ROWS = (
    row("radio_noise", "F22", "size of 1000 bytes to the board are others", *sizing("modem", "noise_permille", 0)),
    row("radio_flood", "F22", "the modem pours size bytes of noise into the board", nothing, nothing, _flood, 100),
    row("radio_baud", "F22", "the modem's UART has size baud, the board's not", *sizing("modem", "baud", None)),
    row("radio_jam", "F23", "nothing passes, neither way", _jam, _no_jam),
    row("radio_loss", "F23", "size of 1000 frames are lost", *_channel_number("loss")),
    row("radio_twice", "F23", "size of 1000 frames come twice", *_channel_number("twice")),
    row("radio_late", "F23", "half of all frames come up to size ms late, and in another order", _late, _in_time),
    row("radio_bit_errors", "F23", "size of 1,000,000 bytes have a flipped bit", *_channel_number("bit_errors")),
    row("radio_collisions", "F23", "another transmitter talks over everybody", nothing, nothing, _talk_over, 700),
    row("modem_reset", "F24", "the modem restarts in size ms, 0: 2 s, and loses what it held", _restart),
    row("modem_forgets", "F24", "a modem that a mission sets up has the settings of the factory again", _forget),
    row("modem_settings", "F24", "the modem has another's settings", *setting("modem", "foreign", True, False)),
    row("attacker_listens", "F25", "somebody records everything", _listen),
    row(
        "attacker_replays", "F25", "what was heard is said again at once, size s, 7 x size s later", _replay, _no_replay
    ),
    row("attacker_repeats_all", "F25", "all commands so far, every size ms", nothing, nothing, _replay_all),
    row("attacker_reflects", "F25", "every frame of the balloon is sent back up to it", _reflect, _no_reflection),
    row("attacker_flips", "F25", "every command comes once more with a bit flipped", _flip, _no_flip),
    row("attacker_forges", "F25", "a command with a random tag every size ms", nothing, nothing, _forge),
    row("attacker_other_flight", "F25", "size commands of another flight", nothing, nothing, _other_flight, 5000),
    row("wrong_balloon", "F26", "the crew speaks to net size", _wrong_balloon, _right_balloon),
    row("double_click", "F26", "the crew says everything twice", *setting("crew", "double_click", True, False)),
    row("arms_only", "F26", "the crew never takes the second step", *setting("crew", "never_executes", True, False)),
    row("crew_silent", "F26", "the crew says nothing more", *setting("crew", "silent", True, False)),
    row("no_key", "F31", "at the next start the key is 0: gone, 1: damaged", _lose_key),
)
