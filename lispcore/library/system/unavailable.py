"""Names of the dialect that need more than a program and a page: processes, servers, devices.

One table says for each family why it cannot be. Each name is bound, documented, and raises one
clear error; what Python makes cheap on the terminal (running a program) lives in processes.py.
"""

from __future__ import annotations

from typing import Final

from lispcore.library.registry import function
from lispcore.values.errors import LispError
from lispcore.values.types import Value

# Family: (what it needs, what to do instead, names).
FAMILIES: Final[tuple[tuple[str, str, tuple[str, ...]], ...]] = (
    (
        "a pseudo-terminal, which neither a browser tab nor this interpreter has",
        "on the terminal (shell command) runs a program and returns its output",
        (
            *("pty/spawn", "pty/read", "pty/write", "pty/resize", "pty/running?", "pty/exit-code"),
            *("pty/kill", "pty/wait", "pty/close"),
        ),
    ),
    (
        "a serial port, which a browser tab cannot open",
        "connect the device to a server and talk to it with http/get",
        (
            *("serial/list", "serial/open", "serial/close", "serial/read-line", "serial/send"),
            "serial/write",
        ),
    ),
    (
        "a web server, and a browser tab cannot listen for connections",
        "http/router makes a handler that can be called; http/get asks other servers",
        (*("http/serve", "http/stream", "http/websocket"),),
    ),
    (
        "a WebSocket, which this interpreter's transport does not offer",
        "http/get asks a server again and again; llm/stream streams a model's words",
        (
            *("ws/connect", "ws/connected?", "ws/listen", "ws/ping", "ws/recv", "ws/recv-timeout"),
            *("ws/send", "ws/close"),
        ),
    ),
    (
        "notices of changed files, which the system here does not give",
        "(:modified (file/info path)) tells when a file was changed",
        ("fs/watch", "fs/watch-events", "fs/unwatch"),
    ),
)


def _enter_name(name: str, need: str, instead: str) -> None:
    def refuse(*arguments: Value) -> Value:
        raise LispError(f"{name} needs {need}", kind="unsupported", hint=instead)

    function(
        name,
        "& arguments",
        "never",
        f"Not available: it needs {need}. Instead: {instead}.",
        [(f"({name})", f"error: {name} needs")],
    )(refuse)


for _need, _instead, _names in FAMILIES:
    for _name in _names:
        _enter_name(_name, _need, _instead)
