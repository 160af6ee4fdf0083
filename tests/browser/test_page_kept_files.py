"""Files of the visitor: none is overwritten, deleted or dropped without a way back or a word."""

from __future__ import annotations

import pytest
from playground import Playground
from playwright.sync_api import Locator


def choose(playground: Playground, *files: tuple[str, bytes]) -> None:
    """Gives files as the visitor does."""
    playground.part("file-input").set_input_files(
        [
            {"name": name, "mimeType": "application/octet-stream", "buffer": content}
            for name, content in files
        ]
    )


def read(playground: Playground, name: str) -> str | None:
    text: str | None = playground.page.evaluate(
        "name => { const bytes = playground.readFile(name);"
        " return bytes ? new TextDecoder().decode(bytes) : null; }",
        name,
    )
    return text


def wait_for_file(playground: Playground, name: str, content: str | None) -> None:
    playground.page.wait_for_function(
        """([name, content]) => {
            const bytes = playground.readFile(name);
            return (bytes ? new TextDecoder().decode(bytes) : null) === content;
        }""",
        arg=[name, content],
    )


def item(playground: Playground, name: str) -> Locator:
    return playground.part("files").locator(f'li[data-name="{name}"]')


def write(playground: Playground, name: str, content: str) -> None:
    playground.page.evaluate("([n, c]) => playground.writeFile(n, c)", [name, content])


def toast(playground: Playground) -> str:
    return playground.page.locator("#toast").text_content() or ""


def reload(playground: Playground) -> None:
    playground.page.wait_for_timeout(400)
    playground.page.reload()
    playground.page.wait_for_function("window.playground")


@pytest.mark.no_interpreter
def test_a_second_file_of_a_name_is_renamed(closed_playground: Playground) -> None:
    playground = closed_playground
    playground.open(ready=False)
    for content in (b"first", b"second", b"third"):
        choose(playground, ("image.png", content))
        playground.page.wait_for_function(
            "size => document.querySelector('#toast').textContent.includes(`(${size} B)`)",
            arg=len(content),
        )
    assert "image-3.png" in toast(playground)
    assert "taken" in toast(playground)
    choose(playground, ("IMAGE.PNG", b"4"), ("\u00e9.txt", b"5"), ("e\u0301.txt", b"6"))
    item(playground, "IMAGE-4.PNG").wait_for()
    expected = {
        "image.png": "first",
        "image-2.png": "second",
        "image-3.png": "third",
        "IMAGE-4.PNG": "4",
        "é.txt": "5",
        "é-2.txt": "6",
    }
    assert {name: read(playground, name) for name in expected} == expected
    reload(playground)
    for name, content in expected.items():
        wait_for_file(playground, name, content)


@pytest.mark.no_interpreter
def test_what_was_deleted_can_be_taken_back(closed_playground: Playground) -> None:
    playground = closed_playground
    playground.open(ready=False)
    for name in ("a.txt", "b.txt", "c.txt"):
        write(playground, name, f"content of {name}")
    for name in ("a.txt", "b.txt", "c.txt"):
        item(playground, name).get_by_role("button", name="Delete").click()
        item(playground, name).wait_for(state="detached")
    assert "a.txt and 2 others were deleted" in playground.page.locator("#undo").inner_text()
    playground.part("undo").click()
    for name in ("a.txt", "b.txt", "c.txt"):
        wait_for_file(playground, name, f"content of {name}")
    reload(playground)
    wait_for_file(playground, "b.txt", "content of b.txt")


def test_what_a_program_changes_or_deletes_can_be_brought_back(playground: Playground) -> None:
    write(playground, "mine.txt", "as I wrote it")
    write(playground, "other.txt", "the other")
    playground.run(
        '(file/write "mine.txt" "as the program likes it") (file/write "mine.txt" "twice")'
        ' (file/write "new.txt" "its own") (file/delete "other.txt")'
    )
    wait_for_file(playground, "mine.txt", "twice")
    wait_for_file(playground, "other.txt", None)
    assert item(playground, "new.txt").get_by_role("button", name="Bring back").count() == 0
    item(playground, "mine.txt").get_by_role("button", name="Bring back").click()
    wait_for_file(playground, "mine.txt", "as I wrote it")
    item(playground, "other.txt").get_by_role("button", name="Bring other.txt back").click()
    wait_for_file(playground, "other.txt", "the other")
    both = '(string-append (file/read "mine.txt") ", " (file/read "other.txt"))'
    assert playground.run(both)["value"] == '"as I wrote it, the other"'


@pytest.mark.no_interpreter
def test_a_file_changed_in_two_tabs_is_kept_twice(closed_playground: Playground) -> None:
    first = closed_playground
    first.open(ready=False)
    write(first, "notes.txt", "start")
    first.page.wait_for_timeout(500)
    second = first.new_tab()
    second.open(ready=False)
    wait_for_file(second, "notes.txt", "start")
    write(first, "notes.txt", "from the first")
    wait_for_file(second, "notes.txt", "from the first")
    write(second, "notes.txt", "from the second")
    second.page.get_by_text("notes.txt was changed in another tab as well").wait_for()
    for tab in (first, second):
        wait_for_file(tab, "notes.txt", "from the second")
        wait_for_file(tab, "notes (from other tab).txt", "from the first")
        reload(tab)
        wait_for_file(tab, "notes.txt", "from the second")
        wait_for_file(tab, "notes (from other tab).txt", "from the first")
    # A new file of one tab is seen in the other one.
    write(second, "new.txt", "news")
    wait_for_file(first, "new.txt", "news")
    item(second, "new.txt").get_by_role("button", name="Delete").click()
    wait_for_file(first, "new.txt", None)


FULL = """() => {
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (value, key) {
    const isBig = value instanceof Uint8Array && value.length > 1000;
    if (isBig) throw new DOMException("no room", "QuotaExceededError");
    return put.call(this, value, key);
  };
}"""


def test_a_file_without_room_is_there_and_said(playground: Playground) -> None:
    playground.page.evaluate(FULL)
    choose(playground, ("small.txt", b"small"), ("big.bin", b"x" * 5000))
    notice = playground.page.locator("#notices")
    notice.get_by_text("no room to keep big.bin").wait_for()
    assert "until this tab closes" in item(playground, "big.bin").inner_text()
    size = playground.run('(length (file/read "big.bin"))')
    assert size["value"] == "5000"
    assert "until this tab closes" not in item(playground, "small.txt").inner_text()
    reload(playground)
    wait_for_file(playground, "small.txt", "small")


@pytest.mark.no_interpreter
def test_very_many_files_are_all_there(closed_playground: Playground) -> None:
    playground = closed_playground
    playground.open(ready=False)
    choose(playground, *[(f"part {number}.txt", b"x") for number in range(450)])
    playground.page.get_by_role("button", name="Show 250 more files").click()
    assert playground.part("files").locator("li.file").count() == 450
    assert "450 files are ready" in toast(playground)
