"""A first program imports nothing that the snapshot of memory does not hold."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

PROGRAMS = {
    "a stream": '(llm/stream "Tell me a story" {:max-tokens 200})',
    "a completion": '(llm/complete "x" {:temperature 0.5})',
    "a chat": '(llm/chat (list (message :system "s") (message :user "hi")))',
    "a conversation": '(conversation/say (conversation/new) "hi")',
    "a text and an expression": '(println (regex/find-all #"[0-9]+" "a1 b22") (/ 1 3) (uuid/v4))',
    "json": '(json/decode (json/encode {:a [1 2.5 "x"]}))',
    "a budget": '(llm/with-budget {:max-tokens 5000} (fn () (llm/complete "x")))',
}

# As the build does it, up to the page's own modules, which only a browser can import.
CHILD = """
import io, json, sys
sys.stdout, out = io.StringIO(), sys.stdout
from lispcore import Interpreter
from lispcore.hosts import browser_warming
from lispcore.hosts.usual_modules import import_usual
from lispcore import library
from lispcore.library.language.help import documentation_json
from lispcore.services.answers import answer
from tests.fake_host import FakeHost
library._import_chapters()  # as in the page, where no chapter waits
import_usual()
documentation_json()
answer('{"service": "diagnose", "text": "(define (f x) (prntln x)) (f)"}')
for program in browser_warming.PROGRAMS:
    Interpreter(FakeHost()).run(program)
imported = {}
for name, program in json.loads(sys.argv[1]).items():
    before = set(sys.modules)
    error = Interpreter(FakeHost()).run(program)["error"]
    imported[name] = [error, sorted(set(sys.modules) - before)]
print(json.dumps(imported), file=out)
"""


@pytest.fixture(scope="module")
def imported() -> dict[str, tuple[object, list[str]]]:
    command = [sys.executable, "-c", CHILD, json.dumps(PROGRAMS)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    found: dict[str, tuple[object, list[str]]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("name", PROGRAMS)
def test_first_programs_import_nothing_more(
    imported: dict[str, tuple[object, list[str]]], name: str
) -> None:
    assert imported[name] == [None, []]
