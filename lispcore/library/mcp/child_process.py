"""An MCP server that is a program on this machine: one JSON message a line, in and out."""

from __future__ import annotations

import os
import queue
import threading
import weakref
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from lispcore.library.mcp.json_rpc import cancelled, failed, is_response, reply_to
from lispcore.llm.json_values import read_json
from lispcore.tasks.context import host
from lispcore.values.errors import LispError

if TYPE_CHECKING:
    import subprocess

_LOOK_SECONDS: Final = 0.05
_LAST_WORDS: Final = 5  # lines of what the program said on its standard error
_PATIENCE_SECONDS: Final = 2.0  # for a program to end by itself


class ChildProcess:
    """Implements `json_rpc.Transport`."""

    def __init__(
        self, words: list[str], folder: str | None, environment: Mapping[str, str]
    ) -> None:
        import subprocess

        try:
            self._process = subprocess.Popen(
                words,
                cwd=folder,
                env={**os.environ, **environment},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
        except FileNotFoundError as error:
            raise LispError(
                f"mcp/connect: there is no program or directory {error.filename}",
                kind="io",
                hint="(sys/which name) tells where a program is",
            ) from None
        except OSError as error:
            raise LispError(f"mcp/connect: {error}", kind="io") from None
        self._messages: queue.SimpleQueue[Any] = queue.SimpleQueue()
        # Number of a request that somebody waits for -> its response, once that is there.
        self._arrived: dict[int, Mapping[str, Any] | None] = {}
        self._has_ended = False
        self._last_words: deque[str] = deque(maxlen=_LAST_WORDS)
        self._writing = threading.Lock()
        for target in (self._read, self._listen):
            threading.Thread(target=target, daemon=True).start()
        # A handle that nobody closed: the program ends with the interpreter.
        weakref.finalize(self, _end, self._process)

    def ask(self, message: Mapping[str, Any], seconds: float | None) -> Mapping[str, Any]:
        """Sends a request and waits for its response; Stop ends the waiting.

        Several tasks may wait at once: each takes what comes, and leaves the others theirs.
        """
        number = message["id"]
        self._arrived[number] = None
        try:
            self._send(message)
            return self._awaited(number, seconds)
        except BaseException:
            if message["method"] != "initialize" and self._process.poll() is None:
                with suppress(LispError):
                    self._send(cancelled(number))
            raise
        finally:
            del self._arrived[number]

    def _awaited(self, number: int, seconds: float | None) -> Mapping[str, Any]:
        until = None if seconds is None else host().monotonic() + seconds
        while True:
            self._take_what_came()
            answer = self._arrived[number]
            if answer is not None:
                return answer
            if self._has_ended:
                raise failed(f"the server has ended{self._said()}")
            host().check()
            if until is not None and host().monotonic() > until:
                raise failed(f"the server did not answer within {seconds:g} s")
            host().sleep(_LOOK_SECONDS)

    def _take_what_came(self) -> None:
        while True:
            try:
                message = self._messages.get_nowait()
            except queue.Empty:
                return
            if message is None:
                self._has_ended = True
                return
            asked = reply_to(message)
            if asked is not None:
                self._send(asked)
            for number in self._arrived:
                if is_response(message, number):
                    self._arrived[number] = message

    def tell(self, message: Mapping[str, Any]) -> None:
        """Sends what has no answer."""
        self._send(message)

    def agree(self, version: str) -> None:
        """Nothing depends on it here."""

    def close(self) -> None:
        """Ends the program: its input is closed, then it is told to, then it is killed."""
        _end(self._process)

    def _send(self, message: Mapping[str, Any]) -> None:
        import json

        line = json.dumps(message, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
        pipe = self._process.stdin
        assert pipe is not None
        try:
            with self._writing:
                pipe.write(line)
                pipe.flush()
        except (OSError, ValueError):
            raise failed(f"the server has ended{self._said()}") from None

    def _said(self) -> str:
        words = " ".join(self._last_words).strip()
        return f"; it said: {words[:500]}" if words else ""

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            try:
                message = read_json(line.decode("utf-8", "replace"))
            except ValueError:
                continue  # some print other things before they begin
            for each in message if isinstance(message, list) else [message]:
                self._messages.put(each)
        self._messages.put(None)

    def _listen(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self._last_words.append(line.decode("utf-8", "replace").strip())


def _end(process: subprocess.Popen[bytes]) -> None:
    import contextlib
    import subprocess

    if process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.close()
    for end in (None, process.terminate, process.kill):
        if end is not None:
            end()
        try:
            process.wait(_PATIENCE_SECONDS)
            return
        except subprocess.TimeoutExpired:
            continue
