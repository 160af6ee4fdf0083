"""Unified diffs as text: making, reading, summarizing and applying them."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from lispcore.library.arguments import integer_argument, string_argument
from lispcore.library.registry import WaitKind, function
from lispcore.library.texts.line_diff import Change, changes
from lispcore.values.errors import LispError
from lispcore.values.late_patterns import late_pattern
from lispcore.values.types import List, Map, Value, intern_keyword, list_from

WAITING = WaitKind.NEVER

NO_NEWLINE: Final = "\\ No newline at end of file"
_HUNK_HEADER: Final = late_pattern(
    r"@@ -(\d{1,15})(?:,(\d{1,15}))? \+(\d{1,15})(?:,(\d{1,15}))? @@"
)


def _lines(text: str) -> list[str]:
    """Returns the lines with their ends."""
    lines = text.split("\n")
    last = lines.pop()
    result = [line + "\n" for line in lines]
    return [*result, last] if last else result


# --- making ----------------------------------------------------------------------------------


def _hunk_groups(edits: list[Change], context: int) -> list[list[Change]]:
    groups: list[list[Change]] = []
    for edit in edits:
        if groups and edit.old_start - groups[-1][-1].old_end <= 2 * context:
            groups[-1].append(edit)
        else:
            groups.append([edit])
    return groups


def _range(start: int, end: int) -> str:
    count = end - start
    if count == 1:
        return str(start + 1)
    return f"{start + 1 if count else start},{count}"


def _marked(marker: str, lines: list[str]) -> list[str]:
    result: list[str] = []
    for line in lines:
        result.append(marker + line if line.endswith("\n") else f"{marker}{line}\n{NO_NEWLINE}\n")
    return result


def _hunk(group: list[Change], old: list[str], new: list[str], context: int) -> list[str]:
    first, last = group[0], group[-1]
    before = min(context, first.old_start)
    after = min(context, len(old) - last.old_end)
    old_range = _range(first.old_start - before, last.old_end + after)
    new_range = _range(first.new_start - before, last.new_end + after)
    parts = [f"@@ -{old_range} +{new_range} @@\n"]
    position = first.old_start - before
    for edit in group:
        parts += _marked(" ", old[position : edit.old_start])
        parts += _marked("-", old[edit.old_start : edit.old_end])
        parts += _marked("+", new[edit.new_start : edit.new_end])
        position = edit.old_end
    return parts + _marked(" ", old[position : last.old_end + after])


def unified(old: str, new: str, context: int = 3) -> str:
    """Returns the unified diff from one text to another, "" if they are equal."""
    old_lines, new_lines = _lines(old), _lines(new)
    groups = _hunk_groups(changes(old_lines, new_lines), context)
    if not groups:
        return ""
    parts = ["--- old\n+++ new\n"]
    for group in groups:
        parts += _hunk(group, old_lines, new_lines, context)
    return "".join(parts)


@function(
    "diff/unified",
    "old:string new:string [context:int]",
    "string",
    "Returns the lines to take away and to add that turn one text into the other, as a unified "
    "diff with `context` unchanged lines (3) around each change.",
    [
        (
            '(diff/unified "a\\nb\\n" "a\\nc\\n")',
            '"--- old\\n+++ new\\n@@ -1,2 +1,2 @@\\n a\\n-b\\n+c\\n"',
        ),
        ('(diff/unified "a" "a")', '""'),
    ],
)
def make_unified(old: Value, new: Value, context: Value = 3) -> Value:
    around = integer_argument("diff/unified", context, 3)
    if around < 0:
        raise LispError("diff/unified: context must be >= 0")
    before = string_argument("diff/unified", old, 1)
    return unified(before, string_argument("diff/unified", new, 2), around)


# --- reading ---------------------------------------------------------------------------------


class Hunk(NamedTuple):
    """One hunk of a patch; `lines` keep their markers and have no line ends."""

    header: str
    old_start: int
    old_count: int
    new_start: int
    new_count: int
    lines: list[str]


class FilePatch(NamedTuple):
    """The hunks for one file and the names it has before and after."""

    old_path: str | None
    new_path: str | None
    hunks: list[Hunk]


def parse_patch(patch: str) -> list[FilePatch]:
    """Returns the files of a patch; lines that belong to no hunk or file header are passed over."""
    files: list[FilePatch] = []
    lines = patch.split("\n")
    position = 0
    while position < len(lines):
        line = lines[position]
        position += 1
        header = _HUNK_HEADER.match(line)
        if header is not None:
            hunk, position = _read_hunk(header, lines, position)
            if not files:
                files.append(FilePatch(None, None, []))
            files[-1].hunks.append(hunk)
        elif line.startswith("--- "):
            old_path = line[4:].partition("\t")[0]
            files.append(FilePatch(old_path, None, []))
        elif line.startswith("+++ "):
            path = line[4:].partition("\t")[0]
            if files and files[-1].new_path is None and not files[-1].hunks:
                files[-1] = files[-1]._replace(new_path=path)
            else:
                files.append(FilePatch(None, path, []))
    return files


def _read_hunk(header: re.Match[str], lines: list[str], position: int) -> tuple[Hunk, int]:
    old_count = int(header[2] or 1)
    new_count = int(header[4] or 1)
    body: list[str] = []
    old_left, new_left = old_count, new_count
    while position < len(lines):
        line = lines[position]
        marker = line[:1]
        if marker == "\\":
            body.append(line)
        elif marker == " " and old_left > 0 and new_left > 0:
            old_left, new_left = old_left - 1, new_left - 1
            body.append(line)
        elif marker == "-" and old_left > 0:
            old_left -= 1
            body.append(line)
        elif marker == "+" and new_left > 0:
            new_left -= 1
            body.append(line)
        else:
            break
        position += 1
    hunk = Hunk(header.group(), int(header[1]), old_count, int(header[3]), new_count, body)
    return hunk, position


def _hunk_map(hunk: Hunk) -> Map:
    fields: dict[str, Value] = {
        "header": hunk.header,
        "old-start": hunk.old_start,
        "old-count": hunk.old_count,
        "new-start": hunk.new_start,
        "new-count": hunk.new_count,
        "lines": list_from(hunk.lines),
    }
    return Map({intern_keyword(name): value for name, value in fields.items()})


def _all_hunks(patch: str) -> list[Hunk]:
    return [hunk for file in parse_patch(patch) for hunk in file.hunks]


@function(
    "diff/hunks",
    "patch:string",
    "list",
    "Returns the hunks of a unified diff as maps with `:header`, `:old-start`, `:old-count`, "
    "`:new-start`, `:new-count` and `:lines` (with their markers).",
    [('(map :lines (diff/hunks "@@ -1 +1 @@\\n-a\\n+b\\n"))', '(("-a" "+b"))')],
)
def hunks(patch: Value) -> List:
    return list_from([_hunk_map(each) for each in _all_hunks(string_argument("diff/hunks", patch))])


@function(
    "diff/parse",
    "patch:string",
    "map",
    "Returns the `:files` of a unified diff, each with `:old-path`, `:new-path` and `:hunks`.",
    [
        (
            '(:new-path (first (:files (diff/parse "--- a/x\\n+++ b/x\\n@@ -1 +1 @@\\n-a\\n+b"))))',
            '"b/x"',
        )
    ],
)
def parse(patch: Value) -> Map:
    files = [
        Map(
            {
                intern_keyword("old-path"): file.old_path,
                intern_keyword("new-path"): file.new_path,
                intern_keyword("hunks"): list_from([_hunk_map(each) for each in file.hunks]),
            }
        )
        for file in parse_patch(string_argument("diff/parse", patch))
    ]
    return Map({intern_keyword("files"): list_from(files)})


@function(
    "diff/stat",
    "patch:string",
    "map",
    "Returns how many lines a unified diff adds and removes, and its number of hunks.",
    [('(diff/stat "@@ -1 +1,2 @@\\n-a\\n+b\\n+c\\n")', "{:added 2 :hunks 1 :removed 1}")],
)
def stat(patch: Value) -> Map:
    found = _all_hunks(string_argument("diff/stat", patch))
    markers = [line[:1] for hunk in found for line in hunk.lines]
    return Map(
        {
            intern_keyword("added"): markers.count("+"),
            intern_keyword("removed"): markers.count("-"),
            intern_keyword("hunks"): len(found),
        }
    )


# --- applying --------------------------------------------------------------------------------


def apply_patch(name: str, content: str, patch: str) -> tuple[str, int]:
    """Returns the patched text and how many hunks were applied."""
    found = _all_hunks(patch)
    lines = content.split("\n")
    ends_with_newline = lines[-1] == ""
    if ends_with_newline:
        lines.pop()
    shift = 0
    for hunk in found:
        old, new, newline = _hunk_sides(hunk)
        expected = max(0, hunk.old_start - 1 + shift + (0 if hunk.old_count else 1))
        place = _locate(lines, old, expected)
        if place is None:
            raise LispError(
                f"{name}: hunk does not apply (context mismatch near old line {hunk.old_start})",
                hint="the text is not the one that the patch was made from",
            )
        at_end = place + len(old) == len(lines)
        lines[place : place + len(old)] = new
        shift += len(new) - len(old)
        if at_end and newline is not None:
            ends_with_newline = newline
    text = "\n".join(lines)
    return text + "\n" if lines and ends_with_newline else text, len(found)


def _hunk_sides(hunk: Hunk) -> tuple[list[str], list[str], bool | None]:
    """Returns the lines before and after, and whether the last line then ends in a newline (None
    if the hunk does not say)."""
    old: list[str] = []
    new: list[str] = []
    newline: bool | None = None
    previous = ""
    for line in hunk.lines:
        marker, text = line[:1], line[1:]
        if marker == "\\":
            newline = previous == "-" if newline is None else newline and previous == "-"
            continue
        if marker != "+":
            old.append(text)
        if marker != "-":
            new.append(text)
        previous = marker
    return old, new, newline


def _locate(lines: list[str], wanted: list[str], expected: int) -> int | None:
    """Returns where the lines stand, as near to the expected place as possible."""
    last = len(lines) - len(wanted)
    if not wanted:
        return min(expected, len(lines))
    for distance in range(max(expected, last) + 1):
        for place in (expected - distance, expected + distance):
            if 0 <= place <= last and lines[place : place + len(wanted)] == wanted:
                return place
    return None


@function(
    "diff/apply",
    "text:string patch:string",
    "string",
    "Returns the text with a unified diff applied. A hunk that stands elsewhere by now is looked "
    "for; one that fits nowhere is an error.",
    [('(diff/apply "a\\nb\\n" (diff/unified "a\\nb\\n" "a\\nc\\n"))', '"a\\nc\\n"')],
)
def apply(text: Value, patch: Value) -> Value:
    source = string_argument("diff/apply", text, 1)
    return apply_patch("diff/apply", source, string_argument("diff/apply", patch, 2))[0]


@function(
    "patch/apply-file",
    "path:string patch:string",
    "int",
    "Applies a unified diff to a file and returns the number of hunks. If one does not fit, the "
    "file stays as it is.",
    [
        (
            '(begin (file/write "p.txt" "a\\n") '
            '(patch/apply-file "p.txt" "@@ -1 +1 @@\\n-a\\n+b\\n") (file/read "p.txt"))',
            '"b\\n"',
        )
    ],
)
def apply_file(path: Value, patch: Value) -> Value:
    from lispcore.library.files.files import read_text, write_bytes

    text = read_text("patch/apply-file", path)
    change = string_argument("patch/apply-file", patch, 2)
    result, count = apply_patch("patch/apply-file", text, change)
    write_bytes("patch/apply-file", path, result.encode("utf-8", "replace"))
    return count
