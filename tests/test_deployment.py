"""The workflow files and the container's recipe name what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import build
from lispcore.commands.serving import read_words

ROOT = Path(__file__).resolve().parent.parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
RECIPE = (ROOT / "Dockerfile").read_text("utf-8")
COMMAND = re.compile(r"python3 build\.py ([a-z]+)")


def test_each_is_there() -> None:
    assert [each.stem for each in WORKFLOWS] == ["container", "pages"]


@pytest.mark.parametrize(
    "text", [each.read_text("utf-8") for each in WORKFLOWS] + [RECIPE], ids=lambda text: text[:24]
)
def test_commands_that_they_run_exist(text: str) -> None:
    for command in COMMAND.findall(text):
        assert build.read_arguments([command])[0].command == command
    # A workflow says what it may do, and no more.
    assert "jobs:" not in text or "permissions:\n  contents: read" in text


def test_the_container_serves_on_the_port_that_it_exposes() -> None:
    (shown,) = re.findall(r"^CMD \[(.*)\]$", RECIPE, re.MULTILINE)
    words = re.findall(r'"([^"]*)"', shown)
    given, wrong = read_words(words[2:])
    assert (words[:2], wrong) == (["lispcore", "serve"], "")
    assert given["--host"] == "0.0.0.0"
    assert f"EXPOSE {given['--port']}\n" in RECIPE
    assert f"127.0.0.1:{given['--port']}/" in RECIPE
