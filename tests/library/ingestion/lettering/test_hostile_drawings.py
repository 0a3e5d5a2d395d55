"""A drawing is somebody else's file: it may cost its page the lettering, and nothing else."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fumetto.library.ingestion.lettering.compose import compose, read_balloons
from fumetto.library.ingestion.lettering.errors import LetteringUnreadable
from tests.library.ingestion.lettering.drawings import art, drawing, flow, ink

LOL = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BOMB = f'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY l0 "lol">{LOL}]><svg xmlns="http://www.w3.org/2000/svg"><text>&l9;</text></svg>'
LOOP = '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "&b;"><!ENTITY b "&a;">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>'
DOUBLING = "".join(f'<g id="g{n}"><use href="#g{n - 1}"/><use href="#g{n - 1}"/></g>' for n in range(1, 40))

MASKED = '<g mask="url(#m{0})"/>' * 2
MASKS = "".join(f'<mask id="m{n}">{MASKED.format(n - 1)}</mask>' for n in range(1, 40))
CHAIN = "".join(f'<g id="c{n}"><use href="#c{n - 1}"/></g>' for n in range(1, 3001))


@pytest.mark.parametrize(
    "svg",
    [
        b"",
        b"not xml at all",
        b"<svg xmlns='http://www.w3.org/2000/svg'><g></svg>",
        b"<html><body>404</body></html>",
        b"\xff\xfe\x00\x00broken",
        b"\x89PNG\r\n\x1a\n",
        drawing()[:-10],
        BOMB.encode(),
        LOOP.encode(),
        drawing('<g id="g0"><rect width="9" height="9"/></g>', DOUBLING, '<use href="#g39"/>'),
        drawing('<g id="a"><use href="#a"/></g>'),
        drawing('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>'),
        drawing(MASKS, '<rect width="9" height="9" mask="url(#m39)"/>'),
        drawing('<g id="c0"/>', CHAIN, '<use href="#c3000"/>'),
        drawing("<g>" * 200, "</g>" * 200),
        drawing("<g/>" * 60_000),
        drawing(more=' viewBox="0 0 0 10"'),
        drawing(more=' viewBox="0 0 1e30 10"'),
        drawing(more=' viewBox="0 0 NaN 10"'),
        b"<svg xmlns='http://www.w3.org/2000/svg' width='-5' height='10'/>",
        b"<!--" + b"x" * (17 * 1024 * 1024) + b"-->",
    ],
    ids=lambda svg: repr(svg[:40]),
)
def test_what_cannot_be_lettering_is_refused_with_a_reason(svg: bytes) -> None:
    with pytest.raises(LetteringUnreadable) as caught:
        compose(art(), svg, "en")
    assert caught.value.reason
    assert "E01P01.svg" in str(caught.value.naming("en/E01P01.svg"))


def test_a_file_of_this_machine_is_not_drawn(tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(art((0, 0, 0)))
    for address in (str(secret), secret.as_uri(), "../secret.png"):
        svg = drawing(f'<image xlink:href="{address}" href="{address}" width="1000" height="1400"/>', flow("Hello"))
        assert ink(compose(art(), svg, "en").image, (0.5, 0.5, 1, 1)) == 0
    entity = f'<!DOCTYPE svg [<!ENTITY secret SYSTEM "{secret.as_uri()}">]>'
    svg = drawing("<text x='9' y='99'>&secret;</text>", flow("Hello"))
    try:
        told = read_balloons(entity.encode() + svg, "en", (500, 700))
    except LetteringUnreadable:
        return
    assert [each.text for each in told] == ["Hello"]


def test_scripts_pages_and_pictures_inside_are_dropped_and_the_text_stays() -> None:
    svg = drawing(
        "<script>alert(1)</script>",
        '<foreignObject width="1000" height="1400"><body xmlns="http://www.w3.org/1999/xhtml">black</body></foreignObject>',
        '<filter id="f"><feImage href="/etc/passwd"/></filter>',
        '<image href="data:image/svg+xml;base64,PHN2Zy8+" width="1000" height="1400"/>',
        flow("Still here"),
    )
    composed = compose(art(), svg, "en")
    assert [each.text for each in composed.balloons] == ["Still here"]


def test_namespaces_named_by_entities_are_read() -> None:
    svg = (
        '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY ns_svg "http://www.w3.org/2000/svg">]>'
        '<svg xmlns="&ns_svg;" width="1000" height="1400"><text x="100" y="200" font-size="40">Illustrated</text></svg>'
    )
    assert [each.text for each in read_balloons(svg.encode(), "en", (500, 700))] == ["Illustrated"]


def test_a_huge_canvas_is_drawn_at_the_size_of_the_art() -> None:
    svg = drawing(flow("Hello")).replace(b'width="1000" height="1400"', b'width="60000" height="84000"')
    composed = compose(art(), svg, "en")
    assert (composed.width, composed.height) == (500, 700)


def test_numbers_that_are_none_do_no_harm() -> None:
    bad = flow("Hello", style="font-size:NaNpx;line-height:inf;letter-spacing:1e999px", box=(100, 100, 1e9, 200))
    odd = '<text x="nan" y="1e400" font-size="0">Odd</text><path d="M 0 0 C nan" style="fill:#fff"/><path d="junk"/>'
    matrix = flow("Flat", more='transform="matrix(0,0,0,0,0,0)"') + flow(
        "Off", more='transform="matrix(1e300,1e300,1,1,1,1) x("'
    )
    composed = compose(art(), drawing(bad, odd, matrix), "en")
    assert all(0 <= each.x <= 1 and 0 <= each.y <= 1 for each in composed.balloons)
    assert all(each.x + each.width <= 1.0001 and each.y + each.height <= 1.0001 for each in composed.balloons)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=60), st.floats(-1e4, 1e4), st.floats(1, 3000), st.sampled_from(["en", "ja", "ar", "vi", "zz"]))
def test_any_text_in_any_box_is_told_or_refused(text: str, place: float, size: float, language: str) -> None:
    said = "".join(c for c in text if c.isprintable() or c == " ").replace("&", "&amp;").replace("<", "&lt;")
    svg = drawing(flow(said, box=(place, place, size, size)))
    for each in read_balloons(svg, language, (500, 700)):
        assert 0 <= each.x <= each.x + each.width <= 1.0001
        assert 0 <= each.y <= each.y + each.height <= 1.0001
