"""Keys taken out of what servers send (web/src/models/scrubber.js). Run by Node.js."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote

from browserless import run_page
from page_modules import needs_node

pytestmark = needs_node

MODULE = {"models/scrubber.js": "createScrubber"}
KEY = "sk-ant-api03-AbC/+x_9-zzQ&Q7="
OTHER = "test-key-1234"


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


ECHOES = {
    "raw": KEY,
    "in a header": f"Authorization: Bearer {KEY}",
    "in an address": quote(KEY, safe=""),
    "in an address, lower case": quote(KEY, safe="").replace("%2F", "%2f").replace("%3D", "%3d"),
    "in an address, twice": quote(quote(KEY, safe=""), safe=""),
    "all percent": "".join(f"%{ord(c):02X}" for c in KEY),
    "in JSON": json.dumps(KEY),
    "in JSON with slashes": json.dumps(KEY).replace("/", "\\/"),
    "in JSON, all escaped": "".join(f"\\u{ord(c):04x}" for c in KEY),
    "JSON in JSON": json.dumps("".join(f"\\u{ord(c):04x}" for c in KEY)),
    "in HTML": KEY.replace("&", "&amp;"),
    "in HTML, by numbers": "".join(f"&#{ord(c)};" for c in KEY),
    "base64": b64(KEY),
    "base64 behind one letter": b64("x" + KEY),
    "base64 behind a name": b64("user:" + KEY),
    "base64 in a text": b64(f"Bearer {KEY} and more"),
    "base64 for addresses": base64.urlsafe_b64encode(KEY.encode()).decode(),
    "hexadecimal": KEY.encode().hex(),
    "hexadecimal, upper case": KEY.encode().hex().upper(),
    "the other key": OTHER,
    "both": f"{KEY} {OTHER}{KEY}",
}


def pieces_of_key(text: str) -> list[str]:
    """Returns what must not be left: pieces of the spellings that say something of the key."""
    spelled = [KEY[4:14], OTHER, b64(KEY)[4:16], KEY.encode().hex()[8:24]]
    return [each for each in spelled if each.lower() in text.lower()]


def test_a_key_is_found_in_every_spelling_wherever_it_is_cut() -> None:
    texts = {name: f"before {echo} after" for name, echo in ECHOES.items()}
    [results] = run_page(
        MODULE,
        f"""
        const scrubber = createScrubber([{json.dumps(KEY)}, {json.dumps(OTHER)}]);
        const results = {{}};
        for (const [name, text] of Object.entries({json.dumps(texts)})) {{
          const data = bytes(text);
          const clean = scrubber.text(text);
          const read = (cuts) => {{
            const stream = scrubber.stream();
            const parts = cuts.map((to, at) => stream.feed(data.subarray(cuts[at - 1] ?? 0, to)));
            return [...parts, stream.end()].map(words).join("");
          }};
          const cuts = Array.from({{ length: data.length }}, (_, at) => at);
          const differing = cuts.filter((at) => read([at, data.length]) !== clean);
          if (read([...cuts, data.length]) !== clean) differing.push("byte by byte");
          results[name] = [clean, differing];
        }}
        tell(results);
        """,
    )
    assert set(results) == set(ECHOES)
    for name, (clean, differing) in results.items():
        assert clean.startswith("before "), name
        assert clean.endswith(" after"), name
        assert "[key]" in clean, name
        assert pieces_of_key(clean) == [], name
        assert differing == [], name


def test_a_stream_waits_only_for_what_may_be_a_key() -> None:
    assert run_page(
        MODULE,
        """
        const stream = createScrubber(["secret-key-0123"]).stream();
        for (const text of ["data: Hello s\\n\\n", "data: secret", "-key-0", "000", "sec"]) tell(words(stream.feed(bytes(text))));
        tell(words(stream.end()));
        """,
    ) == ["data: Hello s\n\n", "data: ", "", "secret-key-0000", "", "sec"]


def test_ordinary_bytes_pass_unchanged_and_quickly() -> None:
    [same, milliseconds] = run_page(
        MODULE,
        f"""
        const data = new Uint8Array(8_000_000).map((_, at) => (at * 7919) % 256);
        const stream = createScrubber([{json.dumps(KEY)}]).stream();
        const start = performance.now();
        const [first, rest] = [stream.feed(data), stream.end()];
        const clean = new Uint8Array([...first.subarray(-1000), ...rest]);
        tell(first.length + rest.length === data.length && words(clean) === words(data.subarray(-clean.length)));
        tell(performance.now() - start);
        """,
    )
    assert same
    assert milliseconds < 5000


def test_words_that_stand_for_no_key_are_no_secrets() -> None:
    text = "no key, ☃ \\u0041 %41"
    assert run_page(
        MODULE,
        f"""
        tell(createScrubber(["x", ""]).text({json.dumps(text)}));
        tell(createScrubber([]).find("anything"));
        tell(createScrubber(["needle-0001"]).find("a needle-0001"));
        """,
    ) == [text, -1, 2]
