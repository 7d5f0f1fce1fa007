"""Sentences are found in any stream, however it is cut, and nothing else is taken for one."""

from hardware.simulated.random_source import RandomSource
from tests.portable.gps_rig import GGA, RECORDINGS, RMC, heard, nmea, sentences, ubx, values
from tests.skip import SkipTest

PVT = ubx(1, 7, bytes([(i * 37 + 5) & 0xFF for i in range(92)]))
ACK = ubx(5, 1, b"\x06\x24")


def recordings():
    import os

    try:
        names = sorted([name for name in os.listdir(RECORDINGS) if name.endswith(".log")])
    except OSError:
        raise SkipTest("no " + RECORDINGS)
    assert len(names) >= 10
    for name in names:
        with open(RECORDINGS + "/" + name, "rb") as file:
            yield name, file.read()


def test_a_sentence_split_anywhere_is_read_the_same():
    data = RMC + ACK + GGA
    whole = values(heard([data]))
    assert whole[2] == 534506570 and whole[4] == 56000 and whole[12] is not None
    for split in range(len(data) + 1):
        gps = heard([data[:split], data[split:]], settle=False)
        assert gps.sentences_ok == 3 and gps.sentences_bad == 0 and values(gps) == whole, split


def test_a_stream_in_single_bytes_is_read_the_same():
    data = b"\xb5$noise\xb5\x62" + RMC + PVT + b"\xb5\x62\x01" + GGA + ACK + b"$GP"
    gps = heard([bytes([c]) for c in data])
    assert gps.sentences_ok == 4
    assert values(gps) == values(heard([data]))


def test_recordings_yield_every_valid_sentence_and_no_other_however_they_are_cut():
    random = RandomSource(7)
    for name, data in recordings():
        expected = len(sentences(data))
        assert expected, name
        whole = heard([data])
        assert whole.sentences_ok == expected, name
        for longest in (3, 40, 700):
            pieces = []
            at = 0
            while at < len(data):
                size = 1 + random.below(longest)
                pieces.append(data[at : at + size])
                at += size
            gps = heard(pieces)
            assert gps.sentences_ok == expected, (name, longest)
            assert values(gps) == values(whole), (name, longest)


def test_damaged_recordings_yield_exactly_the_sentences_that_are_still_whole():
    random = RandomSource(11)
    for name, data in recordings():
        data = bytearray(data[:9000])
        for _ in range(len(data) // 150):
            at = random.below(len(data))
            what = random.below(3)
            if what == 0:
                data[at] = random.below(256)
            elif what == 1:
                data = data[:at] + data[at + 1 + random.below(20) :]
            else:
                data = data[:at] + bytes([random.below(256) for _ in range(random.below(30))]) + data[at:]
        data = bytes(data)
        assert heard([data]).sentences_ok == len(sentences(data)), name


def test_a_false_start_does_not_swallow_the_sentence_behind_it():
    for noise in (
        b"\xb5\x62",
        b"\xb5\x62\x01\x07\xf0\x03",  # claims 1008 bytes
        b"\xb5\x62\x01\x07\xff\xff",  # claims more than we would ever keep
        b"\xb5\x62\x01\x07\x5c\x00" + bytes(30),
        b"\xb5",
        b"$",
        b"$GNGGA,1036",
        b"$GNGGA,103607.00*",
        b"$GNGGA,103607.00*6",
        b"\x00\xff$\xb5$",
    ):
        for sentence in (RMC, ACK, PVT):
            assert heard([noise + sentence + GGA]).sentences_ok == 2, (noise, sentence)
            assert heard([sentence + noise + GGA]).sentences_ok == 2, (noise, sentence)


def test_a_sentence_behind_an_unfinished_frame_is_read_once_the_line_is_silent():
    gps = heard([b"\xb5\x62\x01\x07\xf0\x03" + RMC], settle=False)
    assert gps.sentences_ok == 0
    gps = heard([b"\xb5\x62\x01\x07\xf0\x03" + RMC])
    assert gps.sentences_ok == 1 and gps.latitude_e7 == 534506627


def test_any_damaged_byte_loses_its_sentence_and_no_other():
    middle = ubx(1, 7, bytes(84))
    for at in range(len(middle)):
        damaged = bytearray(middle)
        damaged[at] ^= 0x10
        assert heard([RMC + bytes(damaged) + GGA]).sentences_ok == 2, at
    body = GGA[:-2]
    for at in range(len(body)):
        damaged = bytearray(body)
        damaged[at] ^= 0x01
        assert heard([RMC + bytes(damaged) + b"\r\n" + ACK]).sentences_ok == 2, at


def test_a_line_without_a_checksum_is_rejected():
    gps = heard([RMC[:-5] + b"\r\n"])
    assert gps.sentences_ok == 0 and gps.sentences_bad == 1 and gps.latitude_e7 is None


def test_lower_case_checksums_and_bare_line_feeds_are_accepted():
    data = nmea("GPGLL,,,,,,V,N").replace(b"\r", b"")
    star = data.find(b"*")
    gps = heard([data[:star] + data[star:].lower() + RMC])
    assert gps.sentences_ok == 2


def test_a_line_that_never_ends_is_dropped_and_the_buffer_stays_bounded():
    gps = heard([b"$" + b"A" * 3000, RMC])
    assert gps.sentences_ok == 1


def test_noise_of_every_kind_is_survived():
    random = RandomSource(3)
    for alphabet in (b"\xb5\x62\x01\x07\x00\x5c", b"$*,0123GPRMC\r\n", bytes(range(256))):
        data = bytes([alphabet[random.below(len(alphabet))] for _ in range(3000)])
        assert heard([data + RMC]).sentences_ok == len(sentences(data + RMC))


def test_characters_that_cannot_be_in_a_sentence_are_refused_though_its_checksum_is_right():
    for text in ("GNTXT,01,01,02,u-blox ag - www.u-blox.com", "GNTXT,{|}~ !"):
        for shift in range(4):  # even and odd places
            gps = heard([b"\r" * shift + nmea(text) + RMC])
            assert gps.sentences_ok == 2 and gps.sentences_bad == 0
    # Each pair leaves the checksum as it was.
    for pair in (b"\x7f\x7f", b"\x80\x80", b"\x9f\x9f", b"\xff\xff", b"\x00\x00", b"\x1f\x1f", b"\r\r", b"\n\n"):
        for at in range(1, 14):
            line = nmea("GNTXT,01,01,02,ABCDEFGHIJKL")
            gps = heard([line[:at] + pair + line[at:] + RMC])
            assert gps.sentences_ok == 1 and gps.sentences_bad == 1, (pair, at)


def test_a_buffer_filled_without_a_pause_between_sentences_loses_none():
    data = RMC[:-2] + b"".join([ubx(1, 0x35, bytes(90)) + GGA[:-2] + nmea("GPGLL,,,,,,V,N")[:-2] for _ in range(40)])
    for size in (97, 255, 256, 2000):
        gps = heard([data[i : i + size] for i in range(0, len(data), size)])
        assert gps.sentences_ok == 121 and gps.sentences_bad == 0, size
    long = ubx(1, 0x35, bytes(1016))
    gps = heard([long[:500], long[500:1000], long[1000:] + long[:900], long[900:] + RMC], settle=False)
    assert gps.sentences_ok == 3 and gps.latitude_e7 == 534506627
