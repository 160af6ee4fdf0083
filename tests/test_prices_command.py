"""The command that renews the price list: what it takes from the two tables, and what it finds."""

from __future__ import annotations

import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

from building.prices import add_genai, missing_defaults, read_litellm, table_of
from lispcore.llm.catalog import MODELS_CHECKED_AT, PROVIDERS
from lispcore.llm.price_table import TABLE, UPDATED_AT
from lispcore.llm.pricing import price_of


def wheel(folder: Path, name: str, content: str) -> Path:
    path = folder / "some-1.0-py3-none-any.whl"
    path.unlink(missing_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, content)
    return path


def row(provider: str, sent: float, answered: float = 0.0, **more: Any) -> dict[str, Any]:
    given = {"litellm_provider": provider, "mode": "chat", "input_cost_per_token": sent}
    return given | {"output_cost_per_token": answered} | more


def test_what_is_taken_from_the_tables(tmp_path: Path) -> None:
    rows = {
        "gpt-9": row("openai", 1e-6, 2e-6, cache_read_input_token_cost=1e-7),
        "gpt-9-2026-01-01": row("openai", 1e-6, 2e-6, cache_read_input_token_cost=1e-7),
        "gpt-9-2026-02-02": row("openai", 5e-6, 2e-6),
        "groq/a/b": row("groq", 3e-6, 3e-6, deprecation_date="2026-02-03"),
        "azure/gpt-9": row("azure", 9e-6, 9e-6),
        "dall-e-9": row("openai", 1e-6, mode="image_generation"),
        "unknown": row("openai", 0.0),
        "openrouter/x/y:free": row("openrouter", 0.0),
    }
    name = "litellm/model_prices_and_context_window_backup.json"
    prices, ends = read_litellm(wheel(tmp_path, name, json.dumps(rows)))
    second = (
        "providers = [Provider(id='groq', models=[ModelInfo(id='c', prices=ModelPrice("
        "input_mtok=Decimal('0.5'), output_mtok=TieredPrices(base=Decimal('2'), tiers=[]))), "
        "ModelInfo(id='a/b', prices=ModelPrice(input_mtok=Decimal('77')))])]"
    )
    add_genai(prices, wheel(tmp_path, "genai_prices/data.py", second))
    assert table_of(prices) == (
        "\n[groq]\na/b 3 3\nc 0.5 2\n[openai]\ngpt-9 1 2 0.1\ngpt-9-2026-02-02 5 2\n"
        "[openrouter]\nx/y:free 0 0\n"
    )
    assert ends == {"groq": {"a/b": "2026-02-03"}}


def test_defaults_that_are_gone_are_found() -> None:
    model = PROVIDERS["groq"].model
    line = (1.0, 1.0, None, None)
    assert missing_defaults({"groq": {model: line}}, {}, "2026-11-30") == []
    assert missing_defaults({"groq": {"x": line}}, {}, "2026-11-30") == [
        f"groq: {model} is in no table"
    ]
    ends = {"groq": {model: "2026-11-01"}}
    assert missing_defaults({"groq": {model: line}}, ends, "2026-11-30") == [
        f"groq: {model} was withdrawn on 2026-11-01"
    ]
    assert missing_defaults({"groq": {model: line}}, ends, "2026-10-30") == []


def test_every_default_model_has_a_price_and_a_date() -> None:
    for each in PROVIDERS.values():
        if each.needs_key and each.chats and each.model:
            assert price_of(each.name, each.model) is not None, each.name
    assert date.fromisoformat(MODELS_CHECKED_AT) <= date.fromisoformat(UPDATED_AT)
    assert TABLE.startswith("\n[")
