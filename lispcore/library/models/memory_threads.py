"""Memory threads: a log of turns and a table of facts that outlive the program: `memory/open`.

A thread is kept in two files below ``~/.sema/memory/<namespace>/`` (in a workflow, below the folder
of the run): ``<id>.jsonl`` with one turn a line, ``{"role": "user", "content": "…"}``, and
``<id>.facts.json`` with an object of all facts. Both are written with every change.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Final
from weakref import WeakKeyDictionary

from lispcore.library.arguments import check_options, map_argument, name_argument, string_argument
from lispcore.library.files import file_system
from lispcore.library.files.files import file_error, read_text, write_bytes
from lispcore.library.formats.json_text import decode_json, encode_json
from lispcore.library.models.calling.conversation import Conversation
from lispcore.library.registry import accepts_options, function
from lispcore.llm.messages import Message, text_message
from lispcore.tasks import context
from lispcore.tasks.session import Session
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.types import Keyword, Map, Value, intern_keyword

# What the documentation of these functions is filed under.
CHAPTER = "memory"

DEFAULT_NAMESPACE: Final = "default"
MAX_NAME: Final = 200
_OPEN_OPTIONS: Final = ("id", "namespace")
_TURN_OPTIONS: Final = ("role", "content")
_ID: Final = intern_keyword("memory/id")
_NAMESPACE: Final = intern_keyword("memory/namespace")
_ROLE: Final = intern_keyword("role")
_CONTENT: Final = intern_keyword("content")

# A workflow's run sets where its threads are kept, and who takes note of changes: called with a
# thread's namespace and id, what happened ("append" or "remember"), and the turn or the fact.
run_folder: ContextVar[str | None] = ContextVar("lispcore memory folder", default=None)
Journal = Callable[[str, str, str, Map], None]
run_journal: ContextVar[Journal | None] = ContextVar("lispcore memory journal", default=None)


class Thread:
    """One open thread: its turns as (role, content), and its facts."""

    def __init__(self, name: str, folder: str, namespace: str, identifier: str) -> None:
        self.namespace = namespace
        self.identifier = identifier
        base = os.path.join(folder, "memory", _file_name(namespace), _file_name(identifier))
        self.turns_path = f"{base}.jsonl"
        self.facts_path = f"{base}.facts.json"
        self.turns: list[tuple[str, str]] = []
        self.facts: dict[str, Value] = {}
        if file_system.exists(self.turns_path):
            self.turns = _read_turns(name, self.turns_path)
        if file_system.exists(self.facts_path):
            self.facts = _read_facts(name, self.facts_path)

    def append(self, name: str, role: str, content: str) -> None:
        """Adds a turn and writes it."""
        turn = Map({_ROLE: role, _CONTENT: content})
        line = encode_json(turn, name) + "\n"
        self._make_folder(name)
        write_bytes(name, self.turns_path, line.encode("utf-8", "replace"), "ab")
        self.turns.append((role, content))
        self._note("append", turn)

    def remember(self, name: str, key: str, value: Value) -> None:
        """Sets a fact, as JSON gives it back, and writes all."""
        kept = decode_json(encode_json(value, name), name)
        facts = {**self.facts, key: kept}
        text = encode_json(Map(dict(facts)), name, pretty=True)
        self._make_folder(name)
        write_bytes(name, self.facts_path, text.encode("utf-8", "replace"))
        self.facts = facts
        self._note("remember", Map({intern_keyword(key): kept}))

    def _make_folder(self, name: str) -> None:
        folder = os.path.dirname(self.turns_path)
        try:
            file_system.make_folders(folder)
        except OSError as error:
            raise file_error(name, folder, error) from None

    def _note(self, what: str, value: Map) -> None:
        journal = run_journal.get()
        if journal is not None:
            journal(self.namespace, self.identifier, what, value)

    def messages(self) -> tuple[Message, ...]:
        """Returns the turns as messages; whoever is not the assistant is the user."""
        return tuple(
            text_message("assistant" if role == "assistant" else "user", content)
            for role, content in self.turns
        )


def _file_name(text: str) -> str:
    """Returns a name as the name of a file: nothing in it leads to another folder."""
    from urllib.parse import quote

    quoted = quote(text.encode("utf-8", "replace"), safe=" ")
    return quoted.replace(".", "%2E") if quoted.strip(".") == "" else quoted


def _read_turns(name: str, path: str) -> list[tuple[str, str]]:
    text = read_text(name, path)
    turns = []
    # What stands after the last line break was not written to its end.
    for number, line in enumerate(text.split("\n")[:-1], 1):
        if not line.strip():
            continue
        value = decode_json(line, f"{name} {path}, line {number}")
        role = value.get(_ROLE, "user") if isinstance(value, Map) else None
        content = value.get(_CONTENT) if isinstance(value, Map) else None
        if type(role) is not str or type(content) is not str:
            raise LispError(
                f"{name} {path}, line {number}: not a turn of a conversation",
                kind="io",
                hint='expected {"role": "user", "content": "…"}',
            )
        turns.append((role, content))
    return turns


def _read_facts(name: str, path: str) -> dict[str, Value]:
    value = decode_json(read_text(name, path), f"{name} {path}")
    if not isinstance(value, Map):
        raise LispError(f"{name} {path}: the file holds no JSON object", kind="io")
    return {key.name: fact for key, fact in value.entries()}


_threads: WeakKeyDictionary[Session, dict[tuple[str, str, str], Thread]] = WeakKeyDictionary()


def _folder() -> str:
    """Returns below which folder threads are kept."""
    chosen = run_folder.get()
    if chosen is not None:
        return chosen
    home = context.host().environment("SEMA_HOME")
    return home or os.path.join(file_system.home_folder(), ".sema")


def _thread(name: str, namespace: str, identifier: str) -> Thread:
    """Returns an open thread, or opens it."""
    key = (_folder(), namespace, identifier)
    threads = _threads.setdefault(context.interpreter(), {})
    found = threads.get(key)
    if found is None:
        found = threads[key] = Thread(name, key[0], namespace, identifier)
    return found


def thread_argument(name: str, handle: Value, argument: int = 1) -> Thread:
    """Returns the thread of a handle."""
    if isinstance(handle, Map):
        identifier, namespace = handle.get(_ID), handle.get(_NAMESPACE)
        if type(identifier) is str and type(namespace) is str:
            return _thread(name, namespace, identifier)
    error = wrong_type(name, "memory handle", handle, argument)
    error.hint = '(memory/open {:id "chat-1"}) gives one'
    raise error


def _name_option(options: dict[str, Any], option: str, default: str) -> str:
    text: str = string_argument(f"memory/open: option :{option}", options.get(option) or default)
    if not text or len(text) > MAX_NAME:
        raise LispError(
            f"memory/open: option :{option} needs 1 to {MAX_NAME} characters",
            hint='for example (memory/open {:id "chat-1"})',
        )
    return text


_OPEN: Final = '(begin (define m (memory/open {:id "example" :namespace "docs"})) '


@function(
    "memory/open",
    "options:map",
    "map",
    "Opens a memory thread, `:id` in a `:namespace` (`default`): a log of turns and a table of "
    "facts that are kept in files, with what earlier runs left there. Returns a handle for the "
    "other functions.",
    [
        ('(memory/open {:id "u-42"})', '{:memory/id "u-42" :memory/namespace "default"}'),
        ("(memory/open {})", "error: option :id"),
    ],
)
def open_thread(options: Value) -> Map:
    name = "memory/open"
    given = check_options(name, map_argument(name, options, 1), _OPEN_OPTIONS)
    identifier = _name_option(given, "id", "")
    namespace = _name_option(given, "namespace", DEFAULT_NAMESPACE)
    _thread(name, namespace, identifier)
    return Map({_ID: identifier, _NAMESPACE: namespace})


@function(
    "memory/append",
    "memory:map turn:map",
    "map",
    "Adds a turn of a conversation to a thread and writes it at once: `:role` (`user` or "
    "`assistant`; `user` unless given) and `:content`, a string. Returns the handle.",
    [
        (
            _OPEN
            + '(memory/append m {:role "user" :content "Hello"}) (memory/append m {:content 5}))',
            "error: :content",
        ),
        (_OPEN + '(:memory/id (memory/append m {:role :assistant :content "Hi"})))', '"example"'),
    ],
)
def append(memory: Value, turn: Value) -> Value:
    name = "memory/append"
    thread = thread_argument(name, memory)
    given = check_options(name, map_argument(name, turn, 2), _TURN_OPTIONS)
    role = given.get("role")
    spoken = "user" if role is None else name_argument(f"{name}: :role", role)
    content = string_argument(f"{name}: :content", given.get("content"))
    thread.append(name, spoken, content)
    return memory


@function(
    "memory/messages",
    "memory:map",
    "conversation",
    "Returns the turns of a thread as a conversation, for `llm/chat` and `conversation/*`.",
    [(_OPEN + "(conversation? (memory/messages m)))", "#t")],
)
def messages(memory: Value) -> Conversation:
    return Conversation(thread_argument("memory/messages", memory).messages())


@function(
    "memory/remember",
    "memory:map key:keyword value:any",
    "map",
    "Stores a fact, which must be a value that JSON can write, in the place of an earlier one with "
    "that key. Returns the handle.",
    [(_OPEN + "(memory/remember m :count 3) (memory/recall-fact m :count))", "3")],
)
def remember(memory: Value, key: Value, value: Value) -> Value:
    name = "memory/remember"
    thread_argument(name, memory).remember(name, _key(name, key), value)
    return memory


@function(
    "memory/recall-fact",
    "memory:map key:keyword",
    "any",
    "Returns a fact of a thread, nil if there is none with that key.",
    [
        (_OPEN + '(memory/remember m :phase "audit") (memory/recall-fact m :phase))', '"audit"'),
        (_OPEN + "(memory/recall-fact m :nothing))", "nil"),
    ],
)
def recall_fact(memory: Value, key: Value) -> Value:
    name = "memory/recall-fact"
    return thread_argument(name, memory).facts.get(_key(name, key))


def _key(name: str, key: Value) -> str:
    if type(key) is Keyword:
        return key.name
    text: str = string_argument(name, key, 2)
    return text


accepts_options("memory/open", _OPEN_OPTIONS)
