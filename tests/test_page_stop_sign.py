"""How a program hears of Stop without shared memory (web/src/engine/stop-sign.js). Run by Node.js."""

from __future__ import annotations

from typing import Any

from page_modules import needs_node, run_page_modules

pytestmark = needs_node

# A look takes as long as `cost` says, by a clock that stands still otherwise.
HEAD = """
let now = 0;
let cost = 1;
let looks = 0;
let works = true;
const there = new Set(["blob:a", "blob:b"]);
Object.defineProperty(globalThis, "performance", { value: { now: () => now } });
globalThis.XMLHttpRequest = class {
  open(method, address, waits) { this.address = address; }
  send() {
    looks++;
    now += cost;
    if (!works || !there.has(this.address)) throw new Error("not there");
    this.status = 200;
  }
};
const { createStopSign } = await import("SRC/engine/stop-sign.js");
const sign = createStopSign();
function sought(milliseconds) {
  const until = now + milliseconds;
  for (looks = 0; now < until; now++) if (sign.isRevoked(now)) return "revoked";
  return looks;
}
"""


def run(body: str) -> Any:
    """Runs statements that call `tell`; returns what they told."""
    return run_page_modules(HEAD, body)


def test_a_revoked_address_is_told_once() -> None:
    told = run(
        """
        tell(sign.tryOut("blob:a"));
        sign.begin("blob:a");
        tell(sought(1000) > 5);
        there.delete("blob:a");
        tell(sought(1000));
        tell(sought(1000));
        sign.begin("blob:b");
        tell(sought(1000) > 5);
        """
    )
    assert told == [True, True, "revoked", 0, True]


def test_where_looking_is_slow_it_is_seldom_but_soon_enough() -> None:
    told = run(
        """
        sign.tryOut("blob:a");
        cost = 5;
        sign.begin("blob:a");
        tell(5 * sought(10_000) < 10_000 / 25);
        cost = 100;
        tell(sought(10_000) >= 24);
        """
    )
    assert told == [True, True]


def test_where_nothing_can_be_asked_nobody_is_stopped() -> None:
    told = run(
        """
        works = false;
        tell(sign.tryOut("blob:a"));
        sign.begin("blob:a");
        tell(sought(1000));
        tell(sign.tryOut(""));
        """
    )
    assert told == [False, 0, False]
