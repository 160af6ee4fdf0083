"""Files: errors that help, bytes and texts, lines one by one."""

from __future__ import annotations

import os

import pytest

from lispcore.library.files import files
from lispcore.values.errors import LispError
from lispcore.values.types import FALSE, TRUE, Bytevector, list_items


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def failure(call) -> LispError:
    with pytest.raises(LispError) as caught:
        call()
    assert caught.value.kind == "io"
    return caught.value


def test_a_near_name_is_proposed() -> None:
    files.write("photo.jpg", "x")
    files.write("notes.txt", "x")
    error = failure(lambda: files.read("Photo.jpeg"))
    assert error.message == "file/read Photo.jpeg: no such file or directory"
    assert error.hint == "did you mean photo.jpg?"
    assert "notes.txt" in str(failure(lambda: files.read("zzz")).hint)
    assert "file/mkdir" in str(failure(lambda: files.write("no/where/x", "")).hint)


def test_directories_and_files_are_told_apart() -> None:
    files.make_directory("d/e")
    assert "it is a directory" in failure(lambda: files.read("d")).message
    files.write("f", "x")
    assert "is a file" in failure(lambda: files.read("f/g")).message
    assert (files.is_directory("d"), files.is_file("d"), files.exists("zz")) == (TRUE, FALSE, FALSE)
    assert "not empty" in failure(lambda: files.delete("d")).message


def test_paths_that_cannot_be() -> None:
    assert "nul" in failure(lambda: files.read("a\0b")).message
    assert "empty" in failure(lambda: files.read("")).message
    assert "surrogate" in failure(lambda: files.read("\ud800")).message
    assert files.exists("a\0b") is FALSE
    assert files.exists("\ud800") is FALSE


def test_bytes_are_not_text() -> None:
    files.write_bytes_to("b", Bytevector(b"\xff\x00"))
    assert files.read_bytes_of("b") == Bytevector(b"\xff\x00")
    assert "file/read-bytes" in str(failure(lambda: files.read("b")).hint)
    with pytest.raises(LispError, match="expected bytevector, got string"):
        files.write_bytes_to("b", "text")


def test_lines_without_their_ends() -> None:
    files.write("l", "a\r\n\nb")
    assert list_items(files.read_lines("l")) == ["a", "", "b"]
    assert files.fold_lines("l", lambda so_far, line: [*so_far, line], []) == ["a", "", "b"]
    assert files.fold_lines_bytes("l", lambda _, line: line, None) == Bytevector(b"b")
    seen = []
    files.for_each_line("l", seen.append)
    assert seen == ["a", "", "b"]


def test_a_line_may_not_be_endless() -> None:
    files.write("ok", "x" * files.MAX_LINE_BYTES + "\r\n")
    assert files.fold_lines("ok", lambda n, line: n + len(line), 0) == files.MAX_LINE_BYTES
    files.write("long", "x" * (files.MAX_LINE_BYTES + 1))
    assert "longer than" in failure(lambda: files.for_each_line("long", len)).message


def test_globs_find_hidden_and_deep_files() -> None:
    files.make_directory("a/b")
    for path in ("a/1.md", "a/b/2.md", ".h.md"):
        files.write(path, "")
    assert list_items(files.glob("**/*.md")) == [".h.md", "a/1.md", "a/b/2.md"]
    assert list_items(files.glob("*.zip")) == []


def test_renaming_copying_deleting() -> None:
    files.write("one", "1")
    files.copy("one", "two")
    files.rename("two", "three")
    assert files.read("three") == "1"
    files.delete("three")
    assert sorted(os.listdir()) == ["one"]
    assert failure(lambda: files.rename("one", "no/x")).message.startswith("file/rename no/x")
    assert failure(lambda: files.rename("none", "x")).message.startswith("file/rename none")
