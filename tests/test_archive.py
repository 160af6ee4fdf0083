"""Archives: nothing is written outside the directory, and bombs are refused."""

from __future__ import annotations

import gzip
import io
import random
import tarfile
import tracemalloc
import zipfile

import pytest

from fake_host import FakeHost
from lispcore import Interpreter
from lispcore.library.files import archive, unpacking
from lispcore.values.errors import LispError, Stopped
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


# --- all or nothing ------------------------------------------------------------------------------


def _tree(folder) -> dict[str, bytes]:
    return {
        str(each.relative_to(folder)): each.read_bytes() if each.is_file() else b""
        for each in sorted(folder.rglob("*"))
    }


def _damaged_zip(path) -> None:
    """Writes an archive whose last entry is not what its checksum says."""
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("old.txt", "new")
        file.writestr("deep/first.txt", "one")
        file.writestr("last.txt", "the last one")
    data = path.read_bytes()
    path.write_bytes(data.replace(b"the last one", b"the lost one"))


def _damaged_tar(path) -> None:
    with tarfile.open(path, "w:gz") as file:
        for name in ("old.txt", "deep/first.txt", "last.txt"):
            entry = tarfile.TarInfo(name)
            entry.size = 50_000
            file.addfile(entry, io.BytesIO(random.Random(name).randbytes(50_000)))
    path.write_bytes(path.read_bytes()[:-20_000])


@pytest.mark.parametrize(
    ("make", "extract"),
    [(_damaged_zip, archive.extract_zip), (_damaged_tar, archive.extract_tar)],
)
@pytest.mark.parametrize("target", ["out", "not/there/yet"])
def test_a_damaged_archive_leaves_nothing_behind(folder, make, extract, target: str) -> None:
    (folder / "out").mkdir()
    (folder / "out" / "old.txt").write_text("old")
    make(folder / "a")
    before = _tree(folder)
    with pytest.raises(LispError, match="damaged"):
        extract("a", target)
    assert _tree(folder) == before


@pytest.mark.parametrize("name", ["a.zip", "a.tgz"])
def test_an_archive_is_made_whole_or_not_at_all(folder, name: str) -> None:
    create = archive.create_zip if name.endswith("zip") else archive.create_tar
    (folder / "one.txt").write_text("1")
    (folder / "two.txt").write_text("2")
    create(name, list_from(["one.txt"]))
    before = _tree(folder)
    (folder / "locked").symlink_to("locked")  # it cannot be opened, whoever asks
    lisp = Interpreter(FakeHost())
    with pytest.raises(LispError):
        create(name, list_from(["one.txt", "locked"]))
    lisp.host.stop_at = 2
    form = (
        f'({"zip" if name.endswith("zip") else "tar"}/create "{name}" (list "one.txt" "two.txt"))'
    )
    with pytest.raises(Stopped):
        lisp.eval(form)
    (folder / "locked").unlink()
    assert _tree(folder) == before
    create(name, list_from(["one.txt", name]))  # one that holds its own former self
    extract = archive.extract_zip if name.endswith("zip") else archive.extract_tar
    assert extract(name, "out") == 2
    assert (folder / "out" / name).read_bytes() == before[name]


def test_what_cannot_be_moved_takes_the_rest_back(folder) -> None:
    (folder / "out" / "last").mkdir(parents=True)
    (folder / "out" / "old.txt").write_text("old")
    with zipfile.ZipFile("a.zip", "w") as file:
        for name in ("old.txt", "new/one.txt", "last"):
            file.writestr(name, "new")
    before = _tree(folder)
    with pytest.raises(LispError, match="last: it is a directory"):
        archive.extract_zip("a.zip", "out")
    assert _tree(folder) == before


def test_an_entry_below_a_file_or_a_link_is_refused(folder) -> None:
    with zipfile.ZipFile("a.zip", "w") as file:
        file.writestr("a", "file")
        file.writestr("a/b", "below it")
    with pytest.raises(LispError):
        archive.extract_zip("a.zip", "out")
    assert not (folder / "out").exists()
    (folder / "outside").mkdir()
    (folder / "in").mkdir()
    (folder / "in" / "link").symlink_to(folder / "outside")
    with zipfile.ZipFile("b.zip", "w") as file:
        file.writestr("one.txt", "x")
        file.writestr("link/evil.txt", "x")
    with pytest.raises(LispError, match="outside of the folder"):
        archive.extract_zip("b.zip", "in")
    assert list((folder / "outside").iterdir()) == []
    assert not (folder / "in" / "one.txt").exists()


def test_zip_links_are_left_out(folder) -> None:
    with zipfile.ZipFile("a.zip", "w") as file:
        link = zipfile.ZipInfo("link")
        link.external_attr = 0o120777 << 16
        file.writestr(link, "..")
        file.writestr("link/below.txt", "x")
    assert archive.extract_zip("a.zip", "in/out") == 1
    assert (folder / "in/out/link/below.txt").read_text() == "x"
    assert not (folder / "in/out/link").is_symlink()


def test_stop_is_heard_and_leaves_nothing(folder) -> None:
    with zipfile.ZipFile("a.zip", "w") as file:
        for number in range(50):
            file.writestr(f"d/{number}", "x" * 1000)
    before = _tree(folder)
    for stop_at in (1, 60, 90, 120, 150):
        host = FakeHost()
        lisp = Interpreter(host)
        lisp.eval("1")
        host.stop_at = host.checks + stop_at
        with pytest.raises(Stopped):
            lisp.eval('(zip/extract "a.zip" "out")')
        assert _tree(folder) == before, stop_at


# --- bombs ---------------------------------------------------------------------------------------


def _zip_bomb(path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for number in range(4):
            file.writestr(str(number), bytes(8_000_000))


def _lying_zip(path) -> None:
    """An archive that says that what it holds is small."""
    _zip_bomb(path)
    data = path.read_bytes()
    path.write_bytes(data.replace((8_000_000).to_bytes(4, "little"), (80).to_bytes(4, "little")))


def _tar_bomb(path) -> None:
    with tarfile.open(path, "w:gz") as file:
        entry = tarfile.TarInfo("big")
        entry.size = 30_000_000
        file.addfile(entry, io.BytesIO(bytes(entry.size)))


def _long_header(path) -> None:
    """A header that says that it is as long as a memory."""
    header = tarfile.TarInfo("x")
    header.type, header.size = tarfile.XHDTYPE, 3_000_000_000
    path.write_bytes(gzip.compress(header.tobuf() + bytes(40_000_000)))


def _sparse(path) -> None:
    """A file of holes: almost nothing in the archive, gigabytes on the disk."""
    entry = tarfile.TarInfo("holes")
    entry.pax_headers = {"GNU.sparse.map": "0,0", "GNU.sparse.size": str(4_000_000_000)}
    entry.pax_headers |= {"GNU.sparse.major": "0", "GNU.sparse.minor": "1"}
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as file:
        file.addfile(entry, io.BytesIO(b""))


@pytest.mark.parametrize(
    ("make", "extract"),
    [
        (_zip_bomb, archive.extract_zip),
        (_lying_zip, archive.extract_zip),
        (_tar_bomb, archive.extract_tar),
        (_long_header, archive.extract_tar),
        (_sparse, archive.extract_tar),
    ],
)
def test_bombs_are_refused_before_they_go_off(folder, make, extract) -> None:
    make(folder / "bomb")
    before = _tree(folder)
    tracemalloc.start()
    with pytest.raises(LispError, match=r"fill the memory|larger than|damaged"):
        extract("bomb", "out")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 60_000_000
    assert _tree(folder) == before


def test_no_archive_has_too_many_entries(monkeypatch) -> None:
    monkeypatch.setattr(unpacking, "MAX_ENTRIES", 5)
    with zipfile.ZipFile("a.zip", "w") as file, tarfile.open("a.tar", "w") as tar:
        for number in range(6):
            file.writestr(str(number), "")
            tar.addfile(tarfile.TarInfo(str(number)))
    for extract in (
        lambda: archive.extract_zip("a.zip", "o"),
        lambda: archive.extract_tar("a.tar", "o"),
    ):
        with pytest.raises(LispError, match="more than 5 entries"):
            extract()


def test_a_gzip_bomb_is_told_by_its_ratio() -> None:
    with pytest.raises(LispError, match="fill the memory"):
        archive.decompress(Bytevector(gzip.compress(bytes(40_000_000))))
    honest = random.Random(1).randbytes(1000) * 100
    assert archive.decompress(Bytevector(gzip.compress(honest))) == Bytevector(honest)
