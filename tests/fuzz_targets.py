"""What the fuzzer runs (`build.py fuzz`): functions that take any bytes and fail only for a defect.

Each says with its assertions what has to hold of whatever arrives from outside. The inputs kept in
tests/fuzz-corpus/ go through them in the ordinary suite, too (test_fuzz_corpus.py).
"""

from __future__ import annotations

import json
import math
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from fake_host import FakeHost, FakeResponse
from lispcore import Interpreter, LispError
from lispcore.llm.client import ask
from lispcore.llm.failures import MalformedReply, ModelError
from lispcore.llm.framing import JsonLinesDecoder, Record, SseDecoder
from lispcore.llm.json_repair import find_json
from lispcore.llm.messages import text_message
from lispcore.llm.requests import Request, Settings
from lispcore.llm.retrieval import EmbeddingRequest, RankingRequest
from lispcore.llm.wire_formats import OVER_THE_WIRE
from lispcore.printer import print_value
from lispcore.reading.reader import read_many

Target = Callable[[bytes], None]

LARGEST_FILE: Final = 100_000_000


def reader(data: bytes) -> None:
    """A text is read or refused as an error of the program; what is printed reads as the same."""
    text = data.decode("utf-8", "replace")
    try:
        forms = read_many(text)
    except LispError:
        return
    printed = [print_value(form) for form in forms]
    again = [print_value(form) for form in read_many(" ".join(printed))]
    assert again == printed


def _split(data: bytes, seed: int) -> Iterator[bytes]:
    """Yields pieces of the data; their sizes hang on the seed."""
    start = 0
    while start < len(data):
        seed = (seed * 1103515245 + 12345) & 0x7FFFFFFF
        end = start + 1 + seed % 7
        yield data[start:end]
        start = end


def _records(
    decoder: SseDecoder | JsonLinesDecoder, pieces: Iterator[bytes]
) -> list[Record] | None:
    found: list[Record] = []
    try:
        for piece in pieces:
            found += decoder.feed(piece)
        return found + decoder.finish()
    except MalformedReply:
        return None


def framing(data: bytes) -> None:
    """The records of a stream are the same wherever it is cut."""
    if not data:
        return
    kind = SseDecoder if data[0] % 2 else JsonLinesDecoder
    body = data[1:]
    whole = _records(kind(), iter([body]))
    assert _records(kind(), _split(body, data[0])) == whole


CHAT = Request((text_message("user", "x"),))
OTHER_REQUESTS = {
    "embed": EmbeddingRequest((), input=("x", "y")),
    "rerank": RankingRequest((), query="x", documents=("y", "z")),
}
KINDS = ("text/event-stream", "application/json", "application/x-ndjson", "text/html")


def wire(data: bytes) -> None:
    """Whatever a model server sends, the outcome is a reply or an error that says something."""
    if len(data) < 3:
        return
    names = list(OVER_THE_WIRE)
    name = names[data[0] % len(names)]
    reply = FakeResponse(
        data[3:],
        status=(200, 200, 200, 400, 429, 500)[data[1] % 6],
        headers={"content-type": KINDS[data[2] % len(KINDS)]},
    )
    provider = Settings(name, name, "http://fuzz.invalid/v1", "m", max_retries=0)
    try:
        ask(OTHER_REQUESTS.get(name.partition("-")[0], CHAT), provider, FakeHost(reply))
    except ModelError as error:
        said = error.message
    else:
        said = "a reply"
    assert said


def json_repair(data: bytes) -> None:
    """What is found in a model's words is JSON: it can be written, and reads as itself."""
    for found in find_json(data.decode("utf-8", "replace")):
        written = json.dumps(found.value)
        assert _same(json.loads(written), found.value)


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, float) and isinstance(b, float) and math.isnan(a):
        return math.isnan(b)
    return bool(a == b) or "NaN" in json.dumps(a)


def archives(data: bytes) -> None:
    """An archive unpacks below the folder that was named, as plain files, or is refused."""
    with tempfile.TemporaryDirectory() as outer:
        folder = Path(outer, "work")
        folder.mkdir()
        before = os.getcwd()
        os.chdir(folder)
        try:
            Path("it").write_bytes(data)
            lisp = Interpreter()
            for code in (
                '(zip/list "it")',
                '(zip/extract "it" "out")',
                '(tar/extract "it" "out2")',
                '(gzip/decompress (file/read-bytes "it"))',
            ):
                lisp.run(code)
        finally:
            os.chdir(before)
        assert sorted(os.listdir(outer)) == ["work"]
        assert set(os.listdir(folder)) <= {"it", "out", "out2"}
        for place, folders, files in os.walk(folder):
            for name in (*folders, *files):
                assert not Path(place, name).is_symlink(), name
                assert Path(place, name).stat().st_size <= LARGEST_FILE


TARGETS: Final[dict[str, Target]] = {
    "reader": reader,
    "framing": framing,
    "wire": wire,
    "json-repair": json_repair,
    "archives": archives,
}
