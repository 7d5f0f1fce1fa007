"""Reports as UKHAS sentences, for people who already receive those.

    $$CALL,number,HH:MM:SS,latitude,longitude,altitude,speed,course,satellites,inside,logic,phase,drops,drop,next*CCCC

After altitude in m: speed over ground in m/s, course in degrees, satellites, temperature inside in degrees C, logic
supply in V, phase (protocol/phases.py), a digit for each drop (SUMMARY_... of protocol/drops.py), place and state of
the drop that is spoken of as `place:state`, and seconds to the next. What is not known is empty; the time is UTC.
The checksum is CRC-16/CCITT-FALSE over what stands between the last `$` and the `*`. Floats take no part.
"""


def crc16(data):
    """CRC-16/CCITT-FALSE of bytes: polynomial 1021, from FFFF."""
    crc = 0xFFFF
    for byte in data:
        crc = (crc >> 8 | crc << 8) & 0xFFFF ^ byte
        crc ^= (crc & 0xFF) >> 4
        crc ^= crc << 12 & 0xFFFF
        crc ^= (crc & 0xFF) << 5
    return crc


class Sentences:
    """`line(number, row)`: a sentence of what Report.look saw. places: which drops the mission has."""

    def __init__(self, callsign, state, places):
        # In here, for the module with its tables is not needed in flight.
        from firmware.protocol.telemetry import FIX_LAYOUT

        self._names = FIX_LAYOUT.names
        self._callsign = callsign
        self._state = state
        self._places = places

    def line(self, number, row):
        """The bytes of one sentence with its line end; number: never the same twice."""
        values = dict(zip(self._names, row))
        speed_cm_s = values["ground_speed_cm_s"]
        course_cdeg = values["course_cdeg"]
        logic_mv = values["logic_mv"]
        fields = (
            self._callsign,
            number,
            _clock(self._state.utc_s()),
            _degrees(values["latitude_e7"]),
            _degrees(values["longitude_e7"]),
            values["altitude_m"],
            None if speed_cm_s is None else (speed_cm_s + 50) // 100,
            None if course_cdeg is None else course_cdeg // 100,
            values["satellites"],
            values["inside_c"],
            None if logic_mv is None else "%d.%02d" % (logic_mv // 1000, logic_mv % 1000 // 10),
            values["phase"],
            "".join([str(values["drop_summary"] >> 2 * place & 3) for place in self._places]),
            "%d:%d" % (values["drop"], values["drop_state"]),
            values["next_drop_s"],
        )
        body = ",".join(["" if field is None else str(field) for field in fields]).encode()
        return b"$$%s*%s\n" % (body, ("%04X" % crc16(body)).encode())


def _clock(unix_s):
    if unix_s is None:
        return None
    return "%02d:%02d:%02d" % (unix_s // 3600 % 24, unix_s // 60 % 60, unix_s % 60)


def _degrees(value_e7):
    """Seven decimals of 1e-7 degree."""
    if value_e7 is None:
        return None
    sign = "-" if value_e7 < 0 else ""
    return "%s%d.%07d" % (sign, abs(value_e7) // 10000000, abs(value_e7) % 10000000)
