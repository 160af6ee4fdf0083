"""Embeddings and rankings against aimock, a server that others wrote."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from aimock import Mock, find_llmock, run_aimock
from lispcore import Interpreter
from lispcore.hosts.terminal import TerminalHost
from lispcore.values.printing import print_value

pytestmark = pytest.mark.skipif(
    find_llmock() is None, reason="aimock is not installed: run `npm ci` in web/"
)


@pytest.fixture(scope="module")
def mock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mock]:
    fixture = {"match": {"userMessage": "story"}, "response": {"content": "Once."}}
    with run_aimock([fixture], tmp_path_factory.mktemp("aimock")) as running:
        yield running


@pytest.mark.parametrize(
    ("provider", "path", "dimensions"),
    [
        ("openai", "/v1", 1536),
        ("jina", "/v1", 1536),
        ("voyage", "", 1536),
        ("mine", "/v1", 1536),
        ("cohere", "", 1024),
        ("gemini", "", 768),
        ("ollama", "", 1536),
    ],
)
def test_texts_become_vectors(mock: Mock, provider: str, path: str, dimensions: int) -> None:
    # It makes vectors out of the texts, so the same text has the same one.
    program = f"""
    (llm/configure-embeddings :{provider} {{:api-key "test" :model "m" :base-url "{mock.url}{path}"}})
    (define all (llm/embed ["hello" "world" "hello"]))
    (define one (llm/embed "hello"))
    (list (map embedding/length all) (= (first all) (nth all 2)) (= (first all) one)
      (> 0.999 (llm/similarity (first all) (nth all 1))))
    """
    value = print_value(Interpreter(TerminalHost({})).eval(program))
    size = dimensions
    assert value == f"(({size} {size} {size}) #t #t #t)"


def test_a_ranking_may_be_empty(mock: Mock) -> None:
    program = f"""
    (llm/configure-embeddings :cohere {{:api-key "test" :base-url "{mock.url}"}})
    (llm/rerank "q" ["a" "b"])
    """
    assert print_value(Interpreter(TerminalHost({})).eval(program)) == "()"
