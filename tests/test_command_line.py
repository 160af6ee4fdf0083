"""The command line: what its words ask for, where what is said goes, and how it ends."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lispcore import __version__
from lispcore.__main__ import main
from lispcore.commands.completion import SCRIPTS
from lispcore.commands.line import COMMANDS, USAGE

ROOT = Path(__file__).resolve().parent.parent
TAPE = '(llm/define-provider :p {:complete (fn (r) "an answer")}) (println (llm/complete "q"))'


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", sys.argv)


def said(capsys: Any, *words: str) -> tuple[int, str, str]:
    """Returns the exit status, and what went to standard output and to standard error."""
    status = main(list(words))
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def test_a_program_gets_its_words(capsys: Any) -> None:
    Path("p.lisp").write_text("(println (cdr (sys/args)))")
    assert said(capsys, "p.lisp", "a", "-e", "--c") == (0, '("a" "-e" "--c")\n', "")


def test_texts_of_the_command_line_run_in_their_order(capsys: Any) -> None:
    Path("p.lisp").write_text("(println x)")
    words = ["-e", "(define x 5)", "-p", "(* x 2)", "-p", "nil", "p.lisp"]
    assert said(capsys, *words) == (0, "10\nnil\n5\n", "")


def test_texts_print_their_values_as_those_of_sema_and_babashka(capsys: Any) -> None:
    assert said(capsys, "-e", "(+ 1 2)", "-e", "(println 4)") == (0, "3\n4\n", "")
    assert said(capsys, "(+ 1 2)") == (0, "3\n", "")
    Path("lib.lisp").write_text("(define (f x) (* 2 x)) *command-line-args*")
    for load in ("-l", "--load", "--init"):
        assert said(capsys, load, "lib.lisp", "-e", "(f 4)") == (0, "8\n", "")
    assert said(capsys, "-l", "none.lisp", "-e", "1")[0] == 2
    Path("p.lisp").write_text("#!/usr/bin/env lispcore\n(println *command-line-args*)")
    for words in (["p.lisp"], ["-f", "p.lisp"], ["--file=p.lisp"], ["--", "p.lisp"]):
        assert said(capsys, *words, "a", "-e") == (0, '("a" "-e")\n', "")
        assert said(capsys, *words) == (0, "()\n", "")
    assert said(capsys, "check", "p.lisp") == (0, "", "")


def test_a_machine_gets_the_outcome_as_json(capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    status, out, err = said(capsys, "eval", "--expr", '(println "o") (list 1 "a")', "--json")
    told = json.loads(out)
    assert (status, err, told.pop("elapsedMs") >= 0) == (0, "", True)
    assert told == {
        "ok": True,
        "value": '(1 "a")',
        "stdout": "o\n",
        "stderr": "",
        "error": None,
    }
    typed(monkeypatch, "1\n(car 5)")
    status, out, _ = said(capsys, "eval", "--stdin", "--json", "--path", "x.lisp")
    told = json.loads(out)
    assert (status, told["ok"], told["value"]) == (1, False, None)
    assert (told["error"]["line"], told["error"]["col"]) == (2, 1)
    assert told["error"]["message"].startswith("car")
    assert said(capsys, "eval", "--expr", "(+ 1 2)") == (0, "3\n", "")
    status, out, _ = said(capsys, "eval", "--expr", "(while #t 1)", "--json", "--timeout=200")
    assert (status, json.loads(out)["ok"]) == (1, False)
    assert said(capsys, "eval", "--expr", "1", "--stdin")[0] == 2
    assert said(capsys, "eval", "--expr=1", "--timeout=-5")[0] == 2


def test_a_program_comes_on_standard_input(capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for words in ([], ["-"], ["-", "a"]):
        typed(monkeypatch, "(println (length (sys/args)))\n(car 5)")
        status, out, err = said(capsys, *words)
        assert (status, out) == (1, f"{max(len(words), 1)}\n")
        assert err.startswith("Error (type-error) at line 2, column 1: car")
        assert "  (car 5)\n  ^" in err


def test_a_program_may_end_itself(capsys: Any) -> None:
    assert said(capsys, "-e", "(println 1) (exit 7) (println 2)") == (7, "1\n", "")
    assert said(capsys, "-e", "(exit)")[0] == 0


def test_what_is_probably_not_meant_is_said_and_the_program_runs(capsys: Any) -> None:
    text = "(define (f x) (+ x 1) (* x 2))\n(println (f 3) {:a 1 :a 2})\n(try (nobody) (catch e 1))"
    Path("p.lisp").write_text(text)
    status, out, err = said(capsys, "p.lisp")
    assert (status, out) == (0, "6 {:a 2}\n")
    said_once = [line for line in err.splitlines() if "warning" in line]
    assert said_once == [
        "p.lisp:1:15: warning: the value of this (+ …) is not used",
        "p.lisp:2:22: warning: :a stands twice in this map",
    ]
    # What stands on the command line is tried out, and prints its value.
    assert said(capsys, "-e", "(+ 1 2) 3") == (0, "3\n", "")


def test_a_mistake_in_the_text_names_the_file(capsys: Any) -> None:
    Path("p.lisp").write_text('(define (f x)\n  (car "ab')
    status, out, err = said(capsys, "p.lisp")
    assert (status, out) == (1, "")
    assert err.startswith("Error (reader) at line 2, column 8 of p.lisp: this string never ends")
    assert said(capsys, "check", "p.lisp")[:2] == (
        1,
        'p.lisp:2:8: this string never ends\n  hint: close it with "\n',
    )
    Path("good.lisp").write_text("(+ 1 2)")
    assert said(capsys, "check", "good.lisp") == (0, "", "")
    assert said(capsys, "check", "good.lisp", "missing.lisp")[0] == 2


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--nothing"], "there is no option --nothing"),
        (["-e"], "-e needs a value"),
        (["--budget", "much", "-e", "1"], "--budget expects a number"),
        (["--timeout=-1", "-e", "1"], "--timeout expects a number"),
        (["missing.lisp"], "cannot read missing.lisp: no such file"),
        (["eval"], "eval needs a file, or --expr, or --jsonl"),
        (["check"], "check needs a file"),
        (["completion", "csh"], "completion expects one of"),
    ],
)
def test_a_wrong_command_is_said(capsys: Any, words: list[str], reason: str) -> None:
    status, out, err = said(capsys, *words)
    assert (status, out) == (2, "")
    assert err.startswith(f"lispcore: {reason}")


def test_version_help_and_documentation(capsys: Any) -> None:
    assert said(capsys, "--version") == (0, f"lispcore {__version__}\n", "")
    assert said(capsys, "--help") == (0, USAGE, "")
    assert said(capsys, "doc", "car")[1].startswith("(car sequence")
    assert "\nif\n" in said(capsys, "doc")[1]
    status, out, err = said(capsys, "doc", "string-lenth")
    assert (status, out) == (1, "")
    assert "is it string-length?" in err


def test_tapes_and_limits(capsys: Any) -> None:
    assert said(capsys, "--record", "t.jsonl", "-e", TAPE) == (0, "an answer\n", "")
    words = ["--replay=t.jsonl", "-e", TAPE.replace("an answer", "never")]
    assert said(capsys, *words) == (0, "an answer\n", "")
    status, _, err = said(capsys, "--replay", "none.jsonl", "-e", TAPE)
    assert status == 1
    assert "there is no tape none.jsonl" in err
    status, _, err = said(capsys, "--timeout", "0.2", "-e", "(while #t 1)")
    assert status == 1
    assert "longer than 0.2 seconds" in err
    assert said(capsys, "--budget", "2.5", "-p", "(:limit (llm/budget-remaining))")[1] == "2.5\n"


def test_shells_complete_every_command_and_option() -> None:
    for script in SCRIPTS.values():
        for word in COMMANDS:
            assert word in script
        for word in ("model", "budget", "replay", "version"):
            assert word in script
    for script in SCRIPTS.values():
        assert "_lispcore" in script or "complete -c lispcore" in script


def started(*words: str, **options: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "lispcore", *words], cwd=ROOT, **options)


def test_nobody_is_blamed_for_a_reader_that_leaves() -> None:
    process = started("-e", "(for-each println (range 100000))", stdout=-1, stderr=-1)
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline() == b"0\n"
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(120) == 141


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no full disk here")
def test_a_full_disk_is_said() -> None:
    with open("/dev/full", "wb") as full:
        process = started("-e", '(println "x")', stdout=full, stderr=subprocess.PIPE)
        err = process.communicate(timeout=120)[1].decode()
    assert process.returncode == 1
    assert "the output cannot be written: no space left on device" in err
    assert "Exception ignored" not in err


def test_all_mistakes_of_a_program_are_told(capsys: Any) -> None:
    Path("p.lisp").write_text("(define (f x) x)\n(f 1 2)\n(try (g) (catch e 1))\n(prntln 1)\n")
    status, out, _ = said(capsys, "check", "p.lisp")
    assert status == 1
    assert out == (
        "p.lisp:2:1: f expects 1 argument, got 2\n  hint: it is called as (f x)\n"
        "p.lisp:3:7: warning: Unbound variable: g\n"
        "  hint: define it with (define (g …) …) before it is called\n"
        "p.lisp:4:2: Unbound variable: prntln\n  hint: did you mean println or print?\n"
    )
    status, out, _ = said(capsys, "check", "--json", "p.lisp")
    rows = json.loads(out)
    assert status == 1
    assert [(row["line"], row["end_column"], row["severity"]) for row in rows] == [
        (2, 3, "error"),
        (3, 8, "warning"),
        (4, 8, "error"),
    ]
    Path("caught.lisp").write_text("(try (g) (catch e 1))")
    assert said(capsys, "check", "caught.lisp")[0] == 0


def test_programs_are_laid_out(capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    wild, good = "(define (f x)\n(+ x\n1))", "(define (f x)\n  (+ x\n     1))\n"
    Path("p.lisp").write_text(wild)
    assert said(capsys, "fmt", "--check", "p.lisp") == (
        1,
        "",
        "lispcore: p.lisp would be laid out anew\n",
    )
    status, out, _ = said(capsys, "fmt", "--diff", "p.lisp")
    assert (status, Path("p.lisp").read_text()) == (0, wild)
    assert "-(+ x\n" in out
    assert "+  (+ x\n" in out
    Path("p.lisp").chmod(0o755)
    assert said(capsys, "fmt", "p.lisp") == (0, "", "")
    assert Path("p.lisp").read_text() == good
    assert Path("p.lisp").stat().st_mode & 0o777 == 0o755
    assert said(capsys, "fmt", "--check", "--diff", "p.lisp") == (0, "", "")
    typed(monkeypatch, wild)
    assert said(capsys, "fmt", "-") == (0, good, "")
    Path("bad.lisp").write_text("(a")
    status, out, err = said(capsys, "fmt", "bad.lisp", "missing.lisp")
    assert (status, out, Path("bad.lisp").read_text()) == (2, "", "(a")
    assert err.startswith("lispcore: bad.lisp:1:1: this ( is never closed")
    assert said(capsys, "fmt", "--wrong", "p.lisp")[0] == 2


def test_words_behind_two_dashes_are_those_of_a_text(capsys: Any) -> None:
    words = ["-e", "(println (cdr (sys/args)))", "--", "a", "-e", "--c"]
    assert said(capsys, *words) == (0, '("a" "-e" "--c")\n', "")


def in_shell(command: str, tmp_path: Path) -> tuple[int, str, str]:
    """Runs a command of a shell, in which `lisp` is ours; returns status, output and errors."""
    lisp = f'lisp() {{ "{sys.executable}" -m lispcore "$@"; }}'
    variables = {**os.environ, "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(
        ["bash", "-c", f"{lisp}\n{command}"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=variables,
        timeout=200,
        check=False,
    )
    return ended.returncode, ended.stdout, ended.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="a shell of Unix")
def test_streams_that_are_closed_are_said_to_be(tmp_path: Path) -> None:
    status, _, err = in_shell("lisp -e '(println 1)' >&-", tmp_path)
    assert status == 1
    assert "the output cannot be written: it is closed" in err
    assert in_shell("lisp -p '(read-line)' -p 5 <&-", tmp_path) == (0, "nil\n5\n", "")
    program = """lisp -e '(file/write "out" "data") (error "x")' 2>&-; cat out"""
    assert in_shell(program, tmp_path) == (0, "data", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("words", ["doc map", "--help", "-p 5", "fmt -"])
def test_a_full_disk_is_said_to_be_full(words: str, tmp_path: Path) -> None:
    status, _, err = in_shell(f"echo '(f  x)' | lisp {words} > /dev/full", tmp_path)
    assert status == 1
    assert "the output cannot be written: no space left on device" in err
    assert "Traceback" not in err


def test_who_reads_enough_is_no_mistake(tmp_path: Path) -> None:
    status, out, err = in_shell(
        "lisp doc | (read line; echo $line); exit ${PIPESTATUS[0]}", tmp_path
    )
    assert (status in (0, 141), err) == (True, ""), out


def test_a_model_that_nobody_serves_is_not_played_by_another(
    capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [each for each in os.environ if each.endswith(("_KEY", "_URL", "_BASE"))]:
        monkeypatch.delenv(name)
    for name in ("SEMA_CHAT_PROVIDER", "SEMA_LLM_CASSETTE", "OLLAMA_HOST"):
        monkeypatch.delenv(name, raising=False)
    program = '(llm/complete "hi")'
    status, out, err = said(capsys, "--model", "openai/gpt-5", "-p", program)
    assert (status, out) == (1, "")
    assert "no API key for OpenAI" in err
    status, out, err = said(capsys, "--model", "gpt-5", "-p", program)
    assert (status, out) == (1, "")
    assert "nobody is configured" in err
    assert said(capsys, "--model", "demo/demo", "-p", program)[0] == 0


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_how_it_is_called(command: str, capsys: Any) -> None:
    status, out, err = said(capsys, command, "--help")
    assert (status, err) == (0, "")
    assert out.startswith(f"lispcore {command}")
    assert said(capsys, "help", command) == (0, out, "")
    assert all(each.startswith((f"lispcore {command}", " ")) for each in out.splitlines())


def test_help_shows_all_commands(capsys: Any) -> None:
    assert said(capsys, "help") == (0, USAGE, "") == said(capsys, "--help")
    assert said(capsys, "help", "nothing")[0] == 2


def test_standard_input_is_a_text(tmp_path: Path) -> None:
    status, _, err = in_shell(r"printf '(println \"\xff\")' | LC_ALL=C lisp -", tmp_path)
    assert (status, err) == (2, "lispcore: cannot read -: it is no UTF-8 text\n")
    found = in_shell(r"printf '\xef\xbb\xbf(println \"\xc3\xa9\")\r\n' | LC_ALL=C lisp -", tmp_path)
    assert found == (0, "é\n", "")
