"""Prose: chunks for models, excerpts, sentences, indentation, templates, documents."""

from __future__ import annotations

import re
from typing import Final

from lispcore.library.arguments import (
    check_length,
    display,
    integer_argument,
    map_argument,
    string_argument,
)
from lispcore.library.registry import WaitKind, function
from lispcore.library.texts.string_case import split_white_space
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.types import List, Map, Value, intern_keyword, list_from

WAITING = WaitKind.NEVER

# --- chunks ----------------------------------------------------------------------------------

# Tried in this order: a text is cut at the first of these that it holds.
_SEPARATORS: Final = ("\n\n", "\n", ". ", "! ", "? ", "; ", ", ", " ")


def chunks(text: str, size: int, overlap: int) -> list[str]:
    """Returns a text in pieces of about `size` characters, each beginning with the end of the one
    before it (`overlap` characters; none if that is not less than `size`)."""
    size = max(size, 1)
    overlap = max(overlap, 0)
    return _chunks(text, size, overlap if overlap < size else 0, 0) if text else []


def _chunks(text: str, size: int, overlap: int, level: int) -> list[str]:
    if len(text) <= size:
        return [text]
    while level < len(_SEPARATORS) and _SEPARATORS[level] not in text:
        level += 1
    if level == len(_SEPARATORS):
        return [text[start : start + size] for start in range(0, len(text), size - overlap)]
    separator = _SEPARATORS[level]
    pieces: list[str] = []
    current = ""
    for part in text.split(separator):
        joined = current + separator + part if current else part
        if len(joined) <= size:
            current = joined
            continue
        if current:
            pieces.append(current)
        current = part
        if len(part) > size:
            pieces.extend(_chunks(part, size, overlap, level + 1))
            current = ""
    if current:
        pieces.append(current)
    if not overlap:
        return pieces
    return pieces[:1] + [
        before[-overlap:] + piece for before, piece in zip(pieces, pieces[1:], strict=False)
    ]


def _chunk_options(name: str, options: Value) -> tuple[int, int]:
    if options is None:
        return 1000, 200
    table = map_argument(name, options, 2)
    return (
        integer_argument(f"{name} :size", table.get(intern_keyword("size"), 1000)),
        integer_argument(f"{name} :overlap", table.get(intern_keyword("overlap"), 200)),
    )


@function(
    "text/chunk",
    "text:string [options:map]",
    "list",
    "Cuts a text into pieces of at most `:size` characters (1000), at paragraphs, lines, sentences "
    "or words where possible. Each piece is preceded by the last `:overlap` characters (200) of "
    "the one before it.",
    [
        (
            '(text/chunk "red green blue" {:size 9 :overlap 0})',
            '("red green" "blue")',
        )
    ],
)
def chunk(text: Value, options: Value = None) -> List:
    source = string_argument("text/chunk", text, 1)
    size, overlap = _chunk_options("text/chunk", options)
    pieces = chunks(source, size, overlap)
    check_length("text/chunk", sum(map(len, pieces)))
    return list_from(pieces)


@function(
    "text/chunk-by-separator",
    "text:string separator:string",
    "list",
    "Cuts a text at a separator and leaves out empty pieces.",
    [('(text/chunk-by-separator "a--b----c" "--")', '("a" "b" "c")')],
)
def chunk_by_separator(text: Value, separator: Value) -> List:
    source = string_argument("text/chunk-by-separator", text, 1)
    cut = string_argument("text/chunk-by-separator", separator, 2)
    return list_from([piece for piece in (source.split(cut) if cut else source) if piece])


# --- cleaning --------------------------------------------------------------------------------


@function(
    "text/clean-whitespace",
    "text:string",
    "string",
    "Makes one space of every run of white space and takes it away at the ends.",
    [('(text/clean-whitespace "  so   much\\n air ")', '"so much air"')],
)
def clean_white_space(text: Value) -> Value:
    return " ".join(split_white_space(string_argument("text/clean-whitespace", text, 1)))


@function(
    "text/normalize-newlines",
    "text:string",
    "string",
    "Makes \\n of the line ends \\r\\n and \\r.",
    [('(text/normalize-newlines "a\\r\\nb\\rc")', '"a\\nb\\nc"')],
)
def normalize_newlines(text: Value) -> Value:
    source = string_argument("text/normalize-newlines", text, 1)
    return source.replace("\r\n", "\n").replace("\r", "\n")


_ENTITIES: Final = (
    ("&amp;", "&"),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&quot;", '"'),
    ("&#39;", "'"),
    ("&apos;", "'"),
    ("&nbsp;", " "),
)


@function(
    "text/strip-html",
    "text:string",
    "string",
    "Takes out everything between `<` and `>` and decodes the usual entities. `html/text` really "
    "reads HTML.",
    [('(text/strip-html "<b>salt</b> &amp; pepper")', '"salt & pepper"')],
)
def strip_html(text: Value) -> Value:
    result = re.sub(r"<[^>]*>?|>", "", string_argument("text/strip-html", text, 1))
    for entity, character in _ENTITIES:
        result = result.replace(entity, character)
    return result


@function(
    "text/trim-indent",
    "text:string",
    "string",
    "Takes the white space that all lines begin with away from each.",
    [('(text/trim-indent "  if\\n    then")', '"if\\n  then"')],
)
def trim_indent(text: Value) -> Value:
    lines = string_argument("text/trim-indent", text, 1).split("\n")
    indents = [len(line) - len(line.lstrip()) for line in lines if line.strip()]
    indent = min(indents, default=0)
    return "\n".join([line[indent:] for line in lines])


# --- measuring and shortening ----------------------------------------------------------------


@function(
    "text/word-count",
    "text:string",
    "int",
    "Returns the number of words between white space.",
    [('(text/word-count "to be or not to be")', "6")],
)
def word_count(text: Value) -> Value:
    return len(split_white_space(string_argument("text/word-count", text, 1)))


@function(
    "text/truncate",
    "text:string length:int [suffix:string]",
    "string",
    "Shortens a text to `length` characters, the suffix (`...`) included.",
    [('(text/truncate "a long story" 9)', '"a long..."'), ('(text/truncate "short" 9)', '"short"')],
)
def truncate(text: Value, length: Value, suffix: Value = "...") -> Value:
    source = string_argument("text/truncate", text, 1)
    limit = integer_argument("text/truncate", length, 2)
    mark = string_argument("text/truncate", suffix, 3)
    if limit < 0 or len(source) <= limit:
        return source
    return source[: max(0, limit - len(mark))] + mark


@function(
    "text/excerpt",
    "text:string query:string [options:map]",
    "string or nil",
    "Returns the surroundings of the first occurrence of `query`, letter case aside: `:radius` "
    "characters (100) on each side, with `:omission` (`...`) where something was left out. Returns "
    "nil if there is none.",
    [('(text/excerpt "one two three four" "three" {:radius 4})', '"...two three fou..."')],
)
def excerpt(text: Value, query: Value, options: Value = None) -> Value:
    source = string_argument("text/excerpt", text, 1)
    wanted = string_argument("text/excerpt", query, 2)
    # What is no map of options says nothing, as in the dialect.
    table = options if isinstance(options, Map) else Map({})
    radius = integer_argument("text/excerpt :radius", table.get(intern_keyword("radius"), 100))
    omission = string_argument(
        "text/excerpt :omission", table.get(intern_keyword("omission"), "...")
    )
    found = re.search(re.escape(wanted), source, re.IGNORECASE)
    if found is None:
        return None
    start = max(0, found.start() - max(0, radius))
    end = min(len(source), found.end() + max(0, radius))
    before = omission if start > 0 else ""
    return before + source[start:end] + (omission if end < len(source) else "")


@function(
    "text/split-sentences",
    "text:string",
    "list",
    "Cuts a text into sentences: after `.`, `!` or `?` with white space behind it.",
    [('(text/split-sentences "Stop! Who is there? Me.")', '("Stop!" "Who is there?" "Me.")')],
)
def split_sentences(text: Value) -> List:
    source = string_argument("text/split-sentences", text, 1)
    pieces = (piece.strip() for piece in re.split(r"(?<=[.!?])\s+", source))
    return list_from([piece for piece in pieces if piece])


# --- templates and documents -----------------------------------------------------------------


@function(
    "prompt/template",
    "text:string",
    "string",
    "Returns the text as a template for `prompt/render`; a template is a plain string.",
    [('(prompt/template "Dear {{name}}")', '"Dear {{name}}"')],
)
def template(text: Value) -> Value:
    return string_argument("prompt/template", text, 1)


@function(
    "prompt/render",
    "template:string values:map",
    "string",
    "Puts the values of a map with keyword keys in the place of `{{key}}`; unknown keys stay.",
    [('(prompt/render "{{n}} x {{what}}" {:n 3 :what "tea"})', '"3 x tea"')],
)
def render(template: Value, values: Value) -> Value:
    source = string_argument("prompt/render", template, 1)
    table = map_argument("prompt/render", values, 2)
    parts: list[str] = []
    position = size = 0
    for match in re.finditer(r"\{\{(.*?)\}\}", source, re.DOTALL):
        key = intern_keyword(match[1])
        if key in table:
            parts += [source[position : match.start()], display(table.get(key))]
            size += len(parts[-1])
            check_length("prompt/render", size)
            position = match.end()
    return "".join([*parts, source[position:]])


_TEXT: Final = intern_keyword("text")
_METADATA: Final = intern_keyword("metadata")


@function(
    "document/create",
    "text:string metadata:map",
    "map",
    "Returns a document: a map with `:text` and `:metadata`.",
    [('(document/create "Hi" {:page 1})', '{:metadata {:page 1} :text "Hi"}')],
)
def create_document(text: Value, metadata: Value) -> Map:
    source = string_argument("document/create", text, 1)
    return Map({_TEXT: source, _METADATA: map_argument("document/create", metadata, 2)})


def _document_part(name: str, document: Value, part: Value) -> Value:
    if not isinstance(document, Map):
        raise wrong_type(name, "map (document)", document, 1)
    if part not in document:
        raise LispError(
            f"{name}: not a document: missing :{part.name}",
            hint="(document/create text metadata) makes one",
        )
    return document.get(part)


@function(
    "document/text",
    "document:map",
    "string",
    "Returns the text of a document.",
    [('(document/text (document/create "Hi" {}))', '"Hi"')],
)
def document_text(document: Value) -> Value:
    return _document_part("document/text", document, _TEXT)


@function(
    "document/metadata",
    "document:map",
    "map",
    "Returns the metadata of a document.",
    [('(document/metadata (document/create "Hi" {:page 1}))', "{:page 1}")],
)
def document_metadata(document: Value) -> Value:
    return _document_part("document/metadata", document, _METADATA)


@function(
    "document/chunk",
    "document:map [options:map]",
    "list",
    "Cuts the text of a document as `text/chunk` does. Each piece is a document with the same "
    "metadata and its `:chunk-index` and `:total-chunks`.",
    [
        (
            '(map document/text (document/chunk (document/create "ab cd" {}) '
            "{:size 2 :overlap 0}))",
            '("ab" "cd")',
        )
    ],
)
def chunk_document(document: Value, options: Value = None) -> List:
    source = string_argument("document/chunk", _document_part("document/chunk", document, _TEXT))
    metadata = document.get(_METADATA)
    size, overlap = _chunk_options("document/chunk", options)
    pieces = chunks(source, size, overlap) or [""]
    base = dict(metadata.table) if isinstance(metadata, Map) else {}
    total, index = intern_keyword("total-chunks"), intern_keyword("chunk-index")
    return list_from(
        [
            Map({_TEXT: piece, _METADATA: Map({**base, total: len(pieces), index: number})})
            for number, piece in enumerate(pieces)
        ]
    )
