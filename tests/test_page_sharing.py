"""What Share makes and loads: links with all that may go along, what makes them long, files, QR codes, replays."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from page_modules import needs_node, run_page_modules

pytestmark = needs_node

LINKS = """
import { decodeLink, encodeLink, openLink } from "SRC/sharing/link.js";
const bytes = (text) => new TextEncoder().encode(text);
const listed = ({ files, recording, ...rest }) => ({
  ...rest,
  files: [...(files ?? [])].map(([name, data]) => [name, [...data]]),
  recording: recording && { ...recording, files: [...recording.files.keys()] },
});
"""


def test_a_link_carries_all_that_may_go_along() -> None:
    tape, bare = run_page_modules(
        LINKS,
        """
        const files = new Map([["data/a.csv", bytes("a,b\\n1,2\\n")], ["empty.txt", bytes("")]]);
        const all = { code: "(+ 1 2)", title: "Sums", about: "Adds “things” – 日本", model: "openai/gpt" };
        const settings = { default: "openai", providers: { openai: { base_url: "https://evil.example", model: "gpt", has_key: true } } };
        const recording = { tape: "{}\\n", settings, files: new Map([["b.txt", bytes("b")]]) };
        tell(listed(decodeLink(encodeLink({ ...all, files, recording }))));
        tell(listed(decodeLink(encodeLink(all))));
        """,
    )
    told = {
        "code": "(+ 1 2)",
        "title": "Sums",
        "about": "Adds “things” – 日本",
        "model": "openai/gpt",
    }
    assert bare == {**told, "files": []}
    assert {name: tape[name] for name in told} == told
    assert tape["files"] == [
        ["b.txt", [98]],
        ["data/a.csv", list(b"a,b\n1,2\n")],
        ["empty.txt", []],
    ]
    assert tape["recording"]["files"] == ["b.txt", "data/a.csv", "empty.txt"]
    # Where a link wants requests to go is nobody's business but the visitor's.
    assert "evil" not in str(tape)


def test_links_of_earlier_formats_stay_as_they_were() -> None:
    starts = run_page_modules(
        LINKS,
        """
        const recording = { tape: "", settings: { default: null, providers: {} }, files: new Map() };
        tell(encodeLink({ code: "x", title: "t" }).slice(0, 3));
        tell(encodeLink({ code: "x", files: new Map() }).slice(0, 3));
        tell(encodeLink({ code: "x", recording }).slice(0, 3));
        tell(encodeLink({ code: "x", about: "a" }).slice(0, 3));
        """,
    )
    assert starts == ["v1=", "v1=", "v2=", "v3="]


def test_what_a_stranger_puts_into_a_link_is_read_with_care() -> None:
    told = run_page_modules(
        LINKS + 'import { deflateSync } from "fflate";\n',
        """
        const pack = (header, rest = "") =>
          "#v3=" + Buffer.from(deflateSync(bytes(JSON.stringify(header) + "\\n" + rest))).toString("base64url");
        const bad = [
          pack({ code: 7 }),
          pack({ code: "x", files: [["../up", 1]] }, "a"),
          pack({ code: "x", files: [["a", 99]] }, "a"),
          pack({ code: "x", files: [["a", -1]] }, "a"),
          pack({ code: "x", files: ["a"] }, "a"),
          pack({ code: "x", recording: { tape: 7 } }),
          "#v3=" + Buffer.from(deflateSync(bytes('{"code": "no end"}'))).toString("base64url"),
        ];
        for (const link of bad) tell("problem" in openLink(link));
        const odd = openLink(pack({ code: "x", title: 7, about: "a".repeat(5000), model: ["m"], files: "none" }));
        tell([odd.title ?? null, odd.about.length, odd.model ?? null, odd.files ?? null]);
        """,
    )
    assert told == [*[True] * 7, [None, 1000, None, None]]


CHOICE = """
import { describeFiles, describeLink, savings, sharedOf } from "SRC/panels/share/choice.js";
globalThis.location = { href: "https://play.example/" };
const noise = (size) => Uint8Array.from({ length: size }, (_, at) => (at * 7919 + (at >> 3) * 104729) % 251);
"""


def test_what_is_too_long_says_what_to_drop() -> None:
    short, saved, long, far, none = run_page_modules(
        CHOICE,
        """
        const files = new Map([["big.bin", noise(30_000)]]);
        const settings = { default: null, providers: {} };
        const tape = Array.from({ length: 4000 }, (_, at) => `{"n": ${at * 7919 % 10007}}`).join("\\n");
        const all = { code: "(+ 1 2)", about: "sums", files, recording: { tape, settings, files: new Map() } };
        tell(describeLink({ code: "x" }, "x".repeat(100)));
        tell(savings(all).map(([name]) => name));
        tell(describeLink(all, "x".repeat(90_000)));
        tell(describeLink(all, "x".repeat(1_200_000)));
        tell(describeLink({ code: "x" }, "x".repeat(1_200_000)));
        """,
    )
    assert short == "100 characters."
    assert sorted(each.split(" it ")[0] for each in saved) == [
        "Without the description",
        "Without the files",
        "Without the recording",
    ]
    assert long.startswith("90,000 characters. Some chat programs cut")
    assert saved[0].split(" {")[0] in long
    assert "more than browsers open (1,000,000)" in far
    assert " Without " in far
    assert none.endswith("Save the program as a file instead, or make it shorter.")


def test_only_files_that_the_program_names_go_along() -> None:
    names, *described = run_page_modules(
        CHOICE,
        """
        const files = new Map([["a.csv", noise(10)], ["deep/b.txt", noise(5)], ["other.txt", noise(5)]]);
        const draft = { text: '(file/read "a.csv") (file/read "deep/b.txt")' };
        const choice = { recording: false, files: true, model: false, title: " ", about: "" };
        tell([...sharedOf({ draft, files, recorded: null }, choice).files.keys()]);
        tell(describeFiles(files));
        tell(describeFiles(new Map()));
        tell(describeFiles(new Map([["big.bin", noise(1_000_001)]])));
        """,
    )
    assert names == ["a.csv", "deep/b.txt"]
    assert [each["isPossible"] for each in described] == [True, False, False]


def test_a_qr_code_says_what_the_link_says() -> None:
    """The path has a square for each dark one of the library's, and nothing where it is light."""
    size, count, path, fits = run_page_modules(
        'import { encode } from "uqr";\nimport { fitsCode, pathOf } from "SRC/panels/share/qr.js";',
        """
        const { data, size } = encode("https://play.example/#v1=abc", { ecc: "L", border: 4 });
        tell(size);
        tell(data.flat().filter(Boolean).length);
        tell(pathOf(data));
        tell([fitsCode("x".repeat(2953)), fitsCode("x".repeat(2954)), fitsCode("ä".repeat(1500))]);
        """,
    )
    assert path.count("M") == count
    assert path.startswith("M4 4h1v1h-1z")  # the corner pattern, inside the quiet zone
    assert size > 20
    assert fits == [True, False, False]


SAVING = """
import { fence, fileNameOf, markdownOf, outputOf } from "SRC/panels/share/saving.js";
import { replayPage, withoutLongPauses } from "SRC/panels/share/replay-page.js";
import { cutByTime } from "SRC/sharing/takes.js";
const items = [
  { kind: "stdout", text: "one\\n" },
  { kind: "stream", text: "two ```` <b>\\n" },
  { block: "value", text: "3" },
  { block: "echo", text: "(later)" },
  { block: "value", text: "99" },
];
const run = { items, takes: [[10, 4], [700, 9], [9000, 19]], calls: [] };
"""


def test_output_is_cut_where_it_came() -> None:
    pieces, gaps, names = run_page_modules(
        SAVING,
        """
        tell(outputOf(run));
        tell(withoutLongPauses([{ at: 10 }, { at: 700 }, { at: 9000 }, { at: 9100 }]).map(({ at }) => at));
        tell([fileNameOf("Grüße, Welt! / ../x"), fileNameOf(""), fileNameOf("///"), fileNameOf("a".repeat(99)).length]);
        """,
    )
    assert [(each["kind"], each["text"], each["at"]) for each in pieces] == [
        ("stdout", "one\n", 10),
        ("stream", "two `", 700),
        ("stream", "``` <b>\n", 9000),
        ("value", "⇒ 3\n", 9000),
    ]
    assert gaps == [10, 700, 3200, 3300]
    assert names == ["grüße-welt-x", "program", "program", 60]


def test_texts_without_times_are_whole() -> None:
    assert run_page_modules(
        SAVING,
        "tell(cutByTime([{ text: 'ab' }, { text: '' }, { text: 'c' }], []).map(({ text }) => text).join('|'));",
    ) == ["ab|c"]


def test_markdown_holds_whatever_stands_in_the_program() -> None:
    text, plain = run_page_modules(
        SAVING,
        """
        tell(markdownOf({ code: '(println "````")', title: "T", about: "A" }, run, "https://x.example/#v1=a"));
        tell(fence("x"));
        """,
    )
    assert text.startswith(
        '# T\n\nA\n\n`````lisp\n(println "````")\n`````\n\nOutput:\n\n`````text\n'
    )
    assert text.endswith("⇒ 3\n`````\n\n[Open it in Lispcore](https://x.example/#v1=a)\n")
    assert plain == "```\nx\n```\n"


class Tags(HTMLParser):
    """Notes the elements of a page, and what its styles and policy say."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: Any) -> None:
        self.found.append((tag, dict(attributes)))


def test_a_replay_is_inert_and_shows_everything() -> None:
    (page,) = run_page_modules(
        SAVING,
        """
        const evil = '<img src=x onerror=alert(1)><script>alert(1)</scr' + 'ipt>"';
        const program = [{ text: "(println ", classes: "" }, { text: evil, classes: "tok-string" }];
        const answers = [{ who: evil, asked: evil, text: evil }];
        const output = outputOf({ ...run, items: [{ kind: 'x" onclick="alert(1)', text: evil }, ...items] });
        tell(replayPage({ title: evil, about: evil, link: 'https://x.example/#"><b>', program, output, answers }));
        """,
    )
    tags = Tags(page).found
    assert {tag for tag, _ in tags} == set(
        "html meta title style h1 p a h2 pre span input label dl dt dd".split()
    )
    names = {name for _, attributes in tags for name in attributes}
    assert not [name for name in names if name.startswith("on")]
    policy = next(each["content"] for _, each in tags if "http-equiv" in each)
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'")
    delays = [each["style"] for tag, each in tags if tag == "span" and each.get("style")]
    assert "--at:700ms" in delays


SOURCES = """
import { SourceError, loadProgram, readSource, wantedSource } from "SRC/sharing/sources.js";
const reading = (text) => {
  try { const { address, isGist } = readSource(text); return [address, isGist]; }
  catch (error) { if (error instanceof SourceError) return error.message.slice(0, 20); throw error; }
};
const load = (text, fetching) => loadProgram(readSource(text), fetching).catch((error) => {
  if (error instanceof SourceError) return `! ${error.message}`;
  throw error;
});
"""
GIST = "0123456789abcdef0123"


def test_addresses_that_are_loaded() -> None:
    asked = {
        "https://example.org/a.lisp#top": ["https://example.org/a.lisp", False],
        "http://localhost:8000/a.lisp": ["http://localhost:8000/a.lisp", False],
        GIST: [f"https://api.github.com/gists/{GIST}", True],
        f"somebody/{GIST}": [f"https://api.github.com/gists/{GIST}", True],
        f" https://gist.github.com/somebody/{GIST}#file-a ": [
            f"https://api.github.com/gists/{GIST}",
            True,
        ],
        "https://github.com/a/b/blob/main/deep/x.lisp": [
            "https://raw.githubusercontent.com/a/b/main/deep/x.lisp",
            False,
        ],
    }
    told = run_page_modules(SOURCES, f"for (const each of {list(asked)!r}) tell(reading(each));")
    assert told == list(asked.values())


def test_addresses_that_are_refused() -> None:
    bad = ["", "a.lisp", "http://example.org/a", "file:///etc/passwd", "javascript:alert(1)"]
    bad += [
        "data:text/plain,(+ 1 2)",
        "https://me:secret@example.org/a",
        "http://127.0.0.1.evil.org/",
    ]
    told = run_page_modules(SOURCES, f"for (const each of {bad!r}) tell(reading(each));")
    assert [type(each) for each in told] == [str] * len(bad)
    wanted = run_page_modules(
        SOURCES,
        "for (const each of ['?url=https%3A%2F%2Fa.org%2Fb', '?gist=ab', '?x=1', '']) tell(wantedSource(each));",
    )
    assert wanted == ["https://a.org/b", "ab", None, None]


def test_what_is_loaded_and_why_not() -> None:
    """Answers of a server, made by hand: the page's own fetch is in the browser's test."""
    body = r"""
    const answers = {
      "https://a.org/good": () => new Response("\ufeff(+ 1 2)\r\n"),
      "https://a.org/none": () => new Response("", { status: 404 }),
      "https://a.org/angry": () => new Response("", { status: 500 }),
      "https://a.org/html": () => new Response("  <!DOCTYPE html><p>no"),
      "https://a.org/large": () => new Response("x".repeat(2_000_001)),
      "https://a.org/binary": () => new Response(Uint8Array.of(0xff, 0xfe, 0x00)),
      "https://a.org/empty": () => new Response(" \n"),
      "https://a.org/cors": () => { throw new TypeError("Failed to fetch"); },
      "https://a.org/slow": () => { throw new DOMException("late", "TimeoutError"); },
    };
    const options = [];
    const fetching = async (address, how) => { options.push(how.credentials); return answers[address](); };
    for (const address of Object.keys(answers)) tell(await load(address, fetching));
    const gist = (files) => async (address) =>
      address.includes("/gists/") ? new Response(typeof files === "string" ? files : JSON.stringify({ files })) : new Response("whole");
    const id = "0123456789abcdef0123";
    const readme = { filename: "README.md", content: "read me" };
    tell(await load(id, gist({ a: readme, b: { filename: "b.lisp", content: "(b)" } })));
    tell(await load(id, gist({ a: readme })));
    tell(await load(id, gist({ b: { filename: "b.lisp", content: "(b", truncated: true, raw_url: "https://a.org/raw" } })));
    tell(await load(id, gist({ b: { filename: "b.lisp", content: "(b", truncated: true, raw_url: "http://evil.org/raw" } })));
    tell(await load(id, gist({})));
    tell(await load(id, gist("no json")));
    tell([...new Set(options)]);
    """
    told = run_page_modules(SOURCES, body)
    assert told[0] == "(+ 1 2)\n"
    words = ["404", "500", "web page", "larger", "no text", "empty", "(CORS)", "20 seconds"]
    for answer, word in zip(told[1:9], words, strict=True):
        assert answer.startswith("! ")
        assert word in answer
    assert told[9:12] == ["(b)", "read me", "whole"]
    assert [each[:2] for each in told[12:15]] == ["! "] * 3
    assert told[15] == ["omit"]
