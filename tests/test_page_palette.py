"""The palette's table of actions, and the line between the halves."""

from __future__ import annotations

import re

from page_modules import WEB, needs_node, run_page_modules

PANELS = WEB / "src" / "panels"
IDS = re.compile(r'\bid="([\w-]+)"')


@needs_node
def test_each_action_presses_a_button_that_is_there_or_does_something() -> None:
    actions = run_page_modules(
        'import { ACTIONS } from "SRC/panels/palette/actions.js";',
        "for (const { title, keys, press, act } of ACTIONS) tell([title, keys ?? '', press ?? '', typeof act]);",
    )
    markup = "".join(file.read_text("utf-8") for file in PANELS.glob("*/panel.html"))
    ids = set(IDS.findall(markup))
    assert len({title for title, *_ in actions}) == len(actions) > 20
    for title, _, press, act in actions:
        assert (press in ids) if press else (act == "function"), title


@needs_node
def test_actions_are_found_by_all_their_words() -> None:
    found = run_page_modules(
        'import { findActions } from "SRC/panels/palette/actions.js";',
        "for (const text of ['run', 'ctrl+enter', 'program RUN', 'no such thing', '']) tell(findActions(text).map(({ title }) => title));",
    )
    assert found[0][0] == found[1][0] == "Run the program"
    assert "Run the program" in found[2]
    assert found[3] == []
    assert len(found[4]) > 20


@needs_node
def test_halves_are_moved_and_folded() -> None:
    fits, keys = run_page_modules(
        'import { fitting, moved } from "SRC/panels/panes/index.js";',
        """
        tell([NaN, -3, 14, 15, 50.4, 85, 86, 200].map(fitting));
        tell([["ArrowLeft", 50], ["ArrowRight", 50], ["ArrowLeft", 15], ["ArrowRight", 0], ["ArrowLeft", 100],
              ["Home", 50], ["End", 50], ["Enter", 0], [" ", 70], ["x", 50]].map(([key, now]) => moved(key, now)));
        """,
    )
    assert fits == [50, 0, 0, 15, 50, 85, 100, 100]
    assert keys == [45, 55, 0, 15, 85, 0, 100, 50, 50, None]
