"""Rows on clusters: real ones of Dask and Ray on this machine, with workers that are killed."""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from lispcore.__main__ import main
from lispcore.commands import mapping
from lispcore.commands.engines import MissingPackage, WorkerLost, Workers
from lispcore.commands.programs import Options, Piece
from lispcore.commands.row_workers import Answer, Program, do_row, load
from lispcore.hosts.embedding import Interpreter
from lispcore.llm.usage import Usage
from lispcore.values.errors import LispError

ROOT = Path(__file__).resolve().parent.parent
ROWS = 12
# One row kills the worker that has it, the first time; one fails.
PROGRAM = """
(define (f row)
  (when (and (= (:id row) "r5") (not (file/exists? DIED)))
    (file/write DIED "")
    (shell (str "kill -9 " (sys/pid))))
  (if (= (:id row) "r7") (error "seven"))
  (llm/complete "q")
  {:id (:id row) :pid (sys/pid) :yes #t})
"""


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", sys.argv)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))  # workers import the package of this checkout


def needs(package: str) -> Any:
    return pytest.mark.skipif(
        importlib.util.find_spec(package) is None, reason=f"{package} is not installed"
    )


def write_job() -> list[str]:
    """Writes program and rows; returns the words of the command."""
    Path("p.lisp").write_text(PROGRAM.replace("DIED", json.dumps(os.path.abspath("died"))))
    Path("in.jsonl").write_text("".join(f'{{"id":"r{n}"}}\n' for n in range(ROWS)))
    return ["map", "p.lisp", "--fn", "f", "--in", "in.jsonl", "--out", "o.jsonl", "--key", "id"]


def check_output(capsys: Any) -> None:
    """Checks that each row is there once, with what it used, though a worker was lost."""
    assert f"{ROWS - 1} rows done, 1 failed" in capsys.readouterr().err
    entries = [json.loads(line) for line in Path("o.jsonl").read_text().splitlines()][1:]
    assert sorted(each["key"] for each in entries) == sorted(f"r{n}" for n in range(ROWS))
    assert Path("died").exists()
    good = [each for each in entries if "error" not in each]
    assert all(each["result"]["yes"] is True for each in good)
    assert all(each["usage"]["tokens"] > 0 for each in good)
    assert os.getpid() not in {each["result"]["pid"] for each in good}
    (failed,) = [each for each in entries if "error" in each]
    assert "seven" in failed["error"]["message"]


@needs("distributed")
def test_a_dask_cluster_loses_a_worker_and_no_row(capsys: Any) -> None:
    import distributed

    words = write_job()
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, processes=True
    ) as cluster:
        words += ["--engine", "dask", "--address", cluster.scheduler_address]
        assert main(words) == 1
        check_output(capsys)
        assert main(words) == 0
        assert f"{ROWS} were there" in capsys.readouterr().err


@needs("ray")
def test_a_ray_cluster_loses_a_worker_and_no_row(capsys: Any) -> None:
    words = [*write_job(), "--engine", "ray", "--workers", "2"]
    assert main(words) == 1
    check_output(capsys)


@pytest.mark.parametrize("engine", ["dask", "ray"])
def test_an_engine_that_is_not_installed_says_how_to_get_it(
    engine: str, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = {"dask": "distributed"}.get(engine, engine)
    monkeypatch.setitem(sys.modules, package, None)
    assert main([*write_job(), "--engine", engine]) == 2
    assert f"pip install 'lispcore[{engine}]'" in capsys.readouterr().err
    with pytest.raises(MissingPackage):
        mapping.ENGINES[engine](Program(Piece("", "p"), "f", Options()), 1, None)


def test_wrong_words_are_refused(capsys: Any) -> None:
    words = write_job()
    assert main([*words, "--engine", "spark"]) == 2
    assert "processes, dask, ray" in capsys.readouterr().err
    assert main([*words, "--address", "tcp://127.0.0.1:1"]) == 2
    assert "--address is for" in capsys.readouterr().err


class Failing:
    """An engine that loses the worker so many times."""

    places = 1

    def __init__(self, times: int) -> None:
        self.times = times
        self.sent: list[Any] = []

    def submit(self, row: Any) -> Any:
        self.sent.append(row)
        if self.times == 0:
            return lambda: Answer(row, None, Usage(3, 4), 0.5, "m")
        self.times -= 1

        def lose() -> Answer:
            raise WorkerLost

        return lose

    def close(self) -> None:
        """Has nothing to end."""


def called(times: int) -> tuple[Any, Failing]:
    engine = Failing(times)
    lisp = Interpreter()
    token = lisp.enter()
    try:
        return Workers(engine)("row"), engine
    finally:
        lisp.leave(token)


def test_a_row_is_sent_again_but_not_for_ever() -> None:
    value, engine = called(3)
    assert (value, engine.sent) == ("row", ["row"] * 4)
    with pytest.raises(LispError, match="time after time"):
        called(5)


def test_a_worker_loads_a_program_once() -> None:
    program = Program(
        Piece(
            '(file/write "loaded" (str (if (file/exists? "loaded") (file/read "loaded") "") "x"))'
            '(define (g n) (if (= n 0) (error "none") (* 2 n)))',
            "p.lisp",
        ),
        "g",
        Options(),
    )
    assert [do_row(program, n).value for n in (1, 2)] == [2, 4]
    assert do_row(None, 5).value == 10
    failed = do_row(program, 0)
    assert failed.error is not None
    assert "none" in failed.error.message
    assert Path("loaded").read_text() == "x"
    other = Program(program.piece, "(fn (n) (- n))", Options())
    assert do_row(other, 5).value == -5
    assert load(None) == load(other)
