"""Three browsers behind one small interface, for journeys that are written once.

Chromium is driven by Playwright, Firefox by WebDriver BiDi over its debugging port (so no further
program is needed), WebKitGTK by selenium and the driver that comes with it, on a display of its own.
All of them run a function's body in the page from outside, where no policy of the page binds it.
"""

from __future__ import annotations

import contextlib
import glob
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, Protocol

from playwright.sync_api import Browser, Page

# Longer than any wait inside of the page: what hangs is said by the page's own words.
LONGEST_SECONDS = 200
START_SECONDS = 120
FUNCTION = "async (args) => { %s }"
# WebDriver's name of the key.
ENTER = "\ue007"


class Driver(Protocol):
    """One tab of one browser."""

    def open(self, url: str) -> None:
        """Goes to an address and returns once it was loaded."""

    def evaluate(self, body: str, *args: Any) -> Any:
        """Runs the body of an async function of `args` in the page; returns its value, of JSON."""

    def type(self, text: str) -> None:
        """Presses keys, one after another, where the focus is."""

    def click(self, selector: str) -> None:
        """Clicks on an element that can be seen."""


class Chromium:
    """A tab of Playwright's browser, in a context of its own."""

    def __init__(
        self,
        browser: Browser,
        set_up: Callable[[Page], None] = lambda page: None,
        *,
        moves: bool = False,
    ) -> None:
        motion: Literal["no-preference", "reduce"] = "no-preference" if moves else "reduce"
        self._context = browser.new_context(reduced_motion=motion)
        self.page = self._context.new_page()
        self.page.set_default_timeout(START_SECONDS * 1000)
        set_up(self.page)

    def open(self, url: str) -> None:
        # With the same address but for its fragment nothing would be loaded.
        self.page.goto("about:blank")
        self.page.goto(url)

    def evaluate(self, body: str, *args: Any) -> Any:
        return self.page.evaluate(FUNCTION % body, list(args))

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def click(self, selector: str) -> None:
        self.page.locator(selector).first.click()

    def close(self) -> None:
        self._context.close()


class Firefox:
    """A tab of Firefox, with a profile of its own."""

    PREFERENCES: Mapping[str, bool | int | str] = {
        "remote.active-protocols": 1,
        "browser.shell.checkDefaultBrowser": False,
        "datareporting.policy.dataSubmissionEnabled": False,
        "app.update.disabledForTesting": True,
        "network.captive-portal-service.enabled": False,
        "network.connectivity-service.enabled": False,
        "browser.safebrowsing.downloads.remote.enabled": False,
        "extensions.update.enabled": False,
    }

    def __init__(
        self, program: str, preferences: Mapping[str, bool | int | str], *, moves: bool = False
    ) -> None:
        self._last = 0
        self._profile = Path(tempfile.mkdtemp(prefix="lispcore-firefox-"))
        lines = [
            f"user_pref({json.dumps(name)}, {json.dumps(value)});"
            for name, value in {
                **self.PREFERENCES,
                "ui.prefersReducedMotion": int(not moves),
                **preferences,
            }.items()
        ]
        (self._profile / "user.js").write_text("\n".join(lines))
        log = (self._profile / "log").open("wb")
        # It chooses a free port and says in a file of its profile which.
        command = [program, "--headless", "--no-remote", "--profile", str(self._profile)]
        self._process = subprocess.Popen(
            [*command, "--remote-debugging-port", "0"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        try:
            self._connect()
        except BaseException:
            self.close()
            raise

    def _connect(self) -> None:
        from websocket import create_connection

        named = self._profile / "WebDriverBiDiServer.json"
        port = _wait_for(
            lambda: named.is_file() and json.loads(named.read_text() or "{}").get("ws_port")
        )
        # Firefox takes no connection that names an origin.
        self._socket = create_connection(
            f"ws://127.0.0.1:{port}/session", timeout=LONGEST_SECONDS, suppress_origin=True
        )
        self._command("session.new", {"capabilities": {}})
        self._tab = self._command("browsingContext.getTree", {})["contexts"][0]["context"]

    def _command(self, method: str, params: dict[str, Any]) -> Any:
        self._last += 1
        self._socket.send(json.dumps({"id": self._last, "method": method, "params": params}))
        while True:
            reply = json.loads(self._socket.recv())
            if reply.get("id") != self._last:
                continue  # an event, or what came late
            if reply["type"] == "error":
                raise RuntimeError(f"{method}: {reply['error']}: {reply['message']}")
            return reply["result"]

    def open(self, url: str) -> None:
        for address in ("about:blank", url):
            params = {"context": self._tab, "url": address, "wait": "complete"}
            self._command("browsingContext.navigate", params)

    def evaluate(self, body: str, *args: Any) -> Any:
        text = (
            f"async (given) => JSON.stringify(await ({FUNCTION % body})(JSON.parse(given)) ?? null)"
        )
        given = [{"type": "string", "value": json.dumps(args)}]
        target = {"context": self._tab}
        params = {"functionDeclaration": text, "arguments": given, "target": target}
        reply = self._command("script.callFunction", {**params, "awaitPromise": True})
        if reply["type"] == "exception":
            raise RuntimeError(reply["exceptionDetails"]["text"])
        return json.loads(reply["result"]["value"])

    def type(self, text: str) -> None:
        keys = [
            {"type": kind, "value": key}
            for key in text.replace("\n", ENTER)
            for kind in ("keyDown", "keyUp")
        ]
        self._perform({"type": "key", "id": "keys", "actions": keys})

    def click(self, selector: str) -> None:
        x, y = self.evaluate(PLACE, selector)
        move = {"type": "pointerMove", "x": round(x), "y": round(y)}
        press = [{"type": kind, "button": 0} for kind in ("pointerDown", "pointerUp")]
        self._perform({"type": "pointer", "id": "mouse", "actions": [move, *press]})

    def _perform(self, source: dict[str, Any]) -> None:
        self._command("input.performActions", {"context": self._tab, "actions": [source]})

    def close(self) -> None:
        _end(self._process)
        shutil.rmtree(self._profile, ignore_errors=True)


# Where the middle of an element is, once it has been brought into sight.
PLACE = """
  const element = document.querySelector(args[0]);
  element.scrollIntoView({block: "nearest", behavior: "instant"});
  const {x, y, width, height} = element.getBoundingClientRect();
  return [x + width / 2, y + height / 2];
"""


class WebKit:
    """A window of WebKitGTK's MiniBrowser."""

    BROWSERS = "/usr/lib/*/webkit2gtk-*/MiniBrowser"

    # Where GTK looks for it, in its versions.
    SETTINGS = ("gtk-3.0/settings.ini", "gtk-4.0/settings.ini")

    def __init__(self, program: str, variables: Mapping[str, str], *, moves: bool = False) -> None:
        self._stack = contextlib.ExitStack()
        try:
            if not moves:
                folder = self._stack.enter_context(tempfile.TemporaryDirectory())
                for name in self.SETTINGS:
                    file = Path(folder, name)
                    file.parent.mkdir()
                    file.write_text("[Settings]\ngtk-enable-animations=0\n")
                variables = {"XDG_CONFIG_HOME": folder, **variables}
            display = self._stack.enter_context(_open_display())
            self._start(program, {**os.environ, "DISPLAY": display, **variables})
        except BaseException:
            self._stack.close()
            raise

    def _start(self, program: str, env: dict[str, str]) -> None:
        from selenium import webdriver
        from selenium.webdriver.webkitgtk.options import Options
        from selenium.webdriver.webkitgtk.service import Service

        options = Options()
        options.binary_location = glob.glob(self.BROWSERS)[0]
        options.add_argument("--automation")
        self._driver = webdriver.WebKitGTK(options=options, service=Service(program, env=env))
        self._stack.callback(self._driver.quit)
        self._driver.set_script_timeout(LONGEST_SECONDS)
        self._driver.set_page_load_timeout(START_SECONDS)

    def open(self, url: str) -> None:
        self._driver.get("about:blank")
        self._driver.get(url)

    def evaluate(self, body: str, *args: Any) -> Any:
        text = f"""
          const [given, tell] = arguments;
          ({FUNCTION % body})(JSON.parse(given)).then(
            (value) => tell(JSON.stringify([value ?? null])), (error) => tell(String(error)));
        """
        told: str = self._driver.execute_async_script(text, json.dumps(args))
        if not told.startswith("["):
            raise RuntimeError(told)
        return json.loads(told)[0]

    def type(self, text: str) -> None:
        from selenium.webdriver import ActionChains

        ActionChains(self._driver).send_keys(text.replace("\n", ENTER)).perform()

    def click(self, selector: str) -> None:
        from selenium.webdriver.common.by import By

        self._driver.find_element(By.CSS_SELECTOR, selector).click()

    def close(self) -> None:
        self._stack.close()


@contextlib.contextmanager
def _open_display() -> Iterator[str]:
    """A display that nobody sees; it chooses a free number itself."""
    reading, writing = os.pipe()
    command = [
        "Xvfb",
        "-displayfd",
        str(writing),
        "-screen",
        "0",
        "1280x900x24",
        "-nolisten",
        "tcp",
    ]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, pass_fds=[writing], stdin=subprocess.DEVNULL, **quiet)
    os.close(writing)
    try:
        with open(reading, encoding="ascii") as numbers:
            number = numbers.readline().strip()
        if not number:
            raise RuntimeError("Xvfb did not start")
        yield f":{number}"
    finally:
        _end(process)


def _wait_for(condition: Callable[[], Any]) -> Any:
    end = time.monotonic() + START_SECONDS
    while not (found := condition()):
        if time.monotonic() > end:
            raise RuntimeError("the browser did not start")
        time.sleep(0.05)
    return found


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
