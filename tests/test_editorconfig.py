"""The files look as .editorconfig says: those who write without an editor that reads it see it here."""

from __future__ import annotations

import configparser
import re
import subprocess
from fnmatch import fnmatchcase
from itertools import product
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def read_rules(text: str) -> list[tuple[list[str], dict[str, str]]]:
    """Returns the sections: the patterns of each without braces, and what it sets."""
    parser = configparser.ConfigParser()
    parser.read_string("[top]\n" + text)
    return [(alternatives(name), dict(parser[name])) for name in parser.sections() if name != "top"]


def alternatives(pattern: str) -> list[str]:
    """Returns what ``a{b,c}`` stands for: ``ab`` and ``ac``."""
    parts = re.split(r"\{([^}]*)\}", pattern)
    choices = [each.split(",") if at % 2 else [each] for at, each in enumerate(parts)]
    return ["".join(chosen) for chosen in product(*choices)]


def rules_for(file: str, rules: list[tuple[list[str], dict[str, str]]]) -> dict[str, str]:
    """Returns what holds for a file: the last section that sets something decides."""
    found: dict[str, str] = {}
    for patterns, settings in rules:
        # A pattern without a slash is one of names; `*` of fnmatch goes across slashes, as `**`.
        if any(fnmatchcase(file if "/" in each else Path(file).name, each) for each in patterns):
            found.update(settings)
    return found


def complaints(content: bytes, settings: dict[str, str]) -> list[str]:
    """Returns what is not as the settings say."""
    found = []
    if content and not content.endswith(b"\n") and settings["insert_final_newline"] == "true":
        found.append("no line end at its end")
    if b"\r" in content and settings["end_of_line"] == "lf":
        found.append("a carriage return")
    for number, line in enumerate(content.split(b"\n"), 1):
        if line != line.rstrip() and settings["trim_trailing_whitespace"] == "true":
            found.append(f"white space at the end of line {number}")
        if (
            line[: len(line) - len(line.lstrip())].count(b"\t")
            and settings["indent_style"] == "space"
        ):
            found.append(f"a tab at the start of line {number}")
    if settings.get("charset", "utf-8") == "utf-8":
        try:
            content.decode("utf-8")
        except UnicodeDecodeError:
            found.append("no UTF-8")
    return found


def test_all_files_look_as_the_editor_is_told() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    rules = read_rules((ROOT / ".editorconfig").read_text())
    found = []
    for name in listed.stdout.splitlines():
        file = ROOT / name
        content = file.read_bytes() if file.is_file() else b""
        if b"\0" not in content:  # a picture
            found += [f"{name}: {each}" for each in complaints(content, rules_for(name, rules))]
    assert found == []


# -------------------------------------------------------------------------- the test's own tests

RULES = """root = true
[*]
insert_final_newline = true
end_of_line = lf
trim_trailing_whitespace = true
indent_style = space
[*.{md,py}]
indent_size = 4
[data/{a,b}/**]
trim_trailing_whitespace = false
"""


def test_the_last_section_that_fits_decides() -> None:
    rules = read_rules(RULES)
    assert "indent_size" not in rules_for("x.js", rules)
    assert rules_for("deep/x.py", rules)["indent_size"] == "4"
    assert rules_for("data/b/deep/x.txt", rules)["trim_trailing_whitespace"] == "false"
    assert rules_for("data/c/x.txt", rules)["trim_trailing_whitespace"] == "true"


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"a\n", None),
        (b"", None),
        (b"a", "no line end"),
        (b"a\r\n", "carriage return"),
        (b"a\nb \n", "line 2"),
        (b"\ta\n", "a tab"),
        (b"\xff\n", "no UTF-8"),
    ],
)
def test_what_looks_otherwise_is_found(content: bytes, complaint: str | None) -> None:
    found = complaints(content, rules_for("x.txt", read_rules(RULES)))
    assert bool(found) == (complaint is not None)
    assert complaint is None or complaint in found[0]
