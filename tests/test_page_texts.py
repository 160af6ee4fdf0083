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
    r'\b(?:text|inWords|countText|textWith|textLater)\(\s*("(?:[^"\\]|\\.)*")(?:,\s*("(?:[^"\\]|\\.)*"))?'
)
# What people read: a capital letter, and more than a word or what ends a sentence.
READ = re.compile(r'"[A-Z][a-z]*(?:[ ,][^"]*|[.…!?])"')
# Scripts of panels whose words are no language of the page: programs, drawings, file formats.
PLAIN = {
    "examples": ("first.js", "programs.js", "samples.js"),
    "inspector": ("snippets.js",),
}
# What is said outside of panels: a text or a template with three words and more. Behind `(` a call of the console.
PROSE = re.compile(
    r'(?<!console\.log\()(?<!console\.warn\()(?<!console\.error\()("(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`)'
)
WORDS = re.compile(r"[A-Za-z’'“”,;:.)]+ (?:[a-z]+ )+[a-z]+")
# Scripts that talk to others than the visitor: programs, whose errors are those of the language; tools; developers.
TO_OTHERS = (
    "app/agent-tools.js",  # for models
    "app/asking.js",  # for those who drive the page
    "app/playground.js",
    "app/services.js",  # for the console
    "docs/",
    "editor/lisp-",  # the names of a grammar
    "engine/",  # faults, and what a program's fault is
    "panels/examples/",
    "panels/inspector/snippets.js",
    "panels/learn/nodes.js",
    "models/chrome-model.js",  # errors of programs
    "models/consent.js",
    "models/image-fitting.js",
    "models/local-engine.js",
    "models/local-model.js",
    "models/page-",
    "models/relay.js",
    "models/sign-in.js",
    "models/spending.js",
    "models/transfer.js",
    "state.js",
    "trusted.js",
    "texts/",
)
# Literals that are no words of the page: names, marks, code, what is put together of words asked for.
NO_WORDS = {
    "app/files.js": 1,  # a key of undo.js
    "app/interpreter.js": 1,  # put together
    "app/runs.js": 1,
    "dom.js": 1,
    "editor/documentation.js": 8,  # what a name is, as the language calls it
    "editor/editor-help.js": 2,
    "models/catalog.js": 2,
    "models/local-servers.js": 7,  # commands, and the hint of a program's error
    "models/providers.js": 1,
    "panels/learn/searching.js": 1,
    "panels/output/blocks.js": 1,
    "panels/output/sheet.js": 1,
    "panels/palette/actions.js": 1,
    "panels/share/replay-page.js": 1,
    "storage/drafts.js": 1,
    "storage/file-names.js": 2,  # names of files
    "storage/tab-id.js": 1,
}
# Texts that wait for their German: what lies in a storage and cannot be read, pages on which nothing starts, and
# what is found in a program that is shared.
WAITING = {
    "guard.js": 3,
    "models/grants.js": 1,
    "models/key-shapes.js": 5,
    "models/key-store.js": 1,
    "models/link-texts.js": 1,
    "models/openrouter.js": 1,
    "models/secrets.js": 3,
    "models/settings.js": 1,
    "place.js": 5,
    "sharing/recorder.js": 3,
    "sign-in-return.js": 3,
    "storage/breakpoints.js": 1,
    "storage/drafts.js": 2,
    "storage/farewells.js": 1,
    "storage/file-store.js": 1,
    "storage/file-tree.js": 1,
    "storage/history.js": 1,
    "storage/memory.js": 1,
    "storage/open-tabs.js": 2,
    "stored.js": 2,
}
# So many texts of the markup may wait for their German words.
MOST_WAITING = 3


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
    files = [*SRC.glob("panels/*/panel.html"), WEB / "index.html"]
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


def prose(code: str) -> list[str]:
    """Returns the texts of a script that are sentences, in English whatever the language."""
    bare = (
        (each, re.sub(r"\$\{[^}]*\}", "x", each)) for each in PROSE.findall(ASKED.sub("", code))
    )
    return [each for each, words in bare if WORDS.search(words)]


@pytest.mark.parametrize("name", [name for name, _ in scripts() if not name.startswith(TO_OTHERS)])
def test_a_script_says_nothing_in_english_alone(name: str) -> None:
    found = prose(dict(scripts())[name])
    assert len(found) == NO_WORDS.get(name, 0) + WAITING.get(name, 0), found


def test_prose_is_found() -> None:
    assert prose('throw new SourceError("What lies there is empty.");') != []
    assert prose("say(`${name} is no text that can be edited`)") != []
    assert prose('console.warn("the editor goes without its help:")') == []
    assert prose('say(text("What lies there is empty.")); say(inWords("This is a text"))') == []


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
