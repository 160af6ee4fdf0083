"""Every name that the peer documents means something here, or is listed with the reason.

`peer_names.txt` holds the names of its documentation's entries, one a line, as they were in July 2026.
"""

from __future__ import annotations

from pathlib import Path

from lispcore.library.language.help import public_names
from lispcore.library.system.unavailable import FAMILIES

NAMES = Path(__file__).with_name("peer_names.txt").read_text("utf-8").splitlines()
DIALECT = Path(__file__).resolve().parent.parent / "docs" / "dialect.md"
# Titles of its documentation that are no names of its own.
NO_NAMES = {
    "for": "the entry says that there is no such form",
    ":static": "a keyword in the routes of http/router",
    '\\"': "how a string is written",
}


def test_all_its_names_are_bound() -> None:
    assert len(NAMES) > 1000
    missing = set(NAMES) - set(public_names()) - set(NO_NAMES)
    assert missing == set()
    assert set(NO_NAMES) <= set(NAMES)


def test_what_is_bound_and_cannot_work_is_listed_with_the_reason() -> None:
    rows = [row for row in DIALECT.read_text("utf-8").splitlines() if row.startswith("| `")]
    listed = {name for row in rows for name in row.split("|")[1].replace("`", "").split(", ")}
    families = {name.strip() for name in listed}
    for _, _, names in FAMILIES:
        for name in names:
            assert name in NAMES or name.startswith("pty/"), name
            assert name in families or f"{name.partition('/')[0]}/*" in families, name
