"""Streams in each provider's shape, replayed to the page: words, thoughts, sources, pictures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from model_server import ModelServer, Raw
from playground import Playground

pytestmark = pytest.mark.one_page

STREAMS = Path(__file__).parents[1] / "fixtures" / "streams"
# Dialect -> provider, what follows the server in the address, model.
ASKED = {
    "anthropic": ("anthropic", "", "claude-sonnet-4-6"),
    "gemini": ("gemini", "", "gemini-3.5-flash"),
    "ollama": ("ollama", "", "llama3"),
    "openai": ("openai", "/v1", "m"),
    "openai-responses": ("openai", "/v1", "gpt-5.6-pro"),
}
# By this a server at an address of its own says in which format it wants to be asked.
RESPONSES_ONLY = b"""{"error": {"type": "invalid_request_error", "message":
"This model is only supported in v1/responses and not in v1/chat/completions."}}"""
PROGRAM = """(llm/configure :%s {:base-url "%s" :api-key "k" :default-model "%s" :max-retries 0})
(define thoughts [])
(define words [])
(define said (llm/stream "hi" (fn (c) (set! words (append words [c])))
                         {:on-thinking (fn (t) (set! thoughts (append thoughts [t])))}))
(println (json/encode {:said said :words (string/join words "")
                       :thoughts (string/join thoughts "")
                       :sources (map :url (llm/last-sources))
                       :media (map bytevector/length (llm/last-media))}))"""


def recorded() -> list[str]:
    """Returns the streams that end well, without calls of tools."""
    found = []
    for path in sorted(STREAMS.glob("*.expected.json")):
        expected = json.loads(path.read_text("utf-8"))
        if "error" not in expected and not expected["tool_calls"] and expected["text"]:
            found.append(path.name.removesuffix(".expected.json"))
    return found


@pytest.mark.parametrize("name", recorded())
def test_the_page_reads_it(playground: Playground, models: ModelServer, name: str) -> None:
    expected: dict[str, Any] = json.loads((STREAMS / f"{name}.expected.json").read_text("utf-8"))
    (path,) = (each for each in STREAMS.glob(f"{name}.*") if not each.name.endswith(".json"))
    data = path.read_bytes()
    kind = "application/x-ndjson" if path.suffix == ".jsonl" else "text/event-stream"
    # A piece ends in the middle of a record, and of a character where there are long ones.
    pieces = [data[at : at + 97] for at in range(0, len(data), 97)]
    models.raw = [Raw(pieces, kind=kind)]
    if expected["dialect"] == "openai-responses":
        models.raw.insert(0, Raw([RESPONSES_ONLY], status=404, kind="application/json"))
    provider, place, model = ASKED[expected["dialect"]]
    result = playground.run(PROGRAM % (provider, models.url + place, model))
    assert result["error"] is None, result["error"]
    found = json.loads(result["output"][-1])
    assert found["said"] == found["words"] == expected["text"]
    # Beside these there are thoughts that do not go back to the model.
    thoughts = "".join(text for text, _, _ in expected.get("thinking", []))
    assert thoughts in found["thoughts"]
    assert found["media"] == [size for _, size in expected.get("media", [])]
    if "sources" in expected:
        # A page that is named twice is one source.
        assert {*filter(None, found["sources"])} == {
            each[0] for each in expected["sources"] if each[0]
        }
