"""Sentences, packets and lines of other payloads in the bytes that are no frame of ours, however they were cut."""

from ground.formats import horus, horus_v3, ukhas
from ground.formats.heard import Heard
from ground.formats.lines import Lines
from ground.formats.own_sentence import interpret

_LINE_ENDS = b"\r\n"
_BETWEEN = b"\0\r\n"  # delimiters of our frames and line ends of sentences, which may stand before a packet
_MOST_BETWEEN = 3


class _Unfinished:
    """What one receiver's newest bytes may still become."""

    def __init__(self) -> None:
        self.text = b""  # the beginning of a sentence
        self.packet = b""  # bytes in which a packet may have begun
        self.anchors: list[int] = []  # where in them a v3 packet may have begun
        self.line_end_due = 0  # bytes of the line end of a sentence that is taken
        self.bytes_used = 0
        self.lines = Lines()


class Scanner:
    """Feed it bytes; it gives what was said in them. Keeps at most 3 kB a receiver, and never raises."""

    def __init__(self) -> None:
        self._receivers: dict[int, _Unfinished] = {}

    def bytes_used(self, receiver: int) -> int:
        """Bytes that were part of a message; zero bytes are not counted, as they are not among the discarded."""
        unfinished = self._receivers.get(receiver)
        return 0 if unfinished is None else unfinished.bytes_used

    def feed(self, data: bytes, wall_ns: int, monotonic_ns: int, receiver: int = 0) -> list[Heard]:
        """The messages whose last byte is in this data, in their order; the times become theirs."""
        unfinished = self._receivers.get(receiver)
        if unfinished is None:
            unfinished = self._receivers[receiver] = _Unfinished()
        found = self._sentences(unfinished, data)
        found.extend(self._packets(unfinished, data, [end for end, _ in found]))
        for size, end, heard in unfinished.lines.feed(data):
            unfinished.bytes_used += size
            found.append((end, heard))
        if not found:
            return []
        found.sort(key=lambda one: one[0])
        return [heard._replace(wall_ns=wall_ns, monotonic_ns=monotonic_ns, receiver=receiver) for _, heard in found]

    def _sentences(self, unfinished: _Unfinished, data: bytes) -> list[tuple[int, Heard]]:
        """Each with its end, counted from the end of the data."""
        if unfinished.line_end_due and data:
            ends = _line_end(data, 0, unfinished.line_end_due)
            unfinished.bytes_used += ends
            unfinished.line_end_due = 0 if ends < len(data) else unfinished.line_end_due - ends
        if not unfinished.text and b"$" not in data:
            return []
        text = unfinished.text + data
        found = []
        at = 0
        while (sentence := ukhas.find(text, at)) is not None:
            begin, at, body = sentence
            ends = _line_end(text, at, len(_LINE_ENDS))
            unfinished.line_end_due = len(_LINE_ENDS) - ends if at + ends == len(text) else 0
            unfinished.bytes_used += at + ends - begin
            found.append((at - len(text), interpret(ukhas.decode(body, text[begin:at]))))
        unfinished.text = text[max(at, ukhas.unfinished(text)) :]
        return found

    def _packets(self, unfinished: _Unfinished, data: bytes, ends: list[int]) -> list[tuple[int, Heard]]:
        """Each with its end, counted as the ends of the sentences are."""
        tried = len(unfinished.packet)
        packets = unfinished.packet + data
        found = [*horus.find(packets, 0, tried)]
        # A v3 packet has nothing that noise has not: it is looked for only where a radio began to give something out,
        # and behind another message.
        anchors = [*unfinished.anchors, *_behind(packets, tried)]
        for behind in (*(len(packets) + end for end in ends), *(end for _, end, _ in found)):
            anchors.extend(_behind(packets, behind))
        for begin in anchors:  # which grows on the way
            one = _v3(packets, begin, tried)
            if one is not None:
                found.append(one)
                anchors.extend(_behind(packets, one[1]))
        found.sort(key=lambda one: one[0])
        at = 0
        taken = []
        for begin, end, heard in found:
            if begin >= at:
                unfinished.bytes_used += end - begin - heard.raw.count(0)
                taken.append((end - len(packets), heard))
                at = end
        keep = max(at, len(packets) - horus_v3.LONGEST_BYTES + 1)
        unfinished.packet = packets[keep:]
        unfinished.anchors = sorted({anchor - keep for anchor in anchors if keep <= anchor < len(packets)})
        return taken


def _line_end(data: bytes, at: int, most: int) -> int:
    """How many bytes of a line end stand there."""
    end = data[at : at + most]
    return len(end) - len(end.lstrip(_LINE_ENDS))


def _behind(packets: bytes, at: int) -> list[int]:
    """Where a packet may begin behind a place: there, and behind each byte that stands between messages."""
    anchors = [at]
    while at < len(packets) and packets[at] in _BETWEEN and len(anchors) <= _MOST_BETWEEN:
        at += 1
        anchors.append(at)
    return anchors


def _v3(packets: bytes, begin: int, tried: int) -> tuple[int, int, Heard] | None:
    for size in horus_v3.SIZES:
        end = begin + size
        if tried < end <= len(packets):
            heard = horus_v3.decode(packets[begin:end])
            if heard is not None:
                return begin, end, heard
    return None
