"""Batches on the providers' own interfaces: order, failures, half the price, found again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from batch_server import BatchServer, open_batch_server, prompt_of
from fake_host import FakeHost
from lispcore import Interpreter, LispError
from lispcore.hosts.terminal import TerminalHost
from lispcore.values.errors import Stopped
from lispcore.values.printing import print_value

KINDS = ("openai", "anthropic", "gemini")
MODELS = {"openai": "gpt-4.1", "anthropic": "claude-sonnet-4-6", "gemini": "gemini-2.5-flash"}
JOBS = "{:via :batch :poll-seconds 0.001}"


@pytest.fixture
def server() -> Iterator[BatchServer]:
    with open_batch_server() as opened:
        yield opened


def run(server: BatchServer, kind: str, program: str, home: Path, host: Any = None) -> str:
    host = host or TerminalHost({"SEMA_HOME": str(home)})
    base = f"{server.url}/{kind}" + ("/v1" if kind == "openai" else "")
    configure = (
        f'(llm/configure :{kind} {{:base-url "{base}" :api-key "k" '
        f':default-model "{MODELS[kind]}"}}) '
    )
    return print_value(Interpreter(host).eval(configure + program))


@pytest.mark.parametrize("kind", KINDS)
def test_answers_come_in_the_order_of_the_prompts(
    server: BatchServer, kind: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    program = f'(llm/batch ["a" "b" "c"] {JOBS})'
    assert run(server, kind, program, tmp_path) == '("re: a" "re: b" "re: c")'
    assert len(server.jobs) == 1
    said = capfd.readouterr().err
    assert f"{kind}_1 with 3 requests is handed in to {kind}" in said
    assert "2 of 3" in said


@pytest.mark.parametrize("kind", KINDS)
def test_a_failure_takes_the_place_of_its_answer(
    server: BatchServer, kind: str, tmp_path: Path
) -> None:
    program = f"""
    (map (fn (a) (if (map? a) (list (:status (:err a)) (string/contains? (:message (:err a)) "no to fail")) a))
         (llm/batch ["a" "fail" "c"] {JOBS}))"""
    assert run(server, kind, program, tmp_path) == '("re: a" (400 #t) "re: c")'


@pytest.mark.parametrize("kind", KINDS)
def test_half_the_price_is_counted(server: BatchServer, kind: str, tmp_path: Path) -> None:
    program = f"""
    (llm/set-pricing "m" 8.0 8.0)
    (define cost (fn () (:cost-usd (llm/session-usage))))
    (llm/batch ["a" "b"] {JOBS})
    (cost)"""
    assert run(server, kind, program, tmp_path) == "8.0"


@pytest.mark.parametrize("kind", KINDS)
def test_a_program_that_was_ended_finds_its_batch_again(
    server: BatchServer, kind: str, tmp_path: Path
) -> None:
    class Impatient(TerminalHost):
        def sleep(self, seconds: float) -> None:
            raise Stopped

    server.stuck = True
    program = f'(llm/batch ["a" "b"] {JOBS})'
    with pytest.raises(Stopped):
        run(server, kind, program, tmp_path, Impatient({"SEMA_HOME": str(tmp_path)}))
    server.stuck = False
    assert run(server, kind, program, tmp_path) == '("re: a" "re: b")'
    # And once more when it is over: what was paid for is not asked again, unless that is wished.
    assert run(server, kind, program, tmp_path) == '("re: a" "re: b")'
    assert len(server.jobs) == 1
    run(server, kind, program.replace(":via", ":fresh #t :via"), tmp_path)
    assert len(server.jobs) == 2
    kept = "".join(path.read_text() for path in tmp_path.rglob("*.json"))
    assert '"k"' not in kept
    assert "re: a" not in kept


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_job_did_not_reach_goes_into_a_further_one(
    server: BatchServer, kind: str, tmp_path: Path
) -> None:
    server.lose = {"b"}
    program = f'(llm/batch ["a" "b" "c"] {JOBS})'
    assert run(server, kind, program, tmp_path) == '("re: a" "re: b" "re: c")'
    assert [len(job.requests) for job in server.jobs.values()] == [3, 1]


def test_a_refused_option_is_left_out_in_a_further_job(server: BatchServer, tmp_path: Path) -> None:
    program = '(llm/batch ["cold" "b"] {:temperature 0.5 :via :batch :poll-seconds 0.001})'
    assert run(server, "openai", program, tmp_path) == '("re: cold" "re: b")'
    assert [len(job.requests) for job in server.jobs.values()] == [2, 1]


def test_a_lost_look_means_nothing(server: BatchServer, tmp_path: Path) -> None:
    server.failing_looks = 5
    assert run(server, "openai", f'(llm/batch ["a"] {JOBS})', tmp_path) == '("re: a")'


@pytest.mark.parametrize("kind", KINDS)
def test_a_job_that_is_not_taken_for_now_is_handed_in_later(
    server: BatchServer, kind: str, tmp_path: Path
) -> None:
    server.busy = 3
    assert run(server, kind, f'(llm/batch ["a" "b"] {JOBS})', tmp_path) == '("re: a" "re: b")'
    assert len(server.jobs) == 1


@pytest.mark.parametrize(("busy", "refusal"), [(9, "rate_limit_error"), (1, "insufficient_quota")])
def test_a_job_that_is_not_taken_at_all_says_why(
    server: BatchServer, tmp_path: Path, busy: int, refusal: str
) -> None:
    server.busy, server.refusal = busy, refusal
    with pytest.raises(LispError, match="429: Please try again"):
        run(server, "openai", f'(llm/batch ["a"] {JOBS})', tmp_path)
    assert not server.jobs


def test_a_job_that_its_provider_forgot_is_handed_in_again(
    server: BatchServer, tmp_path: Path
) -> None:
    program = f'(llm/batch ["a"] {JOBS})'
    run(server, "openai", program, tmp_path)
    server.jobs.clear()
    assert run(server, "openai", program, tmp_path) == '("re: a")'
    assert len(server.jobs) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_jobs_are_listed_and_can_be_ended(server: BatchServer, kind: str, tmp_path: Path) -> None:
    program = f"""
    (llm/batch ["a"] {JOBS})
    (define job (first (llm/batches)))
    (list (:name job) (:provider job) (:requests job) (llm/cancel-batch (:name job)) (llm/batches))
    """
    name = ("batches/" if kind == "gemini" else "") + f"{kind}_1"
    assert run(server, kind, program, tmp_path) == f'("{name}" "{kind}" 1 #t ())'
    assert server.jobs[f"{kind}_1"].cancelled


def test_structured_prompts_and_pmap(server: BatchServer, tmp_path: Path) -> None:
    program = "(llm/pmap (fn (n) (str n)) (range 3) {:via :batch :poll-seconds 0.001})"
    assert run(server, "anthropic", program, tmp_path) == '("re: 0" "re: 1" "re: 2")'


def test_the_cache_and_a_budget_count_as_ever(server: BatchServer, tmp_path: Path) -> None:
    program = f"""
    (llm/set-pricing "{MODELS["openai"]}" 8.0 8.0) (llm/set-pricing "m" 8.0 8.0)
    (define (go prompts) (llm/batch prompts {JOBS}))
    (list (llm/with-cache (fn () (go ["a" "b"]) (go ["a" "b"])))
          (llm/with-budget {{:max-cost-usd 5.0}}
            (fn () (map string? (go ["c" "d" "e"])))))"""
    answer = run(server, "openai", program, tmp_path)
    assert answer == '(("re: a" "re: b") (#t #f #f))'
    assert sum(len(job.requests) for job in server.jobs.values()) == 5


# --- rows -----------------------------------------------------------------------------------------


def rows(out: Path, ask: str = '(str (llm/complete (:q row)) "!")', options: str = "") -> str:
    data = '[{:q "a"} {:q "b"} {:q "fail"} {:q "c"}]'
    how = f'{{:out "{out}" :key :q :via :batch :poll-seconds 0.001 {options}}}'
    return f"(define (f row) {ask}) (define r (llm/each-row {data} f {how}))"


def noted(out: Path) -> dict[str, Any]:
    lines = [json.loads(line) for line in out.read_text().splitlines()[1:]]
    return {line["key"]: line.get("result") for line in lines}


@pytest.mark.parametrize("kind", KINDS)
def test_rows_are_answered_by_one_job_and_noted_once(
    server: BatchServer, kind: str, tmp_path: Path
) -> None:
    out = tmp_path / "out.jsonl"
    program = '(llm/set-pricing "m" 8.0 8.0)' + rows(out)  # 8 dollars an answer, half of it here
    program += "(list (:done r) (:failed r) (:skipped r) (:cost r))"
    assert run(server, kind, program, tmp_path) == "(3 1 0 12.0)"
    assert noted(out) == {"a": "re: a!", "b": "re: b!", "fail": None, "c": "re: c!"}
    assert len(server.jobs) == 1
    assert '"usage":{"tokens":' in out.read_text()
    assert '"usd":4.0}' in out.read_text()
    assert run(server, kind, program, tmp_path) == "(0 0 4 0.0)"
    assert len(server.jobs) == 1


def test_a_run_over_rows_that_was_ended_finds_its_jobs_again(
    server: BatchServer, tmp_path: Path
) -> None:
    out = tmp_path / "out.jsonl"
    # Each row asks twice, so that there are two jobs, one after the other.
    ask = "(llm/complete (llm/complete (:q row)))"

    class Ended(TerminalHost):
        def sleep(self, seconds: float) -> None:
            if len(server.jobs) == 2:
                raise Stopped
            super().sleep(seconds)

    server.stuck = False
    with pytest.raises(Stopped):
        run(server, "openai", rows(out, ask), tmp_path, Ended({"SEMA_HOME": str(tmp_path)}))
    assert noted(out) == {}
    run(server, "openai", rows(out, ask), tmp_path)
    assert noted(out)["a"] == "re: re: a"
    assert [len(job.requests) for job in server.jobs.values()][:2] == [4, 3]
    assert "a" not in [prompt for job in list(server.jobs.values())[2:] for prompt in prompts(job)]


def prompts(job: Any) -> list[str]:
    return [prompt_of(job.kind, body) for _, body in job.requests]


def test_rows_know_what_does_not_go_with_a_batch(server: BatchServer, tmp_path: Path) -> None:
    with pytest.raises(LispError, match="concurrency does not go with"):
        run(server, "openai", rows(tmp_path / "o.jsonl", options=":concurrency 3"), tmp_path)


def test_the_demo_model_answers_at_once() -> None:
    assert (
        print_value(Interpreter(FakeHost()).eval('(count (llm/batch ["a" "b"] {:via :batch}))'))
        == "2"
    )


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ('(llm/batch ["a"] {:via :mail})', "option :via expected :calls or :batch"),
        ('(llm/batch ["a"] {:via :batch :poll-seconds 0})', ":poll-seconds expected a number"),
        (
            '(begin (llm/configure :ollama {:base-url "http://127.0.0.1:9"}) '
            '(llm/batch ["a"] {:via :batch}))',
            "ollama: offers no batches",
        ),
    ],
)
def test_mistakes(program: str, words: str) -> None:
    with pytest.raises(LispError) as caught:
        Interpreter(TerminalHost({})).eval(program)
    assert words in str(caught.value)
