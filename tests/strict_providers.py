"""Servers of the four wire formats that hold to the rules of the providers, for tests.

Each looks at every request as its provider does: fields that nobody knows, the order of calls and
results, ids, thoughts that must come back, signatures that it has not made itself, efforts that a
model does not take. What it refuses it refuses in the provider's words. What it takes it answers by
a script: how many tools to call in which turn, and words at the end.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from fake_host import FakeHost, FakeResponse

OPEN_SCHEMA = {"type": "object", "properties": {"a": {"type": "integer"}}}


class Refused(Exception):
    """A rule does not hold; the message is the provider's."""

    def __init__(self, message: str, parameter: str = "", status: int = 400) -> None:
        super().__init__(message)
        self.message = message
        self.parameter = parameter
        self.status = status


def expect(holds: Any, message: str, parameter: str = "") -> None:
    if not holds:
        raise Refused(message, parameter)


def only(value: dict[str, Any], known: str, where: str = "") -> None:
    for name in value:
        expect(name in known.split(), f"Unknown parameter: '{where}{name}'.", where + name)


@dataclass
class Strict:
    """One server: `calls` says how many tools it calls in each turn, then it answers."""

    name: str
    calls: tuple[int, ...] = (2, 1)
    fails: set[int] = field(default_factory=set)  # turns of the conversation in which it is down
    thinks: bool = True
    asked: list[dict[str, Any]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    in_a_row: int = 0
    most_in_a_row: int = 0  # refusals of one call

    def answer(self, path: str, body: dict[str, Any]) -> FakeResponse:
        try:
            results = self.check(path, body)
        except Refused as refusal:
            self.refused.append(refusal.message)
            self.in_a_row += 1
            self.most_in_a_row = max(self.most_in_a_row, self.in_a_row)
            return self.refuse(refusal)
        self.in_a_row = 0
        if results in self.fails:
            return FakeResponse(b'{"error": {"message": "down"}}', status=503)
        self.asked.append(body)
        wanted = self.calls[results] if results < len(self.calls) else 0
        return self.reply(body, results, wanted)

    def check(self, path: str, body: dict[str, Any]) -> int:
        """Raises `Refused`; returns how many rounds of tools were answered."""
        raise NotImplementedError

    def reply(self, body: dict[str, Any], turn: int, wanted: int) -> FakeResponse:
        raise NotImplementedError

    def refuse(self, refusal: Refused) -> FakeResponse:
        error = {
            "message": refusal.message,
            "type": "invalid_request_error",
            "param": refusal.parameter,
        }
        return FakeResponse(json.dumps({"error": error}).encode(), status=refusal.status)

    def sign(self, turn: int) -> str:
        """Returns a signature as this provider makes it."""
        return f"c2ln{self.name}{turn}="

    def is_own(self, signature: str) -> bool:
        return signature.startswith(f"c2ln{self.name}")

    def thought(self, turn: int) -> str:
        return f"{self.name} thinks {turn}."


def streamed(*records: Any, done: bool = False, named: bool = False) -> FakeResponse:
    text = ""
    for each in records:
        text += f"event: {each['type']}\n" if named else ""
        text += f"data: {json.dumps(each)}\n\n"
    text += "data: [DONE]\n\n" if done else ""
    return FakeResponse(text.encode(), headers={"content-type": "text/event-stream"})


# --- OpenAI chat ----------------------------------------------------------------------------------

_CHAT_FIELDS = (
    "model messages stream stream_options max_tokens max_completion_tokens temperature top_p stop n "
    "seed tools tool_choice parallel_tool_calls response_format reasoning_effort logprobs "
    "top_logprobs metadata service_tier user"
)


class StrictChat(Strict):
    """OpenAI's chat completions, with a model that takes no effort beside tools."""

    echoes = False  # as DeepSeek and Kimi: thoughts must stand before each call
    signs = False  # as Gemini: the first call of a turn must be signed

    def check(self, path: str, body: dict[str, Any]) -> int:
        if not path.endswith("/chat/completions"):
            raise Refused("Not found", status=404)
        only(body, _CHAT_FIELDS)
        expect(
            not body.get("tools")
            or body.get("reasoning_effort", "none") == "none"
            or self.echoes
            or self.signs,
            "Function tools with reasoning_effort are not supported for this model in "
            "/v1/chat/completions. Set reasoning_effort to 'none'.",
        )
        open_ids: list[str] = []
        rounds = 0
        for at, message in enumerate(body["messages"]):
            where = f"messages[{at}]."
            role = message["role"]
            more = " reasoning_content" if self.echoes else ""
            known = {
                "assistant": "role content tool_calls refusal name" + more,
                "tool": "role content tool_call_id",
            }
            only(message, known.get(role, "role content name"), where)
            if role == "tool":
                expect(
                    message["tool_call_id"] in open_ids,
                    "Invalid parameter: messages with role 'tool' must be a response to a "
                    "preceding message with 'tool_calls'.",
                )
                open_ids.remove(message["tool_call_id"])
                continue
            expect(
                not open_ids,
                "An assistant message with 'tool_calls' must be followed by tool messages "
                "responding to each 'tool_call_id'.",
            )
            calls = message.get("tool_calls", [])
            expect(
                message.get("content") is not None or calls, f"Invalid value for '{where}content'"
            )
            if calls:
                rounds += 1
                expect(
                    not self.echoes or isinstance(message.get("reasoning_content"), str),
                    "thinking is enabled but reasoning_content is missing in assistant tool call "
                    f"message at index {at}",
                )
            for place, call in enumerate(calls):
                more = " extra_content" if self.signs else ""
                only(call, "id type function" + more, where + "tool_calls.")
                signature = call.get("extra_content", {}).get("google", {}).get("thought_signature")
                expect(
                    not self.signs or place or signature,
                    f"Function call is missing a thought_signature in functionCall parts, position {at}.",
                )
                expect(
                    signature in (None, "skip_thought_signature_validator")
                    or self.is_own(signature),
                    "Corrupted thought signature.",
                )
                only(call["function"], "name arguments", where)
                json.loads(call["function"]["arguments"])
                expect(
                    len(call["id"]) <= 40, f"Invalid '{where}tool_calls[0].id': string too long."
                )
                expect(re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", call["function"]["name"]), "bad name")
                expect(
                    call["id"] not in open_ids, f"Duplicate value for 'tool_call_id' {call['id']}"
                )
                open_ids.append(call["id"])
        expect(not open_ids, "An assistant message with 'tool_calls' must be followed by …")
        return rounds

    def reply(self, body: dict[str, Any], turn: int, wanted: int) -> FakeResponse:
        records: list[dict[str, Any]] = []
        if self.echoes:
            records.append({"reasoning_content": self.thought(turn)})
        for index in range(wanted):
            function = {"name": "add", "arguments": json.dumps({"a": index})}
            call = {"index": index, "id": f"call_{turn}{index}", "function": function}
            if self.signs and not index:
                call["extra_content"] = {"google": {"thought_signature": self.sign(turn)}}
            records.append({"tool_calls": [call]})
        if not wanted:
            records.append({"content": f"{self.name} is done"})
        chunks = [
            {"model": self.name, "choices": [{"index": 0, "delta": each}]} for each in records
        ]
        chunks.append(
            {"choices": [{"delta": {}, "finish_reason": "tool_calls" if wanted else "stop"}]}
        )
        return streamed(*chunks, done=True)


class StrictEcho(StrictChat):
    """A server like DeepSeek's or Kimi's."""

    echoes = True


class StrictSigned(StrictChat):
    """Gemini's own imitation of OpenAI."""

    signs = True


# --- OpenAI Responses -----------------------------------------------------------------------------

_RESPONSES_FIELDS = (
    "model input instructions stream store include reasoning tools tool_choice parallel_tool_calls "
    "max_output_tokens max_tool_calls temperature top_p top_logprobs metadata service_tier text"
)


class StrictResponses(Strict):
    """OpenAI's Responses, of a model that thinks."""

    def check(self, path: str, body: dict[str, Any]) -> int:
        if not path.endswith("/responses"):
            raise Refused(
                "This model is only supported in v1/responses and not in v1/chat/completions.",
                "model",
                404,
            )
        only(body, _RESPONSES_FIELDS)
        expect(body.get("store") is False, "store must be false here")
        open_ids: list[str] = []
        seen: set[str] = set()
        rounds = 0
        before: dict[str, Any] = {}
        for at, item in enumerate(body["input"]):
            kind = item.get("type", "message")
            where = f"input[{at}]."
            if before.get("type") == "reasoning":
                expect(
                    kind == "function_call" or item.get("role") == "assistant",
                    "Item 'rs' of type 'reasoning' was provided without its required following item.",
                )
            if kind == "message":
                only(item, "type role content", where)
                expect(not open_ids, f"No tool output found for function call {open_ids[:1]}.")
            elif kind == "reasoning":
                only(item, "type id summary encrypted_content content", where)
                expect(
                    self.is_own(item.get("encrypted_content") or ""),
                    "The encrypted content gAAA... could not be verified. Reason: Encrypted content "
                    "could not be decrypted or parsed.",
                )
            elif kind == "function_call":
                only(item, "type call_id name arguments id status", where)
                json.loads(item["arguments"])
                expect(len(item["call_id"]) <= 64, f"Invalid '{where}call_id': string too long.")
                expect(
                    item["call_id"] not in seen, f"Duplicate item found with id {item['call_id']}"
                )
                rounds += before.get("type") != "function_call"
                seen.add(item["call_id"])
                open_ids.append(item["call_id"])
            else:
                only(item, "type call_id output id status", where)
                expect(
                    item["call_id"] in open_ids,
                    f"No tool call found for function call output with call_id {item['call_id']}.",
                )
                open_ids.remove(item["call_id"])
            before = item
        expect(not open_ids, f"No tool output found for function call {open_ids[:1]}.")
        return rounds

    def reply(self, body: dict[str, Any], turn: int, wanted: int) -> FakeResponse:
        items: list[dict[str, Any]] = []
        if self.thinks:
            items.append(
                {
                    "type": "reasoning",
                    "id": f"rs_{turn}",
                    "status": "completed",
                    "summary": [{"type": "summary_text", "text": self.thought(turn)}],
                    "encrypted_content": self.sign(turn),
                }
            )
        for index in range(wanted):
            items.append(
                {
                    "type": "function_call",
                    "id": f"fc_{turn}{index}",
                    "call_id": f"call_{turn}{index}",
                    "name": "add",
                    "arguments": json.dumps({"a": index}),
                    "status": "completed",
                }
            )
        if not wanted:
            text = {"type": "output_text", "text": f"{self.name} is done", "annotations": []}
            items.append({"type": "message", "role": "assistant", "content": [text]})
        response = {"status": "completed", "model": self.name, "output": items}
        events = [
            {"type": "response.output_item.done", "output_index": at, "item": item}
            for at, item in enumerate(items)
        ]
        return streamed(*events, {"type": "response.completed", "response": response}, named=True)


# --- Anthropic ------------------------------------------------------------------------------------

_ANTHROPIC_FIELDS = (
    "model max_tokens messages system stream thinking output_config temperature top_p top_k "
    "stop_sequences tools tool_choice metadata service_tier cache_control"
)


class StrictAnthropic(Strict):
    """Anthropic's Messages."""

    def check(self, path: str, body: dict[str, Any]) -> int:
        expect(path.endswith("/v1/messages"), "not found")
        only(body, _ANTHROPIC_FIELDS)
        thinking = body.get("thinking", {}).get("type") in ("enabled", "adaptive")
        if thinking:
            expect("temperature" not in body, "`temperature` may only be set to 1 when thinking")
            expect(
                body.get("tool_choice", {}).get("type") not in ("any", "tool"),
                "Thinking may not be enabled when tool_choice forces tool use.",
            )
            budget = body["thinking"].get("budget_tokens", 0)
            expect(body["max_tokens"] > budget, "`max_tokens` must be greater than budget_tokens")
        marks = json.dumps(body).count('"cache_control"')
        expect(
            marks <= 4, f"A maximum of 4 blocks with cache_control may be provided. Found {marks}."
        )
        ids: set[str] = set()
        wanted: list[str] = []
        rounds = 0
        turns = body["messages"]
        expect(turns[0]["role"] == "user", "messages: first message must use the user role")
        last = max((at for at, turn in enumerate(turns) if turn["role"] == "assistant"), default=-1)
        for at, turn in enumerate(turns):
            blocks = turn["content"]
            expect(blocks, f"messages.{at}: all messages must have non-empty content")
            kinds = [block["type"] for block in blocks]
            if turn["role"] == "assistant":
                wanted = self._answer(at, blocks, ids)
                rounds += bool(wanted)
                if thinking and wanted and at == last == len(turns) - 2:
                    expect(
                        kinds[0] in ("thinking", "redacted_thinking")
                        or body["thinking"]["type"] == "adaptive",
                        f"messages.{at}.content.0.type: Expected `thinking` or `redacted_thinking`, "
                        "but found `tool_use`. When `thinking` is enabled, a final `assistant` "
                        "message must start with a thinking block.",
                    )
                continue
            results = [block["tool_use_id"] for block in blocks if block["type"] == "tool_result"]
            expect(
                sorted(results) == sorted(wanted)
                and kinds[: len(results)] == ["tool_result"] * len(results),
                f"messages.{at}: `tool_use` ids were found without `tool_result` blocks immediately "
                f"after: {wanted}.",
            )
            wanted = []
            for block in blocks:
                expect(block.get("text") != "", "messages: text content blocks must be non-empty")
        expect(not wanted, "`tool_use` ids were found without `tool_result` blocks")
        return rounds

    def _answer(self, at: int, blocks: list[dict[str, Any]], ids: set[str]) -> list[str]:
        wanted = []
        for place, block in enumerate(blocks):
            where = f"messages.{at}.content.{place}"
            if block["type"] == "thinking":
                expect(
                    self.is_own(block["signature"]),
                    f"{where}: Invalid `signature` in `thinking` block",
                )
            elif block["type"] == "tool_use":
                expect(
                    re.fullmatch(r"[a-zA-Z0-9_-]+", block["id"]),
                    f"{where}.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'",
                )
                expect(block["id"] not in ids, "`tool_use` ids must be unique")
                ids.add(block["id"])
                wanted.append(block["id"])
            else:
                expect(
                    block["type"] == "text" and block["text"], f"{where}: text must be non-empty"
                )
        return wanted

    def reply(self, body: dict[str, Any], turn: int, wanted: int) -> FakeResponse:
        blocks: list[dict[str, Any]] = []
        if body.get("thinking") and self.thinks:
            blocks.append(
                {"type": "thinking", "thinking": self.thought(turn), "signature": self.sign(turn)}
            )
        for index in range(wanted):
            identifier = f"toolu_{self.name}{turn}{index}"
            blocks.append(
                {"type": "tool_use", "id": identifier, "name": "add", "input": {"a": index}}
            )
        if not wanted:
            blocks.append({"type": "text", "text": f"{self.name} is done"})
        message = {
            "type": "message",
            "role": "assistant",
            "model": self.name,
            "content": blocks,
            "stop_reason": "tool_use" if wanted else "end_turn",
            "usage": {"input_tokens": 1, "output_tokens": 1},
        }
        return FakeResponse(
            json.dumps(message).encode(), headers={"content-type": "application/json"}
        )

    def refuse(self, refusal: Refused) -> FakeResponse:
        error = {"type": "invalid_request_error", "message": refusal.message}
        body = json.dumps({"type": "error", "error": error}).encode()
        return FakeResponse(body, status=refusal.status)


# --- Gemini ---------------------------------------------------------------------------------------


class StrictGemini(Strict):
    """Gemini 3: calls come back with their signatures, results follow their calls."""

    def check(self, path: str, body: dict[str, Any]) -> int:
        only(body, "contents systemInstruction generationConfig tools toolConfig serviceTier")
        thinking = body.get("generationConfig", {}).get("thinkingConfig", {})
        expect("thinkingBudget" not in thinking or "thinkingLevel" not in thinking, "one of both")
        contents = body["contents"]
        expect(contents[0]["role"] == "user", "contents must begin with a user turn")
        calls: list[dict[str, Any]] = []
        rounds = 0
        for at, turn in enumerate(contents):
            expect(turn["parts"], "contents.parts must not be empty.")
            answers = [
                part["functionResponse"] for part in turn["parts"] if "functionResponse" in part
            ]
            if calls or answers:
                expect(
                    len(answers) == len(calls) and turn["role"] == "user",
                    "Please ensure that the number of function response parts is equal to the "
                    "number of function call parts of the function call turn.",
                )
                expect(
                    [(each.get("id"), each["name"]) for each in answers]
                    == [(each.get("id"), each["name"]) for each in calls],
                    "function responses do not fit their calls",
                )
            calls = []
            for part in turn["parts"]:
                only(part, "text inlineData functionCall functionResponse thoughtSignature thought")
                signature = part.get("thoughtSignature")
                expect(
                    signature in (None, "skip_thought_signature_validator")
                    or self.is_own(signature),
                    "Corrupted thought signature.",
                )
                if "functionCall" in part:
                    expect(
                        calls or signature,
                        f"Function call is missing a thought_signature in functionCall parts. "
                        f"Function call `default_api:add`, position {at}.",
                    )
                    calls.append(part["functionCall"])
            rounds += bool(calls)
        expect(not calls, "function call turn without its responses")
        return rounds

    def reply(self, body: dict[str, Any], turn: int, wanted: int) -> FakeResponse:
        parts: list[dict[str, Any]] = []
        if self.thinks:
            parts.append({"text": self.thought(turn), "thought": True})
        for index in range(wanted):
            call: dict[str, Any] = {"functionCall": {"name": "add", "args": {"a": index}}}
            if index == 0:
                call["thoughtSignature"] = self.sign(turn)
            parts.append(call)
        if not wanted:
            parts.append({"text": f"{self.name} is done"})
        candidate = {"content": {"role": "model", "parts": parts}, "finishReason": "STOP"}
        usage = {"promptTokenCount": 1, "candidatesTokenCount": 1}
        return streamed(
            {"candidates": [candidate], "modelVersion": "gemini-3.5-flash", "usageMetadata": usage}
        )

    def refuse(self, refusal: Refused) -> FakeResponse:
        error = {"code": refusal.status, "message": refusal.message, "status": "INVALID_ARGUMENT"}
        return FakeResponse(json.dumps({"error": error}).encode(), status=refusal.status)


class StrictHost(FakeHost):
    """A host on which several strict servers can be reached: by the first part of their host."""

    def __init__(self, *servers: Strict) -> None:
        super().__init__()
        self.servers = {each.name: each for each in servers}

    def fetch(self, request: Any) -> FakeResponse:
        self.requests.append(request)
        server, path = re.fullmatch(r"https://(\w+)\.invalid([^?]*).*", request.url).groups()
        return self.servers[server].answer(path, json.loads(request.body))
