"""The page's rules: which script may import which, what a panel is, and that the page is never read back.

Scripts stand on floors. An import points to a lower floor, or stays in its own part. Imports of types,
in comments, count like others, so that nothing hangs together in a circle.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

import pytest

WEB = Path(__file__).resolve().parent.parent / "web"
SRC = WEB / "src"
SCRIPTS = {file.relative_to(SRC).as_posix(): file for file in sorted(SRC.rglob("*.js"))}
PANELS = sorted(file.name for file in (SRC / "panels").iterdir() if file.is_dir())
MAIN_LINES = 80

# From the ground up; the longest entry that fits decides. Parts of one floor do not know one another,
# and neither do panels.
FLOORS = (
    (
        "docs",
        "guard.js",
        "parts.js",
        "sign-in-return.js",
        "older-browsers.js",
        "place.js",
        "trusted.js",
        "invisible.js",
    ),
    ("dom.js", "stored.js", "engine/protocol.js"),
    ("texts",),
    ("state",),
    ("state.js",),
    ("log.js", "storage"),
    ("engine", "models", "editor", "sharing"),
    ("panels/page.js",),
    ("panels/dialog.js",),
    tuple(f"panels/{name}" for name in PANELS),
    ("panels/table.js", "app", "early.js"),
    ("typing.js",),
    ("main.js",),
    ("start.js",),
)
PARTS = {part: floor for floor, parts in enumerate(FLOORS) for part in parts}

IMPORT = re.compile(r"""(?:\bfrom|\bimport)\s*\(?\s*["'](\.[^"']*)["']""")
COMMENT = re.compile(r"/\*[^]*?\*/|(?<![:\"'`\w/])//[^\n]*".replace("[^]", r"[\s\S]"))
STRING = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'")
TABLE_LINE = re.compile(r'^export \* as (\w+) from "\./(\w+)/index\.js";$', re.MULTILINE)

NO_WRITE = r"\b(?!\s*=(?!=))"
# How a page is asked what it shows. What a visitor enters is read by the functions of dom.js, each from
# the event of that field; where the output is scrolled to is known to nobody but the page.
READ_BACKS = tuple(
    re.compile(pattern)
    for pattern in (
        r"\.dataset\.\w+" + NO_WRITE,
        r"\.classList\.contains\(",
        r"(?<!document)\.hidden" + NO_WRITE,
        r"\.(?:textContent|innerText|innerHTML|outerHTML|className|disabled|checked|value)"
        + NO_WRITE,
        r"\.(?:selectedIndex|selectedOptions|returnValue|activeElement|files\?\.)" + NO_WRITE,
        r"\.open\b(?!\s*(?:\(|=(?!=)))",
        r"\.(?:hasAttribute|getAttribute|querySelector|querySelectorAll|closest|matches)\(",
        r"\.(?:first|last|next|previous)(?:Element)?(?:Child|Sibling)\b",
        r"\.(?:children|childNodes|childElementCount|parentElement|parentNode)\b",
        r"\bgetElementsBy\w+\(",
    )
)
# Scripts of the page itself; the workers have no page, and these parts show nothing. The editor's
# language walks a syntax tree, whose nodes are called as those of a page.
SHOWING = sorted(
    name
    for name in SCRIPTS
    if name.startswith(("panels/", "app/", "editor/", "main", "typing", "log", "state"))
    and not name.startswith("editor/lisp-")
)


def part_of(name: str) -> str | None:
    """Returns the part that a script belongs to."""
    found = [part for part in PARTS if name == part or name.startswith(f"{part}/")]
    return max(found, key=len, default=None)


def read_imports(name: str, source: str) -> set[str]:
    """Returns the scripts that one imports, for their types as well."""
    folder = posixpath.dirname(name)
    return {posixpath.normpath(posixpath.join(folder, found)) for found in IMPORT.findall(source)}


IMPORTS = {name: read_imports(name, file.read_text("utf-8")) for name, file in SCRIPTS.items()}


def complaints_about(name: str, imports: set[str]) -> list[str]:
    """Returns what is wrong with the imports of a script."""
    own = part_of(name)
    if own is None:
        return [f"{name} stands on no floor"]
    complaints = []
    for each in sorted(imports):
        other = part_of(each)
        if other is None:
            complaints.append(f"{name} imports {each}, which stands on no floor")
        elif other != own and PARTS[other] >= PARTS[own]:
            complaints.append(f"{name} imports {each}, which is not below it")
    return complaints


def find_circle(imports: dict[str, set[str]]) -> list[str]:
    """Returns the scripts of a circle of imports, the first again at the end; [] if there is none."""
    done: set[str] = set()

    def visit(name: str, way: list[str]) -> list[str]:
        if name in way:
            return [*way[way.index(name) :], name]
        if name in done:
            return []
        for each in sorted(imports.get(name, ())):
            if found := visit(each, [*way, name]):
                return found
        done.add(name)
        return []

    return next((found for name in sorted(imports) if (found := visit(name, []))), [])


def read_backs(source: str) -> list[str]:
    """Returns the places in which a script asks the page what it shows."""
    code = STRING.sub('""', COMMENT.sub("", source))
    return [found.group() for pattern in READ_BACKS for found in pattern.finditer(code)]


# -------------------------------------------------------------------------- imports


def test_imports_point_down() -> None:
    assert [each for name in SCRIPTS for each in complaints_about(name, IMPORTS[name])] == []


def test_there_is_no_circle() -> None:
    assert find_circle(IMPORTS) == []


def test_what_is_imported_exists() -> None:
    missing = {name: imported - set(SCRIPTS) for name, imported in IMPORTS.items()}
    assert {name: names for name, names in missing.items() if names} == {}


def test_every_part_exists() -> None:
    assert [part for part in PARTS if not (SRC / part).exists()] == []


def test_the_entry_only_ties_together() -> None:
    assert len((SRC / "main.js").read_text("utf-8").splitlines()) < MAIN_LINES


# -------------------------------------------------------------------------- panels


@pytest.mark.parametrize("name", PANELS)
def test_a_panel_brings_its_script_and_its_style(name: str) -> None:
    folder = SRC / "panels" / name
    assert re.search(r"^export function mount\(", (folder / "index.js").read_text("utf-8"), re.M)
    assert (folder / "style.css").read_text("utf-8").startswith("/*")


def test_the_table_lists_every_panel_once() -> None:
    table = (SRC / "panels" / "table.js").read_text("utf-8")
    listed = TABLE_LINE.findall(table)
    assert [name for name, folder in listed if name != folder] == []
    assert sorted(name for name, _ in listed) == PANELS
    assert len(listed) == table.count("export ")


def test_the_frame_knows_no_panel() -> None:
    frame = (WEB / "index.html").read_text("utf-8")
    assert "data-testid" not in frame
    assert re.findall(r"<(?:button|input|select|dialog)\b", frame) == []


def test_every_style_sheet_belongs_to_somebody() -> None:
    sheets = {file.relative_to(SRC).as_posix() for file in SRC.rglob("*.css")}
    common = {f"styles/{name}.css" for name in ("theme", "base", "layout", "place")}
    common |= {"editor/style.css", "editor/late.css", "docs/style.css"}
    common |= {f"panels/{name}/late.css" for name in ("debugging", "files", "inspector", "output")}
    # Loaded with what it belongs to, when that is first opened.
    common |= {"panels/learn/panel.css"}
    assert sheets == common | {f"panels/{name}/style.css" for name in PANELS}
    assert list(WEB.glob("*.css")) == []


# -------------------------------------------------------------------------- state


def test_the_state_lists_every_concern() -> None:
    concerns = {file.name for file in (SRC / "state").iterdir()} - {"reducers.js"}
    source = SCRIPTS["state.js"].read_text("utf-8")
    table = re.search(r"^const CONCERNS = \[(.*?)\];$", source, re.M | re.S)
    assert table
    listed = [f"{name}.js" for name in re.findall(r"\w+", table[1])]
    assert sorted(listed) == sorted(concerns)
    for name in concerns:
        declared = re.search(
            r"@typedef \{object\} (\w+Part)$", SCRIPTS[f"state/{name}"].read_text(), re.M
        )
        assert declared
        assert f'import("./state/{name}").{declared[1]}' in source


# -------------------------------------------------------------------------- the page is written only


def test_the_page_is_never_read_back() -> None:
    found = {name: read_backs(SCRIPTS[name].read_text("utf-8")) for name in SHOWING}
    assert {name: places for name, places in found.items() if places} == {}


# -------------------------------------------------------------------------- the rules' own tests


@pytest.mark.parametrize(
    ("name", "source", "complaints"),
    [
        ("state.js", 'import { x } from "./models/keys.js";', 1),
        ("state.js", '/** @typedef {import("./models/keys.js").Keys} Keys */', 1),
        ("models/keys.js", 'import { x } from "./providers.js";', 0),
        ("models/keys.js", 'import { x } from "../editor/editor.js";', 1),
        ("panels/files/index.js", 'import { x } from "../repl/index.js";', 1),
        ("panels/files/index.js", 'import "./input.js";', 0),
        ("panels/files/index.js", 'import { run } from "../../app/runs.js";', 1),
        ("app/runs.js", 'const late = await import("../main.js");', 1),
        ("unheard-of.js", "", 1),
    ],
)
def test_imports_that_point_up_are_found(name: str, source: str, complaints: int) -> None:
    assert len(complaints_about(name, read_imports(name, source))) == complaints


def test_a_circle_is_found() -> None:
    circle = find_circle({"a": {"b"}, "b": {"c"}, "c": {"d", "b"}, "d": set()})
    assert circle == ["b", "c", "b"]


@pytest.mark.parametrize(
    "code",
    [
        'if (status.dataset.state === "loading") return;',
        'if (statusText.textContent !== "Ready") x();',
        'const open = document.querySelector("dialog[open]");',
        "if (!dialog.open) dialog.showModal();",
        "const url = withRecording.checked ? a : b;",
        'const name = provider.value + "";',
        'const isChunk = child.classList.contains("chunk");',
        "const text = child.innerText;",
        'const open = box.hasAttribute("open");',
        "if (button.disabled) return;",
        "if (banner.hidden) return;",
        "for (const child of pane.children) x();",
        "const last = target.lastElementChild;",
    ],
)
def test_reading_back_is_found(code: str) -> None:
    assert len(read_backs(code)) == 1


@pytest.mark.parametrize(
    "code",
    [
        "status.dataset.state = phase;",
        'text.textContent = said = "Ready";',
        "banner.hidden = true;",
        "// status.textContent is never read",
        '/** `dialog.open` */ const words = "dialog.open";',
        "relay.open(request);",
        "if (document.hidden) wait();",
        'button.classList.toggle("busy", isBusy);',
        "const entered = valueOf(event);",
    ],
)
def test_writing_is_not_reading(code: str) -> None:
    assert read_backs(code) == []


# What others style, too: what is hidden in a frame, the note below, and the button that takes back.
SHARED_CLASSES = {"embedded", "toast", "undo"}


def test_no_two_panels_style_one_class() -> None:
    """A rule that begins with a class is its panel's alone: what two name alike both would shape."""
    owners: dict[str, set[str]] = {}
    for style in sorted(SRC.glob("panels/*/*.css")):
        for name in re.findall(r"^\s*\.([a-z][\w-]*)", style.read_text("utf-8"), re.MULTILINE):
            owners.setdefault(name, set()).add(style.parent.name)
    assert {name: who for name, who in owners.items() if len(who) > 1} == {
        name: owners[name] for name in SHARED_CLASSES if len(owners.get(name, ())) > 1
    }
