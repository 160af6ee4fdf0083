"""`lispcore mcp`: the interpreter as a server of the Model Context Protocol, on standard streams.

    lispcore mcp [--include NAME …] [--exclude NAME …] [FILE …]

A client gets tools to evaluate (in a session that lasts), to run a file, to look up documentation,
to check and to lay out programs; and each tool that the FILEs define by `deftool`, but for those
whose name begins with ``_`` or whose parameters say ``:mcp/expose #f`` or ``:private #t``.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from lispcore.commands.batch import SilentHost, protocol_streams
from lispcore.commands.programs import read_program
from lispcore.hosts.embedding import Interpreter
from lispcore.library.language.help import describe_entry, entry_of
from lispcore.library.models.tools import MARKS, LispTool, run_tool
from lispcore.llm.json_values import read_json
from lispcore.llm.messages import Media, ToolCall
from lispcore.services.diagnosing import diagnose
from lispcore.services.formatting import format_text
from lispcore.values.errors import Stopped
from lispcore.values.types import FALSE, Map, intern_keyword, is_true
from lispcore.values.version import VERSION

_INVALID_REQUEST: Final = -32600
_PARSE_ERROR: Final = -32700
_INVALID_PARAMETERS: Final = -32602

# The text, whether it tells of an error, and the pictures and sounds of tools of programs.
Answer = tuple[str, bool] | tuple[str, bool, tuple[Media, ...]]


@dataclass(frozen=True, slots=True)
class ServedTool:
    """A tool as clients see it, and what it does."""

    name: str
    description: str
    schema: Mapping[str, Any]
    run: Callable[[Mapping[str, Any]], Answer]

    def described(self) -> dict[str, Any]:
        """Returns the entry of ``tools/list``."""
        return {"name": self.name, "description": self.description, "inputSchema": self.schema}


def _schema(required: tuple[str, ...], **properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _text(about: str) -> dict[str, Any]:
    return {"type": "string", "description": about}


class ToolServer:
    """Answers messages of one client."""

    def __init__(self, host: Any) -> None:
        self._host = host
        self._interpreter = Interpreter(host)
        self._tools = {tool.name: tool for tool in self._own_tools()}

    def _own_tools(self) -> list[ServedTool]:
        code = _text("a program in Lispcore, a Lisp for language models")
        path = _text("a path, from the directory in which the server runs")
        arguments = {"type": "array", "items": {"type": "string"}}
        return [
            ServedTool(
                "eval",
                "Evaluates Lisp and returns what it prints and its value. Definitions stay: the "
                "next call sees them.",
                _schema(("code",), code=code),
                self._eval,
            ),
            ServedTool(
                "run_file",
                "Runs a program in a file, apart from the session of eval, and returns what it "
                "prints and its value.",
                _schema(("file_path",), file_path=path, arguments=arguments),
                self._run_file,
            ),
            ServedTool(
                "docs",
                "Returns the documentation of a name of the language or its library.",
                _schema(("symbol",), symbol=_text("such as llm/extract")),
                self._docs,
            ),
            ServedTool(
                "check",
                "Tells the mistakes of a program without running it.",
                _schema((), code=code, file_path=path),
                self._check,
            ),
            ServedTool(
                "fmt",
                "Returns a program laid out as Lisp people expect. The file stays as it is.",
                _schema((), code=code, file_path=path),
                self._fmt,
            ),
            ServedTool(
                "info",
                "Tells the version of the language and where the server runs.",
                _schema(()),
                lambda given: (
                    f"Lispcore {VERSION}, Python {sys.version.split()[0]}, in {os.getcwd()}",
                    False,
                ),
            ),
        ]

    # --- what the files of the command line define ------------------------------------------------

    def load(self, path: str, included: set[str], excluded: set[str]) -> str:
        """Runs a file and serves the tools that it defines; returns what is wrong with it."""
        piece = read_program(path)
        if piece is None:
            return f"{path} cannot be read"
        result = self._interpreter.run(piece.text)
        if result["error"]:
            return f"{path}: {result['error']['message']}"
        for value in list(self._interpreter.globals.values()):
            if isinstance(value, LispTool) and _is_served(value, included, excluded):
                self._tools[value.name] = self._served(value)
        return ""

    def _served(self, tool: LispTool) -> ServedTool:
        def run(given: Mapping[str, Any]) -> Answer:
            token = self._interpreter.enter()
            try:
                result = run_tool({tool.name: tool}, ToolCall("1", tool.name, dict(given)))
            finally:
                self._interpreter.leave(token)
            return result.content, result.is_error, result.media

        return ServedTool(tool.name, tool.description, tool.schema, run)

    # --- the tools of every server ----------------------------------------------------------------

    def _eval(self, given: Mapping[str, Any]) -> Answer:
        return _told(self._interpreter.run(str(given["code"])))

    def _run_file(self, given: Mapping[str, Any]) -> Answer:
        piece = read_program(str(given["file_path"]))
        if piece is None:
            return f"{given['file_path']} cannot be read", True
        words = [str(given["file_path"]), *map(str, given.get("arguments") or [])]
        before, sys.argv = sys.argv, words
        try:
            return _told(Interpreter(self._host).run(piece.text))
        finally:
            sys.argv = before

    def _docs(self, given: Mapping[str, Any]) -> Answer:
        entry = entry_of(str(given["symbol"]))
        if entry is None:
            return f"nothing is called {given['symbol']}", True
        return describe_entry(str(given["symbol"]), entry), False

    def _source(self, given: Mapping[str, Any]) -> tuple[str | None, str]:
        path = str(given.get("file_path") or "")
        if not path:
            return str(given.get("code") or ""), "<code>"
        piece = read_program(path)
        return (None if piece is None else piece.text), path

    def _check(self, given: Mapping[str, Any]) -> Answer:
        text, path = self._source(given)
        if text is None:
            return f"{path} cannot be read", True
        found = [asdict(each) for each in diagnose(text, path, os.path.dirname(path))]
        return json.dumps(found, ensure_ascii=False, indent=2), False

    def _fmt(self, given: Mapping[str, Any]) -> Answer:
        text, path = self._source(given)
        if text is None:
            return f"{path} cannot be read", True
        return format_text(text), False

    # --- the protocol -----------------------------------------------------------------------------

    def answer(self, message: Any) -> dict[str, Any] | None:
        """Returns the response to a message; None for what has none."""
        if not isinstance(message, dict) or not isinstance(message.get("method"), str):
            number = message.get("id") if isinstance(message, dict) else None
            if isinstance(message, dict) and ("result" in message or "error" in message):
                return None  # nothing was asked
            return _failure(number, _INVALID_REQUEST, "expected a request of JSON-RPC 2.0")
        number = message.get("id")
        if number is None:
            return None
        given = message.get("params")
        given = given if isinstance(given, dict) else {}
        method = _METHODS.get(message["method"])
        if method is None:
            from lispcore.library.mcp.json_rpc import METHOD_NOT_FOUND

            return _failure(number, METHOD_NOT_FOUND, f"there is no method {message['method']}")
        try:
            result = method(self, given)
        except LookupError as problem:
            return _failure(number, _INVALID_PARAMETERS, str(problem.args[0]))
        return {"jsonrpc": "2.0", "id": number, "result": result}

    def _initialize(self, given: Mapping[str, Any]) -> dict[str, Any]:
        from lispcore.library.mcp.json_rpc import KNOWN_VERSIONS, PROTOCOL_VERSION

        wanted = given.get("protocolVersion")
        return {
            "protocolVersion": wanted if wanted in KNOWN_VERSIONS else PROTOCOL_VERSION,
            "capabilities": {"tools": {}},
            "serverInfo": {"name": "lispcore", "version": VERSION},
            "instructions": "Lispcore is a Lisp in which model calls are expressions. Look up "
            "names with docs, check programs before you run them, and evaluate with eval.",
        }

    def _list(self, given: Mapping[str, Any]) -> dict[str, Any]:
        return {"tools": [tool.described() for tool in self._tools.values()]}

    def _call(self, given: Mapping[str, Any]) -> dict[str, Any]:
        tool = self._tools.get(str(given.get("name")))
        if tool is None:
            raise LookupError(f"there is no tool {given.get('name')}")
        arguments = given.get("arguments") or {}
        missing = [name for name in tool.schema.get("required", []) if name not in arguments]
        answer: Answer
        try:
            if missing:
                answer = f"{tool.name} needs {', '.join(missing)}", True
            else:
                answer = tool.run(arguments)
        except Stopped:
            answer = "the program was stopped", True
        media = answer[2] if len(answer) == 3 else ()
        content = [{"type": "text", "text": answer[0]}, *map(_content, media)]
        return {"content": content, "isError": answer[1]}


_METHODS: Final[dict[str, Callable[[ToolServer, Mapping[str, Any]], dict[str, Any]]]] = {
    "initialize": ToolServer._initialize,
    "ping": lambda server, given: {},
    "tools/list": ToolServer._list,
    "tools/call": ToolServer._call,
}


def _is_served(tool: LispTool, included: set[str], excluded: set[str]) -> bool:
    if tool.name in excluded or (included and tool.name not in included):
        return False
    hidden = tool.name.startswith("_")
    if isinstance(tool.parameters, Map):
        exposed, private = (tool.parameters.get(intern_keyword(each)) for each in MARKS)
        hidden = hidden or exposed is FALSE or (private is not None and is_true(private))
    return not hidden


def _content(media: Media) -> dict[str, Any]:
    """Returns a picture, a sound or a file as the protocol has it."""
    from base64 import b64encode

    data = b64encode(media.data).decode()
    kind = media.media_type.partition("/")[0]
    if kind in ("image", "audio"):
        return {"type": kind, "data": data, "mimeType": media.media_type}
    blob = {"uri": "file:///result", "mimeType": media.media_type, "blob": data}
    return {"type": "resource", "resource": blob}


def _told(result: Mapping[str, Any]) -> Answer:
    """Returns what a program printed and gave, or its error, as text."""
    printed = "".join(f"{line}\n" for line in result["output"])
    error = result["error"]
    if error:
        hint = f"\nhint: {error['hint']}" if error.get("hint") else ""
        place = f"{error['line']}:{error['column']}: " if error.get("line") else ""
        return f"{printed}Error: {place}{error['message']}{hint}", True
    value = result["value"]
    return printed + (f"=> {value}" if value is not None else ""), False


def _failure(number: Any, code: int, message: str) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": number, "error": {"code": code, "message": message}}


def serve_tools(files: list[str], included: set[str], excluded: set[str]) -> int:
    """Answers a client on standard input and output until it goes; returns the exit status."""
    from lispcore.hosts.terminal import TerminalHost

    lines, answers = protocol_streams()
    server = ToolServer(SilentHost(TerminalHost()))
    for path in files:
        problem = server.load(path, included, excluded)
        if problem:
            print(f"lispcore: {problem}", file=sys.stderr)
            return 1
    for line in lines:
        if not line.strip():
            continue
        try:
            messages = read_json(line)
        except ValueError:
            messages = None
            found: list[Any] = [_failure(None, _PARSE_ERROR, "the line is no JSON")]
        else:
            batch = messages if isinstance(messages, list) else [messages]
            found = [answer for each in batch if (answer := server.answer(each)) is not None]
        for answer in found:
            answers.write(json.dumps(answer, ensure_ascii=True) + "\n")
        answers.flush()
    return 0
