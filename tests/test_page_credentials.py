"""What a request with a key may look like (web/src/models/credentials.js). Run by Node.js."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from browserless import run_page
from lispcore.llm.batches.interfaces import (
    answers_of,
    cancel,
    interface_for,
    progress_of,
    submit,
)
from lispcore.llm.batches.jobs import Answer, Item, WholeAnswer
from lispcore.llm.catalog import PROVIDERS
from lispcore.llm.http import HttpRequest
from lispcore.llm.media import PNG
from lispcore.llm.media_requests import IMAGE, SERVICES, MediaRequest
from lispcore.llm.messages import Media, Message, Text, text_message
from lispcore.llm.requests import Request, Settings
from lispcore.llm.retrieval import EMBEDDERS, RERANKERS, EmbeddingRequest, RankingRequest
from lispcore.llm.wire_formats import OVER_THE_WIRE
from page_modules import needs_node

pytestmark = needs_node

MODULE = {"models/credentials.js": "findEndpoint, findForeignHeader, isSameBase"}
MESSAGES = (text_message("user", "x"),)
BASES = (
    "https://host.example",
    "https://host.example/",
    "https://HOST.example:443/v1",
    "https://host.example/tenant-a",
    "https://host.example/tenant-a/v1/",
    "https://host.example/api",
    "https://host.example/v1beta",
    "https://host.example/v1?api-version=3",
    "http://localhost:11434/v1",
    "https://host.example/tenant-a/v1/chat/completions",
)


def requests_of(name: str, base: str) -> list[HttpRequest]:
    """Returns a request of each kind that the language makes of a provider."""
    provider = PROVIDERS.get(name)
    dialects: list[tuple[str, Request]] = [
        (provider.dialect if provider else "openai", Request(MESSAGES))
    ]
    dialects += [
        (OVER_THE_WIRE[dialect].newer, request)
        for dialect, request in dialects
        if dialect in OVER_THE_WIRE and OVER_THE_WIRE[dialect].newer
    ]
    if name in EMBEDDERS:
        for texts in (("x",), ("x", "y")):
            dialects.append((EMBEDDERS[name].dialect, EmbeddingRequest(MESSAGES, input=texts)))
    for task, services in SERVICES.items():
        words, file = Text("x"), Media(PNG, b"x")
        for parts in ((words,), (words, file)) if task == IMAGE else ((words, file),):
            service = services.get(name)
            if service is not None:
                made = MediaRequest((Message("user", parts),), task=task)
                dialects.append((service.dialect, made))
    if name in RERANKERS:
        ranking = RankingRequest(MESSAGES, query="x", documents=("y",))
        dialects.append((RERANKERS[name].dialect, ranking))
    return [
        OVER_THE_WIRE[dialect].build_request(request, Settings(name, dialect, base, "model-1.5"))
        for dialect, request in dialects
        if dialect in OVER_THE_WIRE
        and not (dialect.startswith("embed") and type(request) is Request)
    ]


def test_every_request_of_the_language_is_known() -> None:
    names = [
        name
        for name, each in PROVIDERS.items()
        if each.base_url.startswith("http") and not each.signs  # the page cannot sign
    ]
    cases: list[tuple[Any, ...]] = []
    for name in [*names, "a-server-of-mine"]:
        for base in (*BASES, PROVIDERS[name].base_url if name in PROVIDERS else BASES[0]):
            for request in requests_of(name, base):
                if "?api-version" in base and "alt=sse" in request.url:
                    continue  # two queries make no address
                assert request.credential is not None
                key = [request.credential.header, request.credential.prefix]
                cases.append((name, base, request.url, request.method, key, request.headers))
    assert len(cases) > 200
    unknown = run_page(
        MODULE,
        f"""
        for (const [provider, base, url, method, [header, prefix], headers] of {json.dumps(cases)}) {{
          const found = findEndpoint(provider, base, url, method);
          const isKnown = found?.header === header && found.prefix === prefix;
          if (!isKnown || findForeignHeader(provider, headers)) tell([provider, base, url]);
        }}
        """,
    )
    assert unknown == []


BASE = "https://gate.example/tenant-a/v1"
GOOD = BASE + "/chat/completions"


WRONG = (
    "https://gate.example/tenant-b/v1/chat/completions",
    "https://gate.example/v1/chat/completions",
    "https://gate.example/tenant-a/v1/../../tenant-b/v1/chat/completions",
    "https://gate.example/tenant-a/v1/%2e%2e/%2e%2e/tenant-b/v1/chat/completions",
    "https://gate.example/tenant-a/v1/%2E%2E/chat/completions",
    "https://gate.example/tenant-a/v1\\..\\..\\tenant-b\\v1\\chat\\completions",
    "https://gate.example/tenant-a/v1/..%2f..%2ftenant-b/v1/chat/completions",
    "https://gate.example//tenant-a/v1/chat/completions",
    "https://gate.example/tenant-a//v1/chat/completions",
    "https://gate.example/tenant-a/v1//chat/completions",
    "https://gate.example/tenant-a/v1/chat/completions/",
    "https://gate.example/tenant-a/v1/chat/completions/../models",
    "https://gate.example/tenant-a/v1/chat/completions?tenant=b",
    "https://gate.example/tenant-a/v1/chat/completions?",
    "https://gate.example/tenant-a/v1/chat/completions#x",
    "https://gate.example/tenant-a/v1/models",
    "https://gate.example/tenant-a/v1",
    "https://gate.example/tenant-a/v1x/chat/completions",
    "https://gate.example:8443/tenant-a/v1/chat/completions",
    "http://gate.example/tenant-a/v1/chat/completions",
    "https://gate.example.evil.example/tenant-a/v1/chat/completions",
    "https://gate.example@evil.example/tenant-a/v1/chat/completions",
    "https://user:word@gate.example/tenant-a/v1/chat/completions",
    "https://evil.example/https://gate.example/tenant-a/v1/chat/completions",
    "https://gate.example./tenant-a/v1/chat/completions",
    "//gate.example/tenant-a/v1/chat/completions",
    "",
)


def test_what_is_not_exactly_the_address_gets_no_key() -> None:
    assert run_page(
        MODULE,
        f"""
        const find = (url, method = "POST", provider = "openai") =>
          findEndpoint(provider, {json.dumps(BASE)}, url, method);
        tell(find({json.dumps(GOOD)}).path);
        tell({json.dumps(WRONG)}.filter((url) => find(url)));
        tell([find({json.dumps(GOOD)}, "GET"), find({json.dumps(GOOD)}, "POST", "anthropic")].some(Boolean));
        """,
    ) == ["/chat/completions", [], False]


def test_a_model_in_an_address_is_a_name() -> None:
    base = PROVIDERS["gemini"].base_url
    models = [
        "../x",
        "a/b/c",
        "x?key=1",
        "x:streamGenerateContent?alt=sse&",
        "x#",
        "x%2F..%2Fy",
        "",
    ]
    urls = [f"{base}/v1beta/models/{each}:streamGenerateContent?alt=sse" for each in models]
    good = f"{base}/v1beta/models/gemini-3.5-flash:streamGenerateContent?alt=sse"
    assert run_page(
        MODULE,
        f"""
        const find = (url) => findEndpoint("gemini", {json.dumps(base)}, url, "POST");
        tell(Boolean(find({json.dumps(good)})));
        tell({json.dumps(urls)}.filter(find));
        """,
    ) == [True, []]


def test_no_other_header_goes_with_a_key() -> None:
    names = [
        "Cookie", "authorization", "X-API-Key", "Host", "Proxy-Authorization", "Forwarded", "X-Evil",
    ]  # fmt: skip
    assert (
        run_page(
            MODULE,
            f"""
        for (const name of {json.dumps(names)})
          tell(findForeignHeader("anthropic", [["content-type", "application/json"], [name, "x"]]));
        """,
        )
        == names
    )


def test_bases_that_lead_to_the_same_place_are_one() -> None:
    assert run_page(
        MODULE,
        """
        tell(isSameBase("openai", "https://api.openai.com", "https://api.openai.com/v1/"));
        tell(isSameBase("openai", "https://gate.example/a/v1", "https://gate.example/b/v1"));
        tell(isSameBase("openai", "https://user@gate.example/v1", "https://user@gate.example/v1"));
        tell(isSameBase("openai", "nonsense", "nonsense"));
        """,
    ) == [True, False, False, False]


class _Listening:
    """A host that takes note of what is sent, and answers as a provider of batches does."""

    def __init__(self) -> None:
        self.sent: list[HttpRequest] = []

    def fetch(self, request: HttpRequest) -> WholeAnswer:
        self.sent.append(request)
        return WholeAnswer(Answer(200, b'{"id": "job-1", "name": "batches/job-1"}'))

    def check(self) -> None:
        pass

    def now(self) -> float:
        return 0.0


def test_every_request_about_a_batch_is_known() -> None:
    cases: list[tuple[Any, ...]] = []
    for name in ("anthropic", "openai", "gemini", "groq", "a-server-of-mine"):
        for base in BASES[:-1]:
            if "?" in base:
                continue  # such an address stands for one deployment
            chat = requests_of(name, base)[0]
            chat = replace(chat, tags={"provider": name, "model": "m"})
            interface = interface_for(chat)
            assert interface is not None
            host = _Listening()
            job = submit([Item("a", chat)], interface, host)
            cancel(job, chat, host)
            progress = progress_of(job, chat, host)
            answers_of(replace(progress, results=("file-1",)), job, chat, host)
            cases += [(name, base, each.url, each.method, each.headers) for each in host.sent]
    unknown = run_page(
        MODULE,
        f"""
        for (const [provider, base, url, method, headers] of {json.dumps(cases)}) {{
          const found = findEndpoint(provider, base, url, method);
          if (!found?.isBatch || findForeignHeader(provider, headers)) tell([provider, base, url]);
        }}
        """,
    )
    assert unknown == []
