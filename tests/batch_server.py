"""A server with the batch interfaces of OpenAI, Anthropic and Gemini, strict about what it takes.

Jobs stay on the server object when a client goes away; each look at a job answers one request more.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Job:
    """One job: its requests by name, and how many of them are answered."""

    kind: str
    requests: list[tuple[str, dict[str, Any]]]
    done: int = 0
    cancelled: bool = False


@dataclass
class BatchServer:
    """What clients did."""

    url: str = ""
    jobs: dict[str, Job] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    looks: int = 0
    lose: set[str] = field(default_factory=set)  # prompts that the job does not reach
    stuck: bool = False  # no job goes on
    failing_looks: int = 0
    busy: int = 0  # so many jobs are not taken
    refusal: str = "rate_limit_error"


def prompt_of(kind: str, body: dict[str, Any]) -> str:
    """Returns the last text that a request holds."""
    if kind == "gemini":
        return str(body["contents"][-1]["parts"][-1]["text"])
    last = body["messages"][-1]["content"]
    return str(last if isinstance(last, str) else last[-1]["text"])


class _Refused(Exception):
    pass


def _expect(holds: bool, what: str) -> None:
    if not holds:
        raise _Refused(what)


def _answer(kind: str, text: str) -> dict[str, Any]:
    if kind == "openai":
        return {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "model": "m",
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": text},
                    "finish_reason": "stop",
                }
            ],
            "usage": {"prompt_tokens": 1_000_000, "completion_tokens": 0, "total_tokens": 10},
        }
    if kind == "anthropic":
        return {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": "m",
            "content": [{"type": "text", "text": text}],
            "stop_reason": "end_turn",
            "usage": {"input_tokens": 1_000_000, "output_tokens": 0},
        }
    return {
        "candidates": [
            {"content": {"role": "model", "parts": [{"text": text}]}, "finishReason": "STOP"}
        ],
        "usageMetadata": {"promptTokenCount": 1_000_000, "candidatesTokenCount": 0},
        "modelVersion": "m",
    }


@contextmanager
def open_batch_server() -> Iterator[BatchServer]:
    """Serves until the block ends."""
    server = BatchServer()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

        def _send(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.send_header("access-control-allow-origin", "*")
            self.send_header("access-control-allow-headers", "*, authorization")
            self.end_headers()
            self.wfile.write(body)

        def _handle(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            try:
                status, value = self._route(body)
            except _Refused as problem:
                said = {"type": "invalid_request_error", "message": str(problem)}
                status, value = 400, {"error": said}
            data = value if isinstance(value, bytes) else json.dumps(value).encode()
            self._send(status, data)

        do_GET = do_POST = _handle

        def do_OPTIONS(self) -> None:
            self._send(204, b"")

        def _route(self, body: bytes) -> tuple[int, Any]:
            path = self.path.partition("?")[0]
            kind = path.split("/")[1]
            key = {
                "openai": self.headers.get("authorization") == "Bearer k",
                "anthropic": self.headers.get("x-api-key") == "k",
                "gemini": self.headers.get("x-goog-api-key") == "k",
            }
            _expect(key[kind], "no key")
            if server.busy and self.command == "POST" and not path.endswith("/files"):
                server.busy -= 1
                error = {"type": server.refusal, "message": "Please try again in 5ms."}
                return 429, {"error": error}
            rest = path.removeprefix(f"/{kind}")
            return globals()[f"_{kind}"](server, self.command, rest, self.headers, body)

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    thread = threading.Thread(target=http.serve_forever, daemon=True)
    thread.start()
    server.url = f"http://127.0.0.1:{http.server_address[1]}"
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


def _new(server: BatchServer, kind: str, requests: list[tuple[str, dict[str, Any]]]) -> str:
    names = [name for name, _ in requests]
    _expect(bool(names) and len(set(names)) == len(names), "custom ids must be unique")
    for _, each in requests:
        _expect("stream" not in each and "stream_options" not in each, "batches do not stream")
    name = f"{kind}_{len(server.jobs) + 1}"
    server.jobs[name] = Job(kind, requests)
    return name


def _looked(server: BatchServer, name: str) -> Job:
    job = server.jobs[name]
    server.looks += 1
    if not server.stuck:
        job.done = min(len(job.requests), job.done + 1)
    return job


def _result(server: BatchServer, job: Job, body: dict[str, Any]) -> tuple[str, Any]:
    prompt = prompt_of(job.kind, body)
    if prompt in server.lose:
        server.lose.discard(prompt)
        return "expired", None
    if "temperature" in body and prompt == "cold":
        return "errored", "temperature is not supported with this model"
    if prompt.startswith("fail"):
        return "errored", f"no to {prompt}"
    return "succeeded", _answer(job.kind, f"re: {prompt}")


def _openai(
    server: BatchServer, method: str, path: str, headers: Any, body: bytes
) -> tuple[int, Any]:
    if path == "/v1/files":
        head = f"content-type: {headers['content-type']}\r\n\r\n".encode()
        form = message_from_bytes(head + body)
        parts: dict[str, Any] = {
            str(each.get_param("name", header="content-disposition")): each
            for each in form.walk()
            if not each.is_multipart()
        }
        _expect(parts["purpose"].get_payload(decode=True) == b"batch", "purpose")
        _expect(bool(parts["file"].get_filename()), "a file needs a name")
        name = f"file-{len(server.files) + 1}"
        server.files[name] = parts["file"].get_payload(decode=True)
        return 200, {"id": name, "object": "file", "purpose": "batch"}
    if path == "/v1/batches":
        wanted = json.loads(body)
        _expect(wanted["completion_window"] == "24h", "completion_window")
        lines = [json.loads(line) for line in server.files[wanted["input_file_id"]].splitlines()]
        for line in lines:
            _expect(line["method"] == "POST" and line["url"] == wanted["endpoint"], "endpoint")
        name = _new(server, "openai", [(line["custom_id"], line["body"]) for line in lines])
        return 200, {"id": name, "object": "batch", "status": "validating"}
    if path.endswith("/cancel"):
        server.jobs[path.split("/")[-2]].cancelled = True
        return 200, {"status": "cancelling"}
    if path.startswith("/v1/batches/"):
        return _openai_state(server, path.rpartition("/")[2])
    _expect(path.endswith("/content"), path)
    return 200, server.files[path.split("/")[-2]]


def _openai_state(server: BatchServer, name: str) -> tuple[int, Any]:
    if server.failing_looks:
        server.failing_looks -= 1
        return 503, {"error": {"message": "busy"}}
    if name not in server.jobs:
        return 404, {"error": {"message": "no such batch"}}
    job = _looked(server, name)
    is_over = job.done == len(job.requests)
    value: dict[str, Any] = {
        "id": name,
        "status": "completed" if is_over else "in_progress",
        "request_counts": {"total": len(job.requests), "completed": job.done, "failed": 0},
    }
    if is_over:
        good, bad = [], []
        for custom, body in reversed(job.requests):  # answers come in no particular order
            kind, said = _result(server, job, body)
            if kind == "succeeded":
                response = {"status_code": 200, "request_id": "r", "body": said}
                good.append({"custom_id": custom, "response": response, "error": None})
            elif kind == "errored":
                error = {"error": {"message": said, "type": "invalid_request_error"}}
                response = {"status_code": 400, "request_id": "r", "body": error}
                bad.append({"custom_id": custom, "response": response, "error": None})
            else:
                error = {"code": "batch_expired", "message": "too late"}
                bad.append({"custom_id": custom, "response": None, "error": error})
        for field_name, lines in (("output_file_id", good), ("error_file_id", bad)):
            if lines:
                value[field_name] = f"{field_name}-{name}"
                text = "\n".join(map(json.dumps, lines)) + "\n"
                server.files[value[field_name]] = text.encode()
    return 200, value


def _anthropic(
    server: BatchServer, method: str, path: str, headers: Any, body: bytes
) -> tuple[int, Any]:
    _expect(bool(headers["anthropic-version"]), "anthropic-version")
    if path == "/v1/messages/batches":
        requests = json.loads(body)["requests"]
        name = _new(server, "anthropic", [(each["custom_id"], each["params"]) for each in requests])
        return 200, {"id": name, "type": "message_batch", "processing_status": "in_progress"}
    parts = path.removeprefix("/v1/messages/batches/").split("/")
    if parts[-1] == "cancel":
        server.jobs[parts[0]].cancelled = True
        return 200, {"processing_status": "canceling"}
    job = server.jobs[parts[0]]
    if parts[-1] == "results":
        _expect(job.done == len(job.requests), "not over")
        lines = []
        for custom, each in reversed(job.requests):
            kind, said = _result(server, job, each)
            result: dict[str, Any] = {"type": kind}
            if kind == "succeeded":
                result["message"] = said
            elif kind == "errored":
                error = {"type": "invalid_request_error", "message": said}
                result["error"] = {"type": "error", "error": error}
            lines.append(json.dumps({"custom_id": custom, "result": result}))
        return 200, "\n".join(lines).encode()
    job = _looked(server, parts[0])
    is_over = job.done == len(job.requests)
    counts = {"processing": len(job.requests) - job.done, "succeeded": job.done, "errored": 0}
    return 200, {
        "id": parts[0],
        "processing_status": "ended" if is_over else "in_progress",
        "request_counts": counts,
        "results_url": f"{server.url}/elsewhere" if is_over else None,
    }


def _gemini(
    server: BatchServer, method: str, path: str, headers: Any, body: bytes
) -> tuple[int, Any]:
    if path.endswith(":batchGenerateContent"):
        batch = json.loads(body)["batch"]
        _expect(bool(batch["displayName"]), "displayName")
        requests = batch["inputConfig"]["requests"]["requests"]
        name = _new(
            server, "gemini", [(each["metadata"]["key"], each["request"]) for each in requests]
        )
        return 200, {"name": f"batches/{name}", "metadata": {"state": "BATCH_STATE_PENDING"}}
    name = path.rpartition("/batches/")[2]
    if name.endswith(":cancel"):
        server.jobs[name.removesuffix(":cancel")].cancelled = True
        return 200, {}
    job = _looked(server, name)
    is_over = job.done == len(job.requests)
    stats = {"requestCount": str(len(job.requests)), "successfulRequestCount": str(job.done)}
    value: dict[str, Any] = {
        "name": f"batches/{name}",
        "done": is_over,
        "metadata": {"state": "BATCH_STATE_RUNNING", "batchStats": stats},
    }
    if is_over:
        inlined = []
        for key, each in job.requests:
            kind, said = _result(server, job, each)
            item: dict[str, Any] = {"metadata": {"key": key}}
            if kind == "succeeded":
                item["response"] = said
            else:
                item["error"] = {"code": 3 if kind == "errored" else 4, "message": said or "late"}
            inlined.append(item)
        value["metadata"]["state"] = "BATCH_STATE_SUCCEEDED"
        value["response"] = {"inlinedResponses": {"inlinedResponses": inlined}}
    return 200, value
