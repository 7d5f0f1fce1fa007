"""The report of a flight as one page that needs nothing else: no script, no font, no request."""

from collections.abc import Iterable
from html import escape

from ground.picture import svg
from ground.picture.flight_record import ORIGIN_WORDS, Drop, FlightRecord
from ground.picture.way import Way
from ground.picture.words import MISSING, clean, clock, coordinates, difference, ended, height, look

_SHAPES = (("wide", svg.WIDE), ("tall", svg.TALL))
# Even a text that slipped through could neither run nor fetch anything.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


def _paints(colours: svg.Colours) -> str:
    c = colours
    return (
        f"body{{background:{c.paper};color:{c.ink}}}.soft,th,caption,dt,footer{{color:{c.soft}}}"
        f"td,th,dl>div{{border-color:{c.grid}}}code{{background:{c.panel}}}"
        f".good{{color:{c.good}}}.bad{{color:{c.bad}}}mark{{background:{c.panel};color:{c.soft};border-color:{c.base}}}"
    )


def _style() -> str:
    return (
        f"*{{box-sizing:border-box}}body{{margin:0;font:16px/1.5 {svg.FONT};font-variant-numeric:tabular-nums}}"
        "main{max-width:1240px;margin:0 auto;padding:clamp(16px,3vw,36px)}"
        "h1{font-size:clamp(24px,4vw,32px);line-height:1.2;margin:0;letter-spacing:-.01em;overflow-wrap:anywhere}"
        "header p{margin:4px 0 0;overflow-wrap:anywhere}"
        "header .verdict{font-size:19px;font-weight:600;margin:12px 0 24px;display:flex;gap:9px}"
        ".verdict::before{flex:none}.good.verdict::before{content:'\\2713'}.bad.verdict::before{content:'\\2717'}"
        "mark{border:1px solid;border-radius:99px;padding:1px 10px;font-size:13.5px;white-space:nowrap}"
        "figure{margin:0 0 28px}svg{display:block;width:100%;height:auto}.tall{display:none}"
        "h2{font-size:17px;margin:0 0 6px}section{margin:0 0 30px}"
        ".scroll{overflow-x:auto}table{border-collapse:collapse;width:100%}"
        "td,th{text-align:left;padding:7px 18px 7px 0;border-bottom:1px solid;vertical-align:top}"
        "th{font-weight:500;font-size:13.5px}td{overflow-wrap:anywhere}"
        ".number{text-align:right;white-space:nowrap}.fixed{white-space:nowrap}"
        "code{font:inherit;font-size:15px;padding:1px 6px;border-radius:5px;user-select:all;-webkit-user-select:all}"
        ".pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(300px,1fr));gap:0 48px}"
        "dl{margin:0}dl>div{display:flex;justify-content:space-between;gap:18px;padding:7px 0;border-bottom:1px solid}"
        "dt{flex:none;max-width:50%}dd{margin:0;text-align:right;overflow-wrap:anywhere;min-width:0}"
        "footer{font-size:14px;max-width:75ch}footer p{margin:0 0 6px}"
        "@media(max-width:720px){.wide{display:none}.tall{display:block}"
        # On a phone each drop becomes a card, each value with the word of its column.
        ".cards thead{display:none}.cards,.cards tbody,.cards tr{display:block}"
        ".cards tr{padding:8px 0;border-bottom:1px solid}"
        ".cards td{display:flex;justify-content:space-between;gap:18px;border:0;padding:3px 0;text-align:right}"
        ".cards td::before{content:attr(data-word);font-size:13.5px;opacity:.75;white-space:nowrap}"
        ".cards td:first-child{font-weight:600}.number{text-align:right}}"
        "@media print{body{font-size:11pt}main{padding:0;max-width:none}.wide{display:block}.tall{display:none}"
        "section,figure,tr{break-inside:avoid}*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}"
        f"{_paints(svg.DAY)}.cards tr{{border-color:{svg.DAY.grid}}}"
        f"@media screen and (prefers-color-scheme:dark){{{_paints(svg.NIGHT)}"
        f".cards tr{{border-color:{svg.NIGHT.grid}}}}}"
        f"{svg.style()}"
        "@media print{body{background:#fff}}"
    )


def say(text: str) -> str:
    return escape(clean(text))


def copyable(latitude: float, longitude: float) -> str:
    return f"<code>{coordinates(latitude, longitude)}</code>"


def table(columns: Iterable[tuple[str, str]], rows: Iterable[Iterable[str]], look: str = "") -> str:
    """columns: word and class. Cells are HTML that was escaped before."""
    columns = list(columns)
    head = "".join(f'<th scope="col" class="{look_of}">{word}</th>' for word, look_of in columns)
    body = "".join(
        "<tr>"
        + "".join(
            f'<td class="{look_of}" data-word="{word}"><span>{cell}</span></td>'
            for (word, look_of), cell in zip(columns, row, strict=True)
        )
        + "</tr>"
        for row in rows
    )
    return (
        f'<div class="scroll"><table class="{look}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def figure(record: FlightRecord, prefix: str = "") -> str:
    """The picture in both shapes, of which a page shows the one that fits. prefix: another one for each on a page."""
    return "".join(
        f'<div class="{name}">{svg.picture(record, shape._replace(name=prefix + shape.name))}</div>'
        for name, shape in _SHAPES
    )


def _drops(record: FlightRecord, way: Way) -> str:
    if not record.drops:
        return "<p class=soft>This mission has no drops.</p>"
    rows = []
    for drop in record.drops:
        place = way.drop_place(drop) if drop.fired_s is not None else None
        altitude = drop.altitude_m
        if altitude is None and drop.fired_s is not None and (fall := way.at(drop.fired_s)):
            altitude = fall.altitude_m
        rows.append(
            (
                say(drop.title),
                MISSING if drop.due_s is None else clock(drop.due_s),
                MISSING if drop.fired_s is None else clock(drop.fired_s),
                difference(drop),
                _judged(drop, way.last_s),
                MISSING if altitude is None else height(altitude),
                MISSING if place is None else copyable(place.latitude, place.longitude),
            )
        )
    columns = (
        ("drop", ""), ("due", "number"), ("fired", "number"), ("difference", "number"), ("outcome", "fixed"),
        ("altitude", "number"), ("where", "fixed"),
    )  # fmt: skip
    return table(columns, rows, "cards")


def _judged(drop: Drop, last_s: float | None) -> str:
    kind = look(drop, last_s)
    sign = {"good": "&#10003; ", "bad": "&#10007; "}.get(kind, "")
    return f'<span class="{kind}">{sign}{say(ended(drop, last_s))}</span>'


def _phases(record: FlightRecord, way: Way) -> str:
    if not way.phases:
        return "<p class=soft>No phase was heard.</p>"
    rows = [
        (say(span.name), clock(span.start_s), clock(span.end_s - span.start_s))
        for span in way.phases
    ]  # fmt: skip
    return table((("phase", ""), ("from", "number"), ("lasted", "number")), rows)


def _facts(record: FlightRecord, way: Way) -> str:
    facts = [(say(label), say(value)) for label, value in record.facts]
    apex = "not seen" if way.apex is None else f"{height(way.apex[1])} at {clock(way.apex[0])}"
    landing = "not seen"
    if record.landing is not None:
        landing = f"{clock(record.landing[0])}, {copyable(*record.landing[1:])}"
    ends = [("apex", apex), ("landing", landing)]
    if (last := way.last) is not None:
        place = f"{clock(last.at_s)}, {height(last.altitude_m)} high, {copyable(last.latitude, last.longitude)}"
        ends.append(("last position heard", place))
    facts = [*ends, *facts]
    return "<dl>" + "".join(f"<div><dt>{label}</dt><dd>{value}</dd></div>" for label, value in facts) + "</dl>"


def page(record: FlightRecord, more: str = "", rules: str = "", own: frozenset[str] = frozenset()) -> str:
    """The whole HTML document. The same record gives the same bytes.

    more: HTML sections behind the picture's own; rules: CSS of theirs. own: which sections of the page `more` has
    instead: drops.
    """
    way = Way(record)
    good, sentence = record.verdict
    origin, foot = ORIGIN_WORDS[record.origin]
    drops = "" if "drops" in own else f"<section><h2>Drops</h2>{_drops(record, way)}</section>"
    figures = figure(record)
    since = "launch" if record.from_launch else "the start of the record: no launch was seen"
    notes = [
        foot,
        "A click on coordinates marks them for copying.",
        f"Times are h:mm:ss since {since}.",
        *svg.heard(way),
    ]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><link rel="icon" href="data:,">'
        f"<title>{say(record.title)} \N{MIDDLE DOT} {origin}</title><style>{_style()}{rules}</style></head><body><main>"
        f"<header><h1>{say(record.title)}</h1><p><span class=soft>{say(record.subtitle)}</span> "
        f"<mark>{origin}</mark></p>"
        f'<p class="verdict {"good" if good else "bad"}">{say(sentence)}</p></header>'
        f"<figure>{figures}</figure>"
        f"{drops}"
        f'<div class="pair"><section><h2>Phases</h2>{_phases(record, way)}</section>'
        f"<section><h2>Flight</h2>{_facts(record, way)}</section></div>{more}"
        f"<footer>{''.join(f'<p>{say(note)}</p>' for note in notes)}</footer></main></body></html>\n"
    )
