"""What the compiler finds out about record types."""

from __future__ import annotations

from lispcore import Interpreter
from tests.fake_host import FakeHost

POINT = "(define-record-type point (make-point x y) point? (x px) (y py set-py!) (z pz))"


def known(*texts: str) -> dict[str, tuple[str, int, int]]:
    """Returns what is known of record functions after these texts have run."""
    session = Interpreter(FakeHost())
    for text in texts:
        session.eval(text)
    return {
        name: (each.work, each.count, each.field)
        for name, each in session.knowledge.records.items()
    }


def test_the_functions_of_a_definition() -> None:
    assert known(POINT) == {
        "make-point": ("constructor", 2, 0),
        "point?": ("predicate", 1, 0),
        "px": ("accessor", 1, 0),
        "py": ("accessor", 1, 1),
        "pz": ("accessor", 1, 2),
        "set-py!": ("modifier", 2, 1),
    }


def test_a_name_that_means_something_else_is_forgotten() -> None:
    assert "px" not in known(POINT, "(define (px p) 1)")
    assert "px" not in known(POINT + "(set! px car)")
    assert "px" not in known("(define px 1)", POINT)
    assert "py" in known(POINT, "(define (px p) 1)")


def test_only_definitions_at_the_top_level_count() -> None:
    assert known(f"(when #t {POINT})") == {}
    assert known(f"(define (f) {POINT} (make-point 1 2)) (f)") == {}
