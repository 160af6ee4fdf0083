"""Renews the bundled price list from two public tables, and says which default models are gone.

The tables are those of the packages litellm and genai-prices (both under the MIT licence), which
pip fetches into a temporary folder; nothing of them is installed. `lispcore/llm/price_table.py` is
written anew, with its date.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
TABLE_FILE: Final = ROOT / "lispcore" / "llm" / "price_table.py"
_MILLION: Final = 1_000_000

# What litellm calls a provider -> what the catalogue does.
PROVIDERS: Final = {
    "anthropic": "anthropic",
    "cerebras": "cerebras",
    "cohere": "cohere",
    "cohere_chat": "cohere",
    "deepseek": "deepseek",
    "fireworks_ai": "fireworks",
    "gemini": "gemini",
    "groq": "groq",
    "jina_ai": "jina",
    "mistral": "mistral",
    "moonshot": "moonshot",
    "openai": "openai",
    "text-completion-openai": "openai",
    "openrouter": "openrouter",
    "perplexity": "perplexity",
    "sambanova": "sambanova",
    "together_ai": "together",
    "voyage": "voyage",
    "xai": "xai",
}
# What genai-prices calls them, for models that the first table lacks.
OTHERS: Final = {
    "anthropic": "anthropic",
    "cerebras": "cerebras",
    "cohere": "cohere",
    "deepseek": "deepseek",
    "fireworks": "fireworks",
    "google": "gemini",
    "groq": "groq",
    "mistral": "mistral",
    "moonshotai": "moonshot",
    "openai": "openai",
    "openrouter": "openrouter",
    "perplexity": "perplexity",
    "together": "together",
    "x-ai": "xai",
}
_MODES: Final = ("chat", "responses", "completion", "embedding", "rerank")
_DATE: Final = re.compile(r"[-@](20\d\d-?\d\d-?\d\d|\d{4})$")

# model -> sent, answered, read from the cache, written to it: dollars a million tokens
Prices = dict[str, tuple[float, float, float | None, float | None]]


def fetch(folder: Path, package: str) -> Path:
    """Returns the wheel of the newest version of a package."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    subprocess.run([*command, "--dest", str(folder), package], check=True)
    return next(folder.glob(f"{package.replace('-', '_')}-*.whl"))


def version_of(wheel: Path) -> str:
    """Returns the version in a wheel's name."""
    return wheel.name.split("-")[1]


def read_litellm(wheel: Path) -> tuple[dict[str, Prices], dict[str, dict[str, str]]]:
    """Returns the prices by provider, and until when a model is offered where that is known."""
    with zipfile.ZipFile(wheel) as archive:
        name = "litellm/model_prices_and_context_window_backup.json"
        table: dict[str, dict[str, Any]] = json.loads(archive.read(name))
    prices: dict[str, Prices] = {}
    ends: dict[str, dict[str, str]] = {}
    for key, row in table.items():
        provider = PROVIDERS.get(str(row.get("litellm_provider")))
        sent = row.get("input_cost_per_token")
        if provider is None or row.get("mode") not in _MODES or not isinstance(sent, (int, float)):
            continue
        model = _plain_name(key, str(row["litellm_provider"]))
        answered = row.get("output_cost_per_token") or 0
        cached = (row.get(f"cache_{kind}_input_token_cost") for kind in ("read", "creation"))
        # Nothing is not what it costs to write: these tables say so of providers that do not tell.
        read, written = (each * _MILLION if each else None for each in cached)
        line = (sent * _MILLION, answered * _MILLION, read, written)
        prices.setdefault(provider, {}).setdefault(model, line)
        if row.get("deprecation_date"):
            ends.setdefault(provider, {})[model] = str(row["deprecation_date"])
    return prices, ends


def _plain_name(key: str, provider: str) -> str:
    for prefix in (provider, "cohere", "ft:"):
        key = key.removeprefix(f"{prefix}/")
    return key


def add_genai(prices: dict[str, Prices], wheel: Path) -> None:
    """Adds the models that only the second table has; it is a Python literal of calls."""
    with zipfile.ZipFile(wheel) as archive:
        tree = ast.parse(archive.read("genai_prices/data.py"))
    for call in _calls(tree, "Provider"):
        provider = OTHERS.get(str(_literal(call.get("id"))))
        models = call.get("models")
        if provider is None or not isinstance(models, ast.List):
            continue
        for each in models.elts:
            _add_model(prices.setdefault(provider, {}), each)


def _add_model(prices: Prices, node: ast.expr) -> None:
    given = _arguments(node)
    model, price = _literal(given.get("id")), given.get("prices")
    if isinstance(price, ast.List) and price.elts:  # the newest of several
        price = _arguments(price.elts[-1]).get("prices", price.elts[-1])
    numbers = {name: _number(each) for name, each in _arguments(price).items()}
    sent = numbers.get("input_mtok")
    if not isinstance(model, str) or sent is None or model in prices:
        return
    answered = numbers.get("output_mtok") or 0.0
    prices[model] = (
        sent,
        answered,
        numbers.get("cache_read_mtok"),
        numbers.get("cache_write_mtok"),
    )


def _calls(tree: ast.AST, name: str) -> list[dict[str, ast.expr]]:
    return [
        _arguments(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
    ]


def _arguments(node: ast.AST | None) -> dict[str, ast.expr]:
    keywords = node.keywords if isinstance(node, ast.Call) else []
    return {each.arg: each.value for each in keywords if each.arg}


def _literal(node: ast.expr | None) -> Any:
    return node.value if isinstance(node, ast.Constant) else None


def _number(node: ast.expr) -> float | None:
    """Returns a number, that of ``Decimal("…")``, or the base of a price by tiers."""
    if isinstance(node, ast.Call):
        inner = [*node.args[:1], *(_arguments(node)[n] for n in ("base",) if n in _arguments(node))]
        return _number(inner[0]) if inner else None
    value = _literal(node)
    try:
        return None if value is None else float(value)
    except (TypeError, ValueError):
        return None


# --- writing --------------------------------------------------------------------------------------


def table_of(prices: dict[str, Prices]) -> str:
    """Returns the table as text; a dated name goes where the undated one costs the same."""
    lines: list[str] = []
    for provider in sorted(prices):
        models = prices[provider]
        lines.append(f"[{provider}]")
        for model in sorted(models):
            undated = _DATE.sub("", model)
            same = undated != model and models.get(undated) == models[model]
            if not same and _is_listed(provider, model, models[model]):
                lines.append(f"{model} {_columns(*models[model])}")
    return "\n" + "\n".join(lines) + "\n"


def _is_listed(provider: str, model: str, prices: tuple[float | None, ...]) -> bool:
    if not model.isascii() or " " in model:
        return False
    if provider == "fireworks" and not model.startswith("accounts/"):
        return False  # other names of the same models
    # A price of nothing stands for one that nobody knows, but where the name says that it is free.
    return bool(prices[0] or prices[1]) or model.endswith(":free")


def _columns(sent: float, answered: float, read: float | None, written: float | None) -> str:
    columns = [_shown(sent), _shown(answered)]
    if read is not None or written is not None:
        columns.append("-" if read is None else _shown(read))
    if written is not None:
        columns.append(_shown(written))
    return " ".join(columns)


def _shown(dollars: float) -> str:
    return f"{round(dollars, 9):.9f}".rstrip("0").rstrip(".") or "0"


def missing_defaults(
    prices: dict[str, Prices], ends: dict[str, dict[str, str]], today: str
) -> list[str]:
    """Returns what is wrong with the default models of the catalogue, by these tables."""
    sys.path.insert(0, str(ROOT))
    from lispcore.llm.catalog import PROVIDERS as CATALOGUE

    found = []
    for each in CATALOGUE.values():
        known = prices.get(each.name)
        if not (each.needs_key and each.chats and known and each.model):
            continue
        end = ends.get(each.name, {}).get(each.model, "")
        if each.model not in known:
            found.append(f"{each.name}: {each.model} is in no table")
        elif end and end <= today:
            found.append(f"{each.name}: {each.model} was withdrawn on {end}")
    return found


def renew_prices() -> int:
    """Writes the price list anew; returns 1 if a default model is gone."""
    from datetime import UTC, datetime

    with tempfile.TemporaryDirectory() as place:
        litellm, genai = (fetch(Path(place), each) for each in ("litellm", "genai-prices"))
        prices, ends = read_litellm(litellm)
        listed = {provider: dict(models) for provider, models in prices.items()}
        add_genai(prices, genai)
        source = f"litellm {version_of(litellm)} and genai-prices {version_of(genai)}"
    today = datetime.now(UTC).date().isoformat()
    text = TABLE_FILE.read_text("utf-8")
    for name, value in (("UPDATED_AT", today), ("SOURCE", source)):
        text = re.sub(rf'(?m)^{name}: Final = ".*"$', f'{name}: Final = "{value}"', text)
    head = text[: text.index('TABLE: Final = """')]
    TABLE_FILE.write_text(f'{head}TABLE: Final = """{table_of(prices)}"""\n', "utf-8")
    print(f"{TABLE_FILE.relative_to(ROOT)}: {sum(map(len, prices.values()))} prices of {today}")
    wrong = missing_defaults(listed, ends, today)
    if not wrong:
        catalogue = ROOT / "lispcore" / "llm" / "catalog.py"
        checked = re.sub(
            r'(?m)^MODELS_CHECKED_AT: Final = ".*"$',
            f'MODELS_CHECKED_AT: Final = "{today}"',
            catalogue.read_text("utf-8"),
        )
        catalogue.write_text(checked, "utf-8")
    for each in wrong:
        print(f"choose another default in lispcore/llm/catalog.py: {each}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(renew_prices())
