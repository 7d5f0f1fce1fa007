"""Link profiles: what a radio can carry, as a table. The mission names one; board and ground both follow it.

Both sides need: the UART's rate, seconds between reports, past places in each, the silent time after a report in
which the ground may speak, and how often a HIST goes out unasked. `samara link budget` works out the rest.
"""

SIK_57600 = 0
PACKET_9600 = 1
LORA_2400 = 2
LORA_300 = 3
RAW_300 = 4


class Profile:
    """One way to use a radio.

    baud: of the UART, bits/s. air_bps: in the air, bits/s. largest: bytes of the largest frame on the wire.
    rate_s: seconds between reports. slot_ms: silence after each, for the uplink. past: 0, 2 or 3 places in a report.
    filler_s: seconds between HIST frames unasked, 0: none. duty_permille: the most that may be on the air, of all time.
    overhead_ms: what the modem adds to each frame in the air.
    """

    def __init__(self, baud, air_bps, largest, rate_s, slot_ms, past, filler_s, duty_permille, overhead_ms):
        self.baud = baud
        self.air_bps = air_bps
        self.largest = largest
        self.rate_s = rate_s
        self.slot_ms = slot_ms
        self.past = past
        self.filler_s = filler_s
        self.duty_permille = duty_permille
        self.overhead_ms = overhead_ms


# baud, air bits/s, largest frame, report every s, slot ms, past places, filler every s, duty permille, overhead ms
PROFILES = (
    (57600, 64000, 63, 1, 200, 3, 2, 1000, 10),
    (9600, 9600, 58, 1, 400, 2, 5, 1000, 10),
    (9600, 2400, 58, 5, 1500, 2, 0, 100, 40),
    (9600, 300, 58, 25, 6000, 2, 0, 100, 250),
    (300, 300, 58, 10, 2500, 2, 0, 1000, 0),
)


def profile(number):
    """The Profile of a number; the first for one that there is not."""
    return Profile(*PROFILES[number if number < len(PROFILES) else 0])
