"""Work with files in the page: the tree by keyboard, zip files, previews, and the way there from an error."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from playground import Playground
from playwright.sync_api import Locator, expect

from pdf_files import pdf

pytestmark = pytest.mark.one_page

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154"
    "789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


def row(playground: Playground, path: str) -> Locator:
    return playground.part("files").locator(
        f'li[data-name="{path}"], li[data-folder="{path}"]', has=playground.page.locator("span")
    )


def write(playground: Playground, files: dict[str, str]) -> None:
    playground.page.evaluate(
        "files => { for (const [n, c] of Object.entries(files)) playground.writeFile(n, c); }",
        files,
    )


def content(playground: Playground, path: str) -> str | None:
    text: str | None = playground.page.evaluate(
        "n => { const b = playground.readFile(n); return b ? new TextDecoder().decode(b) : null; }",
        path,
    )
    return text


def test_the_tree_is_used_by_keyboard_alone(playground: Playground) -> None:
    page = playground.page
    keys = page.keyboard
    playground.run('(file/mkdir "made") (file/write "made/out.txt" "by the program")')
    expect(row(playground, "made/out.txt")).to_be_visible()
    expect(row(playground, "made")).to_have_attribute("aria-expanded", "true")

    # By way of the palette to the tree, down to the file, and into a tab.
    keys.press("F1")
    keys.type("go to the files")
    keys.press("Enter")
    expect(row(playground, "made")).to_be_focused()
    keys.press("ArrowLeft")
    expect(row(playground, "made/out.txt")).to_have_count(0)
    keys.press("ArrowRight")
    keys.press("ArrowRight")
    expect(row(playground, "made/out.txt")).to_be_focused()
    keys.press("Enter")
    expect(page.locator(".cm-content")).to_be_focused()
    keys.press("Control+End")
    keys.type(", and by me")
    # What was typed is what the program reads, at once.
    read = playground.run('(file/read "made/out.txt")')
    assert read["value"] == '"by the program, and by me"'

    # It is moved by its new name, deleted, and brought back; its tab goes along.
    page.evaluate("document.querySelector('li[data-name=\"made/out.txt\"]').focus()")
    keys.press("F2")
    expect(playground.part("file-name")).to_be_focused()
    keys.press("Control+a")
    keys.type("moved/here.txt")
    keys.press("Enter")
    expect(row(playground, "moved/here.txt")).to_be_focused()
    assert playground.run('(file/exists? "made/out.txt")')["value"] == "#f"
    assert "here.txt" in playground.part("tabs").inner_text()
    keys.press("Delete")
    expect(row(playground, "moved/here.txt")).to_have_count(0)
    playground.part("undo").click()
    expect(row(playground, "moved/here.txt")).to_be_visible()
    assert content(playground, "moved/here.txt") == "by the program, and by me"

    # A new file is named where it stands, and edited.
    playground.part("new-file").click()
    expect(playground.part("file-name")).to_be_focused()
    keys.press("Control+a")
    keys.type("moved/new.lisp")
    keys.press("Enter")
    expect(page.locator(".cm-content")).to_be_focused()
    keys.type("(define y 41)")
    assert playground.run('(load "moved/new.lisp") (+ y 1)')["value"] == "42"


def test_a_zip_file_is_unpacked_after_a_question_and_packed_again(
    playground: Playground, tmp_path: Path
) -> None:
    page = playground.page
    write(playground, {"taken.txt": "mine"})
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (("taken.txt", "theirs"), ("in/deep.txt", "deep"), (".hidden", "x")):
            archive.writestr(name, text)
        archive.writestr("../up.txt", "up")
    given = {"name": "some.zip", "mimeType": "application/zip", "buffer": packed.getvalue()}
    playground.part("file-input").set_input_files([given])
    dialog = playground.part("unzip")
    expect(dialog).to_contain_text("It holds 3 files")
    assert content(playground, "up.txt") is None
    playground.part("unzip-begin").click()
    expect(dialog).to_be_hidden()
    expect(row(playground, "in/deep.txt")).to_be_visible()
    names = ("taken.txt", "taken-2.txt", "up.txt", "in/deep.txt", ".hidden")
    assert [content(playground, name) for name in names] == ["mine", "theirs", "up", "deep", None]
    expect(page.locator("#toast")).to_contain_text("3 files were unpacked from some.zip")

    with page.expect_download() as download:
        page.get_by_role("button", name="Download in as a zip file").click()
    download.value.save_as(tmp_path / "in.zip")
    with zipfile.ZipFile(tmp_path / "in.zip") as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {"in/deep.txt": b"deep"}
    playground.part("file-input").set_input_files([{**given, "buffer": b"no zip file"}])
    expect(page.locator("#toast")).to_contain_text("It is damaged, or no zip file.")
    assert content(playground, "some.zip") == "no zip file"


def test_files_are_shown_as_what_they_are(playground: Playground) -> None:
    page = playground.page
    write(
        playground,
        {
            "people.csv": "name,age\nAda,36\nAlan,4\n",
            "about.md": "# About\n\n<b>no</b> [link](https://example.com/)",
            "broken.mp3": "no sound",
            "broken.png": "no image",
        },
    )
    page.evaluate("bytes => playground.writeFile('dot.png', bytes)", list(PIXEL))
    viewer = page.locator("dialog.viewer")

    def look(path: str) -> None:
        row(playground, path).focus()
        page.keyboard.press("Space")
        expect(viewer).to_be_visible()

    look("people.csv")
    viewer.get_by_role("button", name="age").click()
    expect(viewer.locator("tbody tr").first).to_contain_text("Alan")
    page.keyboard.press("Escape")
    look("about.md")
    expect(viewer.get_by_role("heading", name="About", exact=True)).to_be_visible()
    expect(viewer).to_contain_text("<b>no</b>")
    viewer.get_by_role("button", name="Edit about.md in a tab").click()
    expect(viewer).to_have_count(0)
    expect(page.locator(".cm-content")).to_contain_text("# About")
    look("dot.png")
    page.wait_for_function("document.querySelector('dialog.viewer img').naturalWidth === 1")
    page.keyboard.press("Escape")
    page.evaluate("bytes => playground.writeFile('two.pdf', bytes)", list(pdf(["One", "Two"])))
    look("two.pdf")
    expect(viewer.get_by_role("img", name="Page 2 of 2: Two")).to_be_visible(timeout=60_000)
    page.keyboard.press("Escape")
    for broken in ("broken.png", "broken.mp3"):
        look(broken)
        expect(viewer.get_by_text("it is damaged")).to_be_visible()
        page.keyboard.press("Escape")


def test_an_error_about_a_file_leads_to_the_files_and_is_seen(playground: Playground) -> None:
    page = playground.page
    write(playground, {"there.txt": "an empty panel has nothing to show"})
    if page.locator("#files-fold").get_attribute("aria-expanded") == "true":
        page.locator("#files-fold").click()
    expect(page.locator("#files-body")).to_be_hidden()
    playground.run('(file/read "no such.txt")')
    status = playground.part("status")
    expect(status).to_have_attribute("data-ending", "failed")
    expect(status).to_contain_text("Failed")
    page.get_by_role("button", name="Open Files").click()
    expect(page.locator("#files-body")).to_be_visible()
    playground.run("1")
    expect(status).to_have_attribute("data-ending", "whole")


COUNT = """async (count) => {
  const note = /leaves out ([\\d,]+) of [\\d,]+ lines/;
  const text = document.querySelector("[data-testid=output]").innerText;
  const left = Number((note.exec(text)?.[1] ?? "0").replaceAll(",", ""));
  return (text.match(/^line \\d+$/gm) ?? []).length + left === count ? [left] : null;
}"""


def test_the_text_of_a_long_output_is_whole_or_says_what_is_missing(playground: Playground) -> None:
    for count in (1500, 8000):
        playground.run(f'(for-each (fn (x) (println f"line ${{x}}")) (range 0 {count}))')
        playground.page.wait_for_function(COUNT, arg=count)
        shown = playground.part("output").inner_text()
        assert ("innerText leaves out" in shown) == (count == 8000)
        assert playground.page.evaluate("playground.output().split('\\n').length") == count + 1
