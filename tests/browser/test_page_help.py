"""The editor's completion and hover: the interpreter's documentation, and the program's own names."""

from __future__ import annotations

import pytest
from playground import Playground
from playwright.sync_api import Locator

pytestmark = pytest.mark.one_page

SUGGESTION = ".cm-tooltip-autocomplete [role=option]"
OWN = """(defun greet (who & more)
  "Says hello to <b>who</b>."
  (str "Hello, " who))
(define (area w h) (* w h))
(define answer 42)
(greet "you")
"""


def write(playground: Playground, text: str) -> None:
    """Replaces the program by typing."""
    playground.part("editor").click()
    playground.page.keyboard.press("Control+A")
    playground.page.keyboard.press("Delete")
    playground.page.keyboard.type(text)


def wait_for_library(playground: Playground) -> None:
    """Waits until the language's documentation has reached the editor."""
    write(playground, "(string/tri")
    playground.page.get_by_role("option", name="string/trim-left").wait_for()
    playground.page.keyboard.press("Escape")


def rest_on(playground: Playground, text: str) -> Locator:
    """Puts the pointer onto the first place with a text; returns the help that appears."""
    place = playground.page.evaluate(
        """(text) => {
            const lines = document.querySelector('.cm-content');
            const walker = document.createTreeWalker(lines, NodeFilter.SHOW_TEXT);
            for (let node; (node = walker.nextNode()); ) {
                const at = node.data.indexOf(text);
                if (at < 0) continue;
                const range = new Range();
                range.setStart(node, at + 1);
                range.setEnd(node, at + 2);
                const box = range.getBoundingClientRect();
                return [box.x + box.width / 2, box.y + box.height / 2];
            }
        }""",
        text,
    )
    playground.page.mouse.move(2, 2)
    playground.page.mouse.move(*place)
    playground.page.mouse.move(place[0] + 1, place[1])
    return playground.part("help")


def test_completion_shows_signature_and_meaning(playground: Playground) -> None:
    wait_for_library(playground)
    write(playground, "(string/trim-l")
    option = playground.page.get_by_role("option", name="string/trim-left")
    assert "text:string" in (option.text_content() or "")
    shown = playground.part("help").text_content() or ""
    assert "(string/trim-left text:string) -> string" in shown
    assert "white space" in shown
    assert "⇒" in shown
    # For 75 ms behind its appearance the list takes no key, lest it takes one meant for the text.
    playground.page.wait_for_timeout(100)
    playground.page.keyboard.press("Tab")
    assert playground.page.evaluate("playground.getCode()").startswith("(string/trim-left")


def test_hover_says_what_a_name_means(playground: Playground) -> None:
    wait_for_library(playground)
    playground.page.evaluate("""playground.setCode('(string/join ["a"] ", ")')""")
    help_box = rest_on(playground, "string/join")
    help_box.wait_for()
    text = help_box.text_content() or ""
    assert text.startswith("(string/join")
    assert "strings" in text


def test_special_forms_have_help_too(playground: Playground) -> None:
    wait_for_library(playground)
    playground.page.evaluate("playground.setCode('(when-let (x 1) x)')")
    help_box = rest_on(playground, "when-let")
    help_box.wait_for()
    assert "(when-let" in (help_box.text_content() or "")


def test_names_of_the_program_are_completed_and_explained(playground: Playground) -> None:
    wait_for_library(playground)
    playground.page.evaluate("(code) => playground.setCode(code)", OWN)
    help_box = rest_on(playground, "greet")
    help_box.wait_for()
    assert help_box.locator(".help-signature").text_content() == "(greet who & more)"
    # Text of a program is text.
    assert "Says hello to <b>who</b>." in (help_box.text_content() or "")
    assert help_box.locator("b").count() == 0
    assert "function of this program, line 1" in (help_box.text_content() or "")
    playground.part("editor").click()
    playground.page.keyboard.press("Control+End")
    playground.page.keyboard.type("(are")
    option = playground.page.locator(SUGGESTION).first
    option.wait_for()
    assert option.text_content() == "areaw h"


def test_text_and_comments_are_left_alone(playground: Playground) -> None:
    wait_for_library(playground)
    playground.page.evaluate("""playground.setCode('(str "map") ; filter')""")
    for word in ("map", "filter"):
        rest_on(playground, word)
        playground.page.wait_for_timeout(600)
        assert playground.part("help").count() == 0
    playground.part("editor").click()
    playground.page.keyboard.press("Control+End")
    playground.page.keyboard.type(" string/tr")
    playground.page.wait_for_timeout(300)
    assert playground.page.locator(SUGGESTION).count() == 0


def test_help_comes_after_a_program_that_was_started_first(
    closed_playground: Playground,
) -> None:
    closed_playground.open(ready=False)
    result = closed_playground.run("(sleep 400) (+ 1 2)")
    assert result["value"] == "3"
    wait_for_library(closed_playground)


def test_who_types_before_the_documentation_is_here_gets_it_with_no_other_key(
    closed_playground: Playground,
) -> None:
    closed_playground.open(ready=False)
    write(closed_playground, "(string/tri")
    closed_playground.page.get_by_role("option", name="string/trim-left").wait_for()
