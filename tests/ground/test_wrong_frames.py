"""A million changed frames: none is accepted as what nobody sent. 10^8: python -m tests.benchmarks.wrong_frames."""

from firmware.protocol import framing
from tests.benchmarks import wrong_frames
from tests.ground import prepared_flight as prepared


def test_of_a_million_changed_frames_and_of_noise_none_is_accepted():
    found = wrong_frames.measure(1_000_000)
    assert found["changed"] == 1_000_000 and found["noise_bytes"] > 4_000_000
    assert (found["wrong"], found["wrong_of_noise"]) == (0, 0)


def test_what_was_sent_is_accepted_and_a_wrong_frame_would_be_noticed():
    by_length = wrong_frames.sent_frames()
    known = wrong_frames.contents(by_length)
    rows = by_length[48]
    assert wrong_frames.accepted(rows.tobytes(), known) == (len(rows), 0, 0)
    forged = framing.encode(prepared.fix_packet(77, 77_000))
    assert wrong_frames.accepted(rows.tobytes() + forged, known) == (len(rows) + 1, 1, 0)
