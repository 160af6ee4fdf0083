"""A part of the page that did not come is told from every other mistake (parts.js)."""

from __future__ import annotations

import pytest

from tests.page_modules import needs_node, run_page_modules

pytestmark = needs_node

HEAD = """import { isLostPart, loadPart } from "SRC/parts.js";"""
LOST = (
    "Failed to fetch dynamically imported module: https://a.example/part-1.js",
    "error loading dynamically imported module: https://a.example/part-1.js",
    "Importing a module script failed.",
)


def test_what_browsers_say_of_it_is_known() -> None:
    body = "\n".join(f'tell(isLostPart(new TypeError("{each}")));' for each in LOST)
    assert run_page_modules(HEAD, body) == [True] * len(LOST)


@pytest.mark.parametrize(
    "reason",
    ['new TypeError("x is not a function")', f'new Error("{LOST[0]}")', "null", '"text"'],
)
def test_other_mistakes_are_not_hidden(reason: str) -> None:
    assert run_page_modules(HEAD, f"tell(isLostPart({reason}));") == [False]


def test_a_part_that_did_not_come_is_asked_for_by_another_name() -> None:
    """A browser remembers that an address failed."""
    body = f"""
    const load = () => Promise.reject(new TypeError({LOST[0]!r}));
    const loadFrom = async (address) => address;
    tell(await loadPart(load, loadFrom));
    tell(await loadPart(load, loadFrom));
    tell(await loadPart(async () => "there", loadFrom));
    tell(await loadPart(() => Promise.reject(new Error("no")), loadFrom).catch(String));
    """
    address = "https://a.example/part-1.js?again="
    assert run_page_modules(HEAD, body) == [f"{address}1", f"{address}2", "there", "Error: no"]
