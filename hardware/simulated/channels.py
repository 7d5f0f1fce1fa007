"""Radio channels as a table of rows: `samara fly --list-channels`. channel.py makes what they say happen.

Numbers that a row does not give are 0, and what they are for does not happen:
    profile           of firmware/protocol/profiles.py: the rate in the air; None: as the mission's
    half_duplex       1: who sends does not hear, and two at a time spoil each other
    loss              whole frames lost, of 1000, each by itself
    burst_every_ms    mean of the calm between two bursts; burst_ms their mean length; burst_loss lost in one, of 1000
    outage_every_s    mean of the time between two outages, in which nothing passes either way;
    outage_s          (shortest, longest) of one
    twice, late       frames that come twice, or late, of 1000; late_ms: by so much at the most
    bit_errors        of 1,000,000 bytes, those with a flipped bit; byte_losses, byte_extras: lost, or one too many
    reach_km          from here on nothing is heard, from half of it on less and less; nor what is below the horizon
    jam_s             (first second, seconds): nothing passes then; (0, 0) never
"""

from firmware.protocol import profiles

_NUMBERS = {
    "profile": None,
    "half_duplex": 0,
    "loss": 0,
    "burst_every_ms": 0,
    "burst_ms": 0,
    "burst_loss": 0,
    "outage_every_s": 0,
    "outage_s": (60, 300),
    "twice": 0,
    "late": 0,
    "late_ms": 0,
    "bit_errors": 0,
    "byte_losses": 0,
    "byte_extras": 0,
    "reach_km": 0,
    "jam_s": (0, 0),
}


def channel(name, text, **numbers):
    """One row. KeyError for a number that there is not."""
    row = dict(_NUMBERS)
    for key in numbers:
        if key not in row:
            raise KeyError(key)
        row[key] = numbers[key]
    row["name"] = name
    row["text"] = text
    return row


CHANNELS = (
    channel("clear", "every frame arrives, once, after its time in the air"),
    channel(
        "fading",
        "one frame in eight is lost, each by itself, a few come late or twice",
        loss=125,
        twice=10,
        late=20,
        late_ms=2500,
    ),
    channel(
        "bursts",
        "good seconds and bad ones: a quarter of all frames is lost, many in a row",
        loss=20,
        burst_every_ms=12000,
        burst_ms=4000,
        burst_loss=900,
    ),
    channel(
        "outages",
        "bursts, and outages of one to five minutes: four frames in five arrive",
        loss=10,
        burst_every_ms=12000,
        burst_ms=2200,
        burst_loss=800,
        outage_every_s=1750,
    ),
    channel(
        "far",
        "a reach of 60 km: less and less arrives beyond 30 km, nothing from below the horizon",
        loss=10,
        reach_km=60,
    ),
    channel(
        "noisy",
        "bits flip, bytes are lost and put in: one frame in six is damaged",
        bit_errors=2500,
        byte_losses=400,
        byte_extras=400,
        late=10,
        late_ms=800,
    ),
    channel(
        "half_duplex_9600",
        "a packet modem at 9600 bit/s with 30 % loss; who sends does not hear",
        profile=profiles.PACKET_9600,
        half_duplex=1,
        loss=300,
    ),
    channel(
        "lora_300",
        "LoRa at 300 bit/s: a frame takes two seconds, and who sends does not hear",
        profile=profiles.LORA_300,
        half_duplex=1,
        loss=50,
    ),
    channel("jammed", "nothing passes from the start to the end, neither way", jam_s=(0, 1000000)),
    channel(
        "hostile",
        "one frame in five is lost, some come twice or seconds late, and bits flip: what an attacker likes",
        half_duplex=1,
        loss=200,
        twice=50,
        late=50,
        late_ms=8000,
        bit_errors=500,
    ),
)


def row_of(name):
    """The row of a name; ValueError where there is none."""
    for row in CHANNELS:
        if row["name"] == name:
            return row
    raise ValueError("no channel is called %s; there are: %s" % (name, ", ".join([row["name"] for row in CHANNELS])))
