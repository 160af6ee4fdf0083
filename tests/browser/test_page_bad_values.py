"""Whatever lies in the browser's storage, and however that behaves, the page starts and says so."""

from __future__ import annotations

import json
import time

import pytest
from playground import Playground
from test_page_history import get_code, names, open_history, reload, set_code

BAD = {
    "lispcore.settings": '{"default": "openai", "providers": null}',
    "lispcore.keys": "{bad",
    "lispcore.place": '{"program": 7}',
    "lispcore.history": "[[[",
}
BAD_IN_TAB = {
    "lispcore.before": "null",
    "lispcore.place": "7",
    "lispcore.run": '{"log": {"items": [{"block": "error"}]}, "calls": 7}',
    "lispcore.tab": "<b>" * 1000,
    "lispcore.openrouter": "{",
}


def plant(values: dict[str, str], storage: str) -> str:
    """Returns a script that puts values into a storage, once."""
    return f"""if (!{storage}.planted) {{
        {storage}.planted = "yes";
        Object.assign({storage}, {json.dumps(values)});
    }}"""


def test_bad_values_are_reset_and_said_and_kept(closed_playground: Playground) -> None:
    playground = closed_playground
    playground.page.add_init_script(plant(BAD, "localStorage"))
    playground.page.add_init_script(plant(BAD_IN_TAB, "sessionStorage"))
    playground.open()
    notices = playground.page.locator("#notices").inner_text()
    assert "The choice of models could not be read and was reset." in notices
    assert playground.run("(+ 1 2)")["value"] == "3"
    stored = playground.page.evaluate("({...localStorage})")
    for name in ("settings", "keys"):
        assert stored[f"lispcore.broken.{name}"] == BAD[f"lispcore.{name}"]
    playground.page.locator("#notices").get_by_label("Close").first.click()
    reload(playground)
    assert playground.page.locator("#notices").inner_text() == ""


BROKEN_BROWSERS = {
    "no local storage": """Object.defineProperty(window, "localStorage", {
        get() { throw new DOMException("denied", "SecurityError"); } });""",
    "no session storage": """Object.defineProperty(window, "sessionStorage", {
        get() { throw new DOMException("denied", "SecurityError"); } });""",
    "full storage": """Storage.prototype.setItem = () => {
        throw new DOMException("full", "QuotaExceededError"); };""",
    "no database": """Object.defineProperty(window, "indexedDB", { value: undefined });""",
    "closed database": """IDBFactory.prototype.open = () => {
        throw new DOMException("denied", "SecurityError"); };""",
    "database without an answer": """IDBFactory.prototype.open = () => new EventTarget();""",
    "no channels": "delete window.BroadcastChannel;",
    "no locks": "delete Navigator.prototype.locks;",
}
# Without an answer of the database it would be for ever; a busy machine takes a few seconds.
MOST_SECONDS = 25.0


@pytest.mark.parametrize("broken", BROKEN_BROWSERS)
def test_the_page_is_usable_in_a_broken_browser(closed_playground: Playground, broken: str) -> None:
    playground = closed_playground
    playground.page.add_init_script(BROKEN_BROWSERS[broken])
    started = time.monotonic()
    playground.open(ready=False)
    set_code(playground, f"; in a browser with {broken}\n(mine)")
    assert time.monotonic() - started < MOST_SECONDS
    if "database" in broken:
        playground.page.locator("#notices").get_by_text(
            "Your program and its history are kept"
        ).wait_for()
    open_history(playground)
    assert f"in a browser with {broken}" in names(playground)
    playground.page.keyboard.press("Escape")
    playground.page.evaluate("playground.writeFile('a.txt', 'a')")
    playground.wait_until_kept(f"; in a browser with {broken}\n(mine)")
    reload(playground)
    code = f"; in a browser with {broken}\n(mine)"
    playground.page.wait_for_function("code => playground.getCode() === code", arg=code)
    open_history(playground)
    assert f"in a browser with {broken}" in names(playground)
    playground.page.evaluate("playground.ready")


def test_a_database_without_an_answer_does_not_hold_up_the_first_run(
    closed_playground: Playground,
) -> None:
    playground = closed_playground
    playground.page.add_init_script(BROKEN_BROWSERS["database without an answer"])
    playground.open()
    assert playground.run("(+ 20 22)")["value"] == "42"


@pytest.mark.no_interpreter
def test_a_program_too_large_for_the_tabs_storage_comes_back(closed_playground: Playground) -> None:
    playground = closed_playground
    playground.open(ready=False)
    playground.page.evaluate("playground.setCode('; huge\\n\"' + 'x'.repeat(6_000_000) + '\"')")
    open_history(playground)
    playground.page.keyboard.press("Escape")
    playground.wait_until_kept("x" * 1000)
    reload(playground)
    playground.page.wait_for_function("playground.getCode().length > 6_000_000")
    assert get_code(playground).startswith("; huge\n")
