"""Paths as texts."""

from __future__ import annotations

import pytest

from lispcore.library.files import paths
from lispcore.values.errors import LispError
from lispcore.values.types import FALSE, TRUE


@pytest.mark.parametrize(
    ("parts", "path"),
    [
        (("a", "b"), "a/b"),
        (("a/", "b"), "a/b"),
        (("a", ""), "a/"),
        (("", "a"), "a"),
        (("a", "/b", "c"), "/b/c"),
    ],
)
def test_joining(parts: tuple[str, ...], path: str) -> None:
    assert paths.join(*parts) == path


@pytest.mark.parametrize(
    ("path", "folder", "name", "stem", "extension"),
    [
        ("/a/b/c.tar.gz", "/a/b", "c.tar.gz", "c.tar", "gz"),
        ("a//b", "a", "b", "b", ""),
        ("/a", "/", "a", "a", ""),
        ("a/b/", "a", "b", "b", ""),
        (".hidden", "", ".hidden", ".hidden", ""),
        ("..", "", "..", "..", ""),
        ("x.", "", "x.", "x", ""),
        ("", "", "", "", ""),
    ],
)
def test_parts(path: str, folder: str, name: str, stem: str, extension: str) -> None:
    assert paths.directory(path) == folder
    assert paths.filename(path) == name
    assert paths.stem(path) == stem
    assert paths.extension(path) == extension


def test_relative() -> None:
    assert paths.relative_to("/a/b", "/a/b") == "."
    assert paths.relative_to("a", "a/b/c") == "b/c"
    with pytest.raises(LispError, match="one path is absolute"):
        paths.relative_to("/a", "b")


def test_within_follows_links(tmp_path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "in" / "link").symlink_to(tmp_path / "out")
    inside = str(tmp_path / "in")
    assert paths.is_within(inside, inside + "/x/y") is TRUE
    assert paths.is_within(inside, inside + "/link/x") is FALSE
    assert paths.is_within(inside, inside + "more") is FALSE
    assert paths.canonicalize(inside + "/link") == str(tmp_path / "out")
