"""What calls used and cost, and the budgets of programs and visitors."""

from __future__ import annotations

from typing import Any

import pytest

from fake_host import FakeHost, FakeResponse
from lispcore import Interpreter, LispError
from lispcore.llm.failures import ConnectionLost
from lispcore.llm.price_table import UPDATED_AT
from lispcore.values.printing import print_value
from model_replies import answer, asks_for, host_with, piece, refusal, run, shown, sse

PRICED = '(llm/set-pricing "m" 1000000 2000000) '  # a dollar a token sent, two a token answered
MODEL = {"usage": (1, 2), "model": "m"}  # 5 dollars, 3 tokens


def fails(host: FakeHost, program: str) -> LispError:
    with pytest.raises(LispError) as caught:
        run(host, program)
    assert caught.value.kind == "llm"
    assert caught.value.fields["reason"] == "budget-exceeded"
    return caught.value


# --- usage and prices ---------------------------------------------------------------------------


def test_the_last_call_and_all_calls_have_a_cost() -> None:
    host = host_with(answer("a", **MODEL), answer("b", **MODEL))
    program = PRICED + (
        '(llm/complete "x") (llm/complete "y")'
        "(list (:cost-usd (llm/last-usage)) (:cost-usd (llm/session-usage)))"
    )
    assert shown(host, program) == "(5.0 10.0)"


def test_a_listed_model_has_its_price_at_once() -> None:
    host = host_with(answer("a", usage=(1_000_000, 0), model="gpt-5.5"))
    usage = run(host, '(llm/complete "x") (:cost-usd (llm/last-usage))')
    assert 0 < usage < 100


@pytest.mark.parametrize(("tier", "usd"), [("priority", "10.0"), ("flex", "2.5"), ("x", "5.0")])
def test_a_service_tier_has_a_price_of_its_own(tier: str, usd: str) -> None:
    program = PRICED + f'(llm/complete "x" {{:service-tier :{tier}}}) (:cost-usd (llm/last-usage))'
    assert shown(host_with(answer("a", **MODEL)), program) == usd


def test_an_unknown_price_is_no_price() -> None:
    host = host_with(answer("a", usage=(1, 2), model="nobody-knows"))
    program = '(llm/complete "x") (list (:cost-usd (llm/last-usage)) (llm/session-usage))'
    assert shown(host, program).startswith("(nil {")
    assert ":cost-usd 0.0" in shown(host_with(answer("a")), '(llm/complete "x")(llm/session-usage)')


def test_all_rounds_of_an_exchange_count() -> None:
    first = asks_for(("t", {}))
    first.pieces = (
        sse({"model": "m", "choices": [], "usage": {"prompt_tokens": 4, "completion_tokens": 0}}),
        *first.pieces,
    )
    host = host_with(first, answer("done", **MODEL))
    program = PRICED + '(deftool t "d" {} (fn () 1)) (llm/complete "x" {:tools [t]}) '
    assert run(host, program + "(:cost-usd (llm/last-usage))") == 9.0


def test_what_broke_off_was_paid_for() -> None:
    usage = sse({"model": "m", "choices": [], "usage": {"prompt_tokens": 4}})
    host = host_with(FakeResponse(usage, piece("Once"), ConnectionLost("gone")))
    program = PRICED + '(try (llm/complete "x") (catch e nil)) (:cost-usd (llm/session-usage))'
    assert run(host, program) == 4.0


def test_reset() -> None:
    host = host_with(answer("a", **MODEL))
    program = PRICED + '(llm/complete "x") (llm/reset-usage) '
    assert run(host, program + "(:cost-usd (llm/session-usage))") == 0.0


def test_pricing_status() -> None:
    assert shown(host_with(), "(llm/pricing-status)").startswith("{:defaults-checked-at ")
    assert f':source embedded :updated-at "{UPDATED_AT}"' in shown(
        host_with(), "(llm/pricing-status)"
    )
    assert ":source custom" in shown(host_with(), PRICED + "(llm/pricing-status)")


# --- budgets of programs ------------------------------------------------------------------------


def test_the_call_that_goes_beyond_fails_and_gives_its_answer() -> None:
    host = host_with(answer("a", **MODEL), answer("paid ", "for", **MODEL))
    error = fails(
        host,
        PRICED
        + '(llm/with-budget {:max-cost-usd 8} (fn () (llm/complete "x") (llm/complete "y")))',
    )
    assert error.message == "this call went beyond the budget of $8.00 (spent: $10.00)"
    assert error.fields["partial"] == "paid for"


def test_a_spent_budget_sends_nothing() -> None:
    host = host_with(answer("a", **MODEL))
    error = fails(
        host,
        PRICED
        + '(llm/with-budget {:max-cost-usd 5} (fn () (llm/complete "x") (llm/complete "y")))',
    )
    assert error.message == "the budget is used up: $5.00 (spent: $5.00)"
    assert len(host.requests) == 1


def test_whichever_limit_is_reached_first() -> None:
    both = "(llm/with-budget {{:max-cost-usd {} :max-tokens {}}} (fn () {}))"
    twice = '(llm/complete "x") (llm/complete "y")'
    for usd, tokens, words in ((5, 99, "$5.00"), (99, 3, "3 tokens (used: 3)")):
        host = host_with(answer("a", **MODEL))
        assert words in fails(host, PRICED + both.format(usd, tokens, twice)).message


def test_an_error_in_the_body_ends_the_budget() -> None:
    program = """(try (llm/with-budget {:max-tokens 5} (fn () (error "no"))) (catch e nil))
      (llm/budget-remaining)"""
    assert run(host_with(), program) is None


def test_budgets_within_budgets() -> None:
    host = host_with(answer("a", **MODEL), answer("b", **MODEL))
    program = """(llm/with-budget {:max-tokens 100} (fn ()
        (llm/complete "x")
        (list (llm/with-budget {:max-tokens 50} (fn ()
                (llm/complete "y") (:tokens-remaining (llm/budget-remaining))))
              (:tokens-remaining (llm/budget-remaining)))))"""
    assert shown(host, program) == "(47 94)"


def test_the_outer_budget_holds_inside() -> None:
    host = host_with(answer("a", **MODEL))
    program = """(llm/with-budget {:max-tokens 2} (fn ()
        (llm/with-budget {:max-tokens 50} (fn () (llm/complete "y")))))"""
    assert "budget of 2 tokens" in fails(host, program).message


def test_tasks_share_the_budget_they_were_made_in() -> None:
    host = host_with(answer("a", **MODEL), answer("b", **MODEL))
    program = """(llm/with-budget {:max-tokens 100} (fn ()
        (async/all (list (async (llm/complete "x")) (async (llm/complete "y"))))
        (:tokens-spent (llm/budget-remaining))))"""
    assert run(host, program) == 6


def test_streams_are_counted_and_only_stopped_on_demand() -> None:
    program = """(llm/with-budget {{:max-tokens 3 {option}}} (fn ()
        (llm/stream "x" (fn (c) nil)) (llm/stream "y" (fn (c) nil))
        (:tokens-spent (llm/budget-remaining))))"""
    host = host_with(answer("a", **MODEL), answer("b", **MODEL))
    assert run(host, program.format(option="")) == 6
    host = host_with(answer("a", **MODEL))
    assert "used up" in fails(host, program.format(option=":on-stream :pre-gate")).message


def test_set_budget_lasts_until_it_is_cleared() -> None:
    host = host_with(answer("a", **MODEL), answer("b", **MODEL))
    lisp = Interpreter(host)
    lisp.eval(PRICED + '(llm/set-budget 5) (llm/complete "x")')
    assert print_value(lisp.eval("(llm/budget-remaining)")) == (
        "{:limit 5.0 :remaining 0.0 :spent 5.0}"
    )
    with pytest.raises(LispError, match="used up"):
        lisp.eval('(llm/complete "y")')
    lisp.eval("(llm/clear-budget)")
    assert lisp.eval('(llm/complete "y")') == "b"


def test_setting_a_budget_inside_changes_that_one() -> None:
    program = """(llm/set-budget 7)
      (llm/with-budget {:max-tokens 5} (fn () (llm/set-budget 2) (llm/clear-budget)))
      (llm/budget-remaining)"""
    assert shown(host_with(), program) == "{:limit 7.0 :remaining 7.0 :spent 0.0}"


def test_a_model_without_a_price_is_warned_of_once() -> None:
    host = host_with(*[answer("a", usage=(1, 1), model="rare") for _ in range(2)])
    program = """(llm/with-budget {:max-cost-usd 1} (fn () (llm/complete "x") (llm/complete "y")
      (llm/budget-remaining)))"""
    assert shown(host, program) == "{:limit 1.0 :remaining 1.0 :spent 0.0}"
    (warning,) = [text for kind, text in host.written if kind == "err"]
    assert "no price is known for the model rare" in warning
    assert '(llm/set-pricing "rare" input output)' in warning


def test_a_cached_answer_costs_nothing_and_passes_a_spent_budget() -> None:
    program = """(define asked 0)
      (llm/define-provider :p {:complete (fn (r) (set! asked (+ asked 1))
        {:content "a" :usage {:prompt-tokens 1 :completion-tokens 2}})})
      (llm/with-budget {:max-tokens 3} (fn () (llm/with-cache (fn ()
        (llm/complete "x") (llm/complete "x")
        (list asked (:tokens-spent (llm/budget-remaining)) (:total-tokens (llm/last-usage)))))))"""
    assert shown(host_with(), program) == "(1 3 0)"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ('{:max-cost-usd "1"}', ":max-cost-usd expected a number of at least 0"),
        ("{:max-cost-usd -1}", "in US dollars, got -1"),
        ("{:max-tokens 1.5}", ":max-tokens expected an integer of at least 0, got float"),
        ("{:max-tokens 1 :on-stream :never}", "expected :pre-gate, got :never"),
        ("{:max-cost 1}", "unknown option :max-cost"),
    ],
)
def test_wrong_budgets(options: str, words: str) -> None:
    with pytest.raises(LispError) as caught:
        run(host_with(), f"(llm/with-budget {options} (fn () 1))")
    assert words in caught.value.message


# --- the visitor's budget -----------------------------------------------------------------------


def visited(budget: dict[str, Any], *replies: Any, provider: str = "openai") -> FakeHost:
    host = host_with(*replies, providers=(provider,))
    host.settings["budget"] = budget
    return host


def test_a_visitors_budget_stops_calls_and_streams() -> None:
    for ask in ('(llm/complete "x")', '(llm/stream "x" (fn (c) nil))'):
        host = visited({"tokens": 3}, answer("a", **MODEL), answer("never", **MODEL))
        error = fails(host, f"{ask} {ask}")
        assert error.message == (
            "the limit for one run of this program is reached: 3 tokens (used: 3)"
        )
        assert "raise that in Settings" in (error.hint or "")
        assert len(host.requests) == 1


def test_no_program_can_remove_it() -> None:
    dear = {"usage": (1000, 100_000), "model": "gpt-5.5"}
    host = visited({"usd": 1.0}, answer("a", **dear), answer("b", **dear))
    program = """(llm/complete "x") (llm/clear-budget) (llm/reset-usage)
      (llm/with-budget {:max-cost-usd 1000} (fn () (llm/complete "y")))"""
    assert "$1.00" in fails(host, program).message
    assert len(host.requests) == 1


@pytest.mark.parametrize("model", ["gpt-5.5", "nobody-knows"])
def test_no_program_says_what_a_model_costs_the_visitor(model: str) -> None:
    dear = {"usage": (1000, 100_000), "model": model}
    host = visited({"usd": 1.0}, answer("a", **dear), answer("b", **dear))
    program = f"""(llm/set-pricing "{model}" 0 0)
      (llm/complete "x" {{:model "{model}"}}) (llm/complete "y")"""
    assert "$1.00" in fails(host, program).message
    assert len(host.requests) == 1


def test_the_dearer_of_two_names_counts() -> None:
    """The model that was asked for and the one that the server says it is."""
    dear = {"usage": (1000, 100_000), "model": "gpt-4o-mini"}
    host = visited({"usd": 1.0}, answer("a", **dear), answer("b", **dear))
    ask = '(llm/complete "x" {:model "gpt-5.5"})'
    assert "$1.00" in fails(host, ask + ask).message


def flood(host: FakeHost, count: int, ask: str = '(llm/complete "x")') -> int:
    """Makes many calls at once; returns how many were answered."""
    program = f"""(define (one i) (async (try (begin {ask} 1) (catch e 0))))
      (foldl + 0 (async/all (map one (range {count}))))"""
    return int(run(host, program))


@pytest.mark.parametrize("limit", [{"usd": 0.2}, {"tokens": 5000}])
def test_a_flood_of_tasks_overruns_by_the_calls_under_way(limit: dict[str, Any]) -> None:
    # Each holds some 1000 tokens while it is under way, and uses 2000.
    reply = answer("a", usage=(1000, 1000), model="gpt-5.5")
    host = visited(limit, *[reply] * 200)
    answered = flood(host, 200)
    spent = {"usd": answered * 0.035, "tokens": answered * 2000}
    ((what, most),) = limit.items()
    assert most <= spent[what] <= most * 3, answered
    assert len(host.requests) == answered


def test_a_flood_keeps_to_the_programs_own_budget() -> None:
    host = host_with(*[answer("a", usage=(500, 500), model="m")] * 200)
    ask = '(llm/complete "x" {:max-tokens 500})'
    program = f"""(define (one i) (async (try (begin {ask} 1) (catch e 0))))
      (llm/with-budget {{:max-tokens 10000}} (fn () (foldl + 0 (async/all (map one (range 200))))))"""
    assert 9 <= run(host, program) <= 20
    assert len(host.requests) <= 20


def test_what_was_cancelled_is_paid_for() -> None:
    host = visited(
        {"tokens": 1000}, *[FakeResponse(piece("word " * 400), ConnectionLost("gone"))] * 9
    )
    program = "(define n 0)" + '(try (llm/complete "x") (catch e (set! n (+ n 1))))' * 9 + "n"
    assert run(host, program) == 9
    assert len(host.requests) < 9


def test_each_interpreter_has_its_own() -> None:
    host = visited({"tokens": 3}, answer("a", **MODEL), answer("b", **MODEL))
    assert [run(host, '(llm/complete "x")') for _ in range(2)] == ["a", "b"]


def test_a_server_that_reports_no_tokens_is_estimated() -> None:
    host = visited({"tokens": 20}, answer("word " * 16), answer("never"))
    assert "(used: 22)" in fails(host, '(llm/complete "12345678") (llm/complete "x")').message


def test_what_runs_on_ones_own_machine_is_not_limited() -> None:
    line = b'{"message": {"content": "a"}, "done": true, "prompt_eval_count": 9}\n'
    replies = [FakeResponse(line, headers={}) for _ in range(3)]
    host = visited({"tokens": 1, "usd": 0.0001}, *replies, provider="ollama")
    assert run(host, '(llm/complete "x") (llm/complete "x") (llm/complete "x")') == "a"


def test_attempts_in_vain_count_for_the_visitor() -> None:
    usage = sse({"model": "m", "choices": [], "usage": {"prompt_tokens": 4}})
    cut = FakeResponse(usage, piece("Once"), ConnectionLost("gone"))
    host = visited({"tokens": 5}, cut, answer("a", **MODEL), refusal(500))
    host.settings["providers"]["groq"] = host.settings["providers"]["openai"]
    program = '(llm/with-fallback [:openai :groq] (fn () (llm/complete "x") (llm/complete "y")))'
    assert "(used: 7)" in fails(host, program).message
