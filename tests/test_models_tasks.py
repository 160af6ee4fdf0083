"""Each task asks the provider that it chose; a new one begins with its maker's choice."""

from __future__ import annotations

import pytest

from model_replies import host_with, shown

TWO = """
(llm/define-provider :a {:complete (fn (r) (str "a:" (:model r))) :default-model "m1"})
(llm/define-provider :b {:complete (fn (r) (str "b:" (:model r))) :default-model "m2"})
"""


@pytest.mark.parametrize(
    ("program", "value"),
    [
        # Both choose before either asks.
        (
            """(define (ask which) (async (llm/set-default which) (async/sleep 1)
                 (llm/complete "x")))
               (async/all (list (ask :a) (ask :b) (ask :a)))""",
            '("a:m1" "b:m2" "a:m1")',
        ),
        # A task begins with what its maker had, and keeps it.
        (
            """(llm/set-default :a)
               (define one (async (async/sleep 1) (llm/complete "x")))
               (llm/set-default :b)
               (list (await one) (llm/complete "x"))""",
            '("a:m1" "b:m2")',
        ),
        # What a task chooses is not its maker's business.
        (
            """(llm/set-default :a)
               (list (await (async (llm/set-default :b) (llm/current-provider)))
                     (llm/default-provider))""",
            '({:model "m2" :name :b} :a)',
        ),
        # The same provider, configured by each in its own way.
        (
            """(define (ask model)
                 (async (llm/define-provider :p {:complete (fn (r) (:model r))
                                                 :default-model model})
                        (async/sleep 1)
                        (llm/complete "x")))
               (async/all (list (ask "one") (ask "two")))""",
            '("one" "two")',
        ),
        # Tasks of tasks.
        (
            """(llm/set-default :a)
               (await (async (llm/set-default :b) (await (async (llm/complete "x")))))""",
            '"b:m2"',
        ),
    ],
)
def test_who_is_asked(program: str, value: str) -> None:
    assert shown(host_with(), TWO + program) == value


def test_going_back_to_the_settings_is_for_one_task_only() -> None:
    program = """(llm/set-default :a)
      (list (await (async (llm/auto-configure))) (llm/default-provider))"""
    assert shown(host_with(), TWO + program) == "(:openai :a)"
