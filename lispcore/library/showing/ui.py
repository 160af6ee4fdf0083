"""What is shown in the output in another form than text: Markdown, tables, images, sound, diffs.

On a terminal, and wherever output is text, each shows the same in words.
"""

from __future__ import annotations

from typing import Any, Final

from lispcore.library.arguments import (
    bytes_argument,
    count_argument,
    given_options,
    string_argument,
)
from lispcore.library.registry import WaitKind, function
from lispcore.library.showing.views import show
from lispcore.values.errors import LispError
from lispcore.values.types import Value

WAITING = WaitKind.NEVER

# A value with longer texts in its cells is better read as it is printed.
_READABLE: Final = 300


@function(
    "ui/markdown",
    "text:string",
    "nil",
    "Shows a text as Markdown: headings, lists, tables, code. Nothing in it is fetched, and HTML "
    "stays text. On a terminal the text is printed as it is.",
    [('(ui/markdown "# Result\\n\\n- **one**\\n- two")', "nil")],
)
def markdown(text: Value) -> Value:
    show({"view": "markdown", "text": string_argument("ui/markdown", text)})
    return None


@function(
    "ui/table",
    "rows [options:map]",
    "nil",
    "Shows a list of maps, or of lists or vectors, as a table whose columns can be sorted. A map "
    "is a table of its keys and values. Options: `:columns`, the names of the columns (of maps: "
    "the keys to show, in this order), and `:title`.",
    [
        ('(ui/table [{:name "Ada" :age 36} {:name "Alan" :age 41}])', "nil"),
        ('(ui/table [[1 2] [3 4]] {:columns ["x" "y"] :title "Points"})', "nil"),
        ("(ui/table 5)", "error: list"),
    ],
)
def table(rows: Value, options: Value = None) -> Value:
    from lispcore.library.showing.shown_tables import table_view

    given = given_options("ui/table", options, 2, ("columns", "title"))
    show(table_view("ui/table", rows, given.get("columns"), given.get("title")))
    return None


@function(
    "ui/image",
    "image:bytevector [options:map]",
    "nil",
    "Shows a PNG, JPEG, GIF, WebP or AVIF image. Options: `:alt`, what is to be seen in words, for "
    "those who do not see it, and `:width` in pixels.",
    [
        ('(ui/image (file/read-bytes "no-such.png"))', "error: no such file"),
        ('(ui/image (string->utf8 "text"))', "error: no image"),
    ],
)
def image(image: Value, options: Value = None) -> Value:
    from lispcore.library.showing.shown_media import image_view

    data = bytes_argument("ui/image", image, 1)
    given = given_options("ui/image", options, 2, ("alt", "width"))
    view = image_view(data)
    if view is None:
        raise _no_media("ui/image", "image", "PNG, JPEG, GIF, WebP and AVIF images")
    if given.get("alt") is not None:
        view["alt"] = string_argument("ui/image", given["alt"])
        view["text"] = f"{view['text']}: {view['alt']}"
    if given.get("width") is not None:
        view["width"] = min(count_argument("ui/image", given["width"]), 10_000)
    show(view)
    return None


@function(
    "ui/audio",
    "sound:bytevector",
    "nil",
    "Shows a player for a WAV, MP3, Ogg, FLAC, AAC or WebM recording. It does not start by itself.",
    [('(ui/audio (string->utf8 "text"))', "error: no recording")],
)
def audio(sound: Value) -> Value:
    from lispcore.library.showing.shown_media import audio_view

    view = audio_view(bytes_argument("ui/audio", sound))
    if view is None:
        raise _no_media("ui/audio", "recording", "WAV, MP3, Ogg, FLAC, AAC and WebM recordings")
    show(view)
    return None


def _no_media(name: str, what: str, known: str) -> LispError:
    return LispError(
        f"{name}: this is no {what} that can be shown",
        kind="type-error",
        hint=f"{known} are recognised by their first bytes",
    )


@function(
    "ui/diff",
    "old:string new:string",
    "nil",
    "Shows what is different between two texts: lines that went and lines that came, and the words "
    "in them. On a terminal as `diff/unified` gives it.",
    [('(ui/diff "one\\ntwo\\n" "one\\nthree\\n")', "nil")],
)
def diff(old: Value, new: Value) -> Value:
    from lispcore.library.texts.diff import unified

    before = string_argument("ui/diff", old, 1)
    after = string_argument("ui/diff", new, 2)
    text = unified(before, after).rstrip("\n") or "(the two texts are the same)"
    show({"view": "diff", "text": text, "before": before, "after": after})
    return None


def view_of(value: Value) -> dict[str, Any] | None:
    """Returns the view that the value of a program is shown as besides its text, if any."""
    from lispcore.library.showing.model_words import is_reply
    from lispcore.library.showing.shown_media import audio_view, image_view
    from lispcore.library.showing.shown_tables import is_table, table_view
    from lispcore.values.types import Bytevector

    try:
        if type(value) is Bytevector:
            return image_view(value) or audio_view(value)
        if is_reply(value):
            return {"view": "markdown", "text": value, "reply": True}
        if not is_table(value):
            return None
        view = table_view("the value", value)
        is_readable = all(len(cell) <= _READABLE for row in view["rows"] for cell in row)
        return view if is_readable else None
    except LispError:  # too large to be shown so
        return None
