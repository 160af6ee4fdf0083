"""`lispcore share`, and links as the page makes and opens them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lispcore.__main__ import main
from lispcore.library.packages.links import LinkError, Shared, decode_link, encode_link, is_plain
from page_modules import needs_node, run_page_modules

EVERYTHING = Shared(
    '(println "ünï 🦊")\n',
    title="Titel – 日本",
    about="What it does.",
    model="openai/some",
    files={"data/a.csv": b"a,b\n\x00\xff", "empty": b""},
    tape='{"kind": "complete"}\n',
)
SHARED = [Shared("(+ 1 2)"), Shared("", title="t"), Shared("x", files={"f": b"1"}), EVERYTHING]


@pytest.mark.parametrize("shared", SHARED, ids=["bare", "title", "file", "all"])
def test_what_goes_in_comes_out(shared: Shared) -> None:
    link = encode_link(shared)
    for each in (
        link,
        f"#{link}",
        f"https://play.example/x/?y=1#{link}",
        f"#{link[:9]}\n{link[9:]}",
    ):
        opened = decode_link(each)
        opened.settings = shared.settings
        assert opened == shared


@needs_node
def test_the_page_opens_what_is_made_here_and_the_other_way_round() -> None:
    made = json.dumps([encode_link(each) for each in SHARED])
    told = run_page_modules(
        'import { decodeLink, encodeLink } from "SRC/sharing/link.js";',
        f"""
        for (const link of {made}) {{
          const shared = decodeLink(link);
          tell([shared.code, shared.title ?? "", shared.recording?.tape ?? null, encodeLink(shared)]);
        }}
        const settings = {{ default: "demo", providers: {{}} }};
        const files = new Map([["a.txt", new TextEncoder().encode("abc")]]);
        tell(encodeLink({{ code: "(old)", recording: {{ tape: "{{}}\\n", settings, files }} }}));
        """,
    )
    for shared, (code, title, tape, link) in zip(SHARED, told[:-1], strict=True):
        assert (code, title, tape) == (shared.code, shared.title, shared.tape)
        opened = decode_link(link)
        assert opened.files == shared.files
        assert (opened.about, opened.model) == (shared.about, shared.model)
    assert told[-1].startswith("v2=")
    old = decode_link(told[-1])
    assert (old.code, old.tape, old.files) == ("(old)", "{}\n", {"a.txt": b"abc"})
    assert old.settings == {"default": "demo", "providers": {}}


def test_bad_links_are_explained() -> None:
    good = encode_link(EVERYTHING)
    up = encode_link(Shared("x", files={"ok": b"1"})).removeprefix("v3=")
    bad = {
        "": "no program",
        "https://example.org/": "no program",
        "#v1=": "lost on the way",
        "#v1=%%%": "damaged",
        f"#{good[:-8]}": "incomplete",
        f"#{good[:-9]}": "incomplete",
        "#v9=abc": "newer version",
        f"#v1={up}": "damaged",
        encode_link(Shared("x", files={"../up": b"1"})): "name cannot be",
        encode_link(Shared("x" * 12_000_001)): "too large",
    }
    for link, words in bad.items():
        with pytest.raises(LinkError) as problem:
            decode_link(link)
        assert words in str(problem.value), link[:40]


@pytest.mark.parametrize(
    ("name", "fits"),
    [
        ("a.txt", True), ("deep/er/ä b.txt", True), ("", False), ("/etc/passwd", False),
        ("../a", False), ("a/../b", False), ("a//b", False), ("a\\b", False), ("c:x", False),
        ("a\0b", False), ("a\nb", False), (".", False), ("x" * 256, False),
    ],
)  # fmt: skip
def test_names_of_files(name: str, fits: bool) -> None:
    assert is_plain(name) is fits


def test_a_link_from_a_file_and_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LISPCORE_PAGE", raising=False)
    program = tmp_path / "program.lisp"
    program.write_text('(file/read "data.txt")\n')
    (tmp_path / "data.txt").write_text("seven")
    assert main(["share", str(program)]) == 0
    plain = capsys.readouterr().out.strip()
    assert plain.startswith("http://127.0.0.1:8000/#v1=")
    assert main(["share", plain]) == 0
    assert capsys.readouterr().out == '(file/read "data.txt")\n'

    options = ["--page", "https://play.example/#old", "--title=T", "--file", "data.txt"]
    assert main(["share", str(program), *options]) == 0
    link = capsys.readouterr().out.strip()
    assert link.startswith("https://play.example/#v3=")
    assert main(["share", link]) == 0
    assert "data.txt" in capsys.readouterr().err
    out = tmp_path / "out"
    assert main(["share", link, "--out", str(out)]) == 0
    assert (out / "data.txt").read_text() == "seven"
    assert (out / "program.lisp").read_text() == program.read_text()
    # What is there stays.
    (out / "data.txt").write_text("mine")
    assert main(["share", link, "--out", str(out)]) == 2
    assert (out / "data.txt").read_text() == "mine"
    capsys.readouterr()

    monkeypatch.setenv("LISPCORE_PAGE", "https://mine.example/")
    assert main(["share", str(program)]) == 0
    assert capsys.readouterr().out.startswith("https://mine.example/#v1=")


@pytest.mark.parametrize(
    "words",
    [
        [], ["a", "b"], ["--what", "a"], ["a", "--title"], ["no-such-file.lisp"], ["#v1=AAAA"],
        ["README.md", "--file", "../x"], ["README.md", "--file", "nowhere.txt"],
        ["README.md", "--tape", "nowhere.jsonl"],
    ],
)  # fmt: skip
def test_what_cannot_be_shared_is_said(
    words: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(Path(__file__).parent.parent)
    assert main(["share", *words]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err
