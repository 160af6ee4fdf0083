"""Calls that overlap: what tasks print comes in the order of the recorded run when it is played."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fake_host import FakeHost, FakeResponse
from lispcore import Interpreter
from lispcore.library.models.calling.call_memory import play_run
from lispcore.llm.recordings import read_tape
from lispcore.values.printing import print_value
from test_cassettes import SETTINGS, Taping, said

PATIENCE_SECONDS = 10


class Stage(Taping):
    """A host whose replies arrive piece by piece, each when enough has been written before it."""

    def __init__(self, script: dict[str, list[tuple[int, str]]]) -> None:
        super().__init__()
        self.settings = SETTINGS
        self.script = script
        self.changed = threading.Condition()
        self.count = 0

    def write(self, text: str, kind: str = "out") -> None:
        super().write(text, kind)
        with self.changed:
            self.count += 1
            self.changed.notify_all()

    def fetch(self, request: Any) -> FakeResponse:
        words = json.loads(request.body)["messages"][-1]["content"]
        return Arriving(self, self.script[words])


class Arriving(FakeResponse):
    """A reply in pieces of which each waits for its moment."""

    def __init__(self, stage: Stage, pieces: list[tuple[int, str]]) -> None:
        super().__init__()
        self.stage = stage
        self.script = pieces

    def chunks(self) -> Iterator[bytes]:
        for moment, text in self.script:
            with self.stage.changed:
                assert self.stage.changed.wait_for(
                    lambda moment=moment: self.stage.count >= moment, PATIENCE_SECONDS
                )
            choice: dict[str, Any] = {"delta": {"content": text}}
            if text == "end":
                choice = {"delta": {}, "finish_reason": "stop"}
            yield f"data: {json.dumps({'choices': [choice]})}\n\n".encode()
        yield b"data: [DONE]\n\n"


STREAMS = """
(async/map (fn (q) (llm/stream q (fn (c) (display c))) (display (str "/" q))) ["a" "b" "c"])
"""
# Which piece comes when: c begins, b comes and ends, then a and c take turns.
STREAM_SCRIPT = {
    "a": [(3, "A1"), (5, "A2"), (7, "end")],
    "b": [(1, "B1"), (2, "end")],
    "c": [(0, "C1"), (4, "C2"), (6, "C3"), (8, "end")],
}
WHOLE = '(async/map (fn (q) (llm/complete q) (display q)) ["a" "b" "c"])'
WHOLE_SCRIPT = {
    "a": [(2, "x"), (2, "end")],
    "b": [(0, "x"), (0, "end")],
    "c": [(1, "x"), (1, "end")],
}


@pytest.mark.parametrize(
    ("program", "script", "order"),
    [
        (STREAMS, STREAM_SCRIPT, "C1 B1 /b A1 C2 A2 C3 /a /c"),
        (WHOLE, WHOLE_SCRIPT, "b c a"),
    ],
)
def test_tasks_print_in_the_recorded_order(
    program: str,
    script: dict[str, list[tuple[int, str]]],
    order: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    live = Stage(script)
    in_cassette = f'(llm/with-cassette "t.jsonl" {{:mode MODE}} (fn () {program}))'
    value = print_value(Interpreter(live).eval(in_cassette.replace("MODE", ":record")))
    assert [text for _, text in live.written] == order.split()
    assert all(each.turns for each in read_tape(live.tape()))

    again = FakeHost()
    assert print_value(Interpreter(again).eval(in_cassette.replace("MODE", ":replay"))) == value
    assert said(again) == said(live)
    visitor = FakeHost()
    interpreter = Interpreter(visitor)
    play_run(interpreter, live.tape())
    assert print_value(interpreter.eval(in_cassette.replace("MODE", ":record"))) == value
    assert said(visitor) == said(live)


def test_calls_one_after_the_other_have_no_numbers() -> None:
    live = Stage({"a": [(0, "A"), (0, "end")], "b": [(0, "B"), (0, "end")]})
    Interpreter(live).eval('(await (async (llm/stream "a" (fn (c) c)))) (llm/complete "b")')
    assert [each.turns for each in read_tape(live.tape())] == [[], []]


def test_a_call_that_never_comes_holds_up_nobody() -> None:
    live = Stage(WHOLE_SCRIPT)
    Interpreter(live).eval(WHOLE)
    visitor = FakeHost()
    interpreter = Interpreter(visitor)
    play_run(interpreter, live.tape())
    interpreter.eval('(async/map (fn (q) (llm/complete q) (display q)) ["a" "c"])')
    assert said(visitor) == "ca"


def test_a_call_whose_listener_waits_for_another_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("lispcore.library.models.calling.call_order._LOOKS", 30)
    live = Stage({"a": [(0, "A1"), (2, "end")], "b": [(1, "B1"), (1, "end")]})
    program = """
    (define c (channel/new 1))
    (async/all (list
      (async (llm/stream "a" (fn (x) (display x) WAIT)))
      (async (llm/complete "b") (channel/send c 1) (display "b"))))
    """
    Interpreter(live).eval(program.replace("WAIT", "nil"))
    turns = [each.turns for each in read_tape(live.tape())]
    assert turns[0][-1] > turns[1][-1] > turns[0][0]
    visitor = FakeHost()
    interpreter = Interpreter(visitor)
    play_run(interpreter, live.tape())
    interpreter.eval(program.replace("WAIT", "(channel/recv c)"))
    assert said(visitor) == "A1b"
