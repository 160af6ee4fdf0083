"""How fast output is shown on a slow machine (web/src/panels/output/pace.js)."""

from __future__ import annotations

from page_modules import needs_node, run_page_modules

pytestmark = needs_node

HEAD = 'import { createBudget, createPace } from "SRC/panels/output/pace.js";'
CLOCK = """
let now = 1000;
let painted;
const pace = createPace((done) => { painted = done; }, () => now);
const frame = (cost) => { pace.begin(); now += cost; painted(); };
"""


def test_a_cheap_frame_is_followed_by_the_next_at_once() -> None:
    assert run_page_modules(HEAD, CLOCK + "tell(pace.rest()); frame(9); tell(pace.rest());") == [
        0,
        0,
    ]


def test_a_frame_that_cost_much_is_followed_by_a_rest_that_ends() -> None:
    body = (
        "frame(40); tell(pace.rest()); now += 100; tell(pace.rest()); now += 50; tell(pace.rest());"
    )
    assert run_page_modules(HEAD, CLOCK + body) == [120, 20, 0]


def test_nobody_waits_long_for_output_on_the_slowest_machine() -> None:
    body = "frame(5000); tell(pace.rest()); now += 250; frame(5); tell(pace.rest());"
    assert run_page_modules(HEAD, CLOCK + body) == [250, 0]


def test_late_frames_take_less_text_and_punctual_ones_more() -> None:
    body = """
    const budget = createBudget();
    const ask = (late) => Math.round(100 * (budget.endOfFrame(1000, 1000 - late) - 1000)) / 100;
    tell(ask(10));
    const late = [1, 2, 3].map(() => ask(60));
    tell(late[0] > late[1] && late[1] >= late[2] && late[2] === 1.5);
    for (let n = 0; n < 20; n++) ask(10);
    tell(ask(10));
    """
    assert run_page_modules(HEAD, body) == [8, True, 8]
