"""The picture of the folders is drawn, and says what the imports say."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def drawing() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "draw_architecture", ROOT / "docs" / "draw_architecture.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_picture_is_current(drawing: ModuleType) -> None:
    drawn = drawing.PICTURE.read_text(encoding="utf-8")
    assert drawn == drawing.picture(), "draw it anew: python docs/draw_architecture.py"


def test_an_arrow_that_a_longer_way_replaces_is_left_out(drawing: ModuleType) -> None:
    graph = {
        "top": frozenset({"middle", "bottom"}),
        "middle": frozenset({"bottom"}),
        "bottom": frozenset(),
    }
    assert drawing.reduced(graph) == [("middle", "bottom"), ("top", "middle")]
    assert drawing.levels(graph) == {"top": 2, "middle": 1, "bottom": 0}


def test_a_circle_is_no_picture(drawing: ModuleType) -> None:
    with pytest.raises(ValueError, match="circle"):
        drawing.levels({"a": frozenset({"b"}), "b": frozenset({"a"})})
