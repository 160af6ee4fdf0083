"""Retrieval in the page, without a key: a PDF read, embedded, searched, ranked, kept in a file."""

from __future__ import annotations

import pytest
from playground import Playground
from test_page_numeric import counting_worker

from fake_host import FakeHost
from lispcore import Interpreter
from lispcore.values.printing import print_value
from pdf_files import pdf

PAGES = [
    "Bees make honey from nectar",
    "Lisp is a family of languages; a program is a list",
    "Rivers flow from mountains to the sea",
]
FIND = """
(vector-store/create "pages")
(define pages (pdf/extract-text-pages "book.pdf"))
(map (fn (text vector number) (vector-store/add "pages" (str number) vector {:text text}))
  pages (llm/embed pages) (range 1 4))
(define question "which languages are lists?")
(define hits (vector-store/search "pages" (llm/embed question) 2))
(define texts (map (fn (hit) (:text (:metadata hit))) hits))
(define best (first (llm/rerank question texts {:top-k 1})))
(println (:document best))
(println (llm/complete (prompt (system (:document best)) (user question))))
(vector-store/save "pages" "pages.json")
(list (pdf/page-count "book.pdf") (:id (first hits)))
"""


@pytest.mark.parametrize("after", ["", "?wait=service"])
def test_a_pdf_is_searched_and_the_store_kept(closed_playground: Playground, after: str) -> None:
    closed_playground.open(after)
    result = closed_playground.run(FIND, {"book.pdf": list(pdf(PAGES, {"Title": "A book"}))})
    assert result["error"] is None
    assert result["value"] == '(3 "2")'
    assert result["output"][0] == PAGES[1]
    assert "demo model" in result["output"][1]
    reopened = '(vector-store/open "again" "pages.json") (vector-store/count "again")'
    assert closed_playground.run(reopened)["value"] == "3"
    damaged = '(file/write "x.pdf" "%PDF-1.4 nothing") (pdf/extract-text "x.pdf")'
    assert "the PDF is damaged" in closed_playground.run(damaged)["error"]["message"]


def test_what_the_browser_says_of_itself(playground: Playground) -> None:
    said = playground.page.evaluate("navigator.userAgent")
    assert playground.run("(web/user-agent)")["value"] == f'"{said}"'
    program = "(let ((d (web/user-agent-data))) (or (nil? d) (list? (:brands d))))"
    assert playground.run(program)["value"] == "#t"


SEARCH = """
(vector-store/create "many")
(define (row k) (embedding/list->embedding (map (fn (i) (mod (* (+ k 3) (+ i 1) 7919) 101)) (range 20))))
(dotimes (k 300) (vector-store/add "many" (str k) (row k)))
(map (fn (hit) (list (:id hit) (:score hit))) (vector-store/search "many" (row 1000) 4))
"""


def test_searches_run_as_machine_code(playground: Playground) -> None:
    worker = counting_worker(playground)
    assert playground.run(SEARCH)["value"] == print_value(Interpreter(FakeHost()).eval(SEARCH))
    assert worker.evaluate("globalThis.modules") == 3
