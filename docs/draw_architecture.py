#!/usr/bin/env python3
"""Draws docs/architecture.svg from the imports of lispcore/: `python docs/draw_architecture.py`.

Every folder of the package is a room, and a room stands above all that it imports, lazily and for
types only included. An arrow is left out where a longer way says the same (transitive
reduction, Aho, Garey, Ullman 1972), or nearly every room would point to nearly every other. The
compiler is drawn once more from inside. A test checks that the picture is current.
"""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "lispcore"
PICTURE = ROOT / "docs" / "architecture.svg"

Graph = Mapping[str, frozenset[str]]

WIDTH = 1080
MARGIN = 24
GAP = 26
ROW_GAP = 46
LETTER = 6.7  # the widest of the small letters below at 11 px, measured in three fonts
LINE = 15
TITLE = 24

STYLE = """
    text { font: 11px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; fill: #3d4451; }
    .name { font: 600 14px system-ui, sans-serif; fill: #16181d; }
    .panel { font: 600 17px system-ui, sans-serif; fill: #16181d; }
    .room { fill: #f6f7f9; stroke: #aab2bf; }
    .arrow { stroke: #7a8494; fill: none; stroke-width: 1.4; }
    .tip { fill: #7a8494; }
    .page { fill: #ffffff; }
    @media (prefers-color-scheme: dark) {
      text { fill: #b6bfcc; }
      .name, .panel { fill: #f0f3f7; }
      .room { fill: #1d222b; stroke: #4a5363; }
      .arrow { stroke: #8590a1; }
      .tip { fill: #8590a1; }
      .page { fill: #12151a; }
    }
"""

# What the rooms that are no folders are called.
FACE = "lispcore"


def modules() -> dict[str, Path]:
    """Returns every module of the package under its name without ``lispcore.``."""
    found = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        parts = list(file.relative_to(PACKAGE).with_suffix("").parts)
        if parts[-1] == "__init__":
            parts.pop()
        found[".".join(parts)] = file
    return found


def imports_of(file: Path, known: Iterable[str]) -> Iterator[str]:
    """Yields the modules of the package that a file imports anywhere."""
    names = set(known)
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            wanted = [each.name for each in node.names]
        elif isinstance(node, ast.ImportFrom):
            inner = [f"{node.module}.{each.name}" for each in node.names]
            wanted = [
                each if each.removeprefix("lispcore.") in names else str(node.module)
                for each in inner
            ]
        else:
            continue
        for each in wanted:
            if each == "lispcore":
                yield ""
            elif each.startswith("lispcore."):
                yield each.removeprefix("lispcore.")


def graph_of(room_of: Callable[[str], str | None]) -> Graph:
    """Returns which room imports which; `room_of` says where a module stands, None: nowhere."""
    files = modules()
    graph: dict[str, set[str]] = {}
    for name, file in files.items():
        room = room_of(name)
        if room is None:
            continue
        targets = graph.setdefault(room, set())
        for each in imports_of(file, files):
            other = room_of(each)
            if other is not None and other != room:
                targets.add(other)
    return {room: frozenset(targets) for room, targets in graph.items()}


def levels(graph: Graph) -> dict[str, int]:
    """Returns the height of each room: one more than the highest that it imports."""
    heights: dict[str, int] = {}

    def height(room: str, above: tuple[str, ...] = ()) -> int:
        if room in above:
            raise ValueError("a circle of imports: " + " -> ".join([*above, room]))
        if room not in heights:
            below = [height(each, (*above, room)) for each in sorted(graph[room])]
            heights[room] = 1 + max(below, default=-1)
        return heights[room]

    for room in graph:
        height(room)
    return heights


def reachable(graph: Graph, room: str) -> set[str]:
    """Returns all rooms below a room, the next ones included."""
    found: set[str] = set()
    waiting = list(graph[room])
    while waiting:
        each = waiting.pop()
        if each not in found:
            found.add(each)
            waiting += graph[each]
    return found


def reduced(graph: Graph) -> list[tuple[str, str]]:
    """Returns the arrows that no longer way replaces, in order."""
    arrows = []
    for room, targets in sorted(graph.items()):
        beyond = {far for each in targets for far in reachable(graph, each)}
        arrows += [(room, each) for each in sorted(targets - beyond)]
    return arrows


def package_room(module: str) -> str | None:
    """Returns the folder at the top in which a module stands."""
    top = module.split(".")[0]
    return top if (PACKAGE / top).is_dir() and top else FACE


def compiler_room(module: str) -> str | None:
    """Returns the folder or file of the compiler in which a module stands."""
    parts = module.split(".")
    if parts[0] != "compiler" or len(parts) == 1:
        return None
    return parts[1] if (PACKAGE / "compiler" / parts[1]).is_dir() else f"{parts[1]}.py"


def contents(room: str, room_of: Callable[[str], str | None]) -> list[str]:
    """Returns what stands in a room: its files, and its folders with a slash."""
    found: dict[str, None] = {}
    for name in modules():
        if room_of(name) != room or not name:
            continue
        parts = name.split(".")
        rest = parts if room == FACE else parts[parts.index(room) + 1 :] if room in parts else []
        if rest:
            folder = PACKAGE.joinpath(*parts[: len(parts) - len(rest) + 1]).is_dir()
            found[rest[0] + ("/" if folder else "")] = None
    return sorted(found, key=lambda each: (not each.endswith("/"), each))


class Panel:
    """One graph as rows of rooms, the highest at the top."""

    def __init__(self, title: str, room_of: Callable[[str], str | None]) -> None:
        self.title = title
        self.graph = graph_of(room_of)
        heights = levels(self.graph)
        top = max(heights.values())
        self.rows = [
            sorted(room for room, height in heights.items() if height == each)
            for each in range(top, -1, -1)
        ]
        self.texts = {room: contents(room, room_of) for room in self.graph}

    def draw(self, top: float) -> tuple[list[str], float]:
        """Returns the elements of the panel drawn from `top` on, and where it ends."""
        parts = [f'<text class="panel" x="{MARGIN}" y="{top + 18:.0f}">{escape(self.title)}</text>']
        boxes: dict[str, tuple[float, float, float, float]] = {}
        y = top + 38
        for row in self.rows:
            width = (WIDTH - 2 * MARGIN - GAP * (len(row) - 1)) / len(row)
            columns = int((width - 24) / LETTER)
            lines = {room: textwrap.wrap("  ".join(self.texts[room]), columns) for room in row}
            height = 34 + LINE * max(len(each) for each in lines.values())
            for index, room in enumerate(row):
                x = MARGIN + index * (width + GAP)
                boxes[room] = (x, y, width, height)
                parts += self._room(room, lines[room], boxes[room])
            y += height + ROW_GAP
        # Behind the rooms, so that an arrow past a room does not cross its text.
        return [*self._arrows(boxes), *parts], y - ROW_GAP + 30

    def _room(
        self, room: str, lines: list[str], box: tuple[float, float, float, float]
    ) -> Iterator[str]:
        x, y, width, height = box
        yield (
            f'<rect class="room" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" '
            f'height="{height:.1f}" rx="7"/>'
        )
        name = room if room.endswith(".py") or room == FACE else room + "/"
        yield f'<text class="name" x="{x + 12:.1f}" y="{y + 20:.1f}">{escape(name)}</text>'
        for number, line in enumerate(lines):
            at = y + TITLE + LINE * number + 14
            yield f'<text x="{x + 12:.1f}" y="{at:.1f}" xml:space="preserve">{escape(line)}</text>'

    def _arrows(self, boxes: Mapping[str, tuple[float, float, float, float]]) -> Iterator[str]:
        arrows = reduced(self.graph)
        for room, target in arrows:
            starts = [other for one, other in arrows if one == room]
            ends = [one for one, other in arrows if other == target]
            x, y, width, height = boxes[room]
            to_x, to_y, to_width, _ = boxes[target]
            from_x = x + width * (1 + starts.index(target)) / (1 + len(starts))
            end_x = to_x + to_width * (1 + ends.index(room)) / (1 + len(ends))
            start_y, end_y = y + height, to_y - 7
            bend = (end_y - start_y) / 2
            yield (
                f'<path class="arrow" d="M{from_x:.1f} {start_y:.1f} C{from_x:.1f} '
                f"{start_y + bend:.1f} {end_x:.1f} {end_y - bend:.1f} {end_x:.1f} {end_y:.1f}"
                '"/>'
            )
            yield (
                f'<path class="tip" d="M{end_x - 4:.1f} {end_y:.1f} h8 L{end_x:.1f} '
                f'{end_y + 7:.1f} z"/>'
            )


def picture() -> str:
    """Returns the whole picture as SVG."""
    body: list[str] = []
    y = float(MARGIN)
    panels = (
        Panel("lispcore/: each room imports only what stands below it", package_room),
        Panel("lispcore/compiler/ from inside", compiler_room),
    )
    for panel in panels:
        parts, y = panel.draw(y)
        body += parts
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y:.0f}" '
        'role="img" aria-label="The folders of lispcore and what they import">'
    )
    page = f'<rect class="page" width="{WIDTH}" height="{y:.0f}"/>'
    return "\n".join([head, f"<style>{STYLE}</style>", page, *body, "</svg>", ""])


if __name__ == "__main__":
    PICTURE.write_text(picture(), encoding="utf-8")
    print(f"{PICTURE.relative_to(ROOT)} is drawn")
