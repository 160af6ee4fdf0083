"""The cases of an evaluation: where they come from, what they are called, who is asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

from lispcore.library.arguments import name_argument, unknown_option
from lispcore.library.models.calling.fallback import find_provider
from lispcore.library.models.calling.model_session import model_session, stated_model
from lispcore.llm.catalog import PROVIDERS, canonical_name
from lispcore.tasks import context
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.printing import print_value
from lispcore.values.types import Keyword, List, Map, Value, Vector, intern_keyword, list_items

_MOST_CASES: Final = 10_000
_NAME_CHARACTERS: Final = 60
# What a case is called after, the first that it has.
_NAMING: Final = ("name", "id", "input", "text", "question", "prompt")


@dataclass(frozen=True)
class Case:
    """One case: its name, and what the function is given."""

    name: str
    row: Value


@dataclass(frozen=True)
class Model:
    """Who is asked: the name of the column, a provider and its model; "" is whoever is chosen."""

    name: str
    provider: str = ""
    model: str = ""


def read_cases(name: str, source: Value) -> list[Case]:
    """Returns the cases of a list, a vector or a file, each with a name of its own."""
    from lispcore.library.rows.row_sources import rows_of

    if type(source) not in (List, Vector, str):
        raise wrong_type(f"{name}: option :cases", "list, vector or path of a file", source)
    cases: list[Case] = []
    taken: dict[str, int] = {}
    for number, row in enumerate(rows_of(name, source), 1):
        if number > _MOST_CASES:
            raise LispError(f"{name}: more than {_MOST_CASES} cases")
        called = _called(row, number)
        taken[called] = taken.get(called, 0) + 1
        cases.append(Case(called if taken[called] == 1 else f"{called} ({taken[called]})", row))
    if not cases:
        raise LispError(f"{name}: there are no cases")
    return cases


def _called(row: Value, number: int) -> str:
    if not isinstance(row, Map):
        return _short(row)
    for field in _NAMING:
        value = row.get(intern_keyword(field))
        if value is not None and value != "":
            return _short(value)
    return f"case {number}"


def _short(value: Value) -> str:
    text = value if type(value) is str else print_value(value)
    text = " ".join(text.split())
    return text if len(text) <= _NAME_CHARACTERS else text[: _NAME_CHARACTERS - 1] + "…"


def read_models(name: str, value: Value) -> list[Model]:
    """Returns who is asked: one by one as the program names them, or whoever is chosen."""
    if value is None:
        return [_chosen_now()]
    items = [value]
    if type(value) in (List, Vector):
        items = list_items(value) if type(value) is List else value.items
    models = [_model(name, each) for each in items]
    if not models:
        return [_chosen_now()]
    if len({each.name for each in models}) < len(models):
        raise LispError(
            f"{name}: two of the :models have the same name",
            hint='{:name "another" :model "provider/model"} gives one a name',
        )
    return models


def _chosen_now() -> Model:
    provider = model_session().default_provider()
    return Model(f"{provider.provider}/{provider.model}".rstrip("/"))


def _model(name: str, value: Value) -> Model:
    """Reads "provider/model", a provider's name, or a model of the provider that is chosen."""
    place = f"{name}: each of :models"
    if isinstance(value, Map):
        fields: dict[str, Value] = {}
        for key, entry in value.entries():
            if type(key) is not Keyword or key.name not in ("name", "model"):
                raise unknown_option(place, key, ("name", "model"))
            fields[key.name] = entry
        found = _model(name, fields.get("model"))
        return replace(found, name=str(name_argument(place, fields.get("name", found.name))))
    text = str(name_argument(place, value))
    session = model_session()
    provider, mark, model = text.partition("/")
    listed = canonical_name(provider)
    known = session.find(listed) is not None or listed in PROVIDERS
    if not known:
        return Model(text, session.default_name(), text)
    if not mark:
        provider_found = find_provider(session, listed)
        model = provider_found.model if provider_found is not None else ""
    return Model(text, listed, model)


@contextmanager
def asking(model: Model) -> Iterator[None]:
    """Has calls of this task go to a model meanwhile."""
    if not model.provider:
        yield
        return
    session = model_session()
    found: Any = find_provider(session, model.provider)
    if found is None:
        raise LispError(f"the provider {model.provider} is not known", kind="llm")
    found = replace(found, model=model.model)
    task = context.interpreter().tasks.current
    before, task.chosen = task.chosen, (model.provider, found)
    token = stated_model.set((model.provider, model.model))
    try:
        yield
    finally:
        stated_model.reset(token)
        task.chosen = before
