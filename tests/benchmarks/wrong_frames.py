"""Frames changed on their way, by the million: how many are accepted as what nobody sent, and how many noise makes.

python -m tests.benchmarks.wrong_frames --count 100000000     a long job; a line every ten million
"""

import argparse
import json
import sys
import time

import numpy as np

from firmware.protocol import authentication, commands, framing, telemetry
from ground.bench_flight import fix_frames, hist_frame, way
from ground.log_decoder import decode_bytes
from ground.raw_log import Chunk
from ground.receiver import Receiver

BLOCK = 1 << 16
_NOISE_SHARE = 8  # after every so many blocks of frames one of noise, of as many bytes


def sent_frames():
    """Frames of every type and length, by length; content as the receiver keeps it."""
    dice = np.random.default_rng(1)
    frames = fix_frames(700) + fix_frames(700, telemetry.FIX_2) + fix_frames(700, telemetry.FIX_3)
    places = way(700)
    frames += [hist_frame(650, number, number, places) for number in range(600)]
    for number, layout in telemetry.LAYOUTS[1:] + telemetry.TAGGED_LAYOUTS + ((commands.CMD, commands.CMD_LAYOUT),):
        size = layout.size + (0 if number in dict(telemetry.LAYOUTS) else authentication.TAG_BYTES)
        for sequence in range(300):
            header = framing.header(number, 0x5A17, sequence, sequence * 1000)
            frames.append(framing.encode(header + dice.bytes(size)))
    by_length = {}
    for frame in frames:
        by_length.setdefault(len(frame), []).append(np.frombuffer(frame, dtype=np.uint8))
    return {length: np.stack(rows) for length, rows in by_length.items()}


def contents(frames_by_length):
    """What the receiver makes of every frame that was sent."""
    receiver = Receiver()
    return {
        record.content
        for rows in frames_by_length.values()
        for row in rows
        for record in receiver.feed(Chunk(row.tobytes(), 0, 0))
    }


def flip_bits(rows, dice):
    """One to four bits between the delimiters."""
    for at in range(int(dice.integers(1, 5))):
        where = dice.integers(1, rows.shape[1] - 1, rows.shape[0])
        some = slice(None) if at == 0 else dice.random(rows.shape[0]) < 0.8
        index = np.arange(rows.shape[0])[some]
        rows[index, where[some]] ^= np.left_shift(1, dice.integers(0, 8, index.size)).astype(np.uint8)
    return rows


def change_bytes(rows, dice):
    """One to four bytes between the delimiters, to anything."""
    for _ in range(int(dice.integers(1, 5))):
        where = dice.integers(1, rows.shape[1] - 1, rows.shape[0])
        rows[np.arange(rows.shape[0]), where] = dice.integers(0, 256, rows.shape[0], dtype=np.uint8)
    return rows


def lose_byte(rows, dice):
    """One byte between the delimiters."""
    where = dice.integers(1, rows.shape[1] - 1, rows.shape[0])[:, None]
    column = np.arange(rows.shape[1] - 1)[None, :]
    return np.take_along_axis(rows, column + (column >= where), axis=1)


def add_byte(rows, dice):
    """One byte of anything between the delimiters."""
    where = dice.integers(1, rows.shape[1], rows.shape[0])[:, None]
    column = np.arange(rows.shape[1] + 1)[None, :]
    longer = np.take_along_axis(rows, column - (column > where), axis=1)
    longer[np.arange(rows.shape[0]), where[:, 0]] = dice.integers(0, 256, rows.shape[0], dtype=np.uint8)
    return longer


def swap_tails(rows, dice):
    """The beginning of one frame and the end of another: two that ran into each other."""
    where = int(dice.integers(2, rows.shape[1] - 2))
    rows[:, where:] = rows[dice.permutation(rows.shape[0]), where:]
    return rows


CHANGES = (flip_bits, change_bytes, lose_byte, add_byte, swap_tails)


def accepted(data, known):
    """(frames accepted, those of them that nobody sent, frames with a good CRC that were refused by their header)."""
    decoded = decode_bytes(data)
    refused = decoded.frames_misfit + decoded.frames_other_version
    if not decoded.frames_total:
        return 0, 0, refused
    records = Receiver().feed(Chunk(data, 0, 0))
    return decoded.frames_total, sum(record.content not in known for record in records), refused


def measure(count, seed=1, say=None):
    """The figures for so many changed frames. say: is told them now and then."""
    dice = np.random.default_rng(seed)
    by_length = sent_frames()
    known = contents(by_length)
    lengths = list(by_length)
    found = {"changed": 0, "wrong": 0, "refused_by_header": 0, "noise_bytes": 0, "wrong_of_noise": 0, "as_sent": 0}
    blocks = 0
    said = 0
    begin = time.monotonic()
    while found["changed"] < count:
        rows = by_length[lengths[blocks % len(lengths)]]
        size = min(BLOCK, count - found["changed"])
        sent = rows[dice.integers(0, rows.shape[0], size)]
        change = CHANGES[blocks // len(lengths) % len(CHANGES)]
        changed = change(sent.copy(), dice)
        if changed.shape == sent.shape:
            changed = changed[(changed != sent).any(axis=1)]
        total, wrong, refused = accepted(changed.tobytes(), known)
        found["changed"] += changed.shape[0]
        found["wrong"] += wrong
        found["as_sent"] += total - wrong
        found["refused_by_header"] += refused
        blocks += 1
        if blocks % _NOISE_SHARE == 0:
            noise = dice.bytes(changed.size)
            total, wrong, refused = accepted(noise, known)
            found["noise_bytes"] += len(noise)
            found["wrong_of_noise"] += total
            found["refused_by_header"] += refused
        if say is not None and found["changed"] // 10_000_000 > said:
            said = found["changed"] // 10_000_000
            say({**found, "seconds": round(time.monotonic() - begin)})
    found["seconds"] = round(time.monotonic() - begin)
    return found


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1_000_000, help="changed frames")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    found = measure(
        options.count, options.seed, lambda figures: print(json.dumps(figures), file=sys.stderr, flush=True)
    )
    print(json.dumps(found))
    return 1 if found["wrong"] or found["wrong_of_noise"] else 0


if __name__ == "__main__":
    sys.exit(main())
