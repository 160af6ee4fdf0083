"""Archives: nothing is written outside the directory, and bombs are refused."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile

import pytest

from lispcore.library.files import archive, unpacking
from lispcore.values.errors import LispError
from lispcore.values.types import Bytevector, list_from, list_items


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_gzip_of_several_members_and_of_nonsense() -> None:
    data = gzip.compress(b"one ") + gzip.compress(b"two")
    assert archive.decompress(Bytevector(data)) == Bytevector(b"one two")
    for broken in (b"", b"abc", data[:-5]):
        with pytest.raises(LispError, match="gzip/decompress"):
            archive.decompress(Bytevector(broken))


def test_a_gzip_bomb_is_refused(monkeypatch) -> None:
    monkeypatch.setattr(unpacking, "MAX_TEXT_LENGTH", 10_000)
    with pytest.raises(LispError, match="larger than 10000"):
        archive.decompress(Bytevector(gzip.compress(b"0" * 1_000_000)))


@pytest.mark.parametrize("make", ["zip", "tar"])
def test_round_trip(folder, make: str) -> None:
    (folder / "a.txt").write_text("A")
    (folder / "sub").mkdir()
    (folder / "sub" / "b.txt").write_text("B")
    names = list_from(["a.txt", "sub/b.txt"])
    if make == "zip":
        assert archive.create_zip("x.zip", names) == 2
        assert list_items(archive.list_zip("x.zip")) == ["a.txt", "b.txt"]
        assert archive.extract_zip("x.zip", "out") == 2
    else:
        assert archive.create_tar("x.tar.gz", names) == 2
        assert (folder / "x.tar.gz").read_bytes()[:2] == b"\x1f\x8b"
        assert archive.extract_tar("x.tar.gz", "out") == 2
    assert (folder / "out" / "b.txt").read_text() == "B"


EVIL = ["../evil.txt", "/evil.txt", "a/../../evil.txt", "..\\evil.txt", "c:/evil.txt"]


def test_zip_entries_that_point_outside_are_left_out(folder) -> None:
    with zipfile.ZipFile("e.zip", "w") as file:
        for name in [*EVIL, "good.txt"]:
            file.writestr(name, "x")
    assert archive.extract_zip("e.zip", "in/out") == 1
    assert [p.name for p in folder.rglob("*.txt")] == ["good.txt"]


def test_tar_links_and_entries_that_point_outside_are_left_out(folder) -> None:
    with tarfile.open("e.tar", "w") as file:
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, ".."
        file.addfile(link)
        for name in [*EVIL, "link/through.txt", "good.txt"]:
            entry = tarfile.TarInfo(name)
            entry.size = 1
            file.addfile(entry, io.BytesIO(b"x"))
    archive.extract_tar("e.tar", "in/out")
    assert sorted(str(p.relative_to(folder)) for p in folder.rglob("*.txt")) == [
        "in/out/good.txt",
        "in/out/link/through.txt",
    ]


def test_missing_and_broken_archives(folder) -> None:
    (folder / "junk").write_bytes(b"junk")
    for call in (archive.list_zip, lambda p: archive.extract_zip(p, "o")):
        with pytest.raises(LispError, match="not a ZIP archive"):
            call("junk")
        with pytest.raises(LispError, match="no such file"):
            call("none")
    with pytest.raises(LispError, match="not a tar archive"):
        archive.extract_tar("junk", "o")
    with pytest.raises(LispError, match="no such file"):
        archive.create_zip("z", list_from(["none"]))
