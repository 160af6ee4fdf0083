"""Files beside the program, as tabs of the editor."""

from __future__ import annotations

from playground import Playground
from playwright.sync_api import expect

LIB = "(define (double x)\n  (* x 2))\n"


def tab_names(playground: Playground) -> list[str]:
    names: list[str] = (
        playground.part("tabs")
        .locator("[data-tab]")
        .evaluate_all("all => all.map((each) => each.dataset.tab)")
    )
    return names


def add_file(playground: Playground, name: str, text: str) -> None:
    """Makes a file by the button, as a visitor does, and types a text."""
    playground.part("tab-new").click()
    field = playground.part("tab-name")
    field.fill(name)
    field.press("Enter")
    playground.part("editor").fill(text)


def test_a_program_loads_a_file_of_another_tab(playground: Playground) -> None:
    page = playground.page
    page.evaluate("playground.setCode('(load \"lib.lisp\")\\n(double 21)')")
    add_file(playground, "lib.lisp", LIB)
    assert tab_names(playground) == ["", "lib.lisp"]
    # Run runs the program, whichever tab is shown, with what was typed last.
    playground.part("editor").press("Control+Enter")
    playground.wait_for_output("⇒ 42")
    assert bytes(page.evaluate("[...playground.readFile('lib.lisp')]")).decode() == LIB
    assert page.evaluate("playground.getCode()").endswith("(double 21)")

    # Each tab has its own text and its own undo.
    playground.part("editor").fill(LIB.replace("2))", "3))"))
    page.keyboard.press("Alt+PageUp")
    expect(playground.part("editor")).to_contain_text("(double 21)")
    assert playground.run_draft()["value"] == "63"
    page.keyboard.press("Alt+PageDown")
    page.keyboard.press("Control+z")
    assert playground.run_draft()["value"] == "42"

    # It is all there after a reload.
    page.reload()
    page.wait_for_function("window.playground")
    page.evaluate("playground.ready")
    expect(playground.part("editor")).to_contain_text("(define (double x)")
    assert tab_names(playground) == ["", "lib.lisp"]
    assert playground.run_draft()["value"] == "42"


def test_an_error_in_a_file_leads_into_its_tab(playground: Playground) -> None:
    page = playground.page
    page.evaluate("playground.writeFile('lib.lisp', '(define (bad x)\\n  (car (+ x 1)))\\n')")
    page.evaluate("playground.setCode('(load \"lib.lisp\")\\n(bad 3)')")
    playground.run_draft()
    place = playground.part("output").locator(".error-head .jump")
    expect(place).to_have_text("lib.lisp, line 2, column 3")
    expect(playground.part("output").locator(".excerpt")).to_contain_text("(car (+ x 1))")
    place.click()
    assert tab_names(playground) == ["", "lib.lisp"]
    page.keyboard.type("X")
    text = bytes(page.evaluate("[...playground.readFile('lib.lisp')]")).decode()
    assert text == "(define (bad x)\n  X(car (+ x 1)))\n"


def test_tabs_are_renamed_moved_closed_and_deleted_without_a_loss(playground: Playground) -> None:
    page = playground.page
    add_file(playground, "a.lisp", "(define a 1)")
    add_file(playground, "b.txt", "text")
    add_file(playground, "dir/c.lisp", "(define c 3)")
    tab = playground.part("tabs").locator
    tab('[data-tab="b.txt"]').focus()
    page.keyboard.press("Alt+ArrowLeft")
    assert tab_names(playground) == ["", "b.txt", "a.lisp", "dir/c.lisp"]
    page.keyboard.press("F2")
    playground.part("tab-name").fill("a.lisp")  # which is taken
    playground.part("tab-name").press("Enter")
    assert tab_names(playground) == ["", "a-2.lisp", "a.lisp", "dir/c.lisp"]

    # What is closed stays a file, and what is deleted can be brought back into its place.
    tab('[data-tab="a.lisp"]').focus()
    page.keyboard.press("Delete")
    assert tab_names(playground) == ["", "a-2.lisp", "dir/c.lisp"]
    assert page.evaluate("playground.readFile('a.lisp') !== undefined")
    tab('[data-tab="a-2.lisp"]').click()
    playground.part("editor-menu").click()
    playground.part("tab-delete").click()
    assert tab_names(playground) == ["", "dir/c.lisp"]
    playground.part("undo").click()
    assert tab_names(playground) == ["", "a-2.lisp", "dir/c.lisp"]
    assert bytes(page.evaluate("[...playground.readFile('a-2.lisp')]")) == b"text"


def test_a_link_carries_what_is_open(playground: Playground) -> None:
    page = playground.page
    page.evaluate("playground.setCode('(load \"lib.lisp\")\\n(double 4)')")
    add_file(playground, "lib.lisp", LIB)
    url = page.evaluate("playground.share()")
    assert "#v3=" in url
    page.evaluate("playground.writeFile('lib.lisp', '(define mine 1)')")
    page.evaluate("playground.setCode('mine')")
    page.goto(url)
    page.wait_for_function("playground.getCode().includes('double')")
    # The visitor's own file stays what it is; the program of the link has its own.
    assert playground.run_draft()["value"] == "8"
    assert bytes(page.evaluate("[...playground.readFile('lib.lisp')]")) == b"(define mine 1)"
    assert tab_names(playground) == ["", "lib.lisp", "lib-2.lisp"]

    # What is changed in its tab, the program sees, also after a reload.
    playground.part("tabs").locator('[data-tab="lib-2.lisp"]').click()
    playground.part("editor").fill(LIB.replace("2", "5"))
    assert playground.run_draft()["value"] == "20"
    page.reload()
    page.wait_for_function("window.playground")
    page.evaluate("playground.ready")
    assert playground.run_draft()["value"] == "20"
    assert page.evaluate("playground.share()") != url
