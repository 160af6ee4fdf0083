"""Many model calls at once in the page: they overlap, also where the browser cannot suspend."""

from __future__ import annotations

import pytest
from playground import Playground

from batch_server import open_batch_server
from counting_server import open_counting_server

PROGRAM = """
(define answers (llm/batch ["a" "b" "fail c" "d"] {:concurrency 3}))
(println (map (fn (a) (if (map? a) (:status (:err a)) a)) answers))
(println (llm/pmap (fn (n) (str "n" n)) (range 3)))
(:total-tokens (llm/session-usage))
"""
LINES = ['("re: a" "re: b" 403 "re: d")', '("re: n0" "re: n1" "re: n2")']


@pytest.mark.parametrize("tier", ["", "?wait=shared", "?wait=service"])
def test_requests_overlap_in_every_kind_of_browser(
    closed_playground: Playground, tier: str
) -> None:
    closed_playground.open(tier)
    with open_counting_server(expected=3) as counts:
        closed_playground.configure("openai", counts.url, "test-key", "m")
        result = closed_playground.run(PROGRAM)
        assert result["output"] == LINES
        assert result["value"] == "72"
        assert counts.most == 3


def test_tasks_overlap_and_stop_ends_all(playground: Playground) -> None:
    with open_counting_server(expected=3) as counts:
        playground.configure("openai", counts.url, "test-key", "m")
        program = "(async/pool-map (fn (n) (llm/complete (str n))) (range 5) 3)"
        result = playground.run(program)
        assert result["value"] == '("re: 0" "re: 1" "re: 2" "re: 3" "re: 4")'
        assert counts.most == 3
        counts.hold()
        playground.start("(llm/batch (map str (range 9)) {:concurrency 3})")
        counts.wait_until("open", 3)
        playground.part("stop").click()
        playground.wait_for_state("ready")
        counts.wait_until("gone", 3)
        assert len(counts.prompts) == 5 + 3


@pytest.mark.parametrize(
    ("provider", "place", "model"),
    [
        ("openai", "/openai/v1", "gpt-4.1"),
        ("anthropic", "/anthropic", "claude-sonnet-4-6"),
        ("gemini", "/gemini", "gemini-2.5-flash"),
    ],
)
def test_a_batch_is_handed_in_and_found_again(
    closed_playground: Playground, provider: str, place: str, model: str
) -> None:
    program = '(llm/batch ["a" "b"] {:via :batch :poll-seconds 0.01})'
    with open_batch_server() as server:
        for _ in range(2):
            closed_playground.open("")
            closed_playground.configure(provider, server.url + place, "k", model)
            result = closed_playground.run(program)
            assert result["error"] is None, result["error"]
            assert result["value"] == '("re: a" "re: b")'
        assert len(server.jobs) == 1
