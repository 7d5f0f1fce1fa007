"""Links on real ports and sockets: they say what is wrong, and come back."""

import os
import socket
import subprocess
import sys
import time
import tty

import pytest

from ground.links import FileLink, LinkError, SerialLink, TcpLink, UdpLink, open_link
from ground.port_trouble import gone, port_trouble, same_device
from ground.raw_log import NOTE, SENT, Chunk, RawLog
from ground.uptime import uptime_ns

PATIENCE_S = 10.0
needs_pty = pytest.mark.skipif(not hasattr(os, "openpty"), reason="no pseudo-terminals on this system")


class Radio:
    """A pseudo-terminal under a name of its own, as an adapter that can be unplugged."""

    def __init__(self, path):
        self.path = path
        self.master = None
        self.plug_in()

    def plug_in(self):
        self.master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.symlink(os.ttyname(self._slave), self.path)

    def send(self, data):
        os.write(self.master, data)

    def unplug(self):
        os.unlink(self.path)
        os.close(self._slave)
        os.close(self.master)


@pytest.fixture
def radio(tmp_path):
    return Radio(str(tmp_path / "ttyRADIO"))


def read_until(link, wanted, deadline_s=PATIENCE_S):
    got = b""
    deadline = time.monotonic() + deadline_s
    while wanted not in got and time.monotonic() < deadline:
        chunk = link.read()
        got += chunk.data if chunk else b""
    return got


def wait_for(link, condition, deadline_s=PATIENCE_S):
    deadline = time.monotonic() + deadline_s
    while not condition(link) and time.monotonic() < deadline:
        link.read()
    return condition(link)


@needs_pty
def test_bytes_of_a_serial_port_come_with_both_clocks(radio):
    link = open_link(radio.path)
    assert wait_for(link, lambda link: link.trouble is None)
    before = time.time_ns(), uptime_ns()
    radio.send(b"\0hello\xff")
    chunk = None
    while chunk is None:
        chunk = link.read()
    assert chunk.data == b"\0hello\xff"
    assert before[0] <= chunk.wall_ns <= time.time_ns()
    assert before[1] <= chunk.monotonic_ns <= uptime_ns()
    link.close()


@needs_pty
def test_a_port_that_vanishes_is_said_and_is_back_within_two_seconds(radio):
    link = open_link(radio.path)
    assert wait_for(link, lambda link: link.trouble is None)
    for _ in range(2):
        radio.unplug()
        assert wait_for(link, lambda link: link.trouble is not None and link.trouble.startswith("There is no "))
        assert radio.path in link.trouble and "trying again" in link.trouble
        radio.plug_in()
        since = time.monotonic()
        assert wait_for(link, lambda link: link.trouble is None)
        assert time.monotonic() - since < 2.0
        radio.send(b"again")
        assert read_until(link, b"again") == b"again"
    link.close()


@needs_pty
def test_a_port_vanishing_in_a_read_is_called_vanished(radio):
    link = open_link(radio.path)
    assert wait_for(link, lambda link: link.trouble is None)
    radio.unplug()
    assert wait_for(link, lambda link: link.trouble is not None)
    assert link.trouble == f"{radio.path} vanished: is the radio unplugged? Plug it in again; trying again."
    link.close()


@needs_pty
def test_a_busy_port_names_who_has_it_and_is_taken_when_free(radio):
    code = "import serial, sys; p = serial.Serial(sys.argv[1], exclusive=True); print('open', flush=True); input()"
    holder = subprocess.Popen(
        [sys.executable, "-c", code, radio.path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout.readline() == "open\n"
    link = open_link(radio.path)
    assert wait_for(link, lambda link: " is busy: " in link.trouble)
    if os.path.isdir("/proc/self/fd"):
        # The test's own process has the slave open too; a search by others' files still finds the holder.
        assert f"(process {holder.pid})" in link.trouble
    holder.communicate("\n", timeout=PATIENCE_S)
    assert wait_for(link, lambda link: link.trouble is None)
    link.close()


@needs_pty
def test_a_port_is_opened_exclusively(radio):
    link = open_link(radio.path)
    assert wait_for(link, lambda link: link.trouble is None)
    second = open_link(radio.path)
    second.read()
    assert " is busy: " in second.trouble
    second.close()
    link.close()


def test_a_forbidden_port_prints_the_exact_fix(tmp_path):
    path = tmp_path / "ttyUSB0"
    path.touch()
    text = port_trouble(str(path), PermissionError(13, "Permission denied", str(path)))
    assert "sudo usermod -aG " in text and "$USER" in text and "log out and in" in text
    assert text.count(".") - str(path).count(".") == 1  # one sentence


@pytest.mark.skipif(not hasattr(os, "fork") or os.geteuid() != 0, reason="needs root, to become somebody else")
@needs_pty
def test_somebody_without_rights_is_told_so_by_the_real_port(radio):
    os.chmod(os.path.realpath(radio.path), 0o600)
    os.chmod(os.path.dirname(radio.path), 0o755)
    folder = os.path.dirname(radio.path)
    while folder != "/tmp" and folder != "/":
        os.chmod(folder, os.stat(folder).st_mode | 0o055)
        folder = os.path.dirname(folder)
    link = SerialLink(radio.path, 57600)
    link.read()  # imports what it needs while it still may
    link.close()
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        os.setgid(65534)
        os.setgroups([])
        os.setuid(65534)
        poor = SerialLink(radio.path, 57600)
        poor.read()
        os.write(theirs, str(poor.trouble).encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(ours, 1000).decode().startswith(f"You may not open {radio.path}: run `sudo usermod -aG ")
    os.close(ours)
    os.close(theirs)


@pytest.mark.parametrize("what", ["folder", "file"])
def test_what_is_no_serial_port_is_called_so_and_never_raises(tmp_path, what):
    path = tmp_path / "x"
    if what == "folder":
        path.mkdir()
    else:
        path.write_bytes(b"data")
    link = open_link(str(path))
    assert link.read() is None
    assert str(path) in link.trouble and "no serial port" in link.trouble
    link.close()


def test_a_device_that_got_another_name_is_found_by_its_numbers():
    class Port:
        def __init__(self, device, vid, pid, serial_number):
            self.device, self.vid, self.pid, self.serial_number = device, vid, pid, serial_number

    found = [Port("/dev/ttyUSB0", 1, 2, "A"), Port("/dev/ttyUSB1", 1, 2, "B")]
    assert same_device((1, 2, "B"), found) == "/dev/ttyUSB1"
    assert same_device((1, 3, "B"), found) is None


def test_tcp_delivers_comes_back_and_says_what_is_wrong():
    server = socket.create_server(("127.0.0.1", 0))
    port = server.getsockname()[1]
    link = open_link(f"socket://127.0.0.1:{port}")
    assert isinstance(link, TcpLink)
    for _ in range(2):
        assert wait_for(link, lambda link: link.trouble is None)
        peer = server.accept()[0]
        peer.sendall(b"\0frame\0")
        assert read_until(link, b"frame\0") == b"\0frame\0"
        peer.close()
        assert wait_for(link, lambda link: link.trouble is not None)
        assert "is gone" in link.trouble
    server.close()
    assert wait_for(link, lambda link: "No connection" in (link.trouble or ""))
    link.close()
    assert link.read() is None


def test_udp_delivers_each_datagram_and_a_taken_port_is_said():
    probe = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    probe.bind(("127.0.0.1", 0))
    port = probe.getsockname()[1]
    link = open_link(f"udp://127.0.0.1:{port}")
    assert isinstance(link, UdpLink)
    link.read()
    assert "cannot be used" in link.trouble
    probe.close()
    assert wait_for(link, lambda link: link.trouble is None)
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for data in (b"one", b"two"):
        sender.sendto(data, ("127.0.0.1", port))
        assert read_until(link, data) == data
    sender.close()
    link.close()


def test_a_file_of_plain_bytes_is_read_to_its_end(tmp_path):
    path = tmp_path / "bytes"
    path.write_bytes(bytes(range(256)) * 1000)
    link = open_link(f"file://{path}")
    got = b""
    while not link.ended:
        chunk = link.read()
        got += chunk.data if chunk else b""
    assert got == path.read_bytes()
    link.close()


def test_a_raw_log_is_read_with_its_own_times_and_only_what_was_received(tmp_path):
    log = RawLog(tmp_path / "raw.log")
    for chunk in (
        Chunk(b"note", 1, 1, NOTE),
        Chunk(b"a", 10, 100),
        Chunk(b"sent", 11, 101, SENT),
        Chunk(b"b", 20, 200),
    ):
        log.append(chunk)
    log.close()
    link = FileLink(tmp_path / "raw.log")
    found = []
    while not link.ended:
        chunk = link.read()
        if chunk:
            found.append(chunk[:3])
            assert link.now_ns() == chunk.monotonic_ns
    assert found == [(b"a", 10, 100), (b"b", 20, 200)]
    link.close()


def test_a_replay_keeps_the_time_between_chunks_at_its_speed(tmp_path):
    log = RawLog(tmp_path / "raw.log")
    for n in range(5):
        log.append(Chunk(bytes([n]), n, n * 10_000_000_000))
    log.close()
    link = FileLink(tmp_path / "raw.log", speed=200.0)  # 40 s in 0.2 s
    begin = time.monotonic()
    count = 0
    while not link.ended:
        if link.read() is not None:
            count += 1
            # A chunk is never given before its time, however coarse the sleeps are.
            assert time.monotonic() - begin >= (count - 1) * 0.05
    assert count == 5
    link.close()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("gopher://x", "no link of the kind gopher"),
        ("socket://host", "port number"),
        ("socket://:5000", "host is missing"),
        ("socket://host:99999", "port number"),
        ("udp://", "port number"),
        ("serial://", "name of a port"),
        ("/dev/ttyUSB0?baud=fast", "not a number"),
        ("/dev/ttyUSB0?baud=1", "not between"),
        ("file:///no/such/file", "cannot be read"),
        ("", "name of a port"),
    ],
)
def test_a_url_that_cannot_work_is_refused_in_one_sentence(url, words):
    with pytest.raises(LinkError, match=words) as caught:
        open_link(url)
    assert "\n" not in str(caught.value)


def test_baud_comes_from_the_option_then_the_url_then_the_default():
    assert open_link("/dev/ttyX").baud == 57600
    assert open_link("/dev/ttyX?baud=9600").baud == 9600
    assert open_link("serial:///dev/ttyX?baud=9600", 115200).baud == 115200
    link = open_link("rfc2217://host:1?logging=debug&baud=9600")
    assert (link.port, link.baud) == ("rfc2217://host:1?logging=debug", 9600)


def test_every_failure_gives_one_sentence():
    errors = [OSError(number, os.strerror(number)) for number in range(1, 134)]
    errors += [ValueError("odd"), RuntimeError(""), TypeError("x")]
    for error in errors:
        for text in (port_trouble("COM3", error), gone("COM3", error)):
            assert text.startswith(("COM3", "There is no COM3", "You may not open COM3"))
            assert "\n" not in text


# Writing ----------------------------------------------------------------------------------------------------------


@needs_pty
def test_what_is_written_to_a_serial_port_arrives(radio):
    link = open_link(radio.path)
    assert link.write(b"too early") is False
    assert wait_for(link, lambda link: link.trouble is None)
    assert link.write(b"\0up\0") is True
    assert os.read(radio.master, 100) == b"\0up\0"
    link.close()
    assert link.write(b"closed") is False


@needs_pty
def test_a_port_that_vanishes_on_writing_is_said_as_on_reading_and_comes_back(radio):
    link = open_link(radio.path)
    assert wait_for(link, lambda link: link.trouble is None)
    radio.unplug()
    assert link.write(b"gone") is False
    assert "vanished" in link.trouble
    radio.plug_in()
    assert wait_for(link, lambda link: link.trouble is None)
    assert link.write(b"back") is True
    assert os.read(radio.master, 100) == b"back"
    link.close()


@needs_pty
def test_a_modem_that_takes_nothing_more_does_not_hold_the_writer_up(radio):
    link = open_link(radio.path)
    assert wait_for(link, lambda link: link.trouble is None)
    begun = time.monotonic()
    assert link.write(bytes(1 << 20)) is False
    assert time.monotonic() - begun < PATIENCE_S
    assert link.trouble is None
    link.close()


def test_what_is_written_to_tcp_arrives_and_a_lost_peer_is_said():
    with socket.create_server(("127.0.0.1", 0)) as server:
        link = open_link(f"tcp://127.0.0.1:{server.getsockname()[1]}")
        assert wait_for(link, lambda link: link.trouble is None)
        peer, _ = server.accept()
        assert link.write(b"\0up\0") is True
        assert peer.recv(100) == b"\0up\0"
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        peer.close()  # a reset, not an end
        assert wait_for(link, lambda link: not link.write(b"anybody"))
        assert "is gone" in link.trouble
        link.close()


def test_what_is_written_to_udp_goes_back_to_whoever_spoke_last():
    link = UdpLink("127.0.0.1", 0)
    assert wait_for(link, lambda link: link.trouble is None)
    assert link.write(b"to whom") is False
    port = link._socket.getsockname()[1]
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as two,
    ):
        for peer in (one, two):
            peer.settimeout(PATIENCE_S)
            peer.sendto(b"down", ("127.0.0.1", port))
            assert read_until(link, b"down") == b"down"
        assert link.write(b"up") is True
        assert two.recv(100) == b"up"
    link.close()


def test_a_recording_takes_nothing(tmp_path):
    path = tmp_path / "received.bin"
    path.write_bytes(b"abc")
    link = FileLink(path)
    assert link.write(b"up") is False
    assert read_until(link, b"abc") == b"abc"
    link.close()
