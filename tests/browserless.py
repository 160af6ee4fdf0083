"""Runs modules of the page (web/src) in Node.js, with what they need of a browser."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from page_modules import run_node

SOURCE = Path(__file__).resolve().parent.parent / "web" / "src"

# What Node.js lacks of a browser, or has since a short time.
_BROWSER = """
Promise.withResolvers ??= () => {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
};
URL.canParse ??= (url) => { try { new URL(url); return true; } catch { return false; } };
globalThis.location = new URL("https://page.example/");
if (!globalThis.navigator) globalThis.navigator = {};
Object.defineProperty(globalThis.navigator, "onLine", { value: true, configurable: true });
const told = [];
const tell = (value) => void told.push(value);
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const bytes = (text) => new TextEncoder().encode(text);
const words = (data) => new TextDecoder().decode(data);
const storageOf = (values = {}) => {
  const map = new Map(Object.entries(values));
  return {
    map,
    getItem: (name) => map.get(name) ?? null,
    setItem: (name, value) => void map.set(name, String(value)),
    removeItem: (name) => void map.delete(name),
  };
};
"""


def run_page(imports: dict[str, str], body: str) -> list[Any]:
    """Runs statements that call `tell`; returns what they told.

    `imports` maps the modules, below web/src, to the names that are wanted of them.
    """
    lines = [
        f"const {{ {names} }} = await import({json.dumps((SOURCE / module).as_uri())});"
        for module, names in imports.items()
    ]
    program = "\n".join([_BROWSER, *lines, body, "console.log(JSON.stringify(told));"])
    told: list[Any] = run_node(program, SOURCE)
    return told
