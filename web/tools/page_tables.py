"""Writes the tables that the page takes from the language: providers, what requests to them look
like, prices, and the names of forms.

    python web/tools/page_tables.py [--check]

The files are committed, so that the page's types can be checked, read and bundled without Python;
`build.mjs` writes them anew first, and a test fails if they are not what the language says
(`--check` is that test for a shell).
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

WEB = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(WEB.parent))

import lispcore.expanding.forms  # noqa: E402, F401  (fills the table of special forms)
from lispcore.expanding.special_forms import SPECIAL_FORMS  # noqa: E402
from lispcore.llm import price_table, pricing  # noqa: E402
from lispcore.llm.batches.interfaces import INTERFACES, WITHOUT_BATCHES  # noqa: E402
from lispcore.llm.catalog import ALIASES, PROVIDERS, Provider  # noqa: E402
from lispcore.llm.http import PAGE_SCHEME, HttpRequest  # noqa: E402
from lispcore.llm.media import PNG  # noqa: E402
from lispcore.llm.media_requests import IMAGE, SERVICES, MediaRequest  # noqa: E402
from lispcore.llm.messages import Media, Message, Text, text_message  # noqa: E402
from lispcore.llm.requests import Request, Settings  # noqa: E402
from lispcore.llm.retrieval import (  # noqa: E402
    EMBEDDERS,
    RERANKERS,
    EmbeddingRequest,
    RankingRequest,
)
from lispcore.llm.wire_formats import OVER_THE_WIRE  # noqa: E402

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


# Ends of base addresses that belong to another wire format, which some leave out.
DROPPED = ("/v1", "/chat/completions")
# What stands for a model in the path of a request, where a wire format has it there.
MODEL = "MODEL"
MESSAGES = (text_message("user", "x"),)
# One request of each kind: what a wire format refuses it does not know.
PROBES: tuple[Request, ...] = (
    *(MediaRequest(MESSAGES, task=task) for task in SERVICES),
    MediaRequest((Message("user", (Text("x"), Media(PNG, b"x"))),), task=IMAGE),
    Request(MESSAGES),
    EmbeddingRequest(MESSAGES, input=("x",)),
    EmbeddingRequest(MESSAGES, input=("x", "y")),
    RankingRequest(MESSAGES, query="x", documents=("x",)),
)


def probe(dialect: str, provider: str, base: str) -> Iterator[HttpRequest]:
    """Yields one request of each kind that a wire format makes below a base address."""
    settings = Settings(provider, dialect, base, MODEL)
    tasks = tuple(SERVICES)
    is_chat = not dialect.startswith(("embed", "rerank", *tasks))
    for request in PROBES:
        task = request.task if isinstance(request, MediaRequest) else ""
        fits = dialect.startswith(task) if task else not dialect.startswith(tasks)
        if fits and is_chat == (type(request) is Request):
            try:
                yield OVER_THE_WIRE[dialect].build_request(request, settings)
            except Exception as problem:
                if not is_chat:
                    continue  # a ranking asked of embeddings, or the other way round
                raise RuntimeError(f"no request of {dialect}") from problem


def path_of(request: HttpRequest) -> str:
    """Returns the path of a request, with the query that belongs to it."""
    parts = urlsplit(request.url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def endpoints(dialect: str, provider: str) -> list[dict[str, Any]]:
    """Returns where the requests of a wire format go, as `endpoint` of dialect.py puts it together.

    Found by asking it: below a bare host, below a version, and below a path without one.
    """
    ends = ("", "/v9", "/sub", *DROPPED)
    found = []
    made = (probe(dialect, provider, f"https://host.invalid{end}") for end in ends)
    for bare, versioned, below, *longer in zip(*made, strict=True):
        path = path_of(versioned).removeprefix("/v9")
        whole = path_of(bare)
        if bare.credential is None:
            raise RuntimeError(f"{dialect} asks for no key")
        found.append(
            {
                "method": bare.method,
                "version": whole.removesuffix(path),
                "path": path,
                "versionInBase": path_of(below) == f"/sub{path}",
                "drops": [
                    end
                    for end, each in zip(DROPPED, longer, strict=True)
                    if path_of(each) == whole and whole not in (f"{end}{path}", end)
                ],
                "header": bare.credential.header,
                "prefix": bare.credential.prefix,
                "others": sorted(
                    {*(name for name, _ in bare.headers), *OVER_THE_WIRE[dialect].other_headers}
                ),
            }
        )
    return [each for at, each in enumerate(found) if each not in found[:at]]


def dialects_of(name: str, dialect: str) -> list[str]:
    """Returns the wire formats in which a provider is asked."""
    tables = (EMBEDDERS, RERANKERS, *SERVICES.values())
    services = [table[name].dialect for table in tables if name in table]
    unlisted = ["embed-openai", "rerank", *(f"{task}-openai" for task in SERVICES)]
    named = [dialect, *services] if name else [dialect, *unlisted]
    known = [each for each in dict.fromkeys(named) if each in OVER_THE_WIRE]
    newer = [OVER_THE_WIRE[each].newer for each in known if OVER_THE_WIRE[each].newer]
    return [*known, *newer]


def batch_endpoints(name: str, dialect: str, chat: dict[str, Any]) -> list[dict[str, Any]]:
    """Returns where the requests about batch jobs go, told from where its chats go."""
    interface = INTERFACES.get(dialect)
    if interface is None or (dialect == "openai" and name in WITHOUT_BATCHES):
        return []
    return [
        {**chat, "method": method, "path": path, "isBatch": True}
        for method, path in interface.addresses
    ]


def wires() -> str:
    """Returns the module with what a request to each provider looks like, and what is free."""
    rows = []
    known = [
        (each.name, each.dialect, each.needs_key)
        for each in PROVIDERS.values()
        if not each.signs  # the page cannot sign for an account of a cloud
    ]
    for name, dialect, is_paid in [*known, ("", "openai", True)]:
        places = [each for one in dialects_of(name, dialect) for each in endpoints(one, name)]
        if places:
            places += batch_endpoints(name, dialect, places[0])
        if places and not (name and PROVIDERS[name].base_url.startswith(PAGE_SCHEME)):
            prices = pricing.prices_of(name)
            dearest = [
                max((price.sent for price in prices), default=0),
                max((price.answered for price in prices), default=0),
            ]
            base = PROVIDERS[name].base_url if name else ""
            row = {"baseUrl": base, "isFree": not is_paid, "dearest": dearest, "endpoints": places}
            rows.append((name, row))
    lines = "".join(f"  {json.dumps(name)}: {json.dumps(row)},\n" for name, row in rows)
    return (
        HEAD.format(source="lispcore/llm/")
        + """
/**
 * Where requests of one kind go, below a base address that names no version (`version` goes
 * between) or does, and the header for the key. `MODEL` in a path stands for a model, `JOB_ID` for
 * a batch job or a file of one.
 * @typedef {object} Endpoint
 * @property {string} method
 * @property {string} version
 * @property {string} path
 * @property {boolean} versionInBase whatever path a base has, it is taken at its word
 * @property {string[]} drops ends of a base that belong to another wire format, and are left out
 * @property {string} header that carries the key
 * @property {string} prefix what stands before it
 * @property {string[]} others names of the headers that go with it
 * @property {boolean} [isBatch] it is about a batch job
 *
 * @typedef {object} Wire what is known of the requests to one provider
 * @property {string} baseUrl its own
 * @property {boolean} isFree it runs on the visitor's own machine
 * @property {number[]} dearest of its listed models: dollars a million tokens sent, and answered
 * @property {Endpoint[]} endpoints
 */

/** "" stands for every provider that is not listed. @type {Record<string, Wire>} */
"""
        + f"export const WIRES = {{\n{lines}}};\n"
    )


def prices() -> str:
    """Returns the module with the price list, as text: it is read when it is first asked for."""
    search_fees = {name: fee for name, (fee, _) in pricing.FEES.items()}
    return (
        HEAD.format(source="lispcore/llm/price_table.py")
        + "\n/** A line for each model: name, dollars a million tokens sent, answered, read from\n"
        + " * the cache, written to it; the names of providers in brackets. */\n"
        + f"export const TABLE = `{price_table.TABLE}`;\n"
        + "\n/** Where a model of a provider without a list is looked up. */\n"
        + f"export const FIRST_HAND = {json.dumps(pricing.FIRST_HAND)};\n"
        + "\n/** Of these, tokens of the cache come on top of those sent. */\n"
        + f"export const COUNTS_CACHE_APART = {json.dumps(sorted(pricing.COUNTS_CACHE_APART))};\n"
        + "\n/** Dollars for a search that the provider's servers make.\n"
        + " * @type {Record<string, number>} */\n"
        + f"export const SEARCH_FEES = {json.dumps(search_fees)};\n"
    )


def is_definition(name: str) -> bool:
    """Tells whether the first name after the head of a form is one that it defines."""
    words = SPECIAL_FORMS[name].usage.split()
    return (name.startswith("def") or name == "module") and words[1].strip("()") == "name"


def is_bodied(name: str) -> bool:
    """Tells whether what follows the first line of a form stands in as its body.

    The rest aligns with its first part, as (if …), (cond …) and (and …) do.
    """
    bodied = "body" in SPECIAL_FORMS[name].usage and name != "cond"
    return bodied or name.startswith("def") or name in ("begin", "progn", "message", "prompt")


def names() -> str:
    """Returns the module with the names that the editor colours and indents."""
    clauses = {word for form in SPECIAL_FORMS.values() for word in form.clauses}
    sets = {
        "FORMS": sorted(SPECIAL_FORMS),
        "CLAUSES": sorted(clauses),
        "DEFINITIONS": sorted(name for name in SPECIAL_FORMS if is_definition(name)),
        "BODIED": sorted([*filter(is_bodied, SPECIAL_FORMS), *clauses - {"else"}]),
    }
    text = HEAD.format(source="lispcore/expanding/forms/")
    for name, words in sets.items():
        lines = "".join(f"  {json.dumps(word)},\n" for word in words)
        text += f"\nexport const {name} = new Set([\n{lines}]);\n"
    return text


EXAMPLES = WEB / "examples"


def read_example(slug: str) -> dict[str, Any]:
    """Returns an example: what its first lines say of it, and its program.

    Those lines begin with three semicolons: ``;;; title: …``, ``;;; about: …``, ``;;; files: …``.
    """
    head, _, code = (EXAMPLES / f"{slug}.lisp").read_text("utf-8").partition("\n\n")
    said = dict(line.removeprefix(";;; ").split(": ", 1) for line in head.splitlines())
    files = said.get("files", "").split()
    return {"title": said["title"], "about": said["about"], "files": files, "code": code}


def read_examples() -> list[dict[str, Any]]:
    """Returns all examples in the order of their table of contents."""
    examples = []
    for line in (EXAMPLES / "contents.txt").read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        folder, topic, names = line.split(": ")
        for name in names.split():
            slug = f"{folder}/{name}"
            examples.append({"slug": slug, "topic": topic, **read_example(slug)})
    return examples


def template(text: str) -> str:
    """Returns a text as a template literal of JavaScript, which is read as it stands."""
    return "`" + re.sub(r"[\\`]|\$(?=\{)", r"\\\g<0>", text) + "`"


def examples() -> str:
    """Returns the module with the programs of the examples menu."""
    text = HEAD.format(source="web/examples/") + (
        "\n/**\n"
        " * @typedef {object} Example\n"
        " * @property {string} slug its name in addresses\n"
        " * @property {string} topic\n"
        " * @property {string} title\n"
        " * @property {string} about a line that says what it shows\n"
        " * @property {string[]} files what it reads; samples stand in for what is not there\n"
        " * @property {string} code\n"
        " */\n\n/** @type {Example[]} */\nexport const EXAMPLES = [\n"
    )
    for each in read_examples():
        lines = [
            f"    {key}: {json.dumps(value, ensure_ascii=False)},\n"
            for key, value in each.items()
            if key != "code"
        ]
        text += f"  {{\n{''.join(lines)}    code: {template(each['code'])},\n  }},\n"
    return text + "];\n"


def first_example() -> str:
    """Returns the module with the program that a new visitor finds in the editor."""
    code = template(read_examples()[0]["code"])
    head = HEAD.format(source="web/examples/")
    return head + f"\n/** What a new visitor finds. */\nexport const FIRST_EXAMPLE = {code};\n"


def beside(script: str, name: str) -> Path:
    """Returns the place of a table: beside the script that reads it."""
    return next(WEB.glob(f"src/**/{script}")).parent / name


FILES = {
    beside("providers.js", "catalog.js"): providers,
    beside("credentials.js", "wires.js"): wires,
    beside("spending.js", "prices.js"): prices,
    beside("lisp-mode.js", "language-names.js"): names,
    beside("samples.js", "programs.js"): examples,
    beside("samples.js", "first.js"): first_example,
}


ROOT = WEB.parent
MANUAL = ROOT / "docs" / "manual"
MANUAL_PAGES = ROOT / "lispcore" / "library" / "language" / "manual_pages.py"


def manual_pages() -> str:
    """Returns the module with the contents of the manual, for (help)."""
    lines = (MANUAL / "contents.txt").read_text("utf-8").splitlines()
    rows = []
    for line in lines:
        part, _, names = line.partition(": ")
        for name in names.split() if not line.startswith("#") else ():
            title = (MANUAL / f"{name}.md").read_text("utf-8").split("\n", 1)[0].removeprefix("# ")
            rows.append(f"    ({json.dumps(part)}, {json.dumps(name)}, {json.dumps(title)}),\n")
    return (
        '"""The contents of the manual: made by web/tools/page_tables.py from docs/manual."""\n\n'
        "from __future__ import annotations\n\n"
        "# Part, name and title of each page.\n"
        f"PAGES: tuple[tuple[str, str, str], ...] = (\n{''.join(rows)})\n"
    )


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
    if MANUAL.is_dir() and not only_check:
        MANUAL_PAGES.write_text(manual_pages(), "utf-8")
    for path in stale:
        print(f"{'out of date' if only_check else 'written'}: {path.relative_to(WEB.parent)}")
        if not only_check:
            path.write_text(FILES[path](), "utf-8")
    return 1 if stale and only_check else 0


if __name__ == "__main__":
    sys.exit(main())
