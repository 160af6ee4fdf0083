"""What is pressed before the page is there is done later (web/src/app/patience.js). Run by Node.js."""

from __future__ import annotations

from typing import Any

from page_modules import needs_node, run_page_modules

pytestmark = needs_node

HEAD = """
import { createPatience } from "SRC/app/patience.js";
globalThis.HTMLButtonElement = class { click() { tell(this.name); } };
let listener = null;
globalThis.document = {
  addEventListener: (type, heard) => { listener = heard; },
  removeEventListener: (type, heard) => { if (listener === heard) listener = null; },
};
const button = (name) => Object.assign(new HTMLButtonElement(), { name });
const press = (...path) => listener?.({ composedPath: () => path });
let program = 0;
const patience = createPatience(() => tell("run"), () => program);
"""


def run(body: str) -> Any:
    """Runs statements that call `tell`; returns what they told."""
    return run_page_modules(HEAD, body)


def test_a_button_is_pressed_once_when_the_page_is_there() -> None:
    assert run(
        """
        const history = button("history");
        press({}, history, {});
        press(history);
        press({});
        tell("end");
        patience.end();
        press(button("late"));
        """
    ) == ["end", "history"]


def test_run_waits_and_is_done_at_once_later() -> None:
    assert run('patience.run(); tell("end"); patience.end(); patience.run();') == [
        "end",
        "run",
        "run",
    ]


def test_what_was_meant_for_another_program_is_not_done() -> None:
    assert run(
        'press(button("run")); patience.run(); program = 1; patience.end(); tell(listener);'
    ) == [None]
