"""The page in the hands of a test: as a visitor and as `window.playground` see it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Locator, Page

from waiting import USUAL_MILLISECONDS

# A program that never ends would hold up the whole test run; so the test fails and says what is seen.
LONGEST_MILLISECONDS = 100_000
RUN = """async ([code, files, most]) => {
  const late = new Promise((_, reject) => setTimeout(() => reject(
    new Error(`no result after ${most} ms; the page shows: ${document.body.innerText.slice(0, 2000)}`),
  ), most));
  return Promise.race([playground.run(code ?? undefined, {files}), late]);
}"""

# A file of the same name that comes later would be given another one. What a program deletes the page
# offers to bring back; so the visitor does, and the program only what is left: hidden files.
DELETE_ALL = '(for-each file/delete (filter file/is-file? (file/glob "**/*"))) (filter file/is-file? (file/glob "**/*"))'
TIDY_UP = """async (deleteAll) => {
  playground.stop();
  await playground.run("nil");
  for (const each of document.querySelectorAll("dialog[open]")) each.close();
  const remove = () => document.querySelector("[data-testid=files] [aria-label^='Delete ']");
  for (let left = 3000; remove() && left > 0; left--) {
    remove().click();
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  const { value } = await playground.run(deleteAll);
  document.querySelector("#undo [aria-label=Close]")?.click();
  playground.configure("demo");
  playground.setCode("");
  document.getElementById("clear").click();
  await new Promise((resolve) => setTimeout(resolve, 30));
  return value;
}"""

# Whether something that the browser keeps holds a text. A database that gives no answer holds none.
IS_KEPT = """async ([text, onlyDatabase]) => {
  const escaped = JSON.stringify(text).slice(1, -1);
  const holds = (value) => {
    const whole = JSON.stringify(value) ?? "";
    return whole.includes(escaped) || whole.includes(JSON.stringify(escaped).slice(1, -1));
  };
  for (const name of onlyDatabase ? [] : ["sessionStorage", "localStorage"]) {
    try {
      if (holds({ ...window[name] })) return true;
    } catch {} // a browser that denies it
  }
  const answer = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const search = async () => {
    const database = await answer(indexedDB.open("lispcore"));
    try {
      for (const store of database.objectStoreNames) {
        if (holds(await answer(database.transaction(store).objectStore(store).getAll()))) return true;
      }
    } finally {
      database.close();
    }
    return false;
  };
  const patience = new Promise((resolve) => setTimeout(resolve, 2000, false));
  return Promise.race([search().catch(() => false), patience]);
}"""


class Playground:
    """The page as a visitor and as `window.playground` see it."""

    def __init__(self, page: Page, url: str, scripts: Sequence[str] = ()) -> None:
        self.page = page
        self.url = url
        self._scripts = scripts

    def new_tab(self) -> Playground:
        """Returns another tab of the same visitor, not opened yet, as this one was set up."""
        page = self.page.context.new_page()
        for script in self._scripts:
            page.add_init_script(script)
        return Playground(page, self.url, self._scripts)

    def open(self, after: str = "", *, ready: bool = True) -> None:
        """Opens the page; `after` follows its address (``?…`` or ``#…``)."""
        self.page.goto(self.url + after)
        self.page.wait_for_function("window.playground")
        if ready:
            self.page.evaluate("playground.ready")

    def tidy_up(self) -> None:
        """Takes away what a test left that others would see: only the history stays."""
        self.page.context.set_offline(False)
        self.page.unroute_all(behavior="ignoreErrors")
        self.page.mouse.move(2, 2)
        left = self.page.evaluate(TIDY_UP, DELETE_ALL)
        assert left in (None, "()"), f"files of the test before are still there: {left}"

    def part(self, name: str) -> Locator:
        """Returns the part of the page with this test id."""
        return self.page.get_by_test_id(name)

    def run(self, code: str, files: dict[str, list[int]] | None = None) -> dict[str, Any]:
        """Runs a program through `playground.run` and returns its result."""
        result: dict[str, Any] = self.page.evaluate(RUN, [code, files or {}, LONGEST_MILLISECONDS])
        return result

    def run_draft(self) -> dict[str, Any]:
        """Runs what is in the editor and returns its result."""
        result: dict[str, Any] = self.page.evaluate(RUN, [None, {}, LONGEST_MILLISECONDS])
        return result

    def choose_example(self, slug: str) -> None:
        """Puts an example into the editor."""
        self.part("examples").click()
        self.page.locator(f'[data-example="{slug}"]').click()

    def start(self, code: str) -> None:
        """Puts a program into the editor and presses Run."""
        self.page.evaluate("code => playground.setCode(code)", code)
        self.part("run").click()

    def configure(self, provider: str, base_url: str, key: str = "", model: str = "") -> None:
        """Chooses the model through `playground.configure`."""
        choice = {"baseUrl": base_url, "model": model}
        if key:
            choice["key"] = key
        self.page.evaluate("([p, c]) => playground.configure(p, c)", [provider, choice])

    def wait_for_state(self, state: str, milliseconds: int = USUAL_MILLISECONDS) -> None:
        """Waits until the status shows a state."""
        self.page.wait_for_selector(
            f'[data-testid="status"][data-state="{state}"]', timeout=milliseconds
        )

    def wait_for_output(self, text: str, milliseconds: int = USUAL_MILLISECONDS) -> None:
        """Waits until the output pane shows a text."""
        self.page.wait_for_function(
            "text => document.querySelector('[data-testid=output]').textContent.includes(text)",
            arg=text,
            timeout=milliseconds,
        )

    def wait_until_kept(self, text: str, *, in_database: bool = False) -> None:
        """Waits until the browser keeps a text, in the database where other tabs find it, or anywhere."""
        self.page.wait_for_function(IS_KEPT, arg=[text, in_database])

    def output(self) -> str:
        """Returns what the output pane shows."""
        return self.part("output").text_content() or ""

    def begin(self, code: str | None = None) -> None:
        """Begins a run through `playground.run`; `outcome` waits for its end."""
        self.page.evaluate("code => { window.outcome = playground.run(code ?? undefined); }", code)

    def allow(self, answer: str = "once") -> None:
        """Answers the question whether a link's program may go online: once, always or no."""
        self.part(f"consent-{answer}").click()
        self.part("consent").wait_for(state="hidden")

    def outcome(self) -> dict[str, Any]:
        """Returns the result of the run that `begin` began."""
        result: dict[str, Any] = self.page.evaluate("window.outcome")
        return result


@contextmanager
def visiting(browser: Browser, url: str, scripts: Sequence[str] = ()) -> Iterator[Playground]:
    """Opens the page as a visitor of its own, for all tests of a module that leave things as they were.

    It must have had no defect of its own when it is closed.
    """
    with browser.new_context() as context:
        problems: list[str] = []
        page = context.new_page()
        for script in scripts:
            page.add_init_script(script)
        page.on("pageerror", lambda error: problems.append(str(error)))
        visit = Playground(page, url)
        visit.open()
        yield visit
        assert problems == []
