"""docs/security.md promises nothing that no test holds: the tests that it names exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`((?:browser/)?test_\w+)(?:::(test_\w+))?`")
CLAIMS = [line for line in TEXT.splitlines() if line.startswith("| ") and "---" not in line]


def is_defined(module: str, test: str | None) -> bool:
    file = ROOT / "tests" / f"{module}.py"
    if not file.is_file():
        return False
    return test is None or re.search(rf"^def {test}\(", file.read_text("utf-8"), re.M) is not None


@pytest.mark.parametrize("named", sorted(set(NAMED.findall(TEXT))), ids="::".join)
def test_each_test_that_is_named_exists(named: tuple[str, str]) -> None:
    module, test = named
    assert is_defined(module, test or None)


def test_every_claim_names_a_test() -> None:
    claims = [line for line in CLAIMS if not line.startswith(("| claim", "| what"))]
    assert len(claims) > 20
    assert [line for line in claims if not NAMED.search(line)] == []


@pytest.mark.parametrize(
    ("module", "test"), [("test_nowhere", None), ("test_security_claims", "test_nothing")]
)
def test_what_is_not_there_is_noticed(module: str, test: str | None) -> None:
    assert not is_defined(module, test)


def test_people_find_it() -> None:
    assert "(docs/security.md)" in (ROOT / "README.md").read_text("utf-8")
    assert "(docs/security.md)" in (ROOT / "SECURITY.md").read_text("utf-8")
