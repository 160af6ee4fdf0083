"""The page's texts: German is whole, its places are those of the English words, and nobody goes around it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

from page_modules import WEB, needs_node, run_page_modules

SRC = WEB / "src"
TEXTS = 'import { countText, languageOf, text, useCatalogue } from "SRC/texts/texts.js";'
COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'`\w/])//[^\n]*", re.DOTALL)
ASKED = re.compile(
    r'\b(?:text|countText|textWith|textLater)\(\s*("(?:[^"\\]|\\.)*")(?:,\s*("(?:[^"\\]|\\.)*"))?'
)
# What people read: a capital letter, and more than a word or what ends a sentence.
READ = re.compile(r'"[A-Z][a-z]*(?:[ ,][^"]*|[.…!?])"')
# Scripts of panels whose words are no language of the page: programs, drawings, file formats.
PLAIN = {
    "examples": ("first.js", "programs.js", "samples.js"),
    "inspector": ("snippets.js",),
}
# So many texts of the markup may wait for their German words.
MOST_WAITING = 8


class Markup(HTMLParser):
    """Collects what can be read in a piece of the page."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("title", "aria-label", "placeholder"):
                self.handle_data(value or "")

    def handle_data(self, data: str) -> None:
        words = " ".join(data.split())
        if re.search("[A-Za-z]{2}", words):
            self.found.add(words)


def markup() -> set[str]:
    """Returns what stands in the page before any script runs."""
    files = SRC.glob("panels/*/panel.html")
    return {words for file in files for words in Markup(file.read_text("utf-8")).found}


def scripts() -> Iterator[tuple[str, str]]:
    """Yields each script of the page with its code, without comments, and without German."""
    for file in sorted(SRC.rglob("*.js")):
        name = file.relative_to(SRC).as_posix()
        if not name.startswith(("texts/de", "panels/examples/programs")):
            yield name, COMMENT.sub("", file.read_text("utf-8"))


def read_literals(code: str) -> list[str]:
    """Returns the texts of a script that people read and that are not asked for by `text`."""
    return READ.findall(ASKED.sub("", code))


def is_plain(name: str) -> bool:
    _, panel, file = name.split("/", 2)
    return file in PLAIN.get(panel, ())


@pytest.fixture(scope="module")
def german() -> dict[str, str | dict[str, str]]:
    head = 'import { GERMAN } from "SRC/texts/de.js";'
    found: dict[str, str | dict[str, str]] = run_page_modules(head, "tell(GERMAN);")[0]
    return found


def places(words: str) -> list[str]:
    return sorted(re.findall(r"\{\w+\}", words))


@needs_node
def test_german_has_the_places_of_the_english_words(
    german: dict[str, str | dict[str, str]],
) -> None:
    for english, words in german.items():
        forms = {"": words} if isinstance(words, str) else words
        assert forms
        assert all(forms.values()), english
        expected = places(english)
        # Of one thing the number need not be said.
        allowed = {"one": (expected, [place for place in expected if place != "{n}"])}
        assert [
            form
            for rule, form in forms.items()
            if places(form) not in allowed.get(rule, (expected,))
        ] == [], english


@needs_node
def test_whatever_is_asked_for_is_there_in_german(german: dict[str, str | dict[str, str]]) -> None:
    asked = set()
    for _, code in scripts():
        for first, second in ASKED.findall(code):
            asked.add((second or first)[1:-1])
    assert len(asked) > 50
    assert sorted(asked - german.keys()) == []


@needs_node
def test_the_markup_is_there_in_german(german: dict[str, str | dict[str, str]]) -> None:
    waiting = sorted(markup() - german.keys())
    assert len(waiting) <= MOST_WAITING, waiting


@needs_node
def test_nothing_is_translated_that_the_page_does_not_say(
    german: dict[str, str | dict[str, str]],
) -> None:
    said = markup()
    code = "\n".join(text for _, text in scripts())
    assert [words for words in german if words not in said and f'"{words}"' not in code] == []


@pytest.mark.parametrize(
    "name", [name for name, _ in scripts() if name.startswith("panels/") and name.count("/") > 1]
)
def test_a_panel_has_no_words_of_its_own(name: str) -> None:
    code = dict(scripts())[name]
    assert is_plain(name) or read_literals(code) == []


def test_words_of_its_own_are_found() -> None:
    assert read_literals('x.textContent = "Not found";') == ['"Not found"']
    assert read_literals('say("Done!")') == ['"Done!"']
    assert read_literals('say(text("Not found")); go("name/x"); key === "Enter"') == []


@needs_node
def test_texts_are_filled_and_counted() -> None:
    told = run_page_modules(
        TEXTS,
        """
        tell(text("Step {at} of {all}", {at: 1, all: 10}));
        tell(countText("{n} example", "{n} examples", 1));
        tell(countText("{n} example", "{n} examples", 1200));
        const words = {"Step {at} of {all}": "Schritt {at} von {all}", "{n} examples": {one: "{n} Beispiel", other: "{n} Beispiele"}};
        useCatalogue(words, "de");
        tell(text("Step {at} of {all}", {at: "{all}", all: 10}));
        tell(text("toString"));
        tell(countText("{n} example", "{n} examples", 1));
        tell(countText("{n} example", "{n} examples", 1200));
        """,
    )
    assert told == [
        "Step 1 of 10",
        "1 example",
        "1,200 examples",
        "Schritt {all} von 10",
        "toString",
        "1 Beispiel",
        "1.200 Beispiele",
    ]


@needs_node
def test_the_language_is_that_of_the_address_the_choice_or_the_browser() -> None:
    told = run_page_modules(
        TEXTS,
        """
        const at = "https://page.example/";
        tell(languageOf(at, "", ["de-AT", "en"]));
        tell(languageOf(at, "", ["fr", "en-US", "de"]));
        tell(languageOf(at, "de", ["en"]));
        tell(languageOf(at, "en", ["de"]));
        tell(languageOf(`${at}?lang=de`, "en", ["en"]));
        tell(languageOf(`${at}?lang=constructor`, "", ["fr"]));
        """,
    )
    assert told == ["de", "en", "de", "en", "de", "en"]
