"""A small seeded generator of our own (PCG-like 32-bit), because `random` differs between the interpreters."""


class RandomSource:
    """Same seed, same numbers, on every interpreter. 32-bit state, full-period LCG with a permuted output."""

    def __init__(self, seed):
        self._state = (seed * 747796405 + 2891336453) & 0xFFFFFFFF

    def bits32(self):
        """A number from 0 to 2**32 - 1."""
        state = self._state
        self._state = (state * 747796405 + 2891336453) & 0xFFFFFFFF
        word = (((state >> ((state >> 28) + 4)) ^ state) * 277803737) & 0xFFFFFFFF
        return (word >> 22) ^ word

    def below(self, limit):
        """A number from 0 to limit - 1; limit at most 2**31."""
        return (self.bits32() * limit) >> 32

    def spread(self, width):
        """A number about 0, roughly normal, standard deviation about width (sum of four uniforms)."""
        total = self.bits32() + self.bits32() + self.bits32() + self.bits32()
        return ((total - 0x1FFFFFFFE) * width * 1732) // (0x100000000 * 1000)
