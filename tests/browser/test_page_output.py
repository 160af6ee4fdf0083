"""The output pane keeps all that is printed, in order, however much it is."""

from __future__ import annotations

import pytest
from playground import Playground

pytestmark = pytest.mark.one_page

SHOWN = "document.querySelector('[data-testid=output]').textContent"


def copied(playground: Playground) -> str:
    """Presses Copy and returns what is on the clipboard."""
    playground.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    playground.page.locator("#copy-output").click()
    playground.page.get_by_text("Output copied").wait_for()
    text: str = playground.page.evaluate("navigator.clipboard.readText()")
    return text


def test_a_hundred_thousand_lines_are_all_there(playground: Playground) -> None:
    playground.start('(dotimes (i 100000) (println "line" i)) :done')
    playground.wait_for_output(":done")
    lines = playground.page.evaluate(SHOWN).split("\n")
    assert lines[:100_000] == [f"line {number}" for number in range(100_000)]
    assert lines[100_000] == "⇒ :done"
    assert copied(playground).startswith("line 0\nline 1\n")


# All that is shown, piece by piece, as the page itself says it.
IN_WORDS = """() => {
    const inWords = (each) => {
        const labels = [...each.querySelectorAll(".remedy")].map((button) => button.innerText);
        return each.innerText.split("\\n").filter((line) => !labels.includes(line)).join("\\n");
    };
    const pieces = [...document.querySelector('[data-testid=output]').children].map((each) =>
        each.classList.contains("chunk") ? each.textContent.replace(/\\n$/, "") : inWords(each));
    return pieces.filter(Boolean);
}"""
MIXED = """(println "one" (term/style "two" :red))
(io/print-error "oops\\n")
(display "gone\\rnew")
(println "er")
(define (f x) (+ 1 (car x)))
(define (g x) (+ 1 (f x)))
(g 5)"""


def test_copy_gives_what_is_shown(playground: Playground) -> None:
    playground.page.evaluate("code => playground.setCode(code)", MIXED)
    playground.page.evaluate("playground.run()")
    playground.part("repl").fill("(list 1 2)")
    playground.part("repl").press("Enter")
    playground.wait_for_output("⇒ (1 2)")
    closed = copied(playground)
    assert closed.rstrip("\n") == "\n".join(playground.page.evaluate(IN_WORDS))
    assert closed.startswith("one two\noops\nnewer\ntype-error\nline 5, column")
    assert "(list 1 2)\n⇒ (1 2)" in closed
    playground.page.locator(".stack summary").click()
    playground.page.wait_for_function("document.querySelector('.stack').innerText.includes('f ')")
    opened = copied(playground)
    assert opened.rstrip("\n") == "\n".join(playground.page.evaluate(IN_WORDS))
    assert len(opened) > len(closed)


def test_lines_in_colour_are_all_there(playground: Playground) -> None:
    program = "(dotimes (i 20000) (println (term/style (str i) (if (even? i) :red :bold)) i))"
    output = playground.run(program)["output"]
    assert len(output) == 20_000
    shown = playground.page.evaluate(SHOWN).split("\n")
    assert shown[:20_000] == [f"{number} {number}" for number in range(20_000)]


def test_a_line_without_an_end_stays_one_line(playground: Playground) -> None:
    words = "".join(f"{number} 🙂 " for number in range(60_000))
    playground.run('(dotimes (i 60000) (display (str i " 🙂 "))) (println) (println "end")')
    assert playground.page.evaluate(SHOWN) == f"{words}\nend\n"
    assert copied(playground) == f"{words}\nend\n"
    # It lies in several pieces, so that none takes long to lay out.
    assert playground.page.locator(".chunk").count() > 10


def test_a_stopped_program_keeps_what_it_had_printed(playground: Playground) -> None:
    playground.start('(dotimes (i 5000) (println "kept" i)) (sleep 60000)')
    playground.wait_for_output("kept 4999")
    playground.part("stop").click()
    playground.wait_for_state("ready")
    lines = playground.page.evaluate(SHOWN).split("\n")
    assert lines[:5000] == [f"kept {number}" for number in range(5000)]
