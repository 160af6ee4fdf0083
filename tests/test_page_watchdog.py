"""A worker that died or hangs is noticed (web/src/engine/watchdog.js). Run by Node.js."""

from __future__ import annotations

import pytest

from aimock import node
from page_scripts import run_script

pytestmark = pytest.mark.skipif(node() is None, reason="Node.js is not installed")

IMPORTS = {"engine/watchdog.js": "watch, WATCH"}
# A second becomes ten milliseconds.
START = """
const given = { ...WATCH };
for (const name of Object.keys(WATCH)) WATCH[name] /= 100;
let phase = "starting";
let answers = true;
const events = [];
let dog;
const options = {
  name: "lispcore-test",
  state: () => phase,
  ping: (id) => answers && setTimeout(() => dog.answered(id), 5),
  onStalled: () => events.push("stalled"),
  onDied: () => { events.push("died"); dog.end(); },
  onQuiet: () => events.push("quiet"),
};
"""


def watched(body: str) -> list[object]:
    """Runs statements with a watchdog `dog`; returns what it said."""
    return run_script(IMPORTS, f"{START}\ndog = watch(options);\n{body}\ntell(events);")[-1]  # type: ignore[no-any-return]


def test_everything_is_said_within_twenty_seconds() -> None:
    [given] = run_script(IMPORTS, "tell(WATCH);")
    slowest = max(
        given["START_MILLISECONDS"], given["ANSWER_MILLISECONDS"], given["SILENCE_MILLISECONDS"]
    )
    assert slowest + given["LOOK_MILLISECONDS"] <= 20_000
    assert given["ANSWER_MILLISECONDS"] + 2 * given["LOOK_MILLISECONDS"] <= 20_000
    assert given["SILENCE_MILLISECONDS"] + given["LOOK_MILLISECONDS"] <= 20_000


def test_a_start_that_does_not_get_on_is_said_once() -> None:
    assert watched("await pause(500);") == ["stalled"]


def test_one_that_gets_on_is_not() -> None:
    assert watched("for (let n = 0; n < 10; n++) { await pause(40); dog.sign(); }") == []


def test_an_idle_worker_that_answers_is_left_alone() -> None:
    assert watched('phase = "idle"; await pause(600);') == []


def test_one_that_does_not_answer_has_died() -> None:
    assert watched('phase = "idle"; answers = false; await pause(600);') == ["died"]


def test_a_program_without_a_sign_is_said_but_not_ended() -> None:
    assert watched('phase = "running"; answers = false; await pause(600);') == ["quiet"]


def test_a_program_that_gives_signs_is_not() -> None:
    told = watched(
        'phase = "running"; answers = false; for (let n = 0; n < 12; n++) { await pause(40); dog.sign(); }'
    )
    assert told == []


def test_a_program_that_said_how_long_it_sleeps_is_not() -> None:
    told = watched('phase = "running"; answers = false; dog.sign(100); await pause(600);')
    assert told == []


def test_a_program_that_waits_for_the_page_is_not() -> None:
    assert watched('phase = "waiting"; answers = false; await pause(600);') == []


def test_a_page_that_slept_blames_nobody() -> None:
    told = watched(
        """
        phase = "idle";
        const end = performance.now() + 400;
        while (performance.now() < end);
        await pause(20);
        """
    )
    assert told == []


def test_the_end_of_a_worker_frees_its_lock() -> None:
    locks = """
    let free = () => {};
    Object.defineProperty(globalThis, "navigator", { configurable: true, value: { locks: {
      request: (name, { signal }, callback) => new Promise((resolve, reject) => {
        free = () => signal.aborted ? reject(new Error("aborted")) : resolve(callback());
      }),
    } } });
    """
    assert watched(f"{locks} dog.waitForEnd(); await pause(1); free(); await pause(1);") == ["died"]
    assert watched(f"{locks} dog.waitForEnd(); dog.end(); free(); await pause(1);") == []
