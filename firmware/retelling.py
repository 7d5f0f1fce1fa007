"""Places told once more, in HIST frames: those that the ground has asked for, and unasked the last ten minutes."""

from micropython import const

from firmware.protocol import history
from firmware.way import COARSE_EVERY_S, FINE_S

_FILLER_S = const(600)
_LOOKS = const(20)  # places looked at in one pass: 3 ms


class Retelling:
    """`request`, then `asked` gives one payload after the other; `filler` gives one of the last ten minutes.

    A payload is the one buffer of this object: send it before the next is asked for.
    """

    def __init__(self, way):
        self._way = way
        self._payload = bytearray(history.HIST_BYTES)
        self._next_s = 0
        self._step_s = 0
        self._filler_s = None  # what has not been told in this round ends here
        self.left = 0  # frames asked for and not sent yet, at the most

    def request(self, start_s, step_s, frames):
        """Places from mission second start_s on, step_s apart; beyond ten minutes there is one every 30 s.

        Returns how many frames will come; fewer where no place is known. A newer request replaces an older one.
        """
        way = self._way
        self.left = 0
        if way.newest_s is None or step_s < 1 or frames < 1:
            return 0
        start_s = max(start_s, way.oldest_s())
        if start_s <= way.newest_s - FINE_S:
            step_s = max(step_s // COARSE_EVERY_S, 1) * COARSE_EVERY_S
            start_s += -start_s % COARSE_EVERY_S
        self._next_s = start_s
        self._step_s = step_s
        places = (way.newest_s - start_s) // step_s + 1
        self.left = min(max(places + history.HIST_PLACES - 1, 0) // history.HIST_PLACES, frames)
        return self.left

    def asked(self):
        """The next payload that was asked for; None: none now."""
        for _ in range(_LOOKS):
            at_s = self._next_s
            if at_s > self._way.newest_s:
                self.left = 0
                break
            self._next_s = at_s + self._step_s
            if self._pack(at_s, self._step_s):
                self._next_s = at_s + history.HIST_PLACES * self._step_s
                self.left -= 1
                return self._payload
        return None

    def filler(self):
        """A payload of six seconds, the newest first and then ever older ones; None: nothing is known of those."""
        newest_s = self._way.newest_s
        if newest_s is None:
            return None
        if self._filler_s is None or not max(newest_s - _FILLER_S, -1) < self._filler_s <= newest_s:
            self._filler_s = newest_s
        end_s = self._filler_s
        self._filler_s = end_s - history.HIST_PLACES
        for at_s in range(end_s - history.HIST_PLACES + 1, end_s + 1):
            if self._pack(at_s, 1):
                return self._payload
        return None

    def _pack(self, start_s, step_s):
        """Fill the payload; False when its first place is not known."""
        place = self._way.at(start_s)
        if place is None:
            return False
        latitude_e7, longitude_e7, altitude_m = place
        payload = self._payload
        history.pack_hist_head(payload, start_s, step_s, latitude_e7, longitude_e7, altitude_m)
        at = history.HIST_BYTES - (history.HIST_PLACES - 1) * history.PLACE_BYTES
        step_e7 = history.HIST_STEP_E7
        while at < history.HIST_BYTES:
            start_s += step_s
            place = self._way.at(start_s)
            if place is None:
                history.pack_unknown(payload, at)
            elif history.pack_place(payload, at, step_e7, place[0], place[1], place[2], latitude_e7, longitude_e7):
                # The next is resolved from this one as it is read: the middle of its step.
                wide_e7 = history.longitude_step(step_e7, latitude_e7)
                latitude_e7 = place[0] // step_e7 * step_e7 + step_e7 // 2
                longitude_e7 = place[1] // wide_e7 * wide_e7 + wide_e7 // 2
            at += history.PLACE_BYTES
        return True
