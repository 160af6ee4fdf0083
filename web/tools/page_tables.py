"""Writes the tables that the page takes from the language: providers, and the names of forms.

    python web/tools/page_tables.py [--check]

The files are committed, so that the page's types can be checked, read and bundled without Python;
`build.mjs` writes them anew first, and a test fails if they are not what the language says
(`--check` is that test for a shell).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

WEB = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(WEB.parent))

import lispcore.expanding.forms  # noqa: E402, F401  (fills the table of special forms)
from lispcore.expanding.expander import SPECIAL_FORMS  # noqa: E402
from lispcore.llm.catalog import ALIASES, PROVIDERS, Provider  # noqa: E402
from lispcore.llm.http import PAGE_SCHEME  # noqa: E402

HEAD = "/** Made by web/tools/page_tables.py from {source}: change that, and build the page. */\n"


def group_of(provider: Provider) -> str:
    """Returns the group of the settings under which a provider is offered."""
    if not provider.base_url:
        return "demo"
    if provider.base_url.startswith(PAGE_SCHEME):
        return "page"
    if not provider.chats:
        return "retrieval"
    return "cloud" if provider.needs_key else "local"


def providers() -> str:
    """Returns the module with the providers that the settings offer."""
    rows = [
        {
            "name": each.name,
            "title": each.title.removesuffix(" (on this machine)"),
            "group": group_of(each),
            "baseUrl": each.base_url,
            "model": each.model,
        }
        for each in PROVIDERS.values()
        if each.in_settings
    ]
    lines = "".join(f"  {json.dumps(row, ensure_ascii=False)},\n" for row in rows)
    aliases = "".join(f"  {json.dumps(name)}: {json.dumps(of)},\n" for name, of in ALIASES.items())
    return (
        HEAD.format(source="lispcore/llm/catalog.py")
        + "\n/** @type {{name: string, title: string, "
        + 'group: "demo" | "page" | "cloud" | "local" | "retrieval",\n'
        + " *   baseUrl: string, model: string}[]} */\n"
        + f"export const CATALOG = [\n{lines}];\n"
        + "\n/** Other names of providers. @type {Record<string, string>} */\n"
        + f"export const ALIASES = {{\n{aliases}}};\n"
    )


def is_definition(name: str) -> bool:
    """Tells whether the first name after the head of a form is one that it defines."""
    words = SPECIAL_FORMS[name].usage.split()
    return (name.startswith("def") or name == "module") and words[1].strip("()") == "name"


def names() -> str:
    """Returns the module with the names that the editor colours."""
    clauses = {word for form in SPECIAL_FORMS.values() for word in form.clauses}
    sets = {
        "FORMS": sorted(SPECIAL_FORMS),
        "CLAUSES": sorted(clauses),
        "DEFINITIONS": sorted(name for name in SPECIAL_FORMS if is_definition(name)),
    }
    text = HEAD.format(source="lispcore/expanding/forms/")
    for name, words in sets.items():
        lines = "".join(f"  {json.dumps(word)},\n" for word in words)
        text += f"\nexport const {name} = new Set([\n{lines}]);\n"
    return text


def beside(script: str, name: str) -> Path:
    """Returns the place of a table: beside the script that reads it."""
    return next(WEB.glob(f"src/**/{script}")).parent / name


FILES = {
    beside("providers.js", "catalog.js"): providers,
    beside("lisp-mode.js", "language-names.js"): names,
}


def stale_files() -> list[Path]:
    """Returns the files that are not what the language says now."""
    return [
        path
        for path, make in FILES.items()
        if not path.is_file() or path.read_text("utf-8") != make()
    ]


def main() -> int:
    """Runs the command line."""
    stale = stale_files()
    only_check = "--check" in sys.argv
    for path in stale:
        print(f"{'out of date' if only_check else 'written'}: {path.relative_to(WEB.parent)}")
        if not only_check:
            path.write_text(FILES[path](), "utf-8")
    return 1 if stale and only_check else 0


if __name__ == "__main__":
    sys.exit(main())
