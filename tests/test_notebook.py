"""Programs in a notebook: what is shown below a cell, and who is asked."""

from __future__ import annotations

from typing import Any

from lispcore import Interpreter
from lispcore.hosts.notebook import NotebookHost, value_bundle


class FakeCell:
    """Keeps what is shown, and answers questions."""

    def __init__(self, *answers: str | None) -> None:
        self.shown: list[Any] = []
        self.questions: list[str] = []
        self._answers = list(answers)

    def stream(self, text: str, name: str) -> None:
        self.shown.append((name, text))

    def display(self, bundle: dict[str, Any]) -> None:
        self.shown.append(bundle)

    def ask(self, prompt: str) -> str | None:
        self.questions.append(prompt)
        return self._answers.pop(0)


def session(*answers: str | None) -> tuple[Interpreter, FakeCell, NotebookHost]:
    cell = FakeCell(*answers)
    host = NotebookHost(cell, {"SEMA_CHAT_PROVIDER": "demo"})
    return Interpreter(host), cell, host


def test_texts_and_views_stand_in_their_order() -> None:
    lisp, cell, _ = session()
    lisp.eval('(println "one") (ui/markdown "# two") (log/warn "three") (ui/table [{:a 4}])')
    assert cell.shown[0] == ("stdout", "one\n")
    assert cell.shown[1] == {"text/plain": "# two", "text/markdown": "# two"}
    assert cell.shown[2] == ("stderr", "[WARN] three\n")
    assert "<td" in cell.shown[3]["text/html"]


def test_questions_are_asked_in_the_notebook() -> None:
    lisp, cell, _ = session("Ada", "y", None)
    program = '(list (ui/ask "Name?") (ui/confirm "Sure?"))'
    assert lisp.eval(program, python=True) == ["Ada", True]
    assert cell.questions == ["Name? ", "Sure? (y/n) "]
    assert "nobody answers" in lisp.run('(ui/ask "Again?")')["error"]["message"]


def test_model_calls_are_shown_once_with_what_they_used() -> None:
    lisp, cell, host = session()
    lisp.eval('(llm/complete "Say hello")')
    host.show_calls()
    assert cell.shown[-1]["text/plain"].startswith("1 model call, ")
    assert "demo" in cell.shown[-1]["text/plain"]
    before = len(cell.shown)
    host.show_calls()
    assert len(cell.shown) == before


def test_values_are_shown_as_what_they_are() -> None:
    lisp, _, _ = session()
    assert value_bundle(lisp.eval("(println 1)")) is None
    assert value_bundle(lisp.eval('"a\\nb"')) == {"text/plain": '"a\\nb"'}
    rows = value_bundle(lisp.eval("[{:a 1} {:a 2}]"))
    assert rows is not None
    assert rows["text/plain"] == "[{:a 1} {:a 2}]"
    assert "<table>" in rows["text/html"]
    reply = value_bundle(lisp.eval('(llm/complete "Say hello")'))
    assert reply is not None
    assert "text/markdown" in reply
    pixel = '(base64/decode-bytes "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")'
    image = value_bundle(lisp.eval(pixel))
    assert image is not None
    assert image["image/png"].startswith("iVBOR")
