"""The command line: batches that never die, files, and the conversation at a prompt."""

from __future__ import annotations

import io
import json
import subprocess
import sys

from lispcore.__main__ import main, run_batch


def batch(*lines: str) -> list[dict]:
    """Returns the answers to the lines of a batch."""
    answers = io.StringIO()
    assert run_batch(io.StringIO("".join(line + "\n" for line in lines)), answers) == 0
    return [json.loads(line) for line in answers.getvalue().splitlines()]


def ask(number: int, code: str, session: str = "s") -> str:
    """Returns a line of a batch."""
    return json.dumps({"id": number, "session": session, "code": code})


def test_batch_answers_each_line_in_its_session() -> None:
    answers = batch(
        ask(1, "(define x 5)", "a"), ask(2, "(println x) (* x 2)", "a"), ask(3, "x", "b")
    )
    assert answers[0] == {"id": 1, "value": None, "output": [], "error": None}
    assert answers[1] == {"id": 2, "value": "10", "output": ["5"], "error": None}
    assert answers[2]["error"]["type"] == "unbound"


def test_standard_error_of_a_batch_stands_apart(capsys) -> None:
    code = '(begin (context/set :user 7) (log/info "step") (display "a") (spy "n" 5))'
    assert batch(ask(1, code))[0] == {"id": 1, "value": "5", "output": ["a"], "error": None}
    assert capsys.readouterr().err == "[INFO] step {:user 7}\n[n] 5\n"


def test_no_line_kills_the_batch() -> None:
    lines = [
        "not json",
        "[]",
        "5",
        "null",
        "{}",
        '{"id": 7}',
        '{"id": 8, "code": 5}',
        '{"id": 9, "code": ""}',
        ask(10, "(exit 3)"),
        ask(11, "(define (f n) (+ 1 (f n))) (f 1)"),
        ask(12, "(((("),
        ask(13, "\x00\ud800"),
        ask(14, "(range 1000000000000)"),
        "",
        ask(15, "(define (f n) (+ 1 (apply f (list n)))) (f 1)"),
        ask(16, "(+ 1 2)"),
    ]
    answers = batch(*lines)
    assert len(answers) == len(lines) - 1
    assert all(set(answer) == {"id", "value", "output", "error"} for answer in answers)
    assert answers[-1]["value"] == "3"
    assert all(answer["error"] for answer in answers[:7])
    assert not any((answer["error"] or {}).get("type") == "fault" for answer in answers)


def test_running_a_file(tmp_path, capsys) -> None:
    program = tmp_path / "program.lisp"
    program.write_text('(println "hello")\n(car 5)\n', encoding="utf-8")
    assert main([str(program)]) == 1
    captured = capsys.readouterr()
    assert captured.out == "hello\n"
    assert "line 2, column 1" in captured.err
    assert "  (car 5)\n  ^" in captured.err
    assert "Traceback" not in captured.err
    program.write_text('(println "fine")', encoding="utf-8")
    assert main([str(program)]) == 0


def test_a_file_that_is_not_there_is_named(tmp_path, capsys) -> None:
    assert main([str(tmp_path / "missing.lisp")]) == 2
    assert "missing.lisp" in capsys.readouterr().err


def test_the_protocol_of_a_batch_is_its_own() -> None:
    lines = [
        ask(1, "(list (read-line) (read-stdin))"),
        ask(2, '(shell "echo hidden")'),
        ask(3, "(+ 1 2)"),
    ]
    done = subprocess.run(
        [sys.executable, "-m", "lispcore", "eval", "--jsonl"],
        input="\n".join(lines),
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == [1, 2, 3]
    assert answers[0]["value"] == '(nil "")'
    assert answers[2]["value"] == "3"
