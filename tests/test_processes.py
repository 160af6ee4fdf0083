"""Other programs on the terminal, and none in a page."""

from __future__ import annotations

import pytest

from fake_host import FakeHost
from lispcore import Interpreter, LispError
from lispcore.library.registry import ENTRIES
from lispcore.values.printing import print_value


def run(program: str) -> str:
    return print_value(Interpreter(FakeHost()).eval(program))


def test_shell() -> None:
    assert run('(shell "echo out; echo err >&2; exit 3")') == (
        '{:exit-code 3 :stderr "err\\n" :stdout "out\\n"}'
    )
    assert run('(:stdout (shell "printf" "%s" "$HOME"))') == '"$HOME"'
    assert run('(:stdout (shell "printf $V" {:env {:V "x"}}))') == '"x"'
    assert run('(begin (sys/set-env "W" "y") (:stdout (shell "printf $W")))') == '"y"'
    with pytest.raises(LispError, match="there is no program"):
        run('(shell "no-such-program-here" "x")')


def test_a_process_beside_the_program() -> None:
    assert (
        run(
            '(let ((p (proc/spawn ["cat"]))) (proc/write-stdin p "hi") (proc/close-stdin p) '
            "(proc/wait p) (list (proc/read-stdout p) (proc/exit-code p)))"
        )
        == '("hi" 0)'
    )
    assert run('(let ((p (proc/spawn ["sleep" "60"]))) (proc/kill p) (proc/wait p))') == "-9"
    with pytest.raises(LispError, match="no process 999"):
        run("(proc/wait 999)")


@pytest.mark.parametrize(
    "name", sorted(n for n, e in ENTRIES.items() if e.chapter == "processes" and n != "shell/quote")
)
def test_a_page_has_no_other_programs(name: str) -> None:
    host = FakeHost()
    host.name = "browser"
    arguments = {"shell": '"ls"', "proc/spawn": '["ls"]', "proc/write-stdin": '1 "x"'}.get(name)
    if arguments is None:
        arguments = '"x"' if name == "git/ignore-matches?" else "1" if name[0] == "p" else ""
    with pytest.raises(LispError, match="cannot start other programs"):
        Interpreter(host).eval(f"({name} {arguments})")
