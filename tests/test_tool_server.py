"""`lispcore mcp`: the interpreter as a server of the Model Context Protocol."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from lispcore import Interpreter
from lispcore.commands.batch import SilentHost
from lispcore.commands.tool_server import ToolServer
from lispcore.hosts.terminal import TerminalHost
from lispcore.values.printing import print_value

TOOLS = """
(deftool shout "Shouts a word." {:word {:type :string}} (fn (word) (string/upper word)))
(deftool _helper "Hidden by its name." {} (fn () 1))
(deftool quiet "Hidden by a mark." {:mcp/expose #f} (fn () 1))
(deftool own "Hidden by a mark." {:private #t :n :int} (fn (n) n))
(deftool open "Not hidden." {:private #f} (fn () "open"))
"""


@pytest.fixture
def server() -> ToolServer:
    return ToolServer(SilentHost(TerminalHost({})))


def call(server: ToolServer, name: str, **given: Any) -> tuple[str, bool]:
    message = {"id": 1, "method": "tools/call", "params": {"name": name, "arguments": given}}
    answer = server.answer(message)
    assert answer is not None
    result = answer["result"]
    return result["content"][0]["text"], result["isError"]


def names(server: ToolServer) -> list[str]:
    answer = server.answer({"id": 1, "method": "tools/list"})
    assert answer is not None
    return [each["name"] for each in answer["result"]["tools"]]


def test_definitions_stay_from_call_to_call(server: ToolServer) -> None:
    assert call(server, "eval", code='(define x 41) (println "hi") (+ x 1)') == ("hi\n=> 42", False)
    assert call(server, "eval", code="x") == ("=> 41", False)
    text, is_error = call(server, "eval", code="\n  (car 1)")
    assert is_error
    assert text.startswith("Error: 2:3: car:")
    text, is_error = call(server, "eval", code="(exit 3)")
    assert is_error
    assert "no process of its own to end" in text


def test_the_other_tools(server: ToolServer, tmp_path: Path) -> None:
    path = tmp_path / "p.lisp"
    path.write_text('(println (rest (sys/args)))\n"done"')
    assert call(server, "run_file", file_path=str(path), arguments=["a"]) == (
        '("a")\n=> "done"',
        False,
    )
    assert call(server, "run_file", file_path=str(tmp_path / "none"))[1]
    assert "car" in call(server, "docs", symbol="car")[0]
    assert call(server, "docs", symbol="no-such-name")[1]
    (mistake,) = json.loads(call(server, "check", code="(no-such-name 1)")[0])
    assert (mistake["line"], mistake["column"]) == (1, 2)
    assert call(server, "fmt", code="(let ((a 1))\na)") == ("(let ((a 1))\n  a)\n", False)
    assert "Lispcore" in call(server, "info")[0]
    assert call(server, "eval")[0] == "eval needs code"


def test_tools_of_files_are_served_but_for_hidden_ones(server: ToolServer, tmp_path: Path) -> None:
    path = tmp_path / "tools.lisp"
    path.write_text(TOOLS)
    own = names(server)
    assert server.load(str(path), set(), set()) == ""
    assert names(server) == [*own, "shout", "open"]
    assert call(server, "shout", word="hey") == ("HEY", False)
    assert call(server, "shout", word=5)[1]
    other = ToolServer(SilentHost(TerminalHost({})))
    other.load(str(path), {"open"}, set())
    assert names(other) == [*own, "open"]
    third = ToolServer(SilentHost(TerminalHost({})))
    third.load(str(path), set(), {"open"})
    assert names(third) == [*own, "shout"]
    path.write_text("(car 1)")
    assert "car" in third.load(str(path), set(), set())


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"id": 1, "method": "no/such"}, -32601),
        ({"id": 1, "method": "tools/call", "params": {"name": "none"}}, -32602),
        ({"id": 1}, -32600),
        ([], -32600),
        ("x", -32600),
    ],
)
def test_what_is_no_request_is_refused(server: ToolServer, message: Any, code: int) -> None:
    answer = server.answer(message)
    assert answer is not None
    assert answer["error"]["code"] == code


def test_what_asks_for_nothing_has_no_answer(server: ToolServer) -> None:
    assert server.answer({"method": "notifications/initialized"}) is None
    assert server.answer({"id": 5, "result": {}}) is None
    assert server.answer({"id": 1, "method": "ping"}) == {"jsonrpc": "2.0", "id": 1, "result": {}}


def test_our_own_client_speaks_with_it(tmp_path: Path) -> None:
    path = tmp_path / "tools.lisp"
    path.write_text(TOOLS)
    words = " ".join(f'"{each}"' for each in ("-m", "lispcore", "mcp", str(path)))
    root = Path(__file__).resolve().parent.parent
    program = f"""
    (define h (mcp/connect {{:command "{sys.executable}" :args [{words}] :cwd "{root}"}}))
    (define told (list (mcp/call h "shout" {{:word "hey"}}) (mcp/call h "eval" {{:code "(print 1) 2"}})))
    (mcp/close h)
    told"""
    interpreter = Interpreter(TerminalHost({}))
    assert print_value(interpreter.eval(program)) == '("HEY" "1\\n=> 2")'


def test_pictures_sounds_and_documents_of_tools_go_along(
    server: ToolServer, tmp_path: Path
) -> None:
    files = [(137, 80, 78, 71), (79, 103, 103, 83), (37, 80, 68, 70, 45)]
    made = " ".join(f"(bytevector {' '.join(map(str, each))})" for each in files)
    (tmp_path / "t.lisp").write_text(f'(deftool draw "Draws." {{}} (fn () (list "see" {made})))')
    assert server.load(str(tmp_path / "t.lisp"), set(), set()) == ""
    message = {"id": 1, "method": "tools/call", "params": {"name": "draw"}}
    answer = server.answer(message)
    assert answer is not None
    words, picture, sound, document = answer["result"]["content"]
    assert words["text"].startswith("see\n[image/png, 4 bytes]")
    assert picture == {"type": "image", "data": "iVBORw==", "mimeType": "image/png"}
    assert sound == {"type": "audio", "data": "T2dnUw==", "mimeType": "audio/ogg"}
    assert document["resource"]["blob"] == "JVBERi0="
