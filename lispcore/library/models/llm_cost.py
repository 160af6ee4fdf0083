"""What model calls used and cost, their prices, and budgets that they must keep to.

The books are in `calling/ledger.py`, the layer that keeps to them in `calling/spending.py`.
"""

from __future__ import annotations

from typing import Any, Final

from lispcore.library.arguments import check_options, map_argument, string_argument
from lispcore.library.models.calling.ledger import Budget, Ledger, exact, scopes
from lispcore.library.models.calling.model_session import model_session
from lispcore.library.registry import accepts_options, function
from lispcore.llm.usage import Usage
from lispcore.values.calls import call, check_function
from lispcore.values.errors import LispError
from lispcore.values.printing import print_value
from lispcore.values.types import Keyword, Map, Value, intern_keyword, intern_symbol, type_name

_MOST_DOLLARS: Final = 1e12
_BUDGET_OPTIONS: Final = ("max-cost-usd", "max-tokens", "on-stream")

# --- what was used ------------------------------------------------------------------------------


def _ledger() -> Ledger:
    return model_session().ledger


def _map(entries: dict[str, Any]) -> Map:
    return Map.of((intern_keyword(name), value) for name, value in entries.items())


def _counts(usage: Usage) -> dict[str, Any]:
    return {
        "prompt-tokens": usage.prompt_tokens,
        "completion-tokens": usage.completion_tokens,
        "total-tokens": usage.total_tokens,
        "cache-read-tokens": usage.cache_read_tokens,
        "cache-creation-tokens": usage.cache_creation_tokens,
    }


_MOCK: Final = (
    '(begin (llm/define-provider :u {:complete (fn (r) {:content "x" :usage '
    '{:prompt-tokens 3 :completion-tokens 4}}) :default-model "my-model"}) '
)


@function(
    "llm/last-usage",
    "",
    "map or nil",
    "Returns the tokens and the model of the last call, nil before the first, with its cost in US "
    "dollars as `:cost-usd` if the model's price is known. A call that used tools counts all its "
    'rounds. `:stop-reason` says why the answer ended: `"end_turn"`, `"max_tokens"` (it is cut '
    'off), `"stop_sequence"`, `"refusal"`, `"tool_use"` or `"other"`.',
    [
        (_MOCK + '(llm/complete "q") (:total-tokens (llm/last-usage)))', "7"),
        (
            _MOCK + '(llm/set-pricing "my-model" 1.0 3.0) (llm/complete "q") '
            "(:cost-usd (llm/last-usage)))",
            "0.000015",
        ),
    ],
)
def last_usage() -> Value:
    ledger = _ledger()
    if ledger.last is None:
        return None
    entries = {**_counts(ledger.last), "model": ledger.last_model}
    if ledger.last_usd is not None:
        entries["cost-usd"] = exact(ledger.last_usd)
    if ledger.last_reason:
        entries["stop-reason"] = ledger.last_reason
    return _map(entries)


@function(
    "llm/session-usage",
    "",
    "map",
    "Returns the tokens of all calls since the start or `llm/reset-usage`, and what those of them "
    "cost whose price is known.",
    [
        (_MOCK + '(llm/reset-usage) (llm/complete "q") (:total-tokens (llm/session-usage)))', "7"),
        ("(begin (llm/reset-usage) (:cost-usd (llm/session-usage)))", "0.0"),
    ],
)
def session_usage() -> Value:
    ledger = _ledger()
    return _map({**_counts(ledger.total), "cost-usd": exact(ledger.total_usd)})


@function(
    "llm/reset-usage",
    "",
    "nil",
    "Sets the counts of tokens and their cost back to zero. Budgets stay as they are.",
    [("(begin (llm/reset-usage) (llm/last-usage))", "nil")],
)
def reset_usage() -> None:
    _ledger().reset()


# --- prices -------------------------------------------------------------------------------------


@function(
    "llm/set-pricing",
    "model:string input:number output:number",
    "nil",
    "Sets what a model costs, in US dollars a million tokens sent and answered. It goes before the "
    "bundled list, for every model whose name contains the text; the longest text counts.",
    [
        (
            _MOCK + '(llm/set-pricing "my" 1 2) (llm/set-pricing "my-model" 10 20) '
            '(llm/complete "q") (:cost-usd (llm/last-usage)))',
            "0.00011",
        ),
        ('(llm/set-pricing "m" -1 2)', "error: expected a price of at least 0"),
    ],
)
def set_pricing(model: Value, input: Value, output: Value) -> None:
    pattern = string_argument("llm/set-pricing", model, 1)
    if not pattern:
        raise LispError("llm/set-pricing: the model's name is empty")
    from lispcore.llm.pricing import Price

    sent = _dollars("llm/set-pricing: argument 2", "a price", input)
    answered = _dollars("llm/set-pricing: argument 3", "a price", output)
    _ledger().prices[pattern] = Price(sent, answered)


def _dollars(place: str, what: str, value: Value) -> float:
    if type(value) not in (int, float) or not 0 <= value <= _MOST_DOLLARS:
        shown = print_value(value) if type(value) in (int, float) else type_name(value)
        raise LispError(
            f"{place} expected {what} of at least 0, in US dollars, got {shown}",
            kind="type-error",
            expected="number",
            got=type_name(value),
        )
    return float(value)


@function(
    "llm/pricing-status",
    "",
    "map",
    "Returns where prices come from: `:source` is `embedded`, for the list that comes with the "
    "language, or `custom` once `llm/set-pricing` was used; `:updated-at` is the date of the list, "
    "`:from` the tables it was taken from; `:defaults-checked-at` says when the default models "
    "were last found there.",
    [("(:source (llm/pricing-status))", "embedded")],
)
def pricing_status() -> Value:
    from lispcore.llm.catalog import MODELS_CHECKED_AT
    from lispcore.llm.price_table import SOURCE, UPDATED_AT

    source = intern_symbol("custom" if _ledger().prices else "embedded")
    return _map(
        {
            "source": source,
            "updated-at": UPDATED_AT,
            "from": SOURCE,
            "defaults-checked-at": MODELS_CHECKED_AT,
        }
    )


# --- budgets ------------------------------------------------------------------------------------


@function(
    "llm/set-budget",
    "max-cost-usd:number",
    "nil",
    "Limits what the calls from here on may cost together, in US dollars; what was spent before "
    'does not count. Once it is spent, calls fail with `:reason "budget-exceeded"`. The one that '
    "goes beyond it fails as well, with its answer in `:partial`. Inside `llm/with-budget` it "
    "changes that budget.",
    [
        (
            "(begin (llm/set-budget 1.0) (llm/budget-remaining))",
            "{:limit 1.0 :remaining 1.0 :spent 0.0}",
        ),
        ("(llm/set-budget :much)", "error: expected a budget of at least 0"),
    ],
)
def set_budget(max_cost_usd: Value) -> None:
    limit = _dollars("llm/set-budget:", "a budget", max_cost_usd)
    ledger = _ledger()
    current = ledger.current_budget()
    if current is None:
        current = ledger.budget = Budget()
    current.most_usd, current.usd = limit, 0.0


@function(
    "llm/clear-budget",
    "",
    "nil",
    "Removes the limits of the budget in force: of the innermost `llm/with-budget`, else that of "
    "`llm/set-budget`.",
    [("(begin (llm/set-budget 1.0) (llm/clear-budget) (llm/budget-remaining))", "nil")],
)
def clear_budget() -> None:
    ledger = _ledger()
    current = ledger.current_budget()
    if current is ledger.budget:
        ledger.budget = None
    elif current is not None:
        current.most_usd = current.most_tokens = None


@function(
    "llm/budget-remaining",
    "",
    "map or nil",
    "Returns what is left of the budget in force, nil if there is none: `:limit :spent :remaining` "
    "in US dollars, `:token-limit :tokens-spent :tokens-remaining` if tokens are limited.",
    [
        (
            _MOCK + "(llm/with-budget {:max-tokens 100} (fn () "
            '(llm/complete "q") (llm/budget-remaining))))',
            "{:token-limit 100 :tokens-remaining 93 :tokens-spent 7}",
        ),
        ("(begin (llm/clear-budget) (llm/budget-remaining))", "nil"),
    ],
)
def budget_remaining() -> Value:
    budget = _ledger().current_budget()
    entries: dict[str, Any] = {}
    if budget is not None and budget.most_usd is not None:
        left = max(0.0, budget.most_usd - budget.usd)
        entries |= {"limit": budget.most_usd, "spent": exact(budget.usd), "remaining": exact(left)}
    if budget is not None and budget.most_tokens is not None:
        entries |= {
            "token-limit": budget.most_tokens,
            "tokens-spent": budget.tokens,
            "tokens-remaining": max(0, budget.most_tokens - budget.tokens),
        }
    return _map(entries) if entries else None


@function(
    "llm/with-budget",
    "options:map thunk:function",
    "any",
    "Calls a function whose model calls may not use more than `:max-cost-usd` (US dollars) and "
    "`:max-tokens`, whichever is reached first; at least one of them is given. What they use "
    "counts for the budgets around as well. Calls whose pieces are shown while they come "
    "(`llm/stream`) are only counted; with `:on-stream :pre-gate` they are refused, too, once the "
    "budget is spent.",
    [
        (
            _MOCK + "(llm/with-budget {:max-tokens 10} (fn () "
            '(llm/complete "q") (llm/complete "q"))))',
            "error: budget of 10 tokens",
        ),
        (
            _MOCK + "(try (llm/with-budget {:max-tokens 5} (fn () "
            '(llm/complete "q"))) (catch e (list (:reason e) (:partial e)))))',
            '("budget-exceeded" "x")',
        ),
        ("(llm/with-budget {} (fn () 1))", "error: needs :max-cost-usd or :max-tokens"),
    ],
)
def with_budget(options: Value, thunk: Value) -> Value:
    name = "llm/with-budget"
    given = check_options(name, map_argument(name, options, 1), _BUDGET_OPTIONS)
    check_function(name, thunk, 2)
    usd, tokens = given.get("max-cost-usd"), given.get("max-tokens")
    if usd is None and tokens is None:
        raise LispError(
            f"{name}: the budget needs :max-cost-usd or :max-tokens",
            hint="for example {:max-cost-usd 0.10}",
        )
    budget = Budget(
        None if usd is None else _dollars(f"{name}: option :max-cost-usd", "a number", usd),
        None if tokens is None else _tokens(tokens),
        _stops_streams(given.get("on-stream")),
    )
    token = scopes.set((*scopes.get(), budget))
    try:
        return call(thunk)
    finally:
        scopes.reset(token)


def _tokens(value: Value) -> int:
    if type(value) is not int or value < 0:
        raise LispError(
            "llm/with-budget: option :max-tokens expected an integer of at least 0, "
            f"got {print_value(value) if type(value) is int else type_name(value)}",
            kind="type-error",
            expected="int",
            got=type_name(value),
        )
    return value


def _stops_streams(value: Value) -> bool:
    if value is None:
        return False
    name = value.name if type(value) is Keyword else value
    if name != "pre-gate":
        raise LispError(
            f"llm/with-budget: option :on-stream expected :pre-gate, got {print_value(value)}"
        )
    return True


accepts_options("llm/with-budget", _BUDGET_OPTIONS)
