"""A function over rows: what it reads, what it writes, and that it goes on where it was."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fake_host import FakeHost, FakeResponse
from lispcore import Interpreter, LispError
from lispcore.__main__ import main

ROOT = Path(__file__).resolve().parent.parent
DOUBLE = "(define (f row) (* 2 (:n row)))"


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", sys.argv)


def lines(path: str = "o.jsonl") -> list[dict[str, Any]]:
    """Returns the rows of an output, without its heads."""
    entries = [json.loads(line) for line in Path(path).read_text().splitlines()]
    return [entry for entry in entries if "rows" not in entry]


def run(program: str, host: Any = None) -> dict[str, Any]:
    return Interpreter(host or FakeHost()).eval(program, python=True)


def over(source: str, options: str = "", f: str = DOUBLE) -> dict[str, Any]:
    return run(f'{f} (llm/each-row {source} f {{:out "o.jsonl" {options}}})')


def test_each_row_has_a_line_with_what_it_took() -> None:
    counts = over("[{:n 1} {:n 2}]", ":concurrency 1")
    assert (counts["rows"], counts["done"], counts["failed"]) == (2, 2, 0)
    assert (counts["status"], counts["out"]) == ("complete", "o.jsonl")
    assert [(line["key"], line["result"]) for line in lines()] == [(0, 2), (1, 4)]
    assert lines()[0]["usage"] == {"tokens": 0, "usd": 0.0}
    assert lines()[0]["ms"] >= 0
    head = json.loads(Path("o.jsonl").read_text().splitlines()[0])
    assert head["rows"] == 1
    assert len(head["program"]) == 16


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("rows.jsonl", '{"n": 1, "w": "a"}\n\n{"n": 2, "w": "ä,b"}\n'),
        ("rows.ndjson", '{"n": 1, "w": "a"}\n{"n": 2, "w": "ä,b"}'),
        ("rows.csv", '\ufeffn,w\r\n1,a\r\n2,"ä,b"\r\n'),
        ("rows.tsv", "n\tw\n1\ta\n2\tä,b\n"),
    ],
)
def test_rows_of_files(name: str, text: str) -> None:
    Path(name).write_bytes(text.encode())
    f = "(define (f row) (list (int (:n row)) (:w row)))"
    if not name.endswith("n") and not name.endswith("l"):
        f = f.replace("(int (:n row))", "(string->number (:n row))")
    else:
        f = f.replace("(int (:n row))", "(:n row)")
    assert over(f'"{name}"', f=f)["done"] == 2
    assert sorted(line["result"] for line in lines()) == [[1, "a"], [2, "ä,b"]]


def test_rows_of_streams_and_folders() -> None:
    stream = '(stream/from-string "{\\"n\\":1}\\n{\\"n\\":5}")'
    assert over(stream)["done"] == 2
    assert sorted(line["result"] for line in lines()) == [2, 10]
    Path("docs").mkdir()
    Path("docs/b.txt").write_text("bb")
    Path("docs/a.txt").write_text("a")
    Path("docs/.hidden").write_text("")
    f = "(define (f row) (string-length (:text row)))"
    run(f'{f} (llm/each-row "docs" f {{:out "d.jsonl" :key :path}})')
    assert {line["key"]: line["result"] for line in lines("d.jsonl")} == {
        "docs/a.txt": 1,
        "docs/b.txt": 2,
    }


@pytest.mark.parametrize(
    ("source", "options", "message"),
    [
        ('"none.csv"', "", "there is no file none.csv"),
        ('"rows.txt"', "", ".jsonl"),
        ('"bad.csv"', "", "line 3 of bad.csv has 1 fields"),
        ('"bad.jsonl"', "", "line 2 of bad.jsonl is no JSON"),
        ("5", "", "expected list, vector, stream or path"),
        ("[]", ":concurrency 0", "option :concurrency expected a number"),
        ("[{:n 1}]", ":key :id", "row 1 has no key"),
        ("[]", ":nothing 1", "nothing"),
    ],
)
def test_mistakes_are_named(source: str, options: str, message: str) -> None:
    Path("bad.csv").write_text("n,w\n1,a\n2\n")
    Path("bad.jsonl").write_text("{}\nx\n")
    with pytest.raises(LispError) as caught:
        over(source, options, "(define (f row) 1)")
    assert message in caught.value.message


def test_the_same_call_goes_on_where_it_was() -> None:
    f = "(define asked 0) (define (f row) (set! asked (+ asked 1)) (:n row))"
    program = f'{f} (define c (llm/each-row ROWS f {{:out "o.jsonl" :key :id}})) (list asked c)'
    two = program.replace("ROWS", "[{:id :a :n 1} {:id :b :n 2}]")
    assert run(two)[0] == 2
    asked, counts = run(two)
    assert (asked, counts["skipped"]) == (0, 2)
    Path("o.jsonl").write_bytes(Path("o.jsonl").read_bytes()[:-20])  # its last line broke off
    asked, counts = run(two)
    assert (asked, counts["skipped"], counts["done"]) == (1, 1, 1)
    assert sorted(line["key"] for line in lines()) == ["a", "b"]


def test_errors_are_results_and_can_be_tried_again() -> None:
    f = '(define (f row) (if (and (= (:n row) 2) (not (file/exists? "ok"))) (error "two") 1))'
    rows = "[{:n 1} {:n 2} {:n 3}]"
    assert over(rows, "", f)["failed"] == 1
    (failed,) = [line for line in lines() if "error" in line]
    assert failed["key"] == 1
    assert "two" in failed["error"]["message"]
    assert over(rows, "", f)["skipped"] == 3
    Path("ok").write_text("")
    counts = over(rows, ":retry-errors #t", f)
    assert (counts["skipped"], counts["done"], counts["failed"]) == (2, 1, 0)
    assert sorted(line["key"] for line in lines()) == [0, 1, 2]
    assert not any("error" in line for line in lines())


def test_another_program_does_not_mix_its_results_in() -> None:
    over("[{:n 1}]")
    with pytest.raises(LispError, match="another program or model"):
        over("[{:n 1} {:n 2}]", "", "(define (f row) 7)")
    assert over("[{:n 1} {:n 2}]", ":mixed #t", "(define (f row) 7)")["done"] == 1
    Path("o.jsonl").write_text("something else\n")
    with pytest.raises(LispError, match="holds something else"):
        over("[]")


def test_rows_are_under_way_together() -> None:
    f = """(define now 0) (define most 0)
    (define (f row) (set! now (+ now 1)) (set! most (max most now)) (async/sleep 5)
      (set! now (- now 1)) 1)"""
    program = f'{f} (llm/each-row (range 12) f {{:out "o.jsonl" :concurrency 4}}) most'
    assert Interpreter().eval(program) == 4


def test_a_refusal_makes_all_slower_and_the_row_again() -> None:
    settings = {"openai": {"base_url": "", "model": "m-1", "has_key": True}}
    done = {"choices": [{"delta": {"content": "ok"}, "finish_reason": "stop"}]}
    good = FakeResponse(f"data: {json.dumps(done)}\n\ndata: [DONE]\n\n".encode())
    busy = FakeResponse(b"{}", status=429, headers={"retry-after": "7"})
    host: Any = FakeHost(busy, good)
    host.settings = {"default": "openai", "providers": settings}
    f = '(define (f row) (llm/complete "q" {:max-retries 0}))'
    counts = run(f'{f} (llm/each-row [1] f {{:out "o.jsonl" :concurrency 1}})', host)
    assert (counts["done"], counts["failed"]) == (1, 0)
    assert host.time >= 7


def test_the_pace_is_kept() -> None:
    host: Any = FakeHost()
    before = host.time
    program = '(llm/each-row (range 11) (fn (n) n) {:out "o.jsonl" :per-second 2 :concurrency 1})'
    run(program, host)
    assert host.time - before >= 5


def test_a_budget_ends_it_cleanly_and_a_larger_one_goes_on() -> None:
    f = """(llm/set-pricing "dear" 1000000 1000000)
    (llm/define-provider :p {:complete (fn (r) {:content "x" :usage {:prompt-tokens 1 :completion-tokens 1}})
                             :default-model "dear"})
    (define (f row) (llm/complete "q"))"""
    program = f + '(llm/each-row (range 10) f {:out "o.jsonl" :concurrency 1 :budget BUDGET})'
    counts = run(program.replace("BUDGET", "5"))
    assert counts["status"] == "budget"
    assert 1 <= counts["done"] < 10
    assert len(lines()) == counts["done"]
    again = run(program.replace("BUDGET", "1000"))
    assert (again["skipped"], again["status"]) == (counts["done"], "complete")
    assert len(lines()) == 10


def test_progress_is_told() -> None:
    host: Any = FakeHost()
    program = """(define told '())
    (llm/each-row (range 5) (fn (n) (async/sleep 1500) n)
      {:out "o.jsonl" :concurrency 1 :on-progress (fn (c) (set! told (cons (:done c) told)))})
    told"""
    assert run(program, host)[-1] == 1


def test_the_command_goes_on_after_kill_9(capsys: Any) -> None:
    Path("p.lisp").write_text(
        """(define (f row)
             (file/append "asked" (str (:id row) "\\n"))
             (if (and (= (:id row) "r25") (not (file/exists? "again"))) (die))
             (str "did " (:id row)))"""
    )
    Path("in.jsonl").write_text("".join(f'{{"id":"r{n}"}}\n' for n in range(40)))
    script = (
        "import os, signal, sys\n"
        f"sys.path[:0] = {[str(ROOT)]!r}\n"
        "from lispcore.commands import mapping\n"
        "made = mapping.interpreter_for\n"
        "def with_death(options):\n"
        "    lisp = made(options)\n"
        "    lisp.define('die', lambda: os.kill(os.getpid(), signal.SIGKILL))\n"
        "    return lisp\n"
        "mapping.interpreter_for = with_death\n"
        "from lispcore.__main__ import main\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    words = ["map", "p.lisp", "--fn", "f", "--in", "in.jsonl", "--out=o.jsonl", "--key", "id"]
    ended = subprocess.run(
        [sys.executable, "-c", script, *words, "--concurrency", "1"], capture_output=True
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    assert len(lines()) == 25
    Path("again").write_text("")
    assert main(words) == 0
    assert "15 rows done, 0 failed, 25 were there" in capsys.readouterr().err
    assert sorted(line["key"] for line in lines()) == sorted(f"r{n}" for n in range(40))
    assert len(Path("asked").read_text().splitlines()) == 41  # the row that was under way


def test_the_command_says_what_is_missing(capsys: Any) -> None:
    Path("p.lisp").write_text('(define (f row) (error "no"))')
    Path("in.csv").write_text("id\n1\n")
    words = ["map", "p.lisp", "--fn", "f", "--in", "in.csv", "--out", "o.jsonl"]
    for missing in ("--fn", "--in", "--out"):
        at = words.index(missing)
        assert main([*words[:at], *words[at + 2 :]]) == 2
        assert f"map needs {missing}" in capsys.readouterr().err
    assert main([*words, "--concurrency", "x"]) == 2
    assert main([*words, "--nothing"]) == 2
    assert main(words) == 1  # a row failed
    assert os.path.exists("o.jsonl")


def test_processes_do_the_work_and_lost_ones_are_replaced(capsys: Any) -> None:
    Path("p.lisp").write_text(
        """(define (f row)
             (when (and (= (:id row) "r5") (not (file/exists? "died")))
               (file/write "died" "")
               (shell (str "kill -9 " (sys/pid))))
             (if (= (:id row) "r7") (error "seven"))
             {:id (:id row) :pid (sys/pid) :yes #t})"""
    )
    Path("in.jsonl").write_text("".join(f'{{"id":"r{n}"}}\n' for n in range(12)))
    words = ["map", "p.lisp", "--fn", "f", "--in", "in.jsonl", "--out", "o.jsonl", "--key", "id"]
    assert main([*words, "--workers", "2"]) == 1
    assert "11 rows done, 1 failed" in capsys.readouterr().err
    assert sorted(line["key"] for line in lines()) == sorted(f"r{n}" for n in range(12))
    good = [line["result"] for line in lines() if "error" not in line]
    assert all(result["yes"] is True for result in good)
    assert os.getpid() not in {result["pid"] for result in good}
    assert Path("died").exists()
    (failed,) = [line for line in lines() if "error" in line]
    assert "seven" in failed["error"]["message"]
    assert main([*words, "--engine", "processes", "--workers", "1"]) == 0
    assert "12 were there" in capsys.readouterr().err
    assert main([*words, "--engine", "spark"]) == 2
    assert main([*words, "--workers", "0"]) == 2


def test_rows_of_a_parquet_file() -> None:
    pyarrow = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    import datetime

    from pyarrow import parquet

    table = pyarrow.table(
        {
            "n": [1, 2, None],
            "w": ["a", "ä", ""],
            "yes": [True, False, None],
            "when": [datetime.date(2024, 5, 17)] * 3,
            "tags": [["x", "y"], [], None],
            "bytes": [b"\x00\x01", b"", None],
            "point": [{"x": 1.5}, {"x": 2.0}, None],
        }
    )
    parquet.write_table(table, "rows.parquet", row_group_size=2)
    f = """(define (f row)
      (list (:n row) (:w row) (:yes row) (:when row) (:tags row) (:x (or (:point row) {}))
            (if (:bytes row) (bytevector-length (:bytes row)) nil)))"""
    assert over('"rows.parquet"', ":concurrency 1", f)["done"] == 3
    assert [line["result"] for line in lines()] == [
        [1, "a", True, "2024-05-17", ["x", "y"], 1.5, 2],
        [2, "ä", False, "2024-05-17", [], 2.0, 0],
        [None, "", None, "2024-05-17", None, None, None],
    ]


def test_lines_that_are_read_together_are_whole_values_each() -> None:
    f = "(define (f row) row)"
    good = [f'{{"n": {n}, "w": "{n}\\u00e4"}}' for n in range(150)]
    Path("a.jsonl").write_text("\n".join([*good[:70], "", "  ", *good[70:]]) + "\n")
    assert over('"a.jsonl"', ":key :n", f)["done"] == 150
    assert {line["key"]: line["result"]["w"] for line in lines()} == {
        n: f"{n}ä" for n in range(150)
    }
    # What would be whole only together with its neighbours is not.
    for wrong in ('{"a": [{}\n{}]}', "[1\n2]", "1, 2\n[3\n4]", '"a\nb"', "{}}\n{{}"):
        Path("b.jsonl").write_text(f'{{"n": 1}}\n{wrong}\n{{"n": 2}}\n')
        with pytest.raises(LispError, match=r"line 2 of b\.jsonl is no JSON"):
            run(f'{f} (llm/each-row "b.jsonl" f {{:out "b.out" :concurrency 1}})')
        Path("b.out").unlink()


def test_the_host_is_told_how_far_it_is() -> None:
    host = FakeHost()
    f = '(define (f row) (if (= (:n row) 2) (error "two") {:w "ä"}))'
    Path("a.csv").write_text("n\n1\n2\n")
    program = f"""{f} (define (g row) (f {{:n (string->number (:n row))}}))
    (llm/each-row "a.csv" g {{:out "o.jsonl" :concurrency 1}})"""
    assert run(program, host)["total"] == 2
    told = [each for each in host.records if each["type"] == "rows"]
    assert [each["state"] for each in told] == ["running", "complete"]
    last = told[-1]
    assert (last["done"], last["failed"], last["total"]) == (1, 1, 2)
    assert last["last"] == [["0", '{"w":"ä"}'], ["1", "two"]]
    assert last["errors"] == [["1", "two"]]
