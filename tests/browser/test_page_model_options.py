"""What model calls can ask for, in the page: constraints, thoughts, sources, tools of functions."""

from __future__ import annotations

from playground import Playground

PROGRAM = r"""
(define held (try (llm/extract {:vendor {:type :string :max-length 3}}
                    "I bought coffee at Blue Bottle" {:retries 0 :provider :demo})
               (catch e (:problems e))))
(defn double "Doubles. n (int): what to double" [n] (* 2 n))
(define thoughts [])
(llm/complete "Double 4" {:provider :demo :tools [(tool double)] :server-tools [:web-search]
                          :on-thinking (fn (t) (set! thoughts (append thoughts [t])))})
(list (length held) (> (length thoughts) 3) (string? (llm/last-thinking))
      (map :url (llm/last-sources)))
"""


def test_they_work_in_the_page_with_the_demo_model(playground: Playground) -> None:
    result = playground.run(PROGRAM)
    assert result["error"] is None
    assert result["value"] == '(1 #t #t ("https://demo.example/"))'
