"""The program's surroundings: environment variables, the machine, timing, retries, assertions.

On the terminal these are the real ones; in the browser there is a Linux-like in-memory system that
calls itself "web".
"""

from __future__ import annotations

import math
import time as clock
from typing import Final
from weakref import WeakKeyDictionary

from lispcore.library.arguments import (
    check_options,
    display,
    integer_argument,
    map_argument,
    number_argument,
    string_argument,
)
from lispcore.library.files import file_system
from lispcore.library.registry import WaitKind, accepts_options, function
from lispcore.tasks.context import host, interpreter
from lispcore.tasks.session import Session
from lispcore.values.atoms import known_names
from lispcore.values.calls import call, check_function
from lispcore.values.comparing import equal
from lispcore.values.errors import LispError
from lispcore.values.printing import print_value
from lispcore.values.types import FALSE, TRUE, List, Map, Value, intern_keyword, is_true, list_from

_started = clock.monotonic()
# What sys/set-env set; the real environment of the process stays as it is.
_variables: WeakKeyDictionary[Session, dict[str, str]] = WeakKeyDictionary()
MAX_ATTEMPTS: Final = 1000
MAX_DELAY_MILLISECONDS: Final = 3_600_000


def _in_browser() -> bool:
    return host().name == "browser"


# --- environment variables -------------------------------------------------------------------


@function(
    "env",
    "name:string",
    "string or nil",
    "Returns the value of an environment variable, or nil.",
    [('(env "NO_SUCH_VARIABLE")', "nil")],
)
def env(name: Value) -> Value:
    label = string_argument("env", name, 1)
    own = _variables.get(interpreter())
    if own is not None and label in own:
        return own[label]
    return host().environment(label) if label and "\0" not in label and "=" not in label else None


@function(
    "sys/set-env",
    "name:string value:string",
    "nil",
    "Sets an environment variable for this program and the programs that it starts.",
    [('(begin (sys/set-env "COLOUR" "red") (env "COLOUR"))', '"red"')],
)
def set_env(name: Value, value: Value) -> None:
    label = string_argument("sys/set-env", name, 1)
    text = string_argument("sys/set-env", value, 2)
    if not label or "=" in label or "\0" in label + text:
        raise LispError(f"sys/set-env: {label!r} cannot be the name of a variable")
    _variables.setdefault(interpreter(), {})[label] = text


def set_variables() -> dict[str, str]:
    """Returns what the program set with ``sys/set-env``."""
    return dict(_variables.get(interpreter()) or {})


@function(
    "sys/env-all",
    "",
    "map",
    "Returns all environment variables as a map with keywords as keys.",
    [("(map? (sys/env-all))", "#t")],
)
def env_all() -> Map:
    import os

    variables = {} if _in_browser() else dict(os.environ)
    variables.update(set_variables())
    return Map({intern_keyword(name): value for name, value in variables.items()})


# --- the machine -----------------------------------------------------------------------------


def _enter_fact(name: str, returns: str, text: str, browser: Value, terminal: object) -> None:
    def fact() -> Value:
        if _in_browser():
            return browser
        assert callable(terminal)
        return terminal()

    function(name, "", returns, text, [(f"(begin ({name}) 1)", "1")])(fact)


def _os_name() -> str:
    import sys

    return {"darwin": "macos", "win32": "windows"}.get(sys.platform, sys.platform)


def _platform_name() -> str:
    name = _os_name()
    return name if name in ("macos", "linux", "windows") else "unknown"


def _architecture() -> str:
    import platform

    machine = platform.machine()
    return {"arm64": "aarch64", "AMD64": "x86_64"}.get(machine, machine)


def _process_id() -> int:
    import os

    return os.getpid()


def _user() -> str | None:
    for name in ("USER", "LOGNAME", "USERNAME"):
        if found := host().environment(name):
            return found
    return None


def _host_name() -> str:
    import platform

    return platform.node()


def _home() -> str | None:
    path = file_system.home_folder()
    return None if path == "~" else path


def _temporary_directory() -> str:
    return file_system.temporary_folder()


def _config_directory() -> str | None:
    import os

    home = _home() or ""
    if _os_name() == "macos":
        return os.path.join(home, "Library", "Application Support")
    if _os_name() == "windows":
        return host().environment("APPDATA")
    return host().environment("XDG_CONFIG_HOME") or os.path.join(home, ".config")


def _sema_home() -> str:
    import os

    return host().environment("SEMA_HOME") or os.path.join(_home() or "/", ".sema")


def _terminal_device() -> str | None:
    import os

    try:
        return os.ttyname(0)
    except (OSError, AttributeError):
        return None


def _is_interactive() -> Value:
    import sys

    return TRUE if sys.stdin is not None and sys.stdin.isatty() else FALSE


def _terminal_size() -> Value:
    import os

    for descriptor in (1, 2, 0):
        try:
            size = os.get_terminal_size(descriptor)
        except (OSError, AttributeError):
            continue
        return Map({intern_keyword("rows"): size.lines, intern_keyword("cols"): size.columns})
    return None


def _arguments() -> List:
    import sys

    return list_from(sys.argv)


for _name, _returns, _text, _browser, _terminal in (
    (
        "sys/os",
        "string",
        'Returns the name of the operating system, such as "linux" or "macos"; "web" in a browser.',
        "web",
        _os_name,
    ),
    (
        "sys/platform",
        "string",
        'Returns one of "macos", "linux", "windows", "unknown", or "web" in a browser.',
        "web",
        _platform_name,
    ),
    (
        "sys/arch",
        "string",
        'Returns the processor\'s kind, such as "x86_64".',
        "wasm32",
        _architecture,
    ),
    ("sys/pid", "int", "Returns the number of the process, 0 in a browser.", 0, _process_id),
    ("sys/user", "string or nil", "Returns the user's name.", None, _user),
    ("sys/hostname", "string or nil", "Returns the machine's name.", None, _host_name),
    ("sys/home-dir", "string or nil", "Returns the user's home directory.", None, _home),
    (
        "sys/temp-dir",
        "string",
        "Returns the directory for temporary files.",
        "/tmp",
        _temporary_directory,
    ),
    (
        "sys/config-dir",
        "string",
        "Returns the directory for settings.",
        "/home/web/.config",
        _config_directory,
    ),
    (
        "sys/sema-home",
        "string",
        "Returns the directory in which the dialect keeps its own files.",
        "/home/web/.sema",
        _sema_home,
    ),
    ("sys/tty", "string or nil", "Returns the terminal's device, if any.", None, _terminal_device),
    (
        "sys/interactive?",
        "bool",
        "Tells whether the input is a terminal.",
        FALSE,
        _is_interactive,
    ),
    (
        "sys/term-size",
        "map or nil",
        "Returns the terminal's size as `:rows` and `:cols`, or nil without a terminal.",
        None,
        _terminal_size,
    ),
    ("sys/args", "list", "Returns the words of the command line.", list_from([]), _arguments),
):
    _enter_fact(_name, _returns, _text, _browser, _terminal)


@function(
    "sys/cwd",
    "",
    "string",
    "Returns the current directory, at which relative paths start.",
    [('(= (sys/cwd) (path/absolute "."))', "#t")],
)
def current_directory() -> Value:
    try:
        return file_system.working_folder()
    except OSError:
        raise LispError("sys/cwd: the current directory is gone", kind="io") from None


@function(
    "sys/which",
    "name:string",
    "string or nil",
    "Returns where a program is that can be started by this name, or nil.",
    [('(sys/which "no-such-program")', "nil")],
)
def which(name: Value) -> Value:
    from shutil import which as find_program

    label = string_argument("sys/which", name, 1)
    return None if _in_browser() or "\0" in label else find_program(label)


@function(
    "sys/elapsed",
    "",
    "int",
    "Returns the nanoseconds since the interpreter was started.",
    [("(< (sys/elapsed) (sys/elapsed))", "#t")],
)
def elapsed() -> int:
    return int((clock.monotonic() - _started) * 1_000_000_000)


def restart_clock() -> None:
    """Starts counting anew: this memory went on in another process, whose clock is another one."""
    global _started
    _started = clock.monotonic()


@function(
    "sys/interner-stats",
    "",
    "map",
    "Returns how many names (symbols and keywords) are known, as `:count`, and their size, as "
    "`:bytes`.",
    [("(> (:count (sys/interner-stats)) 0)", "#t")],
)
def interner_stats() -> Map:
    names = known_names()
    size = sum(len(name.encode("utf-8", "surrogatepass")) for name in names)
    return Map({intern_keyword("count"): len(names), intern_keyword("bytes"): size})


# --- memory ----------------------------------------------------------------------------------


def _collector_map(collected: int, extra: dict[str, int]) -> Map:
    import gc

    counts = {"candidates": len(gc.get_objects()), "collected": collected, "pruned": 0, **extra}
    counts["traced"] = counts["candidates"]
    return Map({intern_keyword(name): count for name, count in counts.items()})


@function(
    "gc/collect",
    "",
    "map",
    "Frees what is unreachable but refers to itself; returns counts, `:collected` among them.",
    [("(map? (gc/collect))", "#t")],
)
def collect_garbage() -> Map:
    import gc

    return _collector_map(gc.collect(), {})


@function(
    "gc/stats",
    "",
    "map",
    "Returns the counts of `gc/collect` without collecting.",
    [("(map? (gc/stats))", "#t")],
)
def garbage_stats() -> Map:
    import gc

    collected = sum(each["collected"] for each in gc.get_stats())
    return _collector_map(collected, {"registry-size": sum(gc.get_count())})


# --- timing and looking ----------------------------------------------------------------------


@function(
    "time/ms",
    "thunk:function",
    "float",
    "Calls a function without arguments and returns how many milliseconds it took.",
    [("(float? (time/ms (fn () 42)))", "#t")],
)
def time_milliseconds(thunk: Value) -> Value:
    check_function("time/ms", thunk, 1)
    started = host().monotonic()
    call(thunk)
    return (host().monotonic() - started) * 1000


@function(
    "spy",
    "label:string value:any",
    "any",
    "Writes `[label] value` on the error output and returns the value.",
    [('(+ 1 (spy "x" 2))', "3")],
)
def spy(label: Value, value: Value) -> Value:
    host().write(f"[{string_argument('spy', label, 1)}] {display(value)}\n", "err")
    return value


# --- assertions, retries, the end ------------------------------------------------------------


@function(
    "assert",
    "condition:any [message:string]",
    "bool",
    "Raises an error with the message unless the condition is true; returns #t.",
    [("(assert (< 1 2))", "#t"), ('(assert nil "no luck")', "error: no luck")],
    waits=WaitKind.NEVER,
)
def check(condition: Value, message: Value = "assertion failed") -> Value:
    if is_true(condition):
        return TRUE
    raise LispError(display(message))


@function(
    "assert=",
    "expected:any actual:any",
    "bool",
    "Raises an error that shows both values unless they are equal; returns #t.",
    [("(assert= 4 (+ 2 2))", "#t"), ("(assert= 4 5)", "error: expected 4, got 5")],
    waits=WaitKind.NEVER,
)
def check_equal(expected: Value, actual: Value) -> Value:
    if equal(expected, actual):
        return TRUE
    raise LispError(f"assertion failed: expected {_short(expected)}, got {_short(actual)}")


def _short(value: Value) -> Value:
    text = print_value(value)
    return text if len(text) <= 2000 else text[:1997] + "..."


_RETRY_OPTIONS: Final = ("max-attempts", "base-delay-ms", "backoff")


@function(
    "retry",
    "thunk:function [options:map]",
    "any",
    "Calls a function without arguments until it raises no error: at most `:max-attempts` times "
    "(3), waiting `:base-delay-ms` (100) before the second and each time `:backoff` (2.0) times "
    "longer. The last error is raised again.",
    [
        ("(retry (fn () 7))", "7"),
        (
            '(let ((n 0)) (retry (fn () (set! n (+ n 1)) (if (< n 3) (error "no") n)) '
            "{:base-delay-ms 0}))",
            "3",
        ),
    ],
)
def retry(thunk: Value, options: Value = None) -> Value:
    check_function("retry", thunk, 1)
    given = (
        {}
        if options is None
        else check_options("retry", map_argument("retry", options, 2), _RETRY_OPTIONS)
    )
    attempts = integer_argument("retry :max-attempts", given.get("max-attempts", 3))
    delay = float(number_argument("retry :base-delay-ms", given.get("base-delay-ms", 100)))
    backoff = float(number_argument("retry :backoff", given.get("backoff", 2.0)))
    if attempts > MAX_ATTEMPTS:
        raise LispError(f"retry: at most {MAX_ATTEMPTS} attempts")
    for attempt in range(1, max(attempts, 1) + 1):
        try:
            return call(thunk)
        except LispError:
            if attempt >= attempts:
                raise
        if delay > 0:
            host().sleep(min(delay, MAX_DELAY_MILLISECONDS) / 1000)
        delay = delay * backoff if math.isfinite(delay * backoff) else delay
    return None


@function(
    "exit",
    "[code:int]",
    "never",
    "Ends the process with a code (0), where the program has one of its own. In a page or a "
    "batch it is an error.",
    [("(exit)", "error: exit")],
)
def exit_process(code: Value = 0) -> None:
    number = integer_argument("exit", code, 1)
    if interpreter().may_exit:
        raise SystemExit(number & 0xFF)
    raise LispError(
        "exit: this program has no process of its own to end",
        hint="a program ends at its last form; (error …) ends it earlier",
    )


# --- signals ---------------------------------------------------------------------------------

_SIGNALS: Final = {"winch": "SIGWINCH", "int": "SIGINT", "term": "SIGTERM"}
_handlers: dict[str, list[Value]] = {}
_pending: list[str] = []


@function(
    "sys/on-signal",
    "signal:keyword handler:function",
    "nil",
    "Has a function called for a signal (`:winch`, `:int` or `:term`) at the next "
    "`sys/check-signals`. Terminal only.",
)
def on_signal(signal: Value, handler: Value) -> None:
    import signal as signals

    name = getattr(signal, "name", None)
    if name not in _SIGNALS:
        raise LispError(
            f"sys/on-signal: unknown signal {print_value(signal)}", hint="use :winch, :int or :term"
        )
    check_function("sys/on-signal", handler, 2)
    number = getattr(signals, _SIGNALS[name], None)
    if _in_browser() or number is None:
        raise LispError("sys/on-signal: a browser tab receives no signals")
    try:
        signals.signal(number, lambda *_: _pending.append(name))
    except ValueError:
        raise LispError("sys/on-signal: only the main thread can receive signals") from None
    _handlers.setdefault(name, []).append(handler)


@function(
    "sys/check-signals",
    "",
    "nil",
    "Calls the handlers of the signals that have arrived.",
    [("(sys/check-signals)", "nil")],
)
def check_signals() -> None:
    while _pending:
        for handler in list(_handlers.get(_pending.pop(0), ())):
            call(handler)


accepts_options("retry", _RETRY_OPTIONS)
