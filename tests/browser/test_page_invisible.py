"""What nobody would see is marked, wherever text of a program stands; and files are shown without harm."""

from __future__ import annotations

import pytest
from playground import Playground

pytestmark = pytest.mark.one_page

HIDDEN = [
    *(
        chr(code)
        for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x61C)
    ),
    *(chr(code) for code in (0x200B, 0x2060, 0xFEFF, 0xAD, 0x180E, 0x3164, 0xFFF9, 0x7F, 0x07)),
    *(chr(code) for code in (0xE0001, 0xE0041)),
]
# Joiners that make one picture of several, a variation selector, a flag made of tags, Persian.
HARMLESS = "👩\u200d👧 ❤\ufe0f 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f نمی\u200cخواهم"
MARKS = "each => [...each.querySelectorAll('.invisible')].map((mark) => mark.dataset.mark)"


def codes(text: str) -> list[str]:
    return [f"U+{ord(character):04X}" for character in text]


def test_each_is_marked_in_the_output_and_copied_as_it_is(playground: Playground) -> None:
    text = "x".join(HIDDEN) + HARMLESS
    result = playground.run('(println (file/read "t.txt"))', {"t.txt": list(text.encode())})
    assert result["output"] == [text]
    output = playground.part("output")
    assert output.evaluate(MARKS) == codes("".join(HIDDEN))
    assert text in playground.output()
    # A selection gives what was there, and what a mark says is not part of it.
    copied = output.evaluate(
        "each => { getSelection().selectAllChildren(each); return String(getSelection()) }"
    )
    assert "U+" not in copied
    assert text.split("\n")[0][-20:] in copied
    many = "\u202e" * 5000
    playground.run('(print (file/read "t.txt"))', {"t.txt": list(many.encode())})
    assert output.evaluate(MARKS) == ["U+202E U+202E U+202E +4997"]


def test_in_values_errors_files_and_the_editor(playground: Playground) -> None:
    page = playground.page
    program = '(file/write "a\u202egnp.txt" "x") (list "v\u2066")'
    playground.start(program)
    page.wait_for_selector(".value")
    assert page.locator(".value").evaluate(MARKS) == ["U+2066"]
    assert page.locator(".cm-content").evaluate(MARKS) == ["U+202E", "U+2066"]
    assert page.evaluate("playground.getCode()") == program
    name = page.locator(".file-name")
    assert name.evaluate(MARKS) == ["U+202E"]
    look = page.locator(".file-view")
    assert look.get_attribute("title") == "Open a⟨U+202E⟩gnp.txt"
    with page.expect_download() as download:
        page.get_by_role("button", name="Download a⟨U+202E⟩gnp.txt").click()
    assert download.value.suggested_filename == "agnp.txt"
    playground.start('(error "no\u202e" "way")')
    page.wait_for_selector(".error")
    assert set(page.locator(".error").evaluate(MARKS)) == {"U+202E"}


def test_what_it_does_to_the_order_ends_with_it(playground: Playground) -> None:
    """The letters behind an override stand to the right of it, as they do in the text."""
    playground.run('(println "ab\u202ecd")')
    places = playground.part("output").evaluate(
        """(each) => [...each.querySelectorAll('.out')].map((run) => run.getBoundingClientRect().x)"""
    )
    assert places == sorted(places)
    assert len(places) == 2


ACTIVE_SVG = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
 width="9" height="9" onload="parent.hacked = 1"><script>top.hacked = 1</script>
 <image xlink:href="http://stranger.example/seen.png" width="9" height="9"/>
 <foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" src="http://stranger.example/"/></foreignObject>
 </svg>"""
ACTIVE_HTML = (
    "<script>top.hacked = 1</script><img src='http://stranger.example/x' onerror='top.hacked = 1'>"
)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.svg", ACTIVE_SVG),
        ("a.html", ACTIVE_HTML),
        ("a.png", ACTIVE_HTML),
        ("a.pdf", "%PDF-1.7\n1 0 obj <</OpenAction <</S /URI /URI (http://stranger.example)>>>>"),
    ],
)
def test_a_file_that_is_looked_at_does_nothing(
    playground: Playground, name: str, content: str
) -> None:
    page = playground.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate(
        "([name, text]) => playground.writeFile(name, new TextEncoder().encode(text))",
        [name, content],
    )
    page.get_by_role("button", name=f"Look at {name}").click()
    page.wait_for_selector(".viewer")
    page.wait_for_timeout(300)
    assert page.evaluate("window.hacked ?? null") is None
    assert page.locator(".viewer iframe, .viewer object, .viewer embed, .viewer svg").count() == 0
    assert [url for url in asked if "stranger" in url] == []
    if name == "a.svg":
        # Opened in a tab of its own it would not be a page of this site.
        source = page.locator(".viewer img").get_attribute("src") or ""
        assert source.startswith("data:image/svg+xml;base64,")
