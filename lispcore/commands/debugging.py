"""The step debugger on a terminal: `lispcore debug FILE`."""

from __future__ import annotations

import sys
from typing import Final

from lispcore.commands.programs import read_program
from lispcore.hosts.terminal import TerminalHost
from lispcore.running.debugger import Debugger, Pause, Step, shown
from lispcore.running.interpreter import Interpreter
from lispcore.values.errors import Stopped

HELP: Final = """\
s          step into the next form          n   step over it, with all that it calls
o          step out of the function         c   go on to the next breakpoint
b LINE     set a breakpoint, or take it away
l          show the local variables         w   show who called
q          end the program
Anything else is evaluated with the local variables of the place.
"""
STEPS: Final = {"s": Step.INTO, "n": Step.OVER, "o": Step.OUT, "c": Step.CONTINUE}


def debug_file(path: str) -> int:
    """Runs the program of a file step by step; returns the exit status."""
    piece = read_program(path)
    if piece is None:
        return 2
    host = TerminalHost()
    frontend = TerminalFrontend(host, piece.text)
    print(HELP, end="", file=sys.stderr)
    debugger = Debugger(frontend, stops_at_errors=True, stops_first=True)
    try:
        result = Interpreter(host).debug(piece.text, debugger)
    except Stopped:
        return 130
    error = result["error"]
    if error is None:
        return 0
    print(f"{path}:{error['line']}:{error['column']}: {error['message']}", file=sys.stderr)
    return 1


class TerminalFrontend:
    """Shows the line where the program stands, and reads what to do."""

    def __init__(self, host: TerminalHost, text: str) -> None:
        self._host = host
        self._lines = text.split("\n")

    def stopped(self, debugger: Debugger, pause: Pause) -> Step:
        """Asks until somebody says how the program goes on."""
        self._show(pause)
        while True:
            line = self._host.read_line("(debug) ")
            if line is None or line.strip() == "q":
                raise Stopped
            word, _, rest = line.strip().partition(" ")
            if word in STEPS and not rest:
                return STEPS[word]
            self._write(self._answer(debugger, pause, word, rest, line))

    def look(self, debugger: Debugger) -> bool:
        """Nobody can say anything while the program runs, but Ctrl-C."""
        return False

    def _answer(self, debugger: Debugger, pause: Pause, word: str, rest: str, line: str) -> str:
        if word in ("h", "?", ""):
            return HELP
        if word == "l" and not rest:
            found = debugger.locals_of(0)
            return "".join(f"{name} = {shown(value)}\n" for name, value in found) or "none\n"
        if word == "w" and not rest:
            return "".join(f"{frame.name} at line {frame.line}\n" for frame in pause.stack)
        if word == "b" and rest.strip().isdigit():
            debugger.breakpoints = debugger.breakpoints ^ {int(rest)}
            lines = ", ".join(map(str, sorted(debugger.breakpoints)))
            return f"breakpoints at {lines}\n" if lines else "no breakpoints\n"
        return debugger.evaluate(line, 0) + "\n"

    def _show(self, pause: Pause) -> None:
        text = self._lines[pause.line - 1] if 0 < pause.line <= len(self._lines) else ""
        reason = f" ({pause.message})" if pause.message else ""
        self._write(f"line {pause.line}{reason}\n  {text}\n  {' ' * (pause.column - 1)}^\n")

    def _write(self, text: str) -> None:
        self._host.write(text, "err")
