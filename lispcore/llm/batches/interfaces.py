"""How jobs are handed in and read: OpenAI's batches, Anthropic's message batches, Gemini's.

Formats by the providers' public documentation (2026); not tried against the live services:

- OpenAI: a file of JSON lines ``{"custom_id", "method", "url", "body"}`` to ``/files``, then
  ``/batches``; answers are lines ``{"custom_id", "response": {"status_code", "body"}, "error"}`` of
  an output file and an error file.
- Anthropic: ``/messages/batches`` with ``{"requests": [{"custom_id", "params"}]}``; answers are
  lines ``{"custom_id", "result": {"type", "message" or "error"}}`` at the job's ``results_url``.
- Gemini: ``/models/M:batchGenerateContent`` with the requests within; answers stand in the
  operation itself, in the order of the requests.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from lispcore.llm.batches.jobs import Answer, Item, Job, Progress, Sender
from lispcore.llm.failures import InvalidRequest, MalformedReply, ProviderError
from lispcore.llm.http import HttpRequest
from lispcore.llm.multipart import Field, form_body, text_field
from lispcore.llm.providers.dialect import encode_body, mapping, parse_json, sequence, string
from lispcore.llm.retry_hints import hinted_seconds

_MAX_RESULT_BYTES: Final = 512 * 1024 * 1024
_STREAMING: Final = ("stream", "stream_options")
_STATUS_OF_TYPE: Final = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "api_error": 500,
    "timeout_error": 504,
    "overloaded_error": 529,
}
# The job ended before it came to a request: that can be handed in again.
_NOT_REACHED: Final = 408
_CANCELLED: Final = 410


@dataclass(frozen=True, slots=True)
class Interface:
    """One provider's way: which requests it takes, and how many and how many bytes in one job.

    `addresses` are methods and paths of all that it asks, for a page that lets a key go nowhere
    else; `MODEL` and `JOB_ID` stand for names in them.
    """

    name: str
    path_ends: tuple[str, ...]
    most_items: int
    most_bytes: int
    submit: Callable[[list[Item], Sender], str]
    job_url: Callable[[str, str], str]
    progress: Callable[[Any], Progress]
    answers: Callable[[Progress, Job, HttpRequest, Sender], Iterator[tuple[str, Answer]]]
    cancel_end: str
    addresses: tuple[tuple[str, str], ...]


def interface_for(request: HttpRequest) -> Interface | None:
    """Returns the way to hand in a request, None where its provider has none."""
    path = request.url.partition("?")[0]
    provider = request.tags.get("provider", "")
    for interface in INTERFACES.values():
        if path.endswith(interface.path_ends):
            return None if provider in WITHOUT_BATCHES else interface
    return None


# These speak like others, but offer no jobs, or in another way.
WITHOUT_BATCHES: Final = frozenset(
    (
        *("xai", "mistral", "moonshot", "deepseek", "openrouter", "together", "fireworks"),
        *("cerebras", "sambanova", "perplexity", "ollama", "lmstudio", "llamacpp"),
        *("bedrock", "bedrock-openai", "vertex", "vertex-anthropic"),
    )
)


def groups(items: list[Item], interface: Interface) -> list[list[Item]]:
    """Returns requests in groups of which each may be one job: one address, one model each."""
    by_place: dict[tuple[str, str], list[list[Item]]] = {}
    sizes: dict[tuple[str, str], int] = {}
    for item in items:
        place = (item.request.url, item.request.tags.get("model", ""))
        found = by_place.setdefault(place, [[]])
        size = len(item.request.body) + 500
        full = len(found[-1]) == interface.most_items
        if found[-1] and (full or sizes[place] + size > interface.most_bytes):
            found.append([])
        sizes[place] = size + (sizes.get(place, 0) if found[-1] else 0)
        found[-1].append(item)
    return [group for found in by_place.values() for group in found]


def submit(items: list[Item], interface: Interface, sender: Sender) -> Job:
    """Hands in one job."""
    name = interface.submit(items, sender)
    first = items[0].request
    return Job(
        name,
        interface.name,
        interface.job_url(first.url, name),
        len(items),
        sender.now(),
        dict(first.tags),
    )


def progress_of(job: Job, like: HttpRequest, sender: Sender) -> Progress:
    """Asks how far a job is. `like` is any request to the same provider: its key goes along."""
    value = _ask(_get(job.url, like), sender)
    return INTERFACES[job.interface].progress(value)


def answers_of(
    progress: Progress, job: Job, like: HttpRequest, sender: Sender
) -> dict[str, Answer]:
    """Returns the answers of a job that is over, by the names of its requests."""
    return dict(INTERFACES[job.interface].answers(progress, job, like, sender))


def cancel(job: Job, like: HttpRequest, sender: Sender) -> None:
    """Asks the provider to end a job; what is answered until then is charged."""
    end = INTERFACES[job.interface].cancel_end
    _ask(replace(_get(job.url + end, like), method="POST", body=b"{}"), sender)


# --- what all of them need ------------------------------------------------------------------------


def _get(url: str, like: HttpRequest) -> HttpRequest:
    headers = tuple(each for each in like.headers if each[0].lower() != "content-type")
    return HttpRequest(url, "GET", headers, b"", like.credential, like.timeout_seconds)


def _post(url: str, like: HttpRequest, body: bytes, kind: str = "application/json") -> HttpRequest:
    plain = _get(url, like)
    headers = (("content-type", kind), *plain.headers)
    return replace(plain, method="POST", headers=headers, body=body)


def _ask(request: HttpRequest, sender: Sender) -> Any:
    return parse_json(_body_of(request, sender).decode("utf-8-sig", "replace"))


def _body_of(request: HttpRequest, sender: Sender) -> bytes:
    """Sends a request and returns the whole reply; raises `ProviderError` for a refusal."""
    sender.check()
    response = sender.fetch(request)
    pieces: list[bytes] = []
    size = 0
    try:
        for chunk in response.chunks():
            sender.check()
            pieces.append(chunk)
            size += len(chunk)
            if size > _MAX_RESULT_BYTES:
                raise MalformedReply(f"a batch's results go on after {_MAX_RESULT_BYTES >> 20} MB")
    finally:
        response.close()
    body = b"".join(pieces)
    if 200 <= response.status < 300:
        return body
    said = body.decode("utf-8", "replace").strip()
    whole: Any = said
    try:
        whole = parse_json(said)
        error = mapping(mapping(whole).get("error"))
        said = string(error.get("message")) or said
        kind = string(error.get("type")) or string(error.get("status"))
    except MalformedReply:
        kind = ""
    raise ProviderError(
        f"HTTP {response.status}: {said[:300]}",
        status=response.status,
        type=kind or "batch-refused",
        retry_after=hinted_seconds(response.headers, whole, sender.now()),
    )


def _body_without_stream(item: Item) -> dict[str, Any]:
    body = parse_json(item.request.body.decode("utf-8"))
    return {name: value for name, value in body.items() if name not in _STREAMING}


def _lines(body: bytes) -> Iterator[Mapping[str, Any]]:
    for line in body.splitlines():
        if line.strip():
            yield mapping(parse_json(line.decode("utf-8", "replace")))


def _json(value: Any) -> bytes:
    return encode_body(value) if isinstance(value, dict) else b"null"


def _count(value: Any) -> int:
    try:
        return max(0, int(value))
    except (TypeError, ValueError):
        return 0


def _error(status: int, kind: str, message: str) -> Answer:
    error = {"type": kind, "code": kind, "message": message}
    return Answer(status, _json({"type": "error", "error": error}))


# --- OpenAI ---------------------------------------------------------------------------------------


def _openai_root(url: str) -> str:
    return url.partition("?")[0].removesuffix("/chat/completions").removesuffix("/responses")


def _openai_submit(items: list[Item], sender: Sender) -> str:
    like = items[0].request
    root = _openai_root(like.url)
    # The batch names the endpoint by its path, which begins with the version wherever that stands.
    endpoint = "/v1" + like.url.partition("?")[0].removeprefix(root)
    lines = b"\n".join(
        encode_body(
            {
                "custom_id": item.id,
                "method": "POST",
                "url": endpoint,
                "body": _body_without_stream(item),
            }
        )
        for item in items
    )
    file_of_lines = Field("file", lines + b"\n", "batch.jsonl", "application/jsonl")
    form, kind = form_body([text_field("purpose", "batch"), file_of_lines])
    file = mapping(_ask(_post(f"{root}/files", like, form, kind), sender))
    wanted = {
        "input_file_id": _named(file, "id"),
        "endpoint": endpoint,
        "completion_window": "24h",
    }
    return _named(_ask(_post(f"{root}/batches", like, encode_body(wanted)), sender), "id")


_NAME: Final = re.compile(r"[\w-][\w.-]*(/[\w-][\w.-]*)?")


def _named(value: Any, name: str) -> str:
    """Returns the name of a job or a file: it goes into addresses, so it must be nothing else."""
    found = string(mapping(value).get(name))
    if not _NAME.fullmatch(found):
        raise MalformedReply(f"the provider took the batch but did not say its {name}")
    return found


def _openai_progress(value: Any) -> Progress:
    job = mapping(value)
    state = string(job.get("status"))
    counts = mapping(job.get("request_counts"))
    done = _count(counts.get("completed")) + _count(counts.get("failed"))
    errors = sequence(mapping(job.get("errors")).get("data"))
    problem = "; ".join(string(mapping(each).get("message")) for each in errors)
    files = (string(job.get("output_file_id")), string(job.get("error_file_id")))
    return Progress(
        state,
        state in ("completed", "failed", "expired", "cancelled"),
        done,
        _count(counts.get("total")),
        tuple(each for each in files if _NAME.fullmatch(each)),
        problem if state == "failed" else "",
    )


def _openai_answers(
    progress: Progress, job: Job, like: HttpRequest, sender: Sender
) -> Iterator[tuple[str, Answer]]:
    root = job.url.rpartition("/batches/")[0]
    for file in progress.results:
        for line in _lines(_body_of(_get(f"{root}/files/{file}/content", like), sender)):
            response = mapping(line.get("response"))
            error = mapping(line.get("error"))
            if response:
                body = _json(response.get("body"))
                yield string(line.get("custom_id")), Answer(_count(response["status_code"]), body)
            else:
                kind = string(error.get("code")) or "error"
                status = _NOT_REACHED if "expired" in kind else _CANCELLED
                said = string(error.get("message")) or "the batch gave no answer to this request"
                yield string(line.get("custom_id")), _error(status, kind, said)


# --- Anthropic ------------------------------------------------------------------------------------


def _anthropic_submit(items: list[Item], sender: Sender) -> str:
    like = items[0].request
    requests = [{"custom_id": item.id, "params": _body_without_stream(item)} for item in items]
    url = f"{like.url.partition('?')[0]}/batches"
    return _named(_ask(_post(url, like, encode_body({"requests": requests})), sender), "id")


def _anthropic_progress(value: Any) -> Progress:
    job = mapping(value)
    state = string(job.get("processing_status"))
    counts = mapping(job.get("request_counts"))
    total = sum(_count(each) for each in counts.values())
    is_over = state == "ended"
    return Progress(
        state,
        is_over,
        total - _count(counts.get("processing")),
        total,
    )


def _anthropic_answers(
    progress: Progress, job: Job, like: HttpRequest, sender: Sender
) -> Iterator[tuple[str, Answer]]:
    # The address is put together here: a key goes where its job went, whatever a reply says.
    for line in _lines(_body_of(_get(f"{job.url}/results", like), sender)):
        result = mapping(line.get("result"))
        kind = string(result.get("type"))
        if kind == "succeeded":
            answer = Answer(200, _json(result.get("message")))
        elif kind == "errored":
            said = mapping(result.get("error"))
            inner = mapping(said.get("error")) or said
            status = _STATUS_OF_TYPE.get(string(inner.get("type")), 400)
            answer = Answer(status, _json({"type": "error", "error": dict(inner)}))
        else:
            status = _NOT_REACHED if kind == "expired" else _CANCELLED
            answer = _error(status, kind or "error", f"the request {kind or 'got no answer'}")
        yield string(line.get("custom_id")), answer


# --- Gemini ---------------------------------------------------------------------------------------


def _gemini_submit(items: list[Item], sender: Sender) -> str:
    like = items[0].request
    model = like.url.partition("?")[0].rpartition(":")[0]
    requests = [
        {"request": _body_without_stream(item), "metadata": {"key": item.id}} for item in items
    ]
    batch = {"displayName": "lispcore", "inputConfig": {"requests": {"requests": requests}}}
    url = f"{model}:batchGenerateContent"
    return _named(_ask(_post(url, like, encode_body({"batch": batch})), sender), "name")


def _gemini_url(url: str, name: str) -> str:
    root = url.partition("?")[0].rpartition("/models/")[0]
    return f"{root}/batches/{name.removeprefix('batches/')}"


def _gemini_progress(value: Any) -> Progress:
    operation = mapping(value)
    about = mapping(operation.get("metadata"))
    state = string(about.get("state")) or string(operation.get("state"))
    stats = mapping(about.get("batchStats"))
    answered = _count(stats.get("successfulRequestCount")) + _count(stats.get("failedRequestCount"))
    is_over = operation.get("done") is True or state.endswith(
        ("SUCCEEDED", "FAILED", "CANCELLED", "EXPIRED")
    )
    holders = (operation.get("response"), about.get("output"), operation.get("output"))
    found: list[Any] = []
    for holder in holders:
        inlined = mapping(holder).get("inlinedResponses")
        found = found or sequence(mapping(inlined).get("inlinedResponses")) or sequence(inlined)
    problem = string(mapping(operation.get("error")).get("message"))
    return Progress(
        state, is_over, answered, _count(stats.get("requestCount")), tuple(found), problem
    )


def _gemini_answers(
    progress: Progress, job: Job, like: HttpRequest, sender: Sender
) -> Iterator[tuple[str, Answer]]:
    for position, each in enumerate(progress.results):
        item = mapping(each)
        key = string(mapping(item.get("metadata")).get("key")) or str(position)
        error = mapping(item.get("error"))
        if error:
            status = _HTTP_OF_GRPC.get(_count(error.get("code")), 500)
            yield key, Answer(status, _json({"error": {**error, "code": status}}))
        else:
            yield key, Answer(200, _json(item.get("response")))


# The codes of gRPC (google.rpc.Code) that a request can end with.
_HTTP_OF_GRPC: Final = {
    1: 499,
    3: 400,
    4: 504,
    5: 404,
    7: 403,
    8: 429,
    9: 400,
    11: 400,
    13: 500,
    14: 503,
    16: 401,
}

_MB: Final = 1024 * 1024

INTERFACES: Final[dict[str, Interface]] = {
    each.name: each
    for each in (
        Interface(
            "anthropic",
            ("/messages",),
            100_000,
            200 * _MB,
            _anthropic_submit,
            lambda url, name: f"{url.partition('?')[0]}/batches/{name}",
            _anthropic_progress,
            _anthropic_answers,
            "/cancel",
            (
                ("POST", "/messages/batches"),
                ("GET", "/messages/batches/JOB_ID"),
                ("GET", "/messages/batches/JOB_ID/results"),
                ("POST", "/messages/batches/JOB_ID/cancel"),
            ),
        ),
        Interface(
            "openai",
            ("/chat/completions", "/responses"),
            50_000,
            150 * _MB,
            _openai_submit,
            lambda url, name: f"{_openai_root(url)}/batches/{name}",
            _openai_progress,
            _openai_answers,
            "/cancel",
            (
                ("POST", "/files"),
                ("POST", "/batches"),
                ("GET", "/batches/JOB_ID"),
                ("GET", "/files/JOB_ID/content"),
                ("POST", "/batches/JOB_ID/cancel"),
            ),
        ),
        Interface(
            "gemini",
            (":generateContent", ":streamGenerateContent"),
            10_000,
            18 * _MB,
            _gemini_submit,
            _gemini_url,
            _gemini_progress,
            _gemini_answers,
            ":cancel",
            (
                ("POST", "/models/MODEL:batchGenerateContent"),
                ("GET", "/batches/JOB_ID"),
                ("POST", "/batches/JOB_ID:cancel"),
            ),
        ),
    )
}


def refuse(provider: str) -> InvalidRequest:
    """Returns the error for a provider that offers no jobs."""
    return InvalidRequest(
        "offers no batches",
        provider=provider,
        type="no-batches",
        advice="leave out :via, or ask OpenAI, Anthropic or Gemini: {:provider :anthropic}",
    )
