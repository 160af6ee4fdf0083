"""What the output shows in another form than text: models' replies, tables, images, differences."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playground import Playground
from playwright.sync_api import expect

pytestmark = pytest.mark.one_page

AXE = Path(__file__).resolve().parents[2] / "web/node_modules/axe-core/axe.min.js"
AUDIT = "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"
THEMES = ["light", "dark", "contrast"]

REPLY = """# Title

Some *emphasis*, **bold** and `code`
in two lines, [a link](https://example.com/a?b=c).

- one
- two
  1. nested

| a | b |
|---|--:|
| 1 | 2 |

#### Deeper

```lisp
(define (f x) ; a comment
  (str "hi" x))
```

> said

---
the end"""

HOSTILE = """<script>window.stolen = 1</script> <img src=x onerror="window.stolen = 1">
<iframe src="https://evil.example/"></iframe>
[a](javascript:window.stolen=1) [b](data:text/html,<script>1</script>) [c](vbscript:1) [d](file:///etc/passwd)
![pixel](https://evil.example/pixel.png) ![d](data:image/svg+xml;base64,PHN2Zz48L3N2Zz4=)
<javascript:alert(1)> [e](JaVaScRiPt:alert(1)) [f](&#106;avascript:alert(1)) [blob](blob:https://a/b)
[g](/relative) [h](//evil.example/) [ok](https://good.example/ "title onmouseover=alert(1)")
\u202etxet desrever <a href="https://evil.example/" onclick="window.stolen = 1">tag</a>

<details open ontoggle="window.stolen = 1"><svg onload="window.stolen = 1">"""

# Lays a text in, in pieces of a size, rendering after each; returns what stands there then.
LAID = """async ([address, text, size]) => {
    const { createMarkdown } = await import(address);
    const box = document.createElement("div");
    const words = { text: (words) => words, countText: (one) => one };
    const tools = { ...words, highlightLisp: (text) => [{ text, style: "" }], linkTo: () => "#", copy() {} };
    const writer = createMarkdown(box, tools);
    for (let at = 0; at < text.length; at += size) {
        writer.append(text.slice(at, at + size));
        writer.render();
    }
    writer.end();
    return box.innerHTML;
}"""


def says(*replies: str) -> str:
    """Returns a program's first line: what its model will answer."""
    return f"(demo/script [{' '.join(json.dumps(reply) for reply in replies)}] {{:repeat #t}})\n"


def violations(playground: Playground) -> list[tuple[str, str, list[str]]]:
    """Returns what axe-core finds in each theme."""
    page = playground.page
    page.evaluate(AXE.read_text("utf-8"))
    found = []
    for theme in THEMES:
        page.evaluate("t => document.documentElement.setAttribute('data-theme', t)", theme)
        audit: list[dict[str, Any]] = page.evaluate(AUDIT)
        found += [(theme, each["id"], [n["html"][:150] for n in each["nodes"]]) for each in audit]
    return found


def test_a_reply_that_arrives_in_pieces_is_the_same_as_one_that_is_whole(
    playground: Playground, dist: Path
) -> None:
    [script] = dist.glob("assets/views-*.js")
    address = f"{playground.url}assets/{script.name}"
    texts = [REPLY, HOSTILE, "plain", "\n\n```py\nx = 1\n", "- a\n\n  b\n- c\n\n1. d", "a\n===\nb"]
    long_list = "".join(f"- item **{number}**\n" for number in range(2_000))
    for text in [*texts, long_list]:
        whole = playground.page.evaluate(LAID, [address, text, len(text)])
        pieces = [1, 7] if len(text) < 2_000 else [300]
        for size in pieces:
            assert playground.page.evaluate(LAID, [address, text, size]) == whole, (text, size)


def test_replies_are_markdown_and_nothing_in_them_acts(playground: Playground) -> None:
    page = playground.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    program = says(REPLY, HOSTILE) + (
        '(println "*literal*") (println (llm/complete "a")) (llm/stream "b") (ui/markdown "**own**") nil'
    )
    result = playground.run(program)
    assert result["error"] is None
    assert result["output"][:2] == ["*literal*", "# Title"]
    replies = page.locator(".reply")
    expect(replies).to_have_count(3)
    expect(replies.nth(0).locator("h3")).to_have_text("Title")
    expect(replies.nth(0).locator("h4")).to_have_text("Deeper")
    expect(replies.nth(0).locator("table tbody td")).to_have_text(["1", "2"])
    expect(replies.nth(0).locator(".tok-keyword")).to_have_text("define")
    expect(replies.nth(2).locator("strong")).to_have_text("own")
    assert page.locator(".chunk").first.text_content() == "*literal*\n"
    # Tags are words, images are links, and a link leads where its words say.
    hostile = replies.nth(1)
    assert hostile.locator("script, img, iframe, svg, details, [onclick], [onerror]").count() == 0
    links = hostile.locator("a").evaluate_all(
        "all => all.map((a) => [a.protocol, a.rel, a.target])"
    )
    assert links
    assert {tuple(link) for link in links} == {("https:", "noopener noreferrer", "_blank")}
    assert "(https://evil.example/pixel.png)" in (hostile.text_content() or "")
    assert hostile.locator(".invisible").count() == 1
    assert page.evaluate("window.stolen") is None
    assert [url for url in asked if "evil" in url] == []
    assert violations(playground) == []


def test_a_reply_can_be_plain_and_its_program_taken_over(playground: Playground) -> None:
    page = playground.page
    draft = says(REPLY) + '(println (llm/complete "a"))'
    page.evaluate("code => playground.setCode(code)", draft)
    playground.run_draft()
    expect(page.locator(".reply h3")).to_have_text("Title")
    page.get_by_role("button", name="Show this reply as plain text").click()
    assert page.locator(".reply-plain").text_content() == REPLY
    page.get_by_role("button", name="Show this reply formatted").click()
    page.get_by_role("button", name="Put into the editor").click()
    assert page.evaluate("playground.getCode()") == '(define (f x) ; a comment\n  (str "hi" x))'
    # The reply still stands there, and the draft can be had back.
    expect(page.locator(".reply h3")).to_have_text("Title")
    page.get_by_role("button", name="Bring it back").or_(
        page.locator("#banner button").first
    ).first.click()
    assert page.evaluate("playground.getCode()") == draft


PNG = '(base64/decode-bytes "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")'
VIEWS = f"""
(ui/table (map (fn (n) {{:n n :name (str "row " n)}}) (range 1000)) {{:title "Rows"}})
(ui/image {PNG} {{:alt "a dot"}})
(ui/diff "one\\ntwo\\nthree\\n" "one\\ntwo and more\\nthree\\n")
(list {{:name "Ada" :age 36}} {{:name "Alan" :age 41}})"""


def test_tables_images_and_differences(playground: Playground) -> None:
    page = playground.page
    result = playground.run(VIEWS)
    assert result["error"] is None
    table = page.locator(".view-table").first
    expect(table.locator("caption")).to_have_text("Rows")
    expect(table.locator("tbody tr")).to_have_count(200)
    head = table.get_by_role("button", name="n", exact=True)
    head.click()
    head.click()
    expect(table.locator("th").first).to_have_attribute("aria-sort", "descending")
    expect(table.locator("tbody tr").first).to_have_text("999row 999")
    table.get_by_role("button", name="Show all 1,000 rows").click()
    expect(table.locator("tbody tr")).to_have_count(1000)
    image = page.get_by_alt_text("a dot")
    page.wait_for_function("document.querySelector('.shown-image')?.naturalWidth === 1")
    assert image.get_attribute("src").startswith("blob:")  # type: ignore[union-attr]
    expect(page.locator(".diff-line.added mark")).to_have_text(" and more")
    value = page.locator(".viewed")
    expect(value.locator("tbody tr")).to_have_count(2)
    assert violations(playground) == []
    value.get_by_role("button", name="Text").click()
    expect(value.locator(".value-plain")).to_contain_text('({:age 36 :name "Ada"}')
    expect(value.locator("table")).to_be_hidden()
    copied = page.evaluate("playground.run('(range 3)').then((r) => r.value)")
    assert copied == "(0 1 2)"


def test_a_nested_value_folds(playground: Playground) -> None:
    page = playground.page
    texts = '(map (fn (m) (string/repeat "x" 30)) (range 5))'
    playground.run(f"{{:all (map (fn (n) {{:key n :texts {texts}}}) (range 9)) :size 9}}")
    folds = page.locator(".value .fold")
    expect(folds.first).to_have_attribute("aria-expanded", "true")
    expect(page.locator(".value .fold[aria-expanded=false]").first).to_be_visible()
    folds.first.press("Enter")
    expect(folds.first).to_have_attribute("aria-expanded", "false")
    assert violations(playground) == []


def test_a_deep_value_does_not_break_the_page(playground: Playground) -> None:
    playground.run("(define x (list 1)) (dotimes (i 20000) (set! x (list x))) x")
    playground.run('(define x {:k "v"}) (dotimes (i 300) (set! x {:k x :other (range 30)})) x')
    assert playground.run("(+ 1 2)")["value"] == "3"


def test_a_reload_on_a_phone_shows_them_again(playground: Playground) -> None:
    page = playground.page
    page.set_viewport_size({"width": 375, "height": 800})
    page.evaluate("code => playground.setCode(code)", "(ui/table [[1 2] [3 4]]) (list {:a 1})")
    playground.run_draft()
    expect(page.locator(".view-table tbody tr")).to_have_count(3)
    page.reload()
    page.wait_for_function("window.playground")
    expect(page.locator(".view-table tbody tr")).to_have_count(3)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


# --- charts ----------------------------------------------------------------------------------------

CHARTS = """
(plot/line (list {:t 1 :v 2 :s "a"} {:t 2 :v 4 :s "a"} {:t 1 :v 1 :s "b"}) {:x :t :y :v :series :s :title "Lines"})
(plot/bar {:Mon 3 :Tue -5 :Wed 2})
(plot/bar (list {:m "Jan" :v 1 :s "a"} {:m "Jan" :v 2 :s "b"}) {:x :m :y :v :series :s})
(plot/scatter [[1 2] [2 4.5]])
(plot/histogram [1 2 2 3 3 3 9])
(plot/line [["2024-01-01" 1] ["2024-02-01" 5]])
(plot/line [])"""


def test_charts_are_drawn_and_have_words(playground: Playground) -> None:
    page = playground.page
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    assert playground.run(CHARTS)["error"] is None
    drawings = page.locator(".chart svg[role=img]")
    expect(drawings).to_have_count(6)
    expect(page.locator(".chart")).to_have_count(7)
    expect(drawings.first).to_have_attribute("aria-label", "Line chart: Lines, v over t")
    expect(page.locator(".chart figcaption")).to_have_text("Lines")
    expect(page.locator(".chart-legend").first.locator("li")).to_have_text(["a", "b"])
    assert drawings.nth(0).locator(".chart-marks > path[stroke]").count() == 2
    assert drawings.nth(1).locator("g.chart-marks rect").count() == 3
    assert drawings.nth(3).locator("g.chart-marks circle").count() == 2
    assert drawings.nth(4).locator("g.chart-marks rect").count() > 2
    page.locator(".chart-numbers summary").first.click()
    expect(page.locator(".chart-numbers").first.locator("tbody tr")).to_have_count(3)
    # The colours are the theme's, and nothing that the page's policy refuses was tried.
    color = "getComputedStyle(document.querySelector('g.chart-marks rect')).fill"
    page.evaluate("document.documentElement.setAttribute('data-theme', 'light')")
    light = page.evaluate(color)
    page.evaluate("document.documentElement.setAttribute('data-theme', 'contrast')")
    assert page.evaluate(color) != light
    assert said == []
    assert violations(playground) == []


# --- forms -----------------------------------------------------------------------------------------

ASKING = """
(define name (ui/ask "Your name?" {:default "Ada"}))
(define drink (ui/choose "What do you drink?" ["tea" "coffee"]))
(define parts (ui/choose "Which?" [:a :b :c] {:multiple #t}))
(define sure (ui/confirm "Sure?"))
(define file (ui/upload "Your file?"))
(list name drink parts sure (:name file) (bytevector-length (:bytes file)))"""


def test_a_program_asks_and_is_answered_by_keyboard(playground: Playground) -> None:
    page = playground.page
    playground.begin(ASKING)
    form = page.locator("form.question")
    expect(form.get_by_label("Your name?")).to_be_focused()
    assert violations(playground) == []
    page.keyboard.type("!")
    page.keyboard.press("Enter")
    expect(form.get_by_label("tea")).to_be_focused()
    # Nothing is chosen yet, so nothing is sent.
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    expect(form.get_by_label("coffee")).to_be_checked()
    assert violations(playground) == []
    page.keyboard.press("Enter")
    expect(form.get_by_label(":a")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(form.get_by_text("Sure?")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    given = {"name": "photo.bin", "mimeType": "application/octet-stream", "buffer": b"x" * 700_000}
    form.get_by_label("Your file?").set_input_files(given)  # type: ignore[arg-type]
    assert violations(playground) == []
    form.get_by_role("button", name="Send").click()
    wanted = '("Ada!" "coffee" (:a) #t "photo.bin" 700000)'
    assert playground.outcome()["value"] == wanted
    assert playground.output().startswith("Your name? Ada!\nWhat do you drink? coffee\n")


@pytest.mark.parametrize("tier", ["suspend", "shared", "service"])
def test_answers_by_a_script_and_stop_in_every_tier(
    closed_playground: Playground, tier: str
) -> None:
    page = closed_playground.page
    closed_playground.open(f"?wait={tier}")
    closed_playground.begin(ASKING)
    answers = '["Bob", "tea", [2, ":a"], false, {"a.txt": "abc"}]'
    asked = page.evaluate(
        f"""async () => {{
            const asked = [];
            for (const answer of {answers}) {{
                asked.push((await playground.whenAsked()).kind);
                playground.answer(answer);
            }}
            return asked;
        }}"""
    )
    assert asked == ["ask", "choose", "choose", "confirm", "upload"]
    wanted = '("Bob" "tea" (:c :a) #f "a.txt" 3)'
    assert closed_playground.outcome()["value"] == wanted
    assert page.evaluate("playground.question()") is None
    closed_playground.begin('(ui/choose "Which?" (range 30))')
    assert page.evaluate("playground.whenAsked().then((asked) => asked.choices.length)") == 30
    wrong = "() => { try { playground.answer('x') } catch (error) { return error.message } }"
    assert "is none of the choices" in page.evaluate(wrong)
    closed_playground.part("stop").click()
    assert closed_playground.outcome()["error"]["type"] == "stopped"
    expect(page.locator("form.question")).to_have_count(0)


def test_a_browser_in_which_programs_cannot_wait_says_so(closed_playground: Playground) -> None:
    closed_playground.open("?wait=direct")
    error = closed_playground.run('(ui/ask "Your name?")')["error"]
    assert error["message"] == "ui/ask: programs cannot wait for an answer in this browser"


# --- the menu of the output ------------------------------------------------------------------------


def test_the_output_is_searched_and_taken_along(playground: Playground) -> None:
    page = playground.page
    program = says("**bold** word") + (
        '(dotimes (i 300) (println "line" i)) (println (llm/complete "a")) (ui/table [{:a "x|y" :b 2}]) [1 2]'
    )
    playground.run(program)
    more = page.locator("#output-more")
    more.click()
    expect(page.get_by_role("button", name="Find …")).to_be_focused()
    assert violations(playground) == []
    page.keyboard.press("Enter")
    page.keyboard.type("LINE 29")
    told = page.locator(".search-told")
    expect(told).to_have_text("1 of 11")
    assert violations(playground) == []
    page.keyboard.press("Shift+Enter")
    expect(told).to_have_text("11 of 11")
    page.keyboard.press("Enter")
    expect(told).to_have_text("1 of 11")
    page.keyboard.press("Escape")
    expect(page.locator("#output")).to_be_focused()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    more.click()
    page.get_by_role("button", name="Copy as Markdown").click()
    page.get_by_text("Output copied as Markdown").wait_for()
    text = page.evaluate("navigator.clipboard.readText()")
    assert text.startswith("```text\nline 0\n")
    assert "\n```\n\n**bold** word\n\n| a | b |\n| --- | --: |\n| x\\|y | 2 |\n\n" in text
    assert text.endswith("```lisp\n; ⇒\n[1 2]\n```\n")
    more.click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as text").click()
    assert saved.value.path().read_text("utf-8").startswith("line 0\nline 1\n")
    more.click()
    page.get_by_label("Break long lines").uncheck()
    page.get_by_label("Format models’ replies").uncheck()
    more.press("Escape")
    playground.run(program)
    expect(page.locator(".reply-plain")).to_have_text("**bold** word")
    expect(page.locator("#output.unwrapped")).to_have_count(1)
