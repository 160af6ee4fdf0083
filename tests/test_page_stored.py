"""Stored values (web/src/stored.js, models/settings.js): whatever lies there, the page starts. Run by Node.js."""

from __future__ import annotations

import json
from typing import Any

import pytest

from page_modules import needs_node, run_page_modules

pytestmark = needs_node

HEAD = """
import * as v from "valibot";
import {
  forgetStored, listenForTroubles, namesOfCopies, openStorage, readStored, readText, writeStored, writeText,
} from "SRC/stored.js";
import { loadSettings, saveSettings } from "SRC/models/settings.js";
const refused = () => { throw new Error("no storage"); };
const storage = openStorage(refused);
"""


def run(body: str) -> Any:
    """Runs statements that call `tell`; returns what they told."""
    return run_page_modules(HEAD, body)


def test_a_value_that_was_written_is_read() -> None:
    assert run("""
        tell(writeStored(storage, "lispcore.x", { a: [1, 2] }));
        tell(readStored(storage, "lispcore.x", v.object({ a: v.array(v.number()) })));
        tell(readStored(storage, "lispcore.y", v.string()) === undefined);
    """) == [True, {"a": [1, 2]}, True]


@pytest.mark.parametrize(
    "bad", ["{bad", "", "null", "7", '"text"', "[]", '{"a": null}', '{"a": {}}', "{" * 100_000]
)
def test_a_bad_one_is_reset_and_said_and_a_copy_is_kept(bad: str) -> None:
    text = json.dumps(bad)
    found, gone, copy, troubles = run(f"""
        writeText(storage, "lispcore.x", {text});
        tell(readStored(storage, "lispcore.x", v.object({{ a: v.string() }}), "The thing") ?? "nothing");
        tell(readText(storage, "lispcore.x"));
        tell(readText(storage, "lispcore.broken.x"));
        const heard = [];
        listenForTroubles((trouble) => heard.push(trouble));
        tell(heard);
    """)
    assert (found, gone, copy) == ("nothing", None, bad)
    [trouble] = troubles
    assert trouble["name"] == "lispcore.x"
    assert trouble["copy"] == "lispcore.broken.x"
    assert trouble["text"].startswith("The thing could not be read and was reset.")


def test_copies_are_bounded_and_can_be_forgotten() -> None:
    lying, after = run("""
        for (let at = 0; at < 9; at++) {
            writeText(storage, "lispcore.x", `{bad ${at}`);
            readStored(storage, "lispcore.x", v.string());
        }
        tell(namesOfCopies("lispcore.x").map((name) => readText(storage, name)));
        forgetStored(storage, "lispcore.x");
        tell(storage.length);
    """)
    assert lying == ["{bad 8", "{bad 1", "{bad 2"]
    assert after == 0


def test_a_storage_that_throws_costs_only_what_it_would_have_kept() -> None:
    assert run("""
        const throws = { getItem: refused, setItem: refused, removeItem: refused };
        tell(readStored(throws, "lispcore.x", v.string()) === undefined);
        tell(writeStored(throws, "lispcore.x", "a"));
        tell(saveSettings(throws, { default: "demo", providers: {} }));
        tell(loadSettings(throws) === undefined);
        const full = openStorage(() => ({ ...throws, getItem: () => "{bad" }));
        tell(loadSettings(full) === undefined);
        let heard;
        listenForTroubles((trouble) => { heard = trouble; });
        tell(heard);
    """) == [
        True,
        False,
        False,
        True,
        True,
        {
            "name": "lispcore.settings",
            "copy": None,
            "text": "The choice of models could not be read and was reset.",
        },
    ]


@pytest.mark.parametrize(
    "bad",
    [
        {"default": "demo", "providers": None},
        {"default": None, "providers": {}},
        {"default": "demo"},
        {"default": "demo", "providers": {"openai": None}},
        {"default": "demo", "providers": {"openai": {"model": 7}}},
        {"default": "x" * 1_000_000, "providers": {}},
        {"default": "demo", "providers": {}, "linkBudget": {"usd": -1, "tokens": None}},
        {"default": "demo", "providers": {}, "linkBudget": {"usd": "1"}},
    ],
)
def test_settings_of_another_shape_are_reset(bad: Any) -> None:
    text = json.dumps(json.dumps(bad))
    assert run(f"""
        writeText(storage, "lispcore.settings", {text});
        tell(loadSettings(storage) === undefined);
        tell(readText(storage, "lispcore.broken.settings") === {text});
    """) == [True, True]


def test_settings_that_are_right_are_taken_without_what_does_not_belong() -> None:
    assert run("""
        writeText(storage, "lispcore.settings", JSON.stringify({
            default: "openai", providers: { openai: { baseUrl: "https://x.example" } }, linkBudget: { usd: 1, tokens: null },
            other: "thing",
        }));
        tell(loadSettings(storage));
        writeText(storage, "lispcore.settings", '{"default": "a", "providers": {"__proto__": {"model": "m"}}}');
        loadSettings(storage);
        tell(({}).model ?? "clean");
    """) == [
        {
            "default": "openai",
            "providers": {"openai": {"baseUrl": "https://x.example", "model": ""}},
            "linkBudget": {"usd": 1, "tokens": None},
        },
        "clean",
    ]
