"""Memory threads: what a program leaves there, the next one finds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fake_host import FakeHost
from lispcore import Interpreter, LispError
from lispcore.library.models.memory_threads import run_folder, run_journal
from lispcore.values.printing import print_value
from lispcore.values.types import Map


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(program: str) -> str:
    return print_value(Interpreter(FakeHost()).eval(program))


OPEN = '(define m (memory/open {:id "chat-1"})) '
TURNS = """
(memory/append m {:role "user" :content "Where is Oslo?"})
(memory/append m {:role :assistant :content "In Norway.\\nÆøå"})
(memory/append m {:role "tool" :content "x"})
"""


def test_turns_outlive_the_program(folder: Path) -> None:
    assert run(OPEN + TURNS + "(length (conversation/messages (memory/messages m)))") == "3"
    lines = (folder / ".sema/memory/default/chat-1.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [
        {"role": "user", "content": "Where is Oslo?"},
        {"role": "assistant", "content": "In Norway.\nÆøå"},
        {"role": "tool", "content": "x"},
    ]
    shown = "(conversation/map (memory/messages m) (fn (x) (list (message/role x) (message/content x))))"
    assert run(OPEN + shown) == (
        '((:user "Where is Oslo?") (:assistant "In Norway.\\nÆøå") (:user "x"))'
    )


def test_facts_outlive_the_program_and_the_last_one_counts(folder: Path) -> None:
    remember = "(memory/remember m :n 1) (memory/remember m :n {:a [1 2]}) "
    assert run(OPEN + remember + '(memory/remember m "k" "v")') == (
        '{:memory/id "chat-1" :memory/namespace "default"}'
    )
    facts = json.loads((folder / ".sema/memory/default/chat-1.facts.json").read_text())
    assert facts == {"k": "v", "n": {"a": [1, 2]}}
    recall = "(list (memory/recall-fact m :n) (memory/recall-fact m :k) (memory/recall-fact m :x))"
    assert run(OPEN + recall) == '({:a (1 2)} "v" nil)'


def test_threads_are_apart_by_id_and_namespace() -> None:
    program = """
    (define a (memory/open {:id "x"}))
    (define b (memory/open {:id "x" :namespace "other"}))
    (memory/append a {:content "to a"})
    (memory/remember b :f 1)
    (list (length (conversation/messages (memory/messages a)))
      (length (conversation/messages (memory/messages b)))
      (memory/recall-fact a :f)
      (= a (memory/open {:id "x"})))
    """
    assert run(program) == "(1 0 nil #t)"


@pytest.mark.parametrize("name", ["../../escape", "..", "a/b", "c:\\\\d", ".", "ü?*", "con"])
def test_no_name_leads_to_another_folder(folder: Path, name: str) -> None:
    run(f'(memory/append (memory/open {{:id "{name}" :namespace "{name}"}}) {{:content "x"}})')
    files = [file.relative_to(folder).parts for file in folder.rglob("*.jsonl")]
    assert len(files) == 1
    assert files[0][:2] == (".sema", "memory")
    assert len(files[0]) == 4


def test_an_agent_sees_the_turns_before() -> None:
    program = """
    (llm/define-provider :m {:complete (fn (r) (string/join (map :content (:messages r)) "|"))})
    (define bot (agent {:system "s"}))
    (:response (agent/run bot "And now?" {:memory m}))
    """
    assert run(OPEN + TURNS + program).endswith('Where is Oslo?|In Norway.\\nÆøå|x|And now?"')


def test_a_line_that_was_not_finished_is_dropped_and_damage_is_named(folder: Path) -> None:
    run(OPEN + TURNS)
    file = folder / ".sema/memory/default/chat-1.jsonl"
    whole = file.read_bytes()
    count = "(length (conversation/messages (memory/messages m)))"
    file.write_bytes(whole + b'{"role": "us')
    assert run(OPEN + count) == "3"
    file.write_bytes(whole + b'{"role": 5}\n')
    with pytest.raises(LispError, match="line 4: not a turn"):
        run(OPEN)
    file.write_bytes(whole + b"nonsense\n")
    with pytest.raises(LispError, match="line 4"):
        run(OPEN)


@pytest.mark.parametrize(
    ("program", "message"),
    [
        ("(memory/open {})", "option :id"),
        ('(memory/open {:id ""})', "option :id"),
        ('(memory/open {:id "x" :space "y"})', "unknown option :space"),
        ("(memory/open {:id 5})", "expected string"),
        (f'(memory/open {{:id "{"x" * 300}"}})', "1 to 200"),
        ('(memory/append "chat" {:content "x"})', "expected memory handle"),
        (OPEN + '(memory/append m "x")', "expected map"),
        (OPEN + "(memory/append m {:content 5})", "expected string"),
        (OPEN + "(memory/append m {})", "expected string"),
        (OPEN + "(memory/remember m 5 1)", "expected string"),
        (OPEN + "(memory/remember m :f (fn (x) x))", "cannot encode"),
        ("(memory/messages {})", "expected memory handle"),
    ],
)
def test_mistakes(program: str, message: str) -> None:
    with pytest.raises(LispError, match=message):
        run(program)


def test_a_run_keeps_its_threads_and_hears_of_them(folder: Path) -> None:
    heard: list[tuple[str, str, str, str]] = []

    def note(namespace: str, identifier: str, what: str, value: Map) -> None:
        heard.append((namespace, identifier, what, print_value(value)))

    tokens = run_folder.set("run-1"), run_journal.set(note)
    try:
        run(OPEN + '(memory/append m {:content "x"}) (memory/remember m :f 1)')
    finally:
        run_folder.reset(tokens[0])
        run_journal.reset(tokens[1])
    assert (folder / "run-1/memory/default/chat-1.jsonl").exists()
    assert heard == [
        ("default", "chat-1", "append", '{:content "x" :role "user"}'),
        ("default", "chat-1", "remember", "{:f 1}"),
    ]
