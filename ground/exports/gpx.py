"""GPX 1.1 (topografix.com schema): waypoints, then tracks; the order of children is fixed; a gap starts a segment."""

from ground.exports.times import degrees, iso, xml_text
from ground.exports.ways import ways
from ground.flight import Flight, segments
from ground.track import Position


def to_gpx(flight: Flight) -> str:
    """The whole document. A position without an altitude has no <ele>."""
    out = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<gpx version="1.1" creator="Samara" xmlns="http://www.topografix.com/GPX/1/1">',
        f"<metadata><name>{xml_text(flight.name)}</name></metadata>",
    ]
    found = ways(flight)
    for way in found:
        for mark in way.marks:
            when = iso(way.utc_ns(mark.mission_ms))
            out.append(
                f"<wpt {_place(mark.position)}>{_height(mark.position)}<time>{when}</time>"
                f"<name>{xml_text(mark.name)}</name><type>{mark.kind}</type></wpt>"
            )
    for way in found:
        out.append(f"<trk><name>{xml_text(way.name)}</name>")
        for part in segments(way.positions):
            out.append("<trkseg>")
            for position in part:
                when = iso(way.utc_ns(position.mission_ms))
                told = "<src>told later</src>" if position.told_later else ""
                out.append(f"<trkpt {_place(position)}>{_height(position)}<time>{when}</time>{told}</trkpt>")
            out.append("</trkseg>")
        out.append("</trk>")
    out.append("</gpx>\n")
    return "\n".join(out)


def _place(position: Position) -> str:
    return f'lat="{degrees(position.latitude_e7)}" lon="{degrees(position.longitude_e7)}"'


def _height(position: Position) -> str:
    return "" if position.altitude_m is None else f"<ele>{position.altitude_m}</ele>"
