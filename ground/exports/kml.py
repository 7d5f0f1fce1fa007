"""KML 2.2 with Google's gx:Track, as Google Earth and most maps read it. Longitude first.

OGC 07-147r2 and the gx extension: a gx:Track has as many <when> as <gx:coord>; a gap starts a new one.
"""

from ground.exports.times import degrees, iso, xml_text
from ground.exports.ways import Way, ways
from ground.flight import Flight, segments
from ground.track import Position


def to_kml(flight: Flight) -> str:
    """The whole document. Positions without an altitude are left out: a map would put them on the ground."""
    out = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2">',
        "<Document>",
        f"<name>{xml_text(flight.name)}</name>",
        '<Style id="way"><LineStyle><color>ff00a5ff</color><width>3</width></LineStyle></Style>',
    ]
    for way in ways(flight):
        out.append(f"<Folder><name>{xml_text(way.name)}</name>")
        out.extend(_way(way))
        for mark in way.marks:
            if mark.position.altitude_m is None:
                continue
            out.append(
                f"<Placemark><name>{xml_text(mark.name)}</name>"
                f"<TimeStamp><when>{iso(way.utc_ns(mark.mission_ms))}</when></TimeStamp>"
                f'<ExtendedData><Data name="kind"><value>{mark.kind}</value></Data></ExtendedData>'
                "<Point><altitudeMode>absolute</altitudeMode>"
                f"<coordinates>{_place(mark.position, ',')}</coordinates></Point></Placemark>"
            )
        out.append("</Folder>")
    out.append("</Document>\n</kml>\n")
    return "\n".join(out)


def _way(way: Way) -> list[str]:
    parts = segments([position for position in way.positions if position.altitude_m is not None])
    if not parts:
        return []
    out = ["<Placemark><name>way</name><styleUrl>#way</styleUrl><gx:MultiTrack>"]
    out.append("<altitudeMode>absolute</altitudeMode><gx:interpolate>0</gx:interpolate>")
    for part in parts:
        out.append("<gx:Track><altitudeMode>absolute</altitudeMode>")
        out.extend(f"<when>{iso(way.utc_ns(position.mission_ms))}</when>" for position in part)
        out.extend(f"<gx:coord>{_place(position, ' ')}</gx:coord>" for position in part)
        out.append("</gx:Track>")
    out.append("</gx:MultiTrack></Placemark>")
    return out


def _place(position: Position, between: str) -> str:
    return between.join((degrees(position.longitude_e7), degrees(position.latitude_e7), str(position.altitude_m)))
