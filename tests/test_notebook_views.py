"""Views as notebooks show them: well-formed, escaped, and never without their text."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from lispcore.hosts.notebook_views import bundle_of, calls_bundle
from lispcore.library.showing.chart_data import chart_view
from lispcore.library.showing.shown_tables import table_view
from lispcore.reading.reader import read_many

SVG = "{http://www.w3.org/2000/svg}"


def data(text: str) -> object:
    return read_many(text)[0]


def test_a_table_is_a_table_whose_cells_are_no_markup() -> None:
    view = table_view("ui/table", data('[{:n 1 :t "<b>&"} {:n 2 :t "y"}]'), None, "A <title>")
    bundle = bundle_of(view)
    table = ElementTree.fromstring(bundle["text/html"])
    assert [each.text for each in table.iter("td")] == ["1", "<b>&", "2", "y"]
    assert table.findtext("caption") == "A <title>"
    assert "right" in table.find(".//th").attrib["style"]  # type: ignore[union-attr]
    assert bundle["text/plain"] == view["text"]


@pytest.mark.parametrize(
    ("kind", "text", "drawn"),
    [
        ("line", "[1 4 9]", {"polyline": 1}),
        ("line", "{:a [1 2] :b [2 3]}", {"polyline": 2}),
        ("line", '[["x" 1] ["y" 2]]', {"circle": 0, "polyline": 0, "rect": 2}),
        ("scatter", "[[1 2] [3 4] [5 -6]]", {"circle": 3}),
        ("bar", "{:a 1 :b -3}", {"rect": 2}),
        ("bar", "[]", {"rect": 0}),
        ("histogram", "[1 2 2 3 3 3]", {"circle": 0}),
        ("line", "[5]", {"polyline": 1}),
        ("line", "[1e-9 3e-9]", {"polyline": 1}),
        ("scatter", "[[1e12 1e300] [2e12 -1e300]]", {"circle": 2}),
    ],
)
def test_charts_are_drawings(kind: str, text: str, drawn: dict[str, int]) -> None:
    bundle = bundle_of(chart_view(kind, data(text), data('{:title "a < b"}')))
    drawing = ElementTree.fromstring(bundle["image/svg+xml"])
    assert "a < b" in [each.text for each in drawing.iter(f"{SVG}text")]
    for name, count in drawn.items():
        assert len(list(drawing.iter(SVG + name))) == count, bundle["image/svg+xml"]
    for each in drawing.iter():
        for name, value in each.attrib.items():
            assert not {"nan", "inf"} & set(value.split()), (name, value)
            assert "nan" not in value.lower(), (name, value)


def test_bars_stand_on_zero_and_do_not_leave_the_drawing() -> None:
    bundle = bundle_of(chart_view("bar", data('{"a" 1 "b" -3 "c" 5}'), None))
    bars = list(ElementTree.fromstring(bundle["image/svg+xml"]).iter(f"{SVG}rect"))
    tops = [float(each.attrib["y"]) for each in bars]
    ends = [float(each.attrib["y"]) + float(each.attrib["height"]) for each in bars]
    assert ends[0] == pytest.approx(tops[1], abs=0.1) == pytest.approx(ends[2], abs=0.1)
    assert all(float(each.attrib["x"]) >= 0 for each in bars)
    assert all(float(e.attrib["x"]) + float(e.attrib["width"]) <= 640 for e in bars)


@pytest.mark.parametrize("kind", ["image/png", "image/jpeg", "image/gif"])
def test_images_are_images(kind: str) -> None:
    view = {"view": "image", "text": "[image]", "type": kind, "data": "QUJD", "alt": "x"}
    assert bundle_of(view) == {"text/plain": "[image]", kind: "QUJD"}


def test_other_media_are_elements() -> None:
    view = {
        "view": "image",
        "text": "",
        "type": "image/webp",
        "data": "QQ",
        "alt": '"<',
        "width": 9,
    }
    assert '<img src="data:image/webp;base64,QQ" alt="&quot;&lt;" width="9">' in str(
        bundle_of(view)
    )
    view = {"view": "audio", "text": "", "type": "audio/wav", "data": "QQ"}
    assert "<audio controls" in bundle_of(view)["text/html"]


def test_differences_are_coloured_text() -> None:
    view = {"view": "diff", "text": "-<a>\n+b", "before": "<a>", "after": "b"}
    shown = ElementTree.fromstring(bundle_of(view)["text/html"])
    assert "".join(shown.itertext()) == "-<a>\n+b"


def test_a_view_of_no_known_kind_is_its_text() -> None:
    assert bundle_of({"view": "hologram", "text": "words"}) == {"text/plain": "words"}


def test_calls_say_what_they_have_used() -> None:
    call = {"provider": "openai", "model": "m", "in": 10, "out": 5, "cost": 0.0123}
    call |= {"seconds": 1.25, "source": "provider", "error": "", "text": "<b>hi</b>"}
    free = {**call, "cost": None, "source": "cache", "error": "too many"}
    bundle = calls_bundle([call, free])
    assert bundle["text/plain"] == (
        "2 model calls, 30 tokens, $0.0123\n"
        "  openai m, 10 tokens in, 5 out, $0.0123, 1.2 s\n"
        "  openai m, 10 tokens in, 5 out, 1.2 s, from cache, failed: too many"
    )
    shown = ElementTree.fromstring(bundle["text/html"])
    assert "<b>hi</b>" in "".join(shown.itertext())
