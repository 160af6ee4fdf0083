"""Records of model calls, for the program that made them: `llm/records` and its like."""

from __future__ import annotations

from typing import Any, Final

from lispcore.library.arguments import count_argument
from lispcore.library.models.tools import from_json
from lispcore.library.registry import function
from lispcore.values.errors import LispError
from lispcore.values.types import Map, Value, intern_keyword, list_from

CHAPTER = "llm"

# Parts of a record with names of ours; all others hold names of programs and servers.
_OWN_MAPS: Final = ("usage", "error")
_OWN_LISTS: Final = ("requests", "events", "tool_calls")

_MOCK: Final = '(begin (llm/define-provider :m {:complete (fn (r) "hi")}) (llm/complete "q" '


@function(
    "llm/records",
    "[count:int]",
    "list",
    "Returns a record of each model call of this session (or of the last `count`), the oldest "
    "first: `:provider :model :status :seconds :text :usage :cost-usd :stop-reason :tool-calls "
    ":error`; `:asked`, what the program wanted; `:requests`, what was sent, attempts included "
    "(`:url :headers :body :status`; never a key); `:events`, each piece of the answer with the "
    "second it came; `:retries`, `:source` (provider, cache or recording); `:agent` and `:turn` "
    "of the agent that asked; `:tags :metadata :conversation-id :session-id :user-id` as given.",
    [
        (
            _MOCK + '{:tags ["a"]}) (map (fn (r) (list (:text r) (:tags r))) (llm/records)))',
            '(("hi" ("a")))',
        ),
        ("(llm/records)", "()"),
    ],
)
def llm_records(count: Value = None) -> Value:
    return list_from([_lisp_record(record) for record in _last("llm/records", count)])


@function(
    "llm/clear-records",
    "",
    "int",
    "Forgets the records of all model calls so far and returns how many there were.",
    [(_MOCK + "{}) (list (llm/clear-records) (llm/records)))", "(1 ())")],
)
def llm_clear_records() -> Value:
    from lispcore.library.models.calling.call_records import call_log

    return call_log().clear()


@function(
    "llm/save-records",
    "path:string [count:int]",
    "int",
    "Writes the records of all model calls (or of the last `count`) into a file, each as one line "
    "of JSON with the names of `llm/records` (with _ for -), and returns how many.",
    [
        (
            _MOCK + '{}) (llm/save-records "calls.jsonl") '
            '(:cost_usd (json/decode (file/read "calls.jsonl"))))',
            "0.0",
        ),
    ],
)
def llm_save_records(path: Value, count: Value = None) -> Value:
    import json

    from lispcore.library.files import file_system
    from lispcore.library.files.files import checked_path, file_error

    name = "llm/save-records"
    text = checked_path(name, path)
    records = _last(name, count)
    lines = [json.dumps(record, ensure_ascii=False) + "\n" for record in records]
    try:
        options = {"encoding": "utf-8", "errors": "replace", "newline": "\n"}
        with file_system.open_file(text, "w", **options) as file:
            file.write("".join(lines))
    except OSError as error:
        raise file_error(name, text, error) from None
    return len(records)


def _last(name: str, count: Value) -> list[dict[str, Any]]:
    from lispcore.library.models.calling.call_records import call_log

    records = list(call_log().records)
    if count is None:
        return records
    number = count_argument(name, count, 1)
    return records[len(records) - number :] if number < len(records) else records


def _lisp_record(record: dict[str, Any]) -> Value:
    found = []
    for name, value in record.items():
        if name in _OWN_MAPS and value is not None:
            shown: Value = _lisp_map(value)
        elif name in _OWN_LISTS:
            shown = list_from([_lisp_map(each) for each in value])
        else:
            shown = _value(value)
        found.append((_keyword(name), shown))
    return Map.of(found)


def _lisp_map(entries: dict[str, Any]) -> Map:
    return Map.of((_keyword(name), _value(value)) for name, value in entries.items())


def _keyword(name: str) -> Value:
    return intern_keyword(name.replace("_", "-"))


def _value(value: Any) -> Value:
    if value is None or type(value) in (str, int, float):
        return value
    try:
        return from_json(value)
    except (ValueError, LispError):  # a number that JSON does not have, from a server
        return str(value)
