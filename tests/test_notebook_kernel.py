"""The Jupyter kernel, spoken to as notebooks do; left out where Jupyter is not installed."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lispcore.__main__ import main

pytest.importorskip("ipykernel")
manager = pytest.importorskip("jupyter_client.manager")

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    """A running kernel, found by the file that `lispcore jupyter install` has written."""
    prefix = tmp_path_factory.mktemp("prefix")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", str(prefix / "share" / "jupyter"))
        patch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), *sys.path]))
        assert main(["jupyter", "install", "--prefix", str(prefix)]) == 0
        made, client = manager.start_new_kernel(kernel_name="lispcore", startup_timeout=120)
        try:
            yield Kernel(made, client)
        finally:
            client.stop_channels()
            made.shutdown_kernel(now=True)


class Kernel:
    """What a frontend does."""

    def __init__(self, made: Any, client: Any) -> None:
        self.manager = made
        self.client = client
        client.allow_stdin = True

    def run(self, code: str, answer: str = "", wait: str = "") -> tuple[str, list[Any]]:
        """Runs a cell; returns its status and what came. At the output `wait` it interrupts."""
        shown: list[Any] = []

        def hear(message: dict[str, Any]) -> None:
            content = message["content"]
            if message["msg_type"] in ("stream", "error"):
                shown.append(content)
                if wait and wait in content.get("text", ""):
                    self.manager.interrupt_kernel()
            elif "data" in content:
                shown.append(content["data"])

        reply = self.client.execute_interactive(
            code, output_hook=hear, stdin_hook=lambda _: self.client.input(answer), timeout=120
        )
        return reply["content"]["status"], shown

    def ask(self, kind: str, *words: Any) -> dict[str, Any]:
        """Asks for help with a text."""
        content: dict[str, Any] = getattr(self.client, kind)(*words, reply=True, timeout=120)
        return content["content"]


def test_a_cell_has_output_and_a_value(kernel: Kernel) -> None:
    status, shown = kernel.run('(define x 20) (println "hi") (+ x 1)')
    assert status == "ok"
    assert shown == [{"name": "stdout", "text": "hi\n"}, {"text/plain": "21"}]


def test_a_mistake_has_its_place(kernel: Kernel) -> None:
    status, shown = kernel.run("(define y 1)\n(car 5)")
    assert status == "error"
    assert shown[0]["ename"] == "type-error"
    assert "line 2, column 1" in shown[0]["traceback"][0]


def test_questions_are_asked_in_the_notebook(kernel: Kernel) -> None:
    assert kernel.run('(ui/ask "Name?")', answer="Ada")[1] == [{"text/plain": '"Ada"'}]


def test_a_model_call_shows_what_it_used(kernel: Kernel) -> None:
    _, shown = kernel.run('(llm/configure :demo {:model "demo"}) (llm/complete "Say hello")')
    assert shown[-2]["text/plain"].startswith("1 model call, ")
    assert "text/markdown" in shown[-1]


@pytest.mark.parametrize("what", ["(let loop () (loop))", "(sleep 600000)"])
def test_a_cell_can_be_interrupted_and_the_session_stays(kernel: Kernel, what: str) -> None:
    status, shown = kernel.run(f'(define kept 7) (println "go") {what}', wait="go")
    assert status == "error"
    assert shown[-1]["ename"] == "stopped"
    assert kernel.run("kept") == ("ok", [{"text/plain": "7"}])


def test_words_are_completed_and_names_described(kernel: Kernel) -> None:
    found = kernel.ask("complete", "(string/tri", 11)
    assert found["matches"][0] == "string/trim"
    assert found["cursor_start"] == 1
    found = kernel.ask("inspect", "(map f", 3)
    assert found["found"]
    assert "(map f:function" in found["data"]["text/plain"]


@pytest.mark.parametrize(
    ("code", "status"), [("(+ 1", "incomplete"), ("(+ 1 2)", "complete"), (")", "invalid")]
)
def test_whether_a_text_is_complete(kernel: Kernel, code: str, status: str) -> None:
    kernel.client.is_complete(code)
    assert kernel.client.get_shell_msg(timeout=120)["content"]["status"] == status


def test_a_notebook_runs_from_its_first_cell_to_its_last(
    kernel: Kernel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nbclient = pytest.importorskip("nbclient")
    nbformat = pytest.importorskip("nbformat")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), *sys.path]))
    spec = kernel.manager.kernel_spec.resource_dir
    monkeypatch.setenv("JUPYTER_PATH", str(Path(spec).parent.parent))
    cells = ["(define (square x) (* x x))", "(map square '(1 2 3))", '(ui/markdown "*done*")']
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(each) for each in cells])
    nbclient.NotebookClient(book, kernel_name="lispcore", timeout=120).execute(cwd=str(tmp_path))
    assert book.cells[0].outputs == []
    assert book.cells[1].outputs[0]["data"]["text/plain"] == "(1 4 9)"
    assert book.cells[2].outputs[0]["data"]["text/markdown"] == "*done*"
