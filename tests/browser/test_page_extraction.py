"""Data from texts and conversations in the page, with the demo model: no key and no network."""

from __future__ import annotations

from playground import Playground

PROGRAM = """
(define talk (conversation/say (conversation/new) "Explain closures."))
(list
  (llm/extract {:vendor {:type :string} :amount {:type :number :validate pos?}
                :date {:type :string} :tip {:type :number :optional #t}}
    "I bought coffee for $4.50 at Blue Bottle on Jan 15, 2025")
  (llm/classify '(:positive :negative :neutral) "I absolutely love this product!")
  (conversation/length talk))
"""


def test_the_demo_takes_data_out_of_a_text(playground: Playground) -> None:
    result = playground.run(PROGRAM)
    assert result["error"] is None
    assert " ".join(result["value"].split()) == (
        '({:amount 4.5 :date "2025-01-15" :vendor "Blue Bottle"} :positive 2)'
    )
