"""What `samara mission new` writes: a mission that flies as it is, and says what else there is."""

EXAMPLE = """\
# A Samara mission: what to let go, and when. `samara mission check FILE` reads it aloud.
# Every time says its unit: "45 min", "1 h 30 min", "5400 s". A bare number is refused.
# What begins with one # can be taken as it is by removing that. All keys: docs/missions.md.

[flight]
id = "my-flight"            # up to 16 letters, digits, _ and -; a new flight needs a new id
callsign = "N0CALL"         # yours, as your licence says it
pad_altitude_m = 120        # of the launch site, above mean sea level
highest_ground_m = 350      # the highest ground anywhere the balloon may drift over
min_agl_m = 1000            # nothing is let go lower than this above the highest ground
not_before = "10 min"       # nothing is let go earlier after launch than this
end = "4 h"                 # nothing is ever let go later after launch than this
break_wire = true           # a thin wire to the ground that parts at lift-off: launch is known without any sensor
# pad = [52.15, 20.60]      # latitude, longitude: the check then looks at what lies on the way
# launch_from = 2026-05-01T07:00:00Z
# launch_until = 2026-05-01T09:00:00Z

# What carries it. The check works out heights, landing, blind window and class from this; the board gets what it needs.
[balloon]
kind = "latex"              # or "film_tube", which floats: length_m, lay_flat_m, film_g and gas instead of burst_m
climb_m_s = [4.5, 5.5]      # slowest and fastest, with everything on
burst_m = [27000, 32000]    # lowest and highest
free_lift_g = 900
payload_g = 1500            # all that hangs below the balloon, with all loads
packages = 2
largest_package_g = 900
descent_m_s = 5             # on the parachute, at sea level

# One table for each release channel that is used; `output` is the number printed on the board.
[[channel]]
name = "a"
kind = "burn_wire"          # or "servo", a dispenser: positions_us = [1000, 1200, 1400], the closed one first
output = 1
pulse = "4 s"               # 0.5 to 15 s; the wire is heated for this long
attempts = 2                # 1 to 3; another pulse, half as long again, only if the wire is still whole
same_load = "b"             # if the load still hangs on after these attempts, channel b tries: a second wire on it

[[channel]]
name = "b"
kind = "burn_wire"
output = 2
pulse = "5 s"

# One table for each thing to let go; `after` counts from launch, `at = 2026-05-01T08:15:00Z` would be a time of day.
[[drop]]
name = "leaflets"
channel = "a"
after = "40 min"
min_altitude_m = 8000       # its conditions, all together; also max_altitude_m, inside = "an area", phases = ["ascent"]
hold = "10 s"               # for so long
latest = "1 h"              # and if they never hold,
late = "release"            # it is let go then all the same; "skip": not at all
# repeat = { every = "60 s", times = 20 }     # for a dispenser, a small batch each time
load_g = 150
load = { kind = "leaflet", paper_g_m2 = 80 }  # or disc, usb, bundle, or other with terminal_m_s

# Where nothing may land, and where the balloon must stay. Keep-outs are moved and widened by the drift of each load.
# [[area]]
# name = "town"
# kind = "keep_out"         # or "keep_in"
# points = [[52.10, 20.80], [52.10, 20.90], [52.16, 20.90], [52.16, 20.80]]     # latitude, longitude
#
# [wind]
# file = "sounding.txt"     # University of Wyoming text or CSV, or altitude_m,direction_deg,speed_m_s
# valid = 2026-05-01T06:00:00Z

# What ends the flight; needed where the balloon does not burst. The backup is a second board with a wire of its own.
# [cutdown]
# channel = "c"
# latest = "2 h 30 min"
# ceiling_m = 31000         # sooner; also outside = "an area", battery_mv, lost_link = "30 min"
#
# [backup]
# fitted = true

# How the radio is used. A modem that is named is set up and checked on the pad; frequency and licence are yours.
# [radio]
# profile = "packet_9600"   # sik_57600 unless said; also lora_2400, lora_300, raw_300
# modem = "hc12"            # or "sik", "e22", "e32"
# channel = 5               # of an HC-12: 435.0 MHz
# format = "ukhas"          # sentences instead of frames
"""
