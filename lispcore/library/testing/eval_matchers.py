"""What an answer is held against: texts, patterns, schemas, meanings, judges, bounds.

Matchers are entries of a map, in the options of `defeval` for all cases, or in `:expect` of one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from lispcore.library.arguments import (
    check_options,
    display,
    map_argument,
    number_argument,
    string_argument,
    unknown_option,
)
from lispcore.library.formats.json_text import encode_json
from lispcore.values.calls import call, check_function
from lispcore.values.comparing import equal
from lispcore.values.errors import LispError
from lispcore.values.functions import parameter_names, takes_more
from lispcore.values.printing import print_value
from lispcore.values.types import (
    Keyword,
    List,
    Map,
    Symbol,
    Value,
    Vector,
    intern_keyword,
    is_function,
    is_true,
    list_items,
)

_SHOWN: Final = 300
_LEAST_SIMILARITY: Final = 0.8
_NESTED: Final = (List, Vector, Map)
_EXPECT: Final = intern_keyword("expect")


@dataclass(frozen=True)
class Answer:
    """What the function of an evaluation gave for a case, and what that took."""

    value: Value
    row: Value
    usd: float | None
    milliseconds: float


# Returns why the answer does not pass, "" if it does.
Matcher = Callable[[str, Value, Answer], str]


def shown(value: Value) -> str:
    """Returns a value for a report, cut where it is long."""
    text = value if type(value) is str else print_value(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _text_of(value: Value) -> str:
    return value if type(value) is str else str(display(value))


def _name(value: Value) -> str | None:
    if type(value) is str:
        return value
    return str(value.name) if type(value) in (Keyword, Symbol) else None


def _is_same(value: Value, wanted: Value) -> bool:
    """Compares values; texts also with names and with what is printed: files hold nothing else.

    For the same reason lists are vectors, and maps are what they are as JSON.
    """
    if equal(value, wanted):
        return True
    if isinstance(wanted, _NESTED) and isinstance(value, _NESTED):
        try:
            return str(encode_json(value, "")) == str(encode_json(wanted, ""))
        except LispError:
            return False
    if type(value) is str and type(wanted) is str:
        return False
    one, other = _name(value), _name(wanted)
    if one is not None and other is not None:
        return one.removeprefix(":") == other.removeprefix(":")
    if type(wanted) is str:
        return wanted in (print_value(value), _text_of(value))
    return False


def _equals(name: str, wanted: Value, answer: Answer) -> str:
    if _is_same(answer.value, wanted):
        return ""
    return f"expected {shown(wanted)}, got {shown(answer.value)}"


def _texts(name: str, wanted: Value) -> list[str]:
    items = [wanted]
    if type(wanted) in (List, Vector):
        items = list_items(wanted) if type(wanted) is List else wanted.items
    return [str(string_argument(name, each)) for each in items]


def _contains(name: str, wanted: Value, answer: Answer) -> str:
    text = _text_of(answer.value)
    missing = [each for each in _texts(name, wanted) if each not in text]
    return f"{shown(answer.value)} does not contain {', '.join(missing)}" if missing else ""


def _lacks(name: str, wanted: Value, answer: Answer) -> str:
    text = _text_of(answer.value)
    found = [each for each in _texts(name, wanted) if each in text]
    return f"{shown(answer.value)} contains {', '.join(found)}" if found else ""


def _matches(name: str, wanted: Value, answer: Answer) -> str:
    from lispcore.library.regex.regex import is_match

    if is_true(is_match(string_argument(name, wanted), _text_of(answer.value))):
        return ""
    return f"{shown(answer.value)} does not match {wanted}"


def _fits_schema(name: str, wanted: Value, answer: Answer) -> str:
    import json

    from lispcore.library.models.calling.structured_calls import read_reply
    from lispcore.library.models.extraction import schema_task
    from lispcore.library.models.tools import to_json
    from lispcore.llm.json_values import read_json

    text = answer.value
    if type(text) is str:
        try:
            read_json(text)
        except ValueError:
            return f"{shown(text)} is no JSON"
    else:
        text = json.dumps(to_json(text))
    problems = read_reply(schema_task(name, wanted), text).problems
    return f"{shown(answer.value)} does not fit: {'; '.join(problems)}" if problems else ""


def _is_similar(name: str, wanted: Value, answer: Answer) -> str:
    from lispcore.library.retrieval.embeddings import embed, similarity

    least = _LEAST_SIMILARITY
    if isinstance(wanted, Map):
        given = check_options(name, wanted, ("to", "least"))
        wanted = given.get("to")
        least = number_argument(f"{name}: option :least", given.get("least", least))
    texts = Vector([string_argument(name, wanted), _text_of(answer.value)])
    one, other = list_items(embed(texts))
    found = similarity(one, other)
    if found >= least:
        return ""
    return f"{shown(answer.value)} is {found:.2f} similar to {shown(wanted)}, not {least:.2f}"


_JUDGE: Final = """\
You judge an answer by a rubric. Say whether it passes, and why, in one sentence.

<rubric>
{rubric}
</rubric>
<case>
{case}
</case>
<answer>
{answer}
</answer>"""


def _is_judged(name: str, wanted: Value, answer: Answer) -> str:
    from lispcore.library.models.extraction import extract
    from lispcore.library.testing.eval_cases import asking, read_models

    rubric, model = wanted, None
    if isinstance(wanted, Map):
        given = check_options(name, wanted, ("rubric", "model"))
        rubric, model = given.get("rubric"), given.get("model")
    text = _JUDGE.format(
        rubric=string_argument(name, rubric),
        case=print_value(_without_expectation(answer.row)),
        answer=_text_of(answer.value),
    )
    kinds = {"pass": "boolean", "why": "string"}
    schema = Map.of(
        [
            (intern_keyword(field), Map.of([(intern_keyword("type"), intern_keyword(kind))]))
            for field, kind in kinds.items()
        ]
    )
    if model is None:
        verdict = extract(schema, text)
    else:
        with asking(read_models(name, model)[0]):
            verdict = extract(schema, text)
    if is_true(verdict.get(intern_keyword("pass"))):
        return ""
    return f"{shown(answer.value)} was judged: {shown(verdict.get(intern_keyword('why')))}"


def _without_expectation(row: Value) -> Value:
    if not isinstance(row, Map):
        return row
    return Map.of([(key, value) for key, value in row.entries() if key is not _EXPECT])


def _is_cheap(name: str, wanted: Value, answer: Answer) -> str:
    most = number_argument(name, wanted)
    if answer.usd is None:
        return "its price is not known"
    return f"it cost ${answer.usd:.6f}, more than ${most:g}" if answer.usd > most else ""


def _is_quick(name: str, wanted: Value, answer: Answer) -> str:
    most = number_argument(name, wanted)
    took = answer.milliseconds
    return f"it took {took:.0f} ms, more than {most:g} ms" if took > most else ""


def _is_accepted(name: str, wanted: Value, answer: Answer) -> str:
    check_function(name, wanted)
    takes_case = len(parameter_names(wanted)) > 1 or takes_more(wanted)
    found = call(wanted, answer.value, answer.row) if takes_case else call(wanted, answer.value)
    if isinstance(found, Map):
        why = found.get(intern_keyword("why"))
        if is_true(found.get(intern_keyword("pass"))):
            return ""
        return f"{shown(answer.value)}: {shown(why)}" if why is not None else shown(answer.value)
    return "" if is_true(found) else f"{shown(answer.value)} is not accepted"


MATCHERS: Final[dict[str, Matcher]] = {
    "equals": _equals,
    "contains": _contains,
    "lacks": _lacks,
    "matches": _matches,
    "json-schema": _fits_schema,
    "similar": _is_similar,
    "judge": _is_judged,
    "max-cost": _is_cheap,
    "max-latency": _is_quick,
    "check": _is_accepted,
}
# A keyword in the place of their texts is a field of the case.
_OF_TEXTS: Final = ("contains", "lacks", "matches", "similar", "judge")


def read_matchers(name: str, value: Value) -> list[tuple[str, Value]]:
    """Returns matchers by name, with what they want; a function alone is a `:check`."""
    if value is None:
        return []
    if is_function(value):
        return [("check", value)]
    if type(value) in (List, Vector):
        items = list_items(value) if type(value) is List else value.items
        return [entry for each in items for entry in read_matchers(name, each)]
    found = []
    for key, wanted in map_argument(name, value).entries():
        if type(key) is not Keyword or key.name not in MATCHERS:
            raise unknown_option(name, key, tuple(MATCHERS))
        found.append((str(key.name), wanted))
    return found


def expected_of(name: str, row: Value) -> list[tuple[str, Value]]:
    """Returns what a case itself expects: a map of matchers, or the value that `:expect` has."""
    wanted = row.get(_EXPECT) if isinstance(row, Map) else None
    if wanted is None or wanted == "":  # an empty field of a CSV file
        return []
    if isinstance(wanted, Map):
        keys = [key for key, _ in wanted.entries()]
        if keys and all(type(key) is Keyword and key.name in MATCHERS for key in keys):
            return read_matchers(name, wanted)
    if is_function(wanted):
        return [("check", wanted)]
    return [("equals", wanted)]


def problem_of(name: str, matcher: str, wanted: Value, answer: Answer) -> str:
    """Returns why an answer does not pass, "" if it does."""
    place = f"{name}: :{matcher}"
    if matcher != "check":
        if is_function(wanted) or (type(wanted) is Keyword and matcher in _OF_TEXTS):
            wanted = call(wanted, answer.row)
            if wanted is None:
                return f":{matcher} has nothing to go by: the case lacks it"
    try:
        return MATCHERS[matcher](place, wanted, answer)
    except RecursionError:
        raise LispError(f"{place}: the answer is too deep") from None
