"""The tables that the page takes from the language, and what the page says besides."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from pathlib import Path
from types import ModuleType

from lispcore.expanding.special_forms import SPECIAL_FORMS
from lispcore.llm.catalog import PROVIDERS

WEB = Path(__file__).resolve().parent.parent / "web"


def load_tool() -> ModuleType:
    """Returns web/tools/page_tables.py as a module."""
    spec = importlib.util.spec_from_file_location("page_tables", WEB / "tools/page_tables.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    path = sys.path.copy()
    spec.loader.exec_module(module)
    sys.path[:] = path
    return module


TOOL = load_tool()


def test_the_tables_are_what_the_language_says() -> None:
    assert TOOL.stale_files() == [], "run: python web/tools/page_tables.py"


def test_the_settings_offer_every_provider_of_the_list_that_they_should() -> None:
    rows = [
        json.loads(line.strip(" ,")) for line in re.findall(r"^  \{.*$", TOOL.providers(), re.M)
    ]
    offered = {each.name: each for each in PROVIDERS.values() if each.in_settings}
    assert {row["name"] for row in rows} == set(offered)
    for row in rows:
        known = offered[row["name"]]
        assert (row["baseUrl"], row["model"]) == (known.base_url, known.model)
        assert row["title"]
    groups = {row["name"]: row["group"] for row in rows}
    assert (groups["demo"], groups["local"], groups["openai"]) == ("demo", "page", "cloud")
    assert (groups["ollama"], groups["jina"]) == ("local", "retrieval")


def test_what_the_page_says_besides_is_about_providers_that_it_offers() -> None:
    script = next(WEB.glob("src/**/providers.js")).read_text("utf-8")
    words = re.search(r"^const WORDS = \{(.*?)^\};", script, re.M | re.S)
    assert words is not None
    named = re.findall(r"^  (\w+): \{", words[1], re.M)
    assert len(named) > 5
    assert [name for name in named if not PROVIDERS[name].in_settings] == []


def test_the_editor_colours_exactly_the_forms_that_there_are() -> None:
    sets = {
        name: set(re.findall(r'"([^"]+)"', body))
        for name, body in re.findall(
            r"export const (\w+) = new Set\(\[(.*?)\]\)", TOOL.names(), re.S
        )
    }
    assert sets["FORMS"] == set(SPECIAL_FORMS)
    assert sets["CLAUSES"] >= {"catch", "finally", "system", "user"}
    assert sets["DEFINITIONS"] >= {"define", "defun", "define-values", "defmacro", "module"}
    assert sets["DEFINITIONS"] <= sets["FORMS"]
    assert "delay" not in sets["DEFINITIONS"]
    assert "doc" not in sets["DEFINITIONS"]


def test_the_words_of_parts_stand_in_the_usage_of_their_form() -> None:
    for name, form in SPECIAL_FORMS.items():
        for word in form.clauses:
            assert re.search(rf"\({re.escape(word)} ", form.usage), (name, word)
