"""`lispcore share`: a link from a file, and a file from a link."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from lispcore.commands.programs import read_program
from lispcore.commands.reports import complain
from lispcore.library.packages.links import LinkError, Shared, decode_link, encode_link, is_plain

# Where links lead unless another address is named: `lispcore serve` answers there.
PAGE = "http://127.0.0.1:8000/"
VARIABLE = "LISPCORE_PAGE"
_IS_LINK = re.compile(r"(?:https?://[^#]*)?#v\d+=|v\d+=")
_WITH_VALUE = ("--page", "--title", "--about", "--model", "--file", "--tape", "--out")


def read_words(words: list[str]) -> tuple[dict[str, list[str]], str]:
    """Returns the values of each option and the files and links under ``""``; or what is wrong."""
    given: dict[str, list[str]] = {}
    waiting = list(words)
    while waiting:
        word = waiting.pop(0)
        if not word.startswith("-") or word == "-":
            given.setdefault("", []).append(word)
            continue
        name, mark, value = word.partition("=")
        if name not in _WITH_VALUE:
            return {}, f"share has no option {name}"
        if not mark:
            if not waiting:
                return {}, f"{name} needs a value"
            value = waiting.pop(0)
        given.setdefault(name, []).append(value)
    if len(given.get("", [])) != 1:
        return {}, "share needs one file, or one link"
    return given, ""


def share(given: dict[str, list[str]]) -> int:
    """Prints a link to a program; or, if it was given a link, the program, or writes its files."""
    subject = given[""][0]
    if _IS_LINK.match(subject):
        return _open(subject, given.get("--out", [""])[-1])
    return _make(subject, given)


def link_to(code: str, page: str = "") -> str:
    """Returns the address of a page that shows a program."""
    base = (page or os.environ.get(VARIABLE) or PAGE).partition("#")[0]
    return f"{base}#{encode_link(Shared(code))}"


def _make(path: str, given: dict[str, list[str]]) -> int:
    piece = read_program(path)
    if piece is None:
        return 2
    shared = Shared(piece.text)
    for name in ("title", "about", "model"):
        setattr(shared, name, given.get(f"--{name}", [""])[-1])
    try:
        for name in given.get("--file", []):
            if not is_plain(name):
                complain(f"{name} cannot go along: name it as the program does, below its folder")
                return 2
            shared.files[name] = (Path(path).parent / name).read_bytes()
        if "--tape" in given:
            shared.tape = Path(given["--tape"][-1]).read_text("utf-8")
    except (OSError, ValueError) as error:
        complain(f"{error}")
        return 2
    base = given.get("--page", [""])[-1] or os.environ.get(VARIABLE) or PAGE
    print(f"{base.partition('#')[0]}#{encode_link(shared)}")
    return 0


def _open(link: str, folder: str) -> int:
    try:
        shared = decode_link(link)
    except LinkError as problem:
        complain(f"this link does not open: {problem}")
        return 2
    if not folder:
        sys.stdout.write(shared.code)
        others = [*shared.files, *(["the recording"] if shared.tape is not None else [])]
        if others:
            complain(f"with it come {', '.join(others)}: --out FOLDER writes all of it")
        return 0
    return _write_all(shared, Path(folder))


def _write_all(shared: Shared, folder: Path) -> int:
    """Writes what a link brings into a folder: over no file that is there."""
    files = {"program.lisp": shared.code.encode(), **shared.files}
    if shared.tape is not None:
        files["program.tape.jsonl"] = shared.tape.encode()
    taken = [name for name in files if (folder / name).exists()]
    if taken:
        complain(f"{folder / taken[0]} is there already: nothing was written")
        return 2
    try:
        for name, data in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
            print(folder / name)
    except OSError as error:
        complain(f"{error}")
        return 2
    return 0
