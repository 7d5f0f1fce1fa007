"""Values out of bits, packed by ASN.1's unaligned rules (ITU-T X.691): no gaps, highest bit first."""

import math


class BitReader:
    """Reads on from bit to bit; ValueError when the bits are used up or say what cannot be."""

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data, "big")
        self._left = len(data) * 8

    def bits(self, count: int) -> int:
        """The next bits as a number without sign."""
        self._left -= count
        if self._left < 0:
            raise ValueError("the bits end in the middle of a value")
        return self._value >> self._left & (1 << count) - 1

    def number(self, low: int, high: int) -> int:
        """A whole number of a known range."""
        value = low + self.bits((high - low).bit_length())
        if value > high:
            raise ValueError(f"{value} is not between {low} and {high}")
        return value

    def flags(self, count: int) -> tuple[bool, ...]:
        """Which of so many optional fields there are."""
        return tuple(self.bits(1) == 1 for _ in range(count))

    def text(self, longest: int, shortest: int, letters: str) -> str:
        """A string of a small alphabet, given in the order of its codes.

        X.691 would have an alphabet of more than 64 keep its own codes; Horus' own decoder counts on, and so does this.
        """
        count = self.number(shortest, longest)
        return "".join(letters[self.number(0, len(letters) - 1)] for _ in range(count))

    def octets(self) -> bytes:
        """Bytes after their count."""
        count = self.bits(8)
        if count > 0x7F:
            raise ValueError("more than 127 bytes of one value")
        return bytes(self.bits(8) for _ in range(count))

    def whole(self) -> int:
        """A whole number of any size."""
        return int.from_bytes(self.octets(), "big", signed=True)

    def real(self) -> float:
        """A number with a point, in the binary or the decimal form."""
        data = self.octets()
        if not data:
            return 0.0
        first = data[0]
        if first >> 6 == 1:
            return {0x40: math.inf, 0x41: -math.inf, 0x43: -0.0}.get(first, math.nan)
        if first >> 6 == 0:
            return float(data[1:].decode("ascii", "replace").replace(",", "."))
        size = (first & 3) + 1
        if size == 4 or first >> 4 & 3 == 3 or len(data) <= size:
            raise ValueError("a form of a real number that nobody sends")
        exponent = int.from_bytes(data[1 : 1 + size], "big", signed=True) * (1, 3, 4)[first >> 4 & 3]
        mantissa = int.from_bytes(data[1 + size :], "big") << (first >> 2 & 3)
        try:
            value = math.ldexp(mantissa, exponent)
        except OverflowError as error:
            raise ValueError("a real number out of range") from error
        return -value if first & 0x40 else value

    def rest_is_zero(self) -> bool:
        """Whether nothing but filling is left."""
        return self._value & (1 << self._left) - 1 == 0
