"""What programs show in another form than text (lispcore/library/showing)."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any

import pytest

from fake_host import FakeHost
from lispcore.library.showing.shown_media import audio_type, image_type
from lispcore.library.showing.shown_tables import MOST_ROWS
from lispcore.library.showing.ui import view_of
from lispcore.running.interpreter import Interpreter

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 7, 5) + bytes(9)


class ShowingHost(FakeHost):
    """A host that shows views, as the page does."""

    def __init__(self) -> None:
        super().__init__()
        self.views: list[Mapping[str, Any]] = []
        self.values: list[Any] = []

    def show(self, view: Mapping[str, Any]) -> None:
        self.views.append(view)

    def take_value(self, value: Any) -> None:
        self.values.append(value)


def run(program: str, host: Any = None) -> dict[str, Any]:
    """Returns the result of a program."""
    return Interpreter(host or FakeHost()).run(program)


def shown(program: str) -> Mapping[str, Any]:
    """Returns the one view that a program shows."""
    host = ShowingHost()
    assert run(program, host)["error"] is None
    [view] = host.views
    return view


def view_of_value(program: str) -> dict[str, Any] | None:
    """Returns the view of the value of a program."""
    host = ShowingHost()
    assert run(program, host)["error"] is None
    [value] = host.values
    return view_of(value)


# --- tables --------------------------------------------------------------------------------------


def test_a_table_is_text_where_output_is_text() -> None:
    result = run('(ui/table [{:name "Ada" :age 36} {:name "日本" :age 4.5}] {:title "People"})')
    assert result["output"] == ["People", "age  name", "───  ────", " 36  Ada", "4.5  日本"]


def test_a_table_has_its_keys_in_the_order_of_the_maps() -> None:
    view = shown('(ui/table (list (json/decode "{\\"z\\": 1, \\"a\\": 2}") {:b nil}))')
    assert [each["name"] for each in view["columns"]] == ["z", "a", "b"]
    assert [each["number"] for each in view["columns"]] == [True, True, False]
    assert view["rows"] == [["1", "2", ""], ["", "", "nil"]]


def test_columns_can_be_chosen_and_named() -> None:
    assert shown("(ui/table [{:a 1 :b 2}] {:columns [:b]})")["rows"] == [["2"]]
    named = shown('(ui/table [[1 2] [3]] {:columns ["x" "y"]})')
    assert [each["name"] for each in named["columns"]] == ["x", "y"]
    assert named["rows"] == [["1", "2"], ["3", ""]]
    assert "1 names for 2 columns" in run('(ui/table [[1 2]] {:columns ["x"]})')["error"]["message"]


def test_a_map_is_a_table_of_its_entries() -> None:
    assert shown("(ui/table {:a 1})")["rows"] == [[":a", "1"]]


def test_a_large_table_is_cut_and_says_so() -> None:
    view = shown(f"(ui/table (map (fn (n) [n]) (range {MOST_ROWS + 5})))")
    assert (len(view["rows"]), view["more"]) == (MOST_ROWS, 5)
    assert view["text"].endswith("… and 9,005 more rows")


@pytest.mark.parametrize(
    ("program", "part"),
    [
        ("(ui/table 5)", "expected list, vector or map"),
        ("(ui/table [[1]] {:colums [1]})", "unknown option :colums"),
        ("(ui/table [(range 201)])", "201 columns"),
        ('(ui/table (map (fn (n) [(string/repeat "x" 1500)]) (range 2001)))', "characters"),
    ],
)
def test_what_is_no_table_is_said(program: str, part: str) -> None:
    assert part in run(program)["error"]["message"]


@pytest.mark.parametrize(
    ("program", "kind"),
    [
        ("(list {:a 1} {:b 2})", "table"),
        ("[[1 2] [3 4]]", "table"),
        ("[[1 2] [3]]", None),
        ("(list (list 1 2) (list 3 4))", None),
        ("(list)", None),
        ("(list {})", None),
        ("(list 1 2)", None),
        ('"# text"', None),
        ("nil", None),
        (f"(bytevector {' '.join(map(str, PNG))})", "image"),
        ("(bytevector 1 2 3)", None),
    ],
)
def test_values_that_have_a_view(program: str, kind: str | None) -> None:
    view = view_of_value(program)
    assert (view and view["view"]) == kind


# --- images, recordings, differences ----------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a\x01\x00", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"\x00\x00\x00\x20ftypavif", "image/avif"),
        (b"\x00\x00\x00\x20ftypheic", None),
        (b"<svg onload='x'>", None),
        (b"RIFF\x00\x00\x00\x00WAVE", None),
        (b"", None),
    ],
)
def test_images_are_recognised(data: bytes, kind: str | None) -> None:
    assert image_type(data) == kind


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"RIFF\x00\x00\x00\x00WAVE", "audio/wav"),
        (b"ID3\x04", "audio/mpeg"),
        (b"\xff\xfb\x90\x00", "audio/mpeg"),
        (b"\xff\xf1\x50\x80", "audio/aac"),
        (b"OggS", "audio/ogg"),
        (b"fLaC", "audio/flac"),
        (b"\xff\xd8\xff\xe0", None),
        (b"\xff", None),
    ],
)
def test_recordings_are_recognised(data: bytes, kind: str | None) -> None:
    found = audio_type(data)
    assert (found and found[0]) == kind


def test_an_image_is_shown_with_words() -> None:
    view = shown(f'(ui/image (bytevector {" ".join(map(str, PNG))}) {{:alt "a cat" :width 40}})')
    assert (view["type"], view["alt"], view["width"]) == ("image/png", "a cat", 40)
    assert view["text"] == "[PNG image, 7 × 5 pixels]: a cat"


def test_a_difference_is_a_unified_diff_in_words() -> None:
    assert run('(ui/diff "a\\nb\\n" "a\\nc\\n")')["output"][-2:] == ["-b", "+c"]
    assert run('(ui/diff "a" "a")')["output"] == ["(the two texts are the same)"]


# --- a model's words -------------------------------------------------------------------------------

SAYS = '(demo/script ["**Yes**, and `no`." "plain"] {:repeat #t})'


def test_a_printed_reply_is_shown_as_markdown_and_all_else_is_literal() -> None:
    host = ShowingHost()
    program = f'{SAYS} (define r (llm/complete "?")) (println r) (println "**Yes**, and `no`.") (println "a" r)'
    result = run(program, host)
    assert [(view["view"], view["text"]) for view in host.views] == [
        ("markdown", "**Yes**, and `no`.")
    ]
    assert host.written == [("out", "**Yes**, and `no`.\n"), ("out", "a **Yes**, and `no`.\n")]
    assert result["output"] == ["**Yes**, and `no`.", "**Yes**, and `no`.", "a **Yes**, and `no`."]


def test_a_reply_without_marks_is_plain_text() -> None:
    host = ShowingHost()
    run('(demo/script ["plain"]) (println (llm/complete "?"))', host)
    assert (host.views, host.written) == ([], [("out", "plain\n")])


def test_pieces_that_a_function_shows_are_a_models_words() -> None:
    host = ShowingHost()
    run(f'{SAYS} (llm/stream "?" (fn (piece) (display piece)))', host)
    assert {kind for kind, _ in host.written} == {"stream"}
    host.written.clear()
    run(f'{SAYS} (llm/stream "?" (fn (piece) (display (str "<" piece ">"))))', host)
    assert {kind for kind, _ in host.written} == {"out"}


def test_markdown_is_plain_text_on_a_terminal() -> None:
    assert run('(ui/markdown "# a\\n- b")')["output"] == ["# a", "- b"]
