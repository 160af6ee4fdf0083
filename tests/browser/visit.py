"""A visit: the page in one tab of one browser, as journeys see it."""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import dataclass
from typing import Any

from drivers import Driver
from hosts import Host
from model_server import ModelServer

# A machine may be busy, and WebKitGTK starts its interpreter in half a minute then.
LONGEST_MILLISECONDS = 180_000
# What the page shows when something did not come is the best hint at why.
UNTIL = """
  const until = async (condition) => {
    const end = performance.now() + LONGEST;
    for (;;) {
      const found = await condition();
      if (found) return found;
      if (performance.now() > end) {
        throw new Error(`not within LONGEST ms; the page shows: ${document.body.innerText.slice(0, 3000)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  };
  const part = (name) => document.querySelector(`[data-testid="${name}"]`);
""".replace("LONGEST", str(LONGEST_MILLISECONDS))


def link_to(code: str) -> str:
    """Returns the part of an address that carries a program."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(json.dumps({"code": code}).encode()) + packer.flush()
    return "#v1=" + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def program_of(link: str) -> str:
    """Returns the program that a link carries."""
    packed = base64.urlsafe_b64decode(link.partition("#v1=")[2] + "==")
    code: str = json.loads(zlib.decompress(packed, -15))["code"]
    return code


@dataclass
class Visit:
    """The page in one tab; `tier` is how programs wait here, `query` how the page is asked for it."""

    driver: Driver
    host: Host
    url: str
    models: ModelServer
    tier: str
    query: str = ""

    def open(self, after: str = "") -> None:
        """Loads the page; `after` is the fragment of its address. Returns once programs run."""
        self.load(after)
        self.do("await playground.ready")

    def load(self, after: str = "") -> None:
        """Loads the page, and returns once its script has run."""
        self.driver.open(self.url + self.query + after)
        self.wait("globalThis.playground")

    def do(self, body: str, *args: Any) -> Any:
        """Runs the body of an async function of `args`; it may ask `until(…)` and for a `part(…)`."""
        return self.driver.evaluate(UNTIL + body, *args)

    def wait(self, expression: str, *args: Any) -> Any:
        """Waits until an expression is true in the page; returns its value."""
        return self.do(f"return until(() => ({expression}))", *args)

    def run(self, code: str) -> dict[str, Any]:
        """Runs a program through `playground.run`; one that has no end fails the test."""
        body = "const run = playground.run(args[0]); let end; run.then((it) => { end = it; });"
        result: dict[str, Any] = self.do(f"{body} await until(() => end); return end", code)
        return result

    def value(self, code: str) -> str | None:
        """Runs a program that must not fail; returns its value."""
        result = self.run(code)
        assert result["error"] is None, result
        value: str | None = result["value"]
        return value

    def start(self, code: str) -> None:
        """Puts a program into the editor and presses Run."""
        self.do("playground.setCode(args[0])", code)
        self.press("run")

    def press(self, name: str) -> None:
        """Presses a button of the page, once it can be seen and takes clicks.

        The page presses it itself: a pointer would miss one that moves just then.
        """
        self.wait("part(args[0])?.getClientRects().length && !part(args[0]).disabled", name)
        self.do("part(args[0]).click()", name)

    def click(self, name: str) -> None:
        """Puts the pointer on a part of the page and clicks."""
        self.driver.click(f'[data-testid="{name}"]')

    def wait_for_output(self, text: str) -> None:
        self.wait("part('output').textContent.includes(args[0])", text)

    def wait_for_state(self, state: str) -> None:
        self.wait("part('status').dataset.state === args[0]", state)

    def output(self) -> str:
        text: str = self.do("return part('output').textContent")
        return text

    def code(self) -> str:
        text: str = self.do("return playground.getCode()")
        return text

    def configure(self, key: str) -> None:
        """Chooses the scripted server as the model."""
        choice = {"baseUrl": f"{self.models.url}/v1", "model": "some-model", "key": key}
        self.do("playground.configure('openai', args[0])", choice)

    def type_program(self, text: str) -> None:
        """Types into the empty editor."""
        self.do("playground.setCode('')")
        self.click("editor")
        self.driver.type(text)
