"""`lispcore lsp`: a whole session, as an editor has it, over standard input and output."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pygls")

URI = "file:///programs/program.lisp"
TEXT = """;; 😀
(define (area w h)
  "The area of w by h."
  (* w h))
(println "😀" (area 2) (prntln 1))
"""


class Session:
    """An editor that speaks to the server."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "lispcore", "lsp"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=Path(__file__).resolve().parent.parent,
        )
        self.last = 0
        self.told: list[dict[str, Any]] = []

    def send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def receive(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        length = 0
        while line := self.process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        assert length, "the server has ended"
        message: dict[str, Any] = json.loads(self.process.stdout.read(length))
        return message

    def tell(self, method: str, **params: Any) -> None:
        self.send({"method": method, "params": params})

    def answer(self, method: str, **params: Any) -> dict[str, Any]:
        """Returns the whole answer to a question; what is told meanwhile is kept."""
        self.last += 1
        self.send({"id": self.last, "method": method, "params": params})
        while True:
            message = self.receive()
            if message.get("id") == self.last and "method" not in message:
                return message
            self.told.append(message)

    def ask(self, method: str, line: int, character: int, **more: Any) -> Any:
        """Returns what is said of a place of the text."""
        place = {"textDocument": {"uri": URI}, "position": {"line": line, "character": character}}
        answer = self.answer(f"textDocument/{method}", **place, **more)
        assert "error" not in answer, answer
        return answer["result"]

    def mistakes(self) -> list[dict[str, Any]]:
        """Waits for the next list of mistakes."""
        while True:
            message = self.told.pop(0) if self.told else self.receive()
            if message.get("method") == "textDocument/publishDiagnostics":
                found: list[dict[str, Any]] = message["params"]["diagnostics"]
                return found

    def change(self, version: int, text: str) -> None:
        self.tell(
            "textDocument/didChange",
            textDocument={"uri": URI, "version": version},
            contentChanges=[{"text": text}],
        )


@pytest.fixture
def session() -> Iterator[Session]:
    made = Session()
    made.answer("initialize", processId=None, rootUri=None, capabilities={})
    made.tell("initialized")
    yield made
    made.answer("shutdown")
    made.tell("exit")
    assert made.process.wait(30) == 0


def start_of(found: dict[str, Any]) -> tuple[int, int]:
    place = found["range"]["start"]
    return place["line"], place["character"]


def test_a_session(session: Session) -> None:
    document = {"uri": URI, "languageId": "lisp", "version": 1, "text": TEXT}
    session.tell("textDocument/didOpen", textDocument=document)
    found = session.mistakes()
    # The emoji takes two units of UTF-16.
    assert [(each["message"].split("\n")[0], start_of(each)) for each in found] == [
        ("area expects 2 arguments, got 1", (4, 14)),
        ("Unbound variable: prntln", (4, 24)),
    ]

    (place,) = session.ask("definition", 4, 16)
    assert start_of(place) == (1, 9)
    places = session.ask("references", 1, 10, context={"includeDeclaration": False})
    assert [start_of(each) for each in places] == [(4, 15)]
    assert "The area of w by h." in session.ask("hover", 4, 17)["contents"]["value"]
    help_ = session.ask("signatureHelp", 4, 21)
    assert help_["signatures"][0]["label"] == "(area w h)"
    assert help_["activeParameter"] == 0
    symbols = session.answer("textDocument/documentSymbol", textDocument={"uri": URI})["result"]
    assert [(each["name"], each["detail"]) for each in symbols] == [("area", "w h")]

    edits = session.ask("rename", 4, 16, newName="surface")["changes"][URI]
    assert [(start_of(each), each["newText"]) for each in edits] == [
        ((1, 9), "surface"),
        ((4, 15), "surface"),
    ]
    where = {"textDocument": {"uri": URI}, "position": {"line": 4, "character": 16}}
    refused = session.answer("textDocument/rename", **where, newName="a b")
    assert "no name" in refused["error"]["message"]

    session.change(2, '(define (f width)\n(+ wid 1))\n(llm/complete "x" {:mod 1})')
    session.mistakes()
    items = session.ask("completion", 1, 6)["items"]
    assert items[0]["label"] == "width"
    assert session.ask("completion", 2, 23)["items"][0]["textEdit"]["newText"] == ":model"
    options = {"tabSize": 2, "insertSpaces": True}
    asked = {"textDocument": {"uri": URI}, "options": options}
    (edit,) = session.answer("textDocument/formatting", **asked)["result"]
    assert edit["newText"].startswith("(define (f width)\n  (+ wid 1))\n")

    session.change(3, "(define (f)")
    assert "never closed" in session.mistakes()[0]["message"]
    assert session.answer("textDocument/formatting", **asked)["result"] == []
    session.tell("textDocument/didClose", textDocument={"uri": URI})
    assert session.mistakes() == []
