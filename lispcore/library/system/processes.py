"""Running other programs: `shell`, `proc/*`, and git's read-only questions. Terminal only.

A browser tab has no other programs; every function says so there. Programs run with what
``sys/set-env`` has set added to their environment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lispcore.library.arguments import (
    MAX_TEXT_LENGTH,
    check_options,
    display,
    integer_argument,
    map_argument,
    sequence_argument,
    string_argument,
)
from lispcore.library.registry import accepts_options, function
from lispcore.library.system.system import set_variables
from lispcore.tasks.context import host
from lispcore.values.errors import LispError
from lispcore.values.types import FALSE, TRUE, Keyword, List, Map, Value, intern_keyword, list_from

if TYPE_CHECKING:
    import subprocess

_OPTIONS: Final = ("cwd", "env")
POLL_SECONDS: Final = 0.02


def require_processes(name: str) -> None:
    """Raises the error for what needs other programs, where there are none."""
    if host().name != "terminal":
        raise LispError(
            f"{name}: a browser tab cannot start other programs",
            kind="unsupported",
            hint="run the program with lispcore on the terminal",
        )


def _surroundings(name: str, options: Value) -> tuple[str | None, dict[str, str]]:
    import os

    environment = {**os.environ, **set_variables()}
    if options is None:
        return None, environment
    given = check_options(name, map_argument(name, options), _OPTIONS)
    if given.get("env") is not None:
        for key, value in map_argument(f"{name} :env", given["env"]).entries():
            label = key.name if type(key) is Keyword else string_argument(f"{name} :env", key)
            environment[label] = display(value)
    folder = given.get("cwd")
    return None if folder is None else string_argument(f"{name} :cwd", folder), environment


def _start(
    name: str, command: str | list[str], options: Value, *, shell: bool
) -> subprocess.Popen[bytes]:
    import subprocess

    folder, environment = _surroundings(name, options)
    try:
        return subprocess.Popen(
            command,
            shell=shell,
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    except FileNotFoundError as error:
        raise LispError(
            f"{name}: there is no program or directory {error.filename}",
            kind="io",
            hint="(sys/which name) tells where a program is",
        ) from None
    except (OSError, ValueError) as error:
        raise LispError(f"{name}: {error}", kind="io") from None


def _finish(name: str, process: subprocess.Popen[bytes]) -> tuple[bytes, bytes]:
    """Waits for the end, looking now and then whether the user pressed Stop."""
    import subprocess

    while True:
        try:
            out, err = process.communicate(timeout=0.2)
        except subprocess.TimeoutExpired:
            try:
                host().check()
            except BaseException:
                process.kill()
                raise
            continue
        if len(out) + len(err) > MAX_TEXT_LENGTH:
            raise LispError(f"{name}: the output is larger than {MAX_TEXT_LENGTH} bytes", kind="io")
        return out, err


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


@function(
    "shell",
    "command:string & arguments [options:map]",
    "map",
    "Runs a program and returns its `:stdout`, `:stderr` and `:exit-code`. A single text goes "
    "through the shell; with further texts the first names the program. Options: `:cwd`, `:env`. "
    "Terminal only.",
    [('(:stdout (shell "printf" "%s" "hi"))', '"hi"')],
)
def shell(command: Value, *arguments: Value) -> Map:
    require_processes("shell")
    words = [string_argument("shell", command, 1)]
    options = None
    for place, each in enumerate(arguments, 2):
        if isinstance(each, Map) and place == len(arguments) + 1:
            options = each
        else:
            words.append(string_argument("shell", each, place))
    alone = len(words) == 1
    process = _start("shell", words[0] if alone else words, options, shell=alone)
    out, err = _finish("shell", process)
    return Map(
        {
            intern_keyword("stdout"): _text(out),
            intern_keyword("stderr"): _text(err),
            intern_keyword("exit-code"): process.returncode,
        }
    )


@function(
    "shell/quote",
    "text:string",
    "string",
    "Returns the text as one word of a POSIX shell, in single quotes.",
    [('(shell/quote "a b")', "\"'a b'\""), ('(shell/quote "")', "\"''\"")],
)
def quote(text: Value) -> Value:
    source = string_argument("shell/quote", text, 1)
    return "'" + source.replace("'", "'\\''") + "'"


# --- processes that run beside the program ---------------------------------------------------


class _Running:
    """A started process and what it has written so far, filled by two reading threads."""

    __slots__ = ("process", "output", "errors", "threads")

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        import threading

        self.process = process
        self.output = bytearray()
        self.errors = bytearray()
        self.threads = [
            threading.Thread(target=_drain, args=(source, target), daemon=True)
            for source, target in ((process.stdout, self.output), (process.stderr, self.errors))
        ]
        for thread in self.threads:
            thread.start()


def _drain(source: object, target: bytearray) -> None:
    read = getattr(source, "read1", None)
    while read is not None and (data := read(65536)):
        if len(target) < MAX_TEXT_LENGTH:
            target += data


_running: dict[int, _Running] = {}


def _process(name: str, handle: Value) -> _Running:
    require_processes(name)
    number = integer_argument(name, handle, 1)
    if number not in _running:
        raise LispError(f"{name}: there is no process {number}", hint="(proc/spawn […]) starts one")
    return _running[number]


@function(
    "proc/spawn",
    "command:list [options:map]",
    "int",
    "Starts a program (a list or vector of its name and arguments) beside this one and returns a "
    "number for it. Options: `:cwd`, `:env`. Terminal only.",
    [('(let ((p (proc/spawn ["true"]))) (proc/wait p))', "0")],
)
def spawn(command: Value, options: Value = None) -> Value:
    require_processes("proc/spawn")
    words = [
        string_argument("proc/spawn", each) for each in sequence_argument("proc/spawn", command, 1)
    ]
    if not words:
        raise LispError("proc/spawn: the list names no program")
    number = max(_running, default=0) + 1
    _running[number] = _Running(_start("proc/spawn", words, options, shell=False))
    return number


@function(
    "proc/wait",
    "process:int",
    "int",
    "Waits for the end of a process and returns its exit code.",
    [('(proc/wait (proc/spawn ["false"]))', "1")],
)
def wait(process: Value) -> Value:
    running = _process("proc/wait", process)
    while running.process.poll() is None:
        host().sleep(POLL_SECONDS)
    for thread in running.threads:
        thread.join()
    return running.process.returncode


@function(
    "proc/running?",
    "process:int",
    "bool",
    "Tells whether a process has not ended yet.",
    [('(let ((p (proc/spawn ["true"]))) (proc/wait p) (proc/running? p))', "#f")],
)
def is_running(process: Value) -> Value:
    return TRUE if _process("proc/running?", process).process.poll() is None else FALSE


@function(
    "proc/exit-code",
    "process:int",
    "int or nil",
    "Returns the exit code of a process, nil while it runs.",
    [('(let ((p (proc/spawn ["true"]))) (proc/wait p) (proc/exit-code p))', "0")],
)
def exit_code(process: Value) -> Value:
    return _process("proc/exit-code", process).process.poll()


def news_of(name: str, handle: Value) -> tuple[bool, bool]:
    """Tells whether a process has written something that was not read yet, and if it has ended."""
    running = _process(name, handle)
    ended = running.process.poll() is not None
    return bool(running.output or running.errors), ended


def _taken(buffer: bytearray) -> str:
    data = bytes(buffer)
    del buffer[: len(data)]
    return _text(data)


@function(
    "proc/read-stdout",
    "process:int",
    "string",
    "Returns what a process has written since the last call.",
    [
        (
            '(let ((p (proc/spawn ["printf" "hi"]))) (proc/wait p) (proc/read-stdout p))',
            '"hi"',
        )
    ],
)
def read_stdout(process: Value) -> Value:
    return _taken(_process("proc/read-stdout", process).output)


@function(
    "proc/read-stderr",
    "process:int",
    "string",
    "Returns what a process has written on its error output since the last call.",
    [('(let ((p (proc/spawn ["true"]))) (proc/wait p) (proc/read-stderr p))', '""')],
)
def read_stderr(process: Value) -> Value:
    return _taken(_process("proc/read-stderr", process).errors)


@function(
    "proc/write-stdin",
    "process:int text:string",
    "nil",
    "Writes a text to the input of a process.",
)
def write_stdin(process: Value, text: Value) -> None:
    running = _process("proc/write-stdin", process)
    data = string_argument("proc/write-stdin", text, 2).encode("utf-8", "surrogatepass")
    assert running.process.stdin is not None
    try:
        running.process.stdin.write(data)
        running.process.stdin.flush()
    except (OSError, ValueError):
        raise LispError("proc/write-stdin: the process no longer reads", kind="io") from None


@function(
    "proc/close-stdin",
    "process:int",
    "nil",
    "Ends the input of a process.",
)
def close_stdin(process: Value) -> None:
    running = _process("proc/close-stdin", process)
    assert running.process.stdin is not None
    try:
        running.process.stdin.close()
    except OSError:
        pass  # it had ended already


@function(
    "proc/kill",
    "process:int",
    "nil",
    "Ends a process at once.",
)
def kill(process: Value) -> None:
    _process("proc/kill", process).process.kill()


@function(
    "proc/close",
    "process:int",
    "nil",
    "Ends a process if it still runs, and forgets it.",
    [('(proc/close (proc/spawn ["true"]))', "nil")],
)
def close(process: Value) -> None:
    running = _process("proc/close", process)
    if running.process.poll() is None:
        running.process.kill()
        running.process.wait()
    del _running[process]


# --- git -------------------------------------------------------------------------------------


def _git(name: str, *arguments: str) -> str:
    require_processes(name)
    process = _start(name, ["git", *arguments], None, shell=False)
    out, err = _finish(name, process)
    if process.returncode not in (0, 1):
        reason = _text(err).strip().removeprefix("fatal: ") or "git failed"
        raise LispError(f"{name}: {reason}", kind="io")
    return _text(out)


def _git_lines(name: str, *arguments: str) -> List:
    return list_from([line for line in _git(name, *arguments).split("\n") if line])


@function("git/root", "", "string", "Returns the top directory of the repository. Terminal only.")
def git_root() -> Value:
    return _git("git/root", "rev-parse", "--show-toplevel").strip()


@function("git/current-branch", "", "string", "Returns the name of the branch. Terminal only.")
def git_branch() -> Value:
    return _git("git/current-branch", "rev-parse", "--abbrev-ref", "HEAD").strip()


@function(
    "git/status",
    "",
    "list",
    "Returns a map for each changed file: `:path`, `:status` (git's two letters), `:staged` and "
    "`:untracked`. Terminal only.",
)
def git_status() -> List:
    rows: list[Map] = []
    for line in _git("git/status", "status", "--porcelain=v1").split("\n"):
        if len(line) > 3:
            code = line[:2]
            rows.append(
                Map(
                    {
                        intern_keyword("path"): line[3:],
                        intern_keyword("status"): code,
                        intern_keyword("staged"): TRUE if code[0] not in " ?" else FALSE,
                        intern_keyword("untracked"): TRUE if code == "??" else FALSE,
                    }
                )
            )
    return list_from(rows)


@function(
    "git/diff",
    "[reference:string]",
    "string",
    "Returns the changes since a commit (or those not yet staged) as a unified diff. Terminal "
    "only.",
)
def git_diff(reference: Value = None) -> Value:
    return _git("git/diff", "diff", *_reference("git/diff", reference))


def _reference(name: str, reference: Value) -> list[str]:
    if reference is None:
        return []
    text = string_argument(name, reference, 1)
    if text.startswith("-"):
        raise LispError(f"{name}: {text!r} is no name of a commit")
    return [text]


@function(
    "git/diff-files",
    "[reference:string]",
    "list",
    "Returns the names of the files that differ from a commit. Terminal only.",
)
def git_diff_files(reference: Value = None) -> List:
    return _git_lines(
        "git/diff-files", "diff", "--name-only", *_reference("git/diff-files", reference)
    )


@function(
    "git/changed-files",
    "",
    "list",
    "Returns the names of the files that were changed or are new. Terminal only.",
)
def git_changed_files() -> List:
    lines = _git("git/changed-files", "status", "--porcelain=v1").split("\n")
    return list_from([line[3:] for line in lines if len(line) > 3])


@function(
    "git/recent-files",
    "[count:int]",
    "list",
    "Returns the names of the files that the last commits (10) touched, newest first. Terminal "
    "only.",
)
def git_recent_files(count: Value = 10) -> List:
    number = integer_argument("git/recent-files", count, 1)
    output = _git(
        "git/recent-files", "log", f"-{max(1, min(number, 10_000))}", "--name-only", "--format="
    )
    return list_from(dict.fromkeys(line for line in output.split("\n") if line))


@function(
    "git/ignore-matches?",
    "path:string",
    "bool",
    "Tells whether git leaves a path out by its ignore rules. Terminal only.",
)
def git_ignores(path: Value) -> Value:
    text = string_argument("git/ignore-matches?", path, 1)
    return TRUE if _git("git/ignore-matches?", "check-ignore", "--", text).strip() else FALSE


accepts_options("proc/spawn", _OPTIONS)
