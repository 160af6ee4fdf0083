"""Programs that nobody sees, run while the page has nothing to do, so that the first Run is quick.

A browser translates WebAssembly when it is first used, and again, better, when it is used often;
Python does the same with its own code. Without these programs the first programs of a visitor
would pay for that: they took ten times as long as later ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from lispcore.running.interpreter import Interpreter

# Each is run in one piece, between which a Run goes first: so they are short. Together they use
# what most programs use; none waits, draws a random number or leaves anything behind.
PROGRAMS: Final = (
    """
    ;; definitions, choices, arithmetic, text
    (define rate 0.19)
    (define (with-tax amount) (+ amount (* amount rate)))
    (define (grade n) (cond ((>= n 90) "A") ((>= n 80) "B") (else "C")))
    (define (describe n) (if (and (> n 10) (not (= n 50))) "large" (or (grade n) "none")))
    (println (str "with tax: " (with-tax 20)) (describe 12) f"rate ${rate}")
    (let* ((a 1) (b (- 7 a))) (list a b (mod b 4) (max a b) (string-length "text")))
    """,
    """
    ;; lists and functions
    (define (square x) (* x x))
    (define numbers (list 1 2 3 4 5))
    (define (count-down n)
      (let loop ((i n) (made '()))
        (if (= i 0) made (loop (- i 1) (cons i made)))))
    (println (map square numbers) (filter (fn (x) (> x 2)) numbers) (foldl + 0 (range 10)))
    (for-each (fn (x) (println "item" x)) (count-down 3))
    (define (fib n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))
    (list (fib 8) (reverse numbers) (sort '(3 1 2) <) (append numbers '(6)) (nth numbers 2))
    """,
    """
    ;; maps, keywords, strings, changing state
    (define items [{:name "pencil" :price 2} {:name "lamp" :price 40}])
    (define (total items) (foldl (fn (sum item) (+ sum (:price item))) 0 items))
    (define counter 0)
    (dotimes (i 20) (set! counter (+ counter i)))
    (println (string/join (map :name items) ", ") (total items) counter)
    (let ((m (assoc {:a 1} :b 2)))
      (when (> counter 5) (println (keys m) (get m :a)))
      (list m (string-append "a" "b") (number->string 12) (length items)))
    """,
    """
    ;; a macro, an error that is caught, a pattern
    (defmacro unless-zero (x body) `(if (= ,x 0) nil ,body))
    (define (safe-divide a b) (try (if (= b 0) (throw "zero") (/ a b)) (catch e (:value e))))
    (println (unless-zero 1 (safe-divide 6 3)) (safe-divide 1 0))
    (match {:kind "circle" :r 2} ({:kind "circle" :r r} (* r r)) (_ 0))
    """,
    """
    ;; an error that is shown
    (define (area shape) (* (:width shape) (:height shape)))
    (area {:width 2})
    """,
    "(prinltn 1)",
)


class QuietHost:
    """A host that shows nothing."""

    def __init__(self, host: Any) -> None:
        self._host = host

    def __getattr__(self, name: str) -> Any:
        return getattr(self._host, name)

    def write(self, text: str, kind: str = "out") -> None:
        """Drops the text."""

    def show(self, view: Mapping[str, Any]) -> None:
        """Drops the view."""


def warm_up(host: Any, step: int) -> bool:
    """Runs one of the programs twice; returns whether there are more of them."""
    for _ in range(2):
        session = Interpreter(QuietHost(host))
        session.run(PROGRAMS[step])
        session.close()
    return step + 1 < len(PROGRAMS)
