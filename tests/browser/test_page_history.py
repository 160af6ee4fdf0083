"""Nothing gets lost: programs, what they printed, and files, over links, reloads, tabs and crashes."""

from __future__ import annotations

import json

import pytest
from model_server import ModelServer
from playground import Playground
from playwright.sync_api import Locator, Page
from test_page_links import pack


def set_code(playground: Playground, code: str) -> None:
    playground.page.evaluate("code => playground.setCode(code)", code)


def get_code(playground: Playground) -> str:
    code: str = playground.page.evaluate("playground.getCode()")
    return code


def wait_for_code(playground: Playground, code: str) -> None:
    playground.page.wait_for_function("code => playground.getCode() === code", arg=code)


def follow(playground: Playground, code: str) -> None:
    """Opens a link in the same tab, and waits until its program is there."""
    link = pack(json.dumps({"code": code}))
    playground.page.evaluate("hash => { location.hash = hash }", link)
    wait_for_code(playground, code)


def reload(playground: Playground) -> None:
    playground.page.reload()
    playground.page.wait_for_function("window.playground")


def choose_example(playground: Playground, slug: str) -> str:
    """Chooses an example; returns its program."""
    before = get_code(playground)
    playground.choose_example(slug)
    playground.page.wait_for_function("code => playground.getCode() !== code", arg=before)
    return get_code(playground)


def open_history(playground: Playground) -> Locator:
    """Opens the history and waits until it is listed; returns the list."""
    playground.part("history").click()
    playground.page.locator("#history-count:not(:empty)").wait_for()
    return playground.part("history-list")


def names(playground: Playground) -> list[str]:
    return playground.part("history-list").locator(".history-name").all_inner_texts()


def find(playground: Playground, words: str, name: str) -> None:
    """Looks in the open history for a program and chooses it."""
    playground.part("history-search").fill(words)
    entry = playground.part("history-list").get_by_role("button").filter(has_text=name)
    playground.page.get_by_text("Found: 1 program").wait_for()
    entry.click()
    playground.part("history-bring-back").wait_for()


def other_tab(playground: Playground) -> Playground:
    other = playground.new_tab()
    other.open(ready=False)
    return other


@pytest.mark.no_interpreter
def test_no_link_and_no_example_loses_a_program(closed_playground: Playground) -> None:
    playground = closed_playground
    playground.open(ready=False)
    set_code(playground, "; my own work\n(mine 1)")
    follow(playground, "; from a friend\n(theirs)")
    set_code(playground, "; from a friend\n(theirs and mine)")
    follow(playground, "; from a stranger\n(else)")
    choose_example(playground, "models/stream")
    choose_example(playground, "first-steps/maps")
    reload(playground)
    open_history(playground)
    assert {"my own work", "from a friend", "from a stranger"} <= set(names(playground))
    find(playground, "THEIRS AND", "from a friend")
    assert "came with a link" in playground.part("history-preview").inner_text()
    playground.part("history-search").fill("mine 1")
    playground.page.get_by_text("Found: 1 program").wait_for()
    playground.part("history-preview").get_by_text("(mine 1)").wait_for()
    playground.part("history-bring-back").click()
    wait_for_code(playground, "; my own work\n(mine 1)")
    assert not playground.page.locator("#history-dialog").is_visible()


@pytest.mark.no_interpreter
def test_the_banner_brings_back_over_two_examples_and_a_reload(
    closed_playground: Playground,
) -> None:
    playground = closed_playground
    playground.open(ready=False)
    set_code(playground, "; mine, over all\n(precious)")
    choose_example(playground, "models/stream")
    choose_example(playground, "chat/messages")
    reload(playground)
    playground.page.get_by_role("button", name="Restore my program").click()
    assert get_code(playground) == "; mine, over all\n(precious)"
    follow(playground, "(theirs, untouched)")
    follow(playground, "(theirs, untouched as well)")
    playground.page.get_by_role("button", name="Restore my program").click()
    assert get_code(playground) == "; mine, over all\n(precious)"


@pytest.mark.no_interpreter
def test_a_new_tab_opens_the_own_program_and_not_that_of_a_link(
    closed_playground: Playground,
) -> None:
    playground = closed_playground
    playground.open(ready=False)
    set_code(playground, "; written here\n(own)")
    follow(playground, "; not written here\n(other)")
    other = other_tab(playground)
    assert get_code(other) == "; written here\n(own)"
    reload(playground)
    assert get_code(playground) == "; not written here\n(other)"


@pytest.mark.no_interpreter
def test_what_a_link_brought_stays_under_its_limit_when_it_comes_back(
    closed_playground: Playground,
) -> None:
    playground = closed_playground
    playground.open(ready=False)
    limited = playground.page.locator("#link-limit")
    follow(playground, "; it came so\n(spend)")
    set_code(playground, "; it came so\n(spend more)")
    assert limited.is_visible()
    choose_example(playground, "models/stream")
    assert not limited.is_visible()
    playground.page.get_by_role("button", name="Restore my program").click()
    assert limited.is_visible()
    choose_example(playground, "models/stream")
    open_history(playground)
    find(playground, "spend more", "it came so")
    playground.part("history-bring-back").click()
    wait_for_code(playground, "; it came so\n(spend more)")
    assert limited.is_visible()


@pytest.mark.no_interpreter
def test_two_tabs_have_a_program_each(closed_playground: Playground) -> None:
    first = closed_playground
    first.open(ready=False)
    set_code(first, "; shared start\n(define a 1)")
    reload(first)
    second = other_tab(first)
    assert get_code(second) == "; shared start\n(define a 1)"
    set_code(first, "; shared start\n(define a 1)\n(in the first)")
    set_code(second, "; shared start\n(define a 1)\n(in the second)")
    for tab, end in ((first, "first"), (second, "second"), (first, "first")):
        reload(tab)
        assert get_code(tab).endswith(f"(in the {end})")
    open_history(first)
    for end in ("first", "second"):
        find(first, f"in the {end}", "shared start")
        assert f"(in the {end})" in first.part("history-preview").inner_text()


@pytest.mark.no_interpreter
def test_a_duplicated_tab_goes_its_own_way(closed_playground: Playground) -> None:
    playground = closed_playground
    playground.open(ready=False)
    set_code(playground, "; doubled\n(one)")
    reload(playground)
    # A window that a page opens has its storage, as a tab that is duplicated.
    with playground.page.expect_popup() as opened:
        playground.page.evaluate("void window.open(location.href)")
    twin = Playground(opened.value, playground.url)
    twin.page.wait_for_function("window.playground")
    assert get_code(twin) == "; doubled\n(one)"
    set_code(playground, "; doubled\n(one and a half)")
    set_code(twin, "; doubled\n(one and another half)")
    reload(playground)
    reload(twin)
    assert get_code(playground) == "; doubled\n(one and a half)"
    assert get_code(twin) == "; doubled\n(one and another half)"
    ids = [tab.page.evaluate("sessionStorage['lispcore.tab']") for tab in (playground, twin)]
    assert ids[0] != ids[1]


# A tab that is killed says no farewell: nothing can be kept in the last moment.
NO_FAREWELL = """for (const target of [window, document]) {
  const listen = target.addEventListener;
  target.addEventListener = function (type, ...rest) {
    const isLast = ["pagehide", "beforeunload", "visibilitychange"].includes(type);
    if (!isLast) listen.call(this, type, ...rest);
  };
}"""


def test_a_tab_that_is_killed_loses_nothing(closed_playground: Playground) -> None:
    playground = closed_playground
    playground.page.add_init_script(NO_FAREWELL)
    playground.open()
    playground.run("1")
    playground.start('; before the crash\n(println "it printed" "this") (sleep 600000)')
    playground.wait_for_output("it printed this")
    playground.wait_until_kept("it printed this", in_database=True)
    playground.page.close()
    other = other_tab(playground)
    assert get_code(other).startswith("; before the crash")
    open_history(other)
    find(other, "before the crash", "before the crash")
    other.part("history-preview").get_by_text("it printed this", exact=True).wait_for()


def test_what_was_done_in_the_last_moment_of_a_tab_is_in_the_history(
    closed_playground: Playground,
) -> None:
    playground = closed_playground
    playground.open()
    set_code(playground, '; ran last\n(println "printed last")')
    playground.run_draft()
    set_code(playground, '; ran last\n(println "printed last")\n; typed after the run')
    playground.page.close()
    linked = other_tab(playground)
    follow(linked, "; from a link\n(theirs 1)")
    set_code(linked, "; from a link\n(theirs 1)\n; and edited")
    linked.page.close()
    other = other_tab(playground)
    open_history(other)
    find(other, "typed after", "ran last")
    other.part("history-versions").select_option(index=1)
    other.part("history-preview").get_by_text("printed last", exact=True).wait_for()
    find(other, "and edited", "from a link")


def test_a_reload_in_the_middle_of_a_stream_keeps_what_had_arrived(
    playground: Playground, models: ModelServer
) -> None:
    models.halt_after = 2
    playground.configure("openai", models.url + "/v1", "test-key-1234", "some-model")
    playground.start('; a story\n(println "first") (llm/stream "hi")')
    playground.wait_for_output("Hello from")
    reload(playground)
    playground.wait_for_output("Hello from")
    playground.wait_for_output("closed or reloaded while this ran")
    assert playground.output().startswith("first\nHello from")
    [call] = playground.page.evaluate("playground.calls()")
    assert call["state"] == "failed"
    assert call["model"] == "some-model"
    assert "test-key-1234" not in json.dumps(call)
    playground.page.locator("#call-count", has_text="1").wait_for()
    open_history(playground)
    playground.part("history-preview").get_by_text("Hello from").wait_for()


def test_the_last_run_is_there_after_a_reload(playground: Playground, models: ModelServer) -> None:
    playground.configure("openai", models.url + "/v1", "test-key-1234", "some-model")
    playground.start('(println "before") (llm/complete "hi") (car 5)')
    playground.page.locator("#output .error .remedy").wait_for()
    shown = playground.output()
    for _ in range(2):
        reload(playground)
        playground.page.locator("#output .error .remedy").wait_for()
        assert playground.output().startswith(shown)
        assert playground.output().count("before the page was reloaded") == 1
    assert len(playground.page.evaluate("playground.calls()")) == 1
    playground.part("share").click()
    playground.part("share-recording").check()
    assert playground.part("share-url").input_value().count("#v2=") == 1
    playground.page.keyboard.press("Escape")
    playground.page.evaluate("playground.ready")
    assert playground.run("(+ 1 2)")["value"] == "3"
    assert "before" not in playground.output()


@pytest.mark.no_interpreter
def test_a_program_is_renamed_deleted_and_taken_back(closed_playground: Playground) -> None:
    playground = closed_playground
    playground.open(ready=False)
    set_code(playground, "; to be renamed\n(one)")
    page = playground.page
    listed = open_history(playground)
    name = playground.part("history-name")
    name.fill("A better name")
    name.press("Tab")
    listed.get_by_role("button", name="A better name").wait_for()
    playground.part("history-delete").click()
    page.get_by_text("“A better name” was deleted").wait_for()
    assert names(playground) == []
    page.locator("#history-dialog").get_by_role("button", name="Undo").click()
    listed.get_by_role("button", name="A better name").wait_for()
    playground.part("history-all").click()
    playground.part("history-all-no").click()
    playground.part("history-all").click()
    playground.part("history-all-yes").click()
    playground.part("history-all-undo").click()
    listed.get_by_role("button", name="A better name").wait_for()
    playground.part("history-all").click()
    playground.part("history-all-yes").click()
    playground.part("history-all-undo").wait_for()
    page.keyboard.press("Escape")
    playground.part("history").click()
    page.get_by_text("No program yet").wait_for()
    assert playground.part("history-all-undo").count() == 0
    page.keyboard.press("Escape")
    assert get_code(playground) == "; to be renamed\n(one)"


@pytest.mark.no_interpreter
def test_the_history_is_used_with_the_keyboard(closed_playground: Playground) -> None:
    playground = closed_playground
    playground.open(ready=False)
    page: Page = playground.page
    for text in ("; older\n(print 1)", "; newer\n(let loop ())"):
        set_code(playground, text)
        open_history(playground)
        page.keyboard.press("Escape")
    playground.part("history").press("Enter")
    # The list is there from the last opening: what the keys go to must be there, too.
    page.locator("#history-search:focus").wait_for()
    page.locator("#history-list .history-entry").nth(1).wait_for()
    page.keyboard.press("Tab")
    page.locator("#history-list .history-entry:focus").wait_for()
    page.keyboard.press("ArrowDown")
    playground.part("history-preview").get_by_text("(print 1)").wait_for()
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    wait_for_code(playground, "; older\n(print 1)")
