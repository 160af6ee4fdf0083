"""What a worker may send in a time, and that it cannot freeze the page (web/src/engine/meter.js)."""

from __future__ import annotations

import pytest

from aimock import node
from page_scripts import run_script

pytestmark = pytest.mark.skipif(node() is None, reason="Node.js is not installed")

IMPORTS = {"engine/meter.js": "createIntake, FLOOD"}
BUSY = (
    "const busy = (ms) => { const end = performance.now() + ms; while (performance.now() < end); };"
)


def test_a_message_is_handed_on_at_once_while_there_is_time() -> None:
    assert run_script(
        IMPORTS,
        """
        const intake = createIntake(tell, () => tell("flood"));
        intake.put({ n: 1 });
        intake.put({ n: 2 });
        tell("both are there");
        """,
    ) == [{"n": 1}, {"n": 2}, "both are there"]


def test_work_is_spread_over_frames_in_the_order_of_the_messages() -> None:
    told = run_script(
        IMPORTS,
        BUSY
        + """
        const seen = [];
        const intake = createIntake(({ n }) => { busy(3); seen.push(n); }, () => tell("flood"));
        for (let n = 0; n < 20; n++) intake.put({ n });
        tell(seen.length < 8);
        let turns = 0;
        while (seen.length < 20) { await pause(0); turns++; }
        tell(turns > 3);
        tell(seen);
        """,
    )
    assert told == [True, True, list(range(20))]


def test_more_messages_than_anybody_sends_are_a_flood() -> None:
    told = run_script(
        IMPORTS,
        """
        let taken = 0;
        let floods = 0;
        const intake = createIntake(() => { taken++; }, () => { floods++; intake.close(); });
        for (let n = 0; n < 100_000; n++) intake.put({});
        await pause(50);
        // The bucket drains meanwhile: that takes less than a second.
        tell([taken <= FLOOD.MESSAGES + FLOOD.MESSAGES_PER_SECOND, floods]);
        """,
    )
    assert told == [[True, 1]]


def test_messages_that_the_page_cannot_keep_up_with_are_a_flood() -> None:
    told = run_script(
        IMPORTS,
        BUSY
        + """
        FLOOD.WAITING = 100;
        let taken = 0;
        const intake = createIntake(() => { busy(20); taken++; }, () => { tell("flood"); intake.close(); });
        for (let n = 0; n < 150; n++) intake.put({});
        await pause(100);
        tell(taken);
        """,
    )
    assert told[0] == "flood"
    assert told[1] <= 2


@pytest.mark.parametrize("part", ["bytes: bytes", "body: bytes", 'parts: [["out", text]]'])
def test_so_are_too_many_bytes(part: str) -> None:
    told = run_script(
        IMPORTS,
        f"""
        FLOOD.BYTES = 10_000_100;
        FLOOD.BYTES_PER_SECOND = 0;
        const [bytes, text] = [new Uint8Array(1_000_000), "x".repeat(1_000_000)];
        let taken = 0;
        const intake = createIntake(() => {{ taken++; }}, () => {{ tell(taken); intake.close(); }});
        for (let n = 0; n < 20; n++) intake.put({{ {part} }});
        """,
    )
    assert told == [10]
