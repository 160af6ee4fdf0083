"""The page as such: contract 4, its policy, its tables, and that it is one page for all."""

from __future__ import annotations

from pathlib import Path

import pytest
from playground import Playground

TEST_IDS = (
    "editor run stop output status share file-input files examples settings inspector repl".split()
)
MEMBERS = (
    "ready run stop getCode setCode share writeFile readFile calls configure "
    "output examples openExample lookup"
).split()


def test_contract_four_stands(playground: Playground) -> None:
    for name in TEST_IDS:
        assert playground.part(name).count() == 1, name
    for name in MEMBERS:
        assert playground.page.evaluate("name => name in playground", name), name
    for text in ("(println 1)", "; ünï 🦊"):
        playground.page.evaluate("text => playground.setCode(text)", text)
        assert playground.page.evaluate("playground.getCode()") == text
    assert playground.part("status").get_attribute("data-state") == "ready"


def test_nothing_is_fetched_from_elsewhere(closed_playground: Playground) -> None:
    asked: list[str] = []
    closed_playground.page.on("request", lambda request: asked.append(request.url))
    closed_playground.open()
    closed_playground.run("(+ 1 2)")
    own = (closed_playground.url, "blob:" + "/".join(closed_playground.url.split("/")[:3]))
    assert [url for url in asked if not url.startswith(own)] == []


@pytest.mark.no_interpreter
@pytest.mark.parametrize("width", [360, 800, 1280])
def test_nothing_sticks_out_sideways(closed_playground: Playground, width: int) -> None:
    closed_playground.page.set_viewport_size({"width": width, "height": 740})
    closed_playground.open(ready=False)
    wide = "document.documentElement.scrollWidth"
    assert closed_playground.page.evaluate(wide) <= width


def test_the_examples_of_the_manual_are_there_word_for_word(pytestconfig: pytest.Config) -> None:
    """Each stands in the menu exactly as on the manual's page on completion and chat."""
    source = Path(pytestconfig.rootpath / "web/src/panels/examples/programs.js").read_text("utf-8")
    for program in MANUAL:
        assert program in source.replace("\\${", "${"), program


MANUAL = (
    '(llm/complete "Say hello in 5 words" {:max-tokens 50})',
    """(llm/complete "Explain monads"
  {:model "claude-haiku-4-5-20251001"
   :max-tokens 200
   :temperature 0.3
   :system "You are a Haskell expert."})""",
    '(llm/stream "Tell me a story" {:max-tokens 200})',
    """(llm/stream "Tell me a story"
  (fn (chunk) (display chunk))
  {:max-tokens 200})""",
    """(llm/chat
  [(message :system "You are a helpful assistant.")
   (message :user "What is Lisp? One sentence.")]
  {:max-tokens 100})""",
    """(define img (file/read-bytes "photo.jpg"))
(define msg (message/with-image :user "Describe this image." img))
(llm/chat (list msg))""",
    """(llm/chat
  [(message :system "You are an image analyst.")
   (message/with-image :user "What text is in this image?" (file/read-bytes "doc.png"))])""",
    """(define review-prompt
  (prompt
    (system "You are a code reviewer. Be concise.")
    (user "Review this function.")))

(llm/send review-prompt {:max-tokens 200})""",
)


def test_the_editor_colours_forms_and_what_they_define(playground: Playground) -> None:
    page = playground.page
    program = "(for/list ((x '(1))) x) (loop 1) (define (doc x) x) (try 1 (catch e 2))"
    page.evaluate("text => playground.setCode(text)", program)
    editor = playground.part("editor")
    assert editor.locator(".tok-keyword").all_inner_texts() == [
        "for/list", "define", "try", "catch"
    ]  # fmt: skip
    assert editor.locator(".tok-definition").all_inner_texts() == ["doc"]
