"""Zip files and tables among the visitor's files (web/src/panels/files/). Run by Node.js."""

from __future__ import annotations

import base64
import io
import struct
import zipfile
from typing import Any

from page_modules import needs_node, run_page_modules

pytestmark = needs_node

HEAD = """
import { listArchive, pack, unpack } from "SRC/panels/files/archive.js";
import { describeUnpacked } from "SRC/panels/files/unzipping.js";
import { readTable } from "SRC/panels/files/table-file.js";
const bytes = (text) => new TextEncoder().encode(text);
const decode = (text) => new Uint8Array(Buffer.from(text, "base64"));
const attempt = async (act) => { try { return await act(); } catch (error) { return `${error.constructor.name}: ${error.message}`; } };
const texts = ({ files, ...rest }) => ({ files: files.map(([path, content]) => [path, new TextDecoder().decode(content)]), ...rest });
"""


def run(body: str) -> Any:
    """Runs statements that call `tell`; returns what they told."""
    return run_page_modules(HEAD, body)


def zipped(files: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def literal(data: bytes) -> str:
    return f'decode("{base64.b64encode(data).decode()}")'


class Pipe(io.RawIOBase):
    """Takes bytes and cannot go back: so a zip file is written with the sizes behind the contents."""

    def __init__(self) -> None:
        super().__init__()
        self.data = b""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.data += bytes(data)
        return len(data)


def test_what_a_zip_file_holds_is_listed_and_unpacked() -> None:
    files = {"a.txt": b"one", "folder/b.txt": b"two" * 5000, "folder/": b"", "empty": b""}
    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    expected = [["a.txt", "one"], ["folder/b.txt", "two" * 5000], ["empty", ""]]
    for data in (
        zipped(files),
        zipped(files, zipfile.ZIP_STORED),
        pipe.data,
        b"MZ junk" + zipped(files),
    ):
        listed, unpacked = run(f"""
            const data = {literal(data)};
            tell(await attempt(() => listArchive(data).files.map(({{ path, size }}) => [path, size])));
            tell(texts(await unpack(data)));
        """)
        if not data.startswith(b"MZ"):
            assert listed == [["a.txt", 3], ["folder/b.txt", 15000], ["empty", 0]]
        assert unpacked == {"files": expected, "broken": [], "left": 0}


def test_paths_lead_nowhere_else_and_hidden_files_stay_out() -> None:
    names = ["../../up.txt", "/root.txt", "C:\\\\win\\\\x.txt", "a/../b.txt", ".sema/cache", "src/.git/config", "__MACOSX/._a", "..", "é\u202e.txt"]  # fmt: skip
    told = run(f"""
        const data = {literal(zipped(dict.fromkeys(names, b"x")))};
        const {{ files, left }} = await unpack(data);
        tell([files.map(([path]) => path), left]);
        tell([listArchive(data).files.map(({{ path }}) => path), listArchive(data).left]);
    """)
    paths = ["up.txt", "root.txt", "C:/win/x.txt", "a/b.txt", "é.txt"]
    assert told == [[paths, 4], [paths, 4]]


def test_a_zip_file_that_would_not_fit_is_refused() -> None:
    bomb = zipped({"bomb": bytes(3_000_000), "other": b"x"})
    many = zipped({f"f{at}": b"" for at in range(2001)})
    lying = bytearray(bomb)
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", lying, lying.index(mark) + place, 5)
    told = run(f"""
        tell(await attempt(() => unpack({literal(bomb)}, {{ files: 10, bytes: 1_000_000 }})));
        tell(await attempt(() => unpack({literal(bytes(lying))}, {{ files: 10, bytes: 1_000_000 }})));
        tell(await attempt(() => listArchive({literal(many)})));
        tell(await attempt(() => unpack({literal(many)})));
    """)
    too_large = "ArchiveError: Unpacked it would need more than 512 MB."
    too_many = "ArchiveError: It holds more than 2000 files."
    assert told == [too_large, too_large, too_many, too_many]


def test_what_is_damaged_is_said() -> None:
    whole = zipped({"a.txt": bytes(range(256)) * 3, "b.txt": b"two"})
    bad = bytearray(whole)
    bad[35:60] = b"\xff" * 25  # the contents of a.txt
    told = run(f"""
        for (const data of [bytes("no zip"), bytes(""), {literal(whole[:-40])}]) tell(await attempt(() => listArchive(data)));
        tell(texts(await unpack({literal(bytes(bad))})));
        tell(await attempt(() => unpack({literal(whole[:50])})));
    """)
    broken = "ArchiveError: It is damaged, or no zip file."
    assert told[:3] == [broken] * 3
    assert told[3] == {"files": [["b.txt", "two"]], "broken": ["a.txt"], "left": 0}
    assert told[4] == broken


def test_what_was_packed_is_a_zip_file_for_everybody() -> None:
    [data] = run("""
        const blob = await pack([["a.txt", bytes("one")], ["é/b.png", new Uint8Array(300_000).fill(7)], ["empty", bytes("")]]);
        tell(Buffer.from(await blob.arrayBuffer()).toString("base64"));
    """)
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(data))) as archive:
        assert archive.testzip() is None
        found = {name: archive.read(name) for name in archive.namelist()}
    assert found == {"a.txt": b"one", "é/b.png": b"\x07" * 300_000, "empty": b""}


def test_it_is_said_what_was_unpacked() -> None:
    assert run("""
        const file = (given, name = given) => ({ given, name });
        tell(describeUnpacked("a.zip", [file("x")], { broken: [], left: 0 }));
        tell(describeUnpacked("a.zip", [file("x", "x-2"), file("y")], { broken: ["z"], left: 3 }));
        tell(describeUnpacked("a.zip", [file("x", "x-2"), file("y", "y-2")], { broken: ["z", "w"], left: 0 }));
    """) == [
        "1 file was unpacked from a.zip",
        "2 files were unpacked from a.zip. The name x is taken: it is x-2 now. "
        "z could not be read: it is encrypted or damaged. Hidden files were left out: 3",
        "2 files were unpacked from a.zip. 2 names are taken, so these files got a number. "
        "2 could not be read: they are encrypted or damaged",
    ]


def test_tables_are_read_as_people_write_them() -> None:
    told = run("""
        const table = (name, text) => { const { columns, rows, more } = readTable(name, bytes(text)); return [columns.map(({ name, number }) => [name, number]), rows, more]; };
        tell(table("a.csv", 'name,"a, b"\\r\\nAda,1\\r\\n"Li ""x""\\nne",-2.5e3\\r\\n'));
        tell(table("a.csv", "\\ufeffort;preis\\nUlm;3,50\\n\\nBern;4\\n"));
        tell(table("a.tsv", "a,b\\tc\\n1\\t2\\t3\\n"));
        tell(table("a.csv", ""));
        tell(table("a.csv", "only\\n1\\n2\\n"));
        const large = "n\\n" + "1234567\\n".repeat(400_000);
        const { rows, more } = readTable("a.csv", bytes(large));
        tell([rows.length, rows.length + more]);
    """)
    assert told[:5] == [
        [[["name", False], ["a, b", True]], [["Ada", "1"], ['Li "x"\nne', "-2.5e3"]], 0],
        [[["ort", False], ["preis", False]], [["Ulm", "3,50"], ["Bern", "4"]], 0],
        [[["a,b", True], ["c", True], ["", True]], [["1", "2", "3"]], 0],
        [[], [], 0],
        [[["only", True]], [["1"], ["2"]], 0],
    ]
    assert told[5] == [20_000, 400_000]
