"""Optional parameters that a server turned down: recognised, and left out from then on.

Servers differ in what they know beyond a model and messages. Who names a parameter that it does not
take is asked again without it, and the same model of the same server is not offered it again. A
value that is refused costs only that value, in the combination in which it was refused: the nearest
one that the server takes goes in its place. What changes says how the model should answer, never
what it is asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final
from weakref import WeakKeyDictionary

from lispcore.llm.failures import ProviderError
from lispcore.llm.handovers import unread_by, wanted_by, without_signatures
from lispcore.llm.messages import Part, ToolResult
from lispcore.llm.requests import EFFORTS, Request, Settings

# Parameter, in the order of asking -> how servers speak of them.
OPTIONAL: Final = {
    "max_completion_tokens": r"\bmax_completion_tokens\b",
    "max_tokens": r"\bmax_tokens\b",
    "top_p": r"\btop_?p\b",
    "topP": r"\btop_?p\b",
    "top_k": r"\btop_?k\b",
    "topK": r"\btop_?k\b",
    "temperature": r"\btemperature\b",
    "stream_options": r"\bstream_options\b",
    "stop": r"\bstop\b",
    "reasoning_effort": r"\breasoning_?effort\b",
    "reasoning": r"\breasoning[._]?effort\b",
    "summary": r"\bsummar(y|ies)\b",
    "display": r"\bdisplay\b",
    "includeThoughts": r"include_?thoughts",
    "include": r"\binclude\b|\bencrypted content\b",
    "thinking": r"\bthinking\b",
    "think": r"\bthink",
    "adaptive": r"\badaptive\b|\beffort\b",
    "thinkingConfig": r"thinking|\bbudget\b",
    "reasoning_content": r"\breasoning_content\b",
    "json_schema": r"\bjson_schema\b|\bresponse_format\b|\btext\.format\b|\binvalid schema\b",
    "response_format": r"\bresponse_format\b|\bjson_object\b",
    "output_config": r"\boutput_config\b|\boutput[_ ]format|structured output|schema",
    "responseSchema": r"\bresponse_?schema\b|\bspecified schema\b",
    "responseMimeType": r"\bresponse[_ ]?mime[_ ]?type\b|(JSON|enum) mode",
    "format": r"\bformat\b",
    "cache_control": r"\bcache_control\b|prompt caching",
    "top_logprobs": r"\btop_logprobs\b",
    "logprobs": r"\blogprobs\b",
    "responseLogprobs": r"log_?probs",
    "random_seed": r"\brandom_seed\b",
    "seed": r"\bseed\b",
    "parallel_tool_calls": r"\bparallel_tool_calls\b|parallel tool calls",
    "tool_choice": r"\btool_choice\b|tool choice",
    "toolConfig": r"tool_?config|function_?calling_?config",
    "service_tier": r"\bservice_tier\b",
    "serviceTier": r"\bservice_?tier\b",
    "metadata": r"\bmetadata\b",
    "n": r"^n$|\bn\b.{0,20}\b(1|one)\b|['\"`]n['\"`]|\bmultiple (choices|completions)",
    "candidateCount": r"candidate_?count|multiple candidates",
    "stream": r"\bstream(ing)?\b",
}
_REFUSAL: Final = re.compile(
    r"unsupported|not support|unrecogni[sz]ed|unknown|unexpected|extra|not permitted|deprecated"
    r"|supported (values|levels|efforts)"
    r"|unavailable|not enabled|cannot unmarshal|invalid format|only works in thinking mode"
    r"|invalid think value"
    r"|only [\d.]+ is allowed|only (allowed|supported|enabled) when|cannot both be"
    r"|must be (1|one)\b|must be verified|not allowed to request|is not available"
    r"|invalid service_?tier|service_tier: input should"
    # Schemas that a provider's structured output cannot take; the prompt describes them, too.
    r"|invalid schema|schema is too complex|too many (states|optional|union)|should be non-empty",
    re.IGNORECASE,
)


def refused_parameter(error: ProviderError, body: bytes) -> str:
    """Returns the parameter of a request's body that an error blames, "" if it blames none."""
    if error.status not in (400, 403, 422) or not _REFUSAL.search(f"{error.type} {error.message}"):
        return ""
    blamed = error.parameter or error.message
    for name, pattern in OPTIONAL.items():
        if f'"{name}"'.encode() in body and re.search(pattern, blamed, re.IGNORECASE):
            return name
    return ""


# --- values and combinations ----------------------------------------------------------------------

EFFORT: Final = "effort"  # whatever the wire calls it
LIMIT: Final = "limit"
FORMAT: Final = "format of the wire"  # `supported` names the one that the server takes
NEEDED: Final = "what of a history is missing"  # `supported` names it
UNREAD: Final = "signatures"  # `supported` are the marks of those that the server cannot read
BUDGET: Final = "budget"  # of tokens to think with; `supported` is the nearest that is taken
SHOWN: Final = "pictures"  # of tools: a model that sees none is told what they are
_NO_PARAMETERS: Final = (EFFORT, LIMIT, FORMAT, NEEDED, UNREAD, SHOWN, BUDGET)
_OUT_OF_RANGE: Final = re.compile(
    r"thinking budget (?P<sent>\d+) is invalid.*between (?P<least>\d+) and (?P<most>\d+)",
    re.I | re.S,
)
_SEES_NONE: Final = re.compile(
    r"\b(support|accept|process|enabled|allow)\w*\b.{0,40}\b(image|audio|file|vision|multi-?modal)"
    r"|\b(image|audio|file|vision|multi-?modal)\w*.{0,60}"
    r"\b(not |un)(support|accept|allow|enabled|available)"
    r"|\bunknown variant .{0,3}image_url|\bimage\w* .{0,20}only supported|not a multi-?modal"
    r"|content must be a string|at most 0 image|required for image input",
    re.IGNORECASE | re.DOTALL,
)
# Of signatures no more are remembered than a long conversation has.
_MOST_REMEMBERED: Final = 64
_EFFORT_PARAMETERS: Final = frozenset(
    ("reasoning_effort", "reasoning", "think", "adaptive", "thinkingConfig")
)

_VALUE: Final = re.compile(
    r"unsupported[_ ]value|supported (values|levels|efforts)|(not|n't) support ['\"`]"
    r"|only works in thinking mode|thinking[_ ]?level",
    re.IGNORECASE,
)
_LISTED: Final = re.compile(r"supported (?:values|levels|efforts)[^:]*:(.*)", re.I | re.S)
_EFFORT_WORD: Final = re.compile(r"\b(" + "|".join(EFFORTS) + r")\b")
_TEMPERATURE_VALUE: Final = re.compile(r"does not support [\d.]+")
_ONLY: Final = re.compile(r"\bonly\b", re.IGNORECASE)
# "Function tools with reasoning_effort are not supported … set reasoning_effort to 'none'"
_BESIDE_TOOLS: Final = re.compile(r"\btools?\b.*\bset reasoning_effort to .?none", re.I | re.S)
_TOO_MANY: Final = (
    re.compile(r"max_tokens: (?P<sent>\d+) > (?P<most>\d+)"),
    re.compile(r"supports at most (?P<most>\d+) completion tokens.*provided (?P<sent>\d+)", re.S),
)


# "… only supported in v1/responses and not in v1/chat/completions", "use /v1/responses instead"
_ELSEWHERE: Final = re.compile(r"\bv1/responses\b", re.IGNORECASE)


def asks_for_newer_format(error: ProviderError) -> bool:
    """Tells whether a server says that it takes a request in the newer wire format only."""
    return error.status in (400, 404, 405, 422) and bool(_ELSEWHERE.search(error.message))


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a server turned down: a parameter, or with `value` or `supported` only values of it.

    `supported` are the values that it takes. The refusal holds beside one effort ("" for none
    given, None: beside any), with `with_tools` only where there are tools, with `beside` only where
    that field of a request is set.
    """

    name: str
    value: str = ""
    supported: tuple[str, ...] = ()
    effort: str | None = None
    with_tools: bool = False
    beside: str = ""

    def concerns(self, request: Request) -> bool:
        """Tells whether a request is of the kind that was refused."""
        if self.with_tools and not request.tools:
            return False
        if self.beside and getattr(request, self.beside) is None:
            return False
        return self.effort is None or self.effort == (request.reasoning_effort or "")

    def leaves_alone(self, request: Request) -> bool:
        """Tells whether the refusal of a value leaves the one of a request alone."""
        return bool(self.value) and self.value != _value_of(request, self.name)


# Parameters of which a server may refuse one value and take another -> where those stand.
_VALUES: Final = {
    "temperature": ("temperature",),
    "service_tier": ("service_tier",),
    "serviceTier": ("service_tier",),
    "tool_choice": ("chosen_tool", "tool_choice"),
}


def _value_of(request: Request, name: str) -> str:
    given = (getattr(request, field) for field in _VALUES.get(name, ()))
    return next((str(each) for each in given if each is not None), "")


def refusal_of(error: ProviderError, request: Request, body: bytes) -> Refusal | None:
    """Returns what an error turns down of a request with this body, None if nothing optional."""
    if error.status in (400, 404, 422, 500) and _SEES_NONE.search(error.message):
        if any(_is_shown(part) for each in request.messages for part in each.parts):
            return Refusal(SHOWN)
    if error.status not in (400, 403, 422):
        return None
    wanted = wanted_by(error.message)
    if wanted and wanted not in request.needed:
        return Refusal(NEEDED, supported=(wanted,))
    unread = unread_by(f"{error.type} {error.message}", request)
    if unread:
        return Refusal(UNREAD, supported=unread)
    if request.tools and _BESIDE_TOOLS.search(error.message):
        return Refusal(EFFORT, supported=("none",), with_tools=True)
    for pattern in _TOO_MANY:
        found = pattern.search(error.message)
        if found:
            # What a budget for thinking adds does not count as the answer's.
            apart = int(found["sent"]) - (request.max_tokens or int(found["sent"]))
            most = max(1, int(found["most"]) - apart)
            return Refusal(LIMIT, supported=(str(most),), effort=request.reasoning_effort or "")
    found = _OUT_OF_RANGE.search(error.message)
    if found:
        sent, least, most = (int(found[name]) for name in ("sent", "least", "most"))
        nearest = str(min(max(sent, least), most))
        value = str(request.thinking_budget or "")
        return Refusal(BUDGET, value, (nearest,), effort=request.reasoning_effort or "")
    name = refused_parameter(error, body)
    if not name:
        return None
    said = f"{error.type} {error.message}"
    if name in _EFFORT_PARAMETERS and request.reasoning_effort and _VALUE.search(said):
        listed = _LISTED.search(error.message)
        supported = tuple(_EFFORT_WORD.findall(listed[1])) if listed else ()
        return Refusal(EFFORT, request.reasoning_effort, supported)
    if name == "temperature":
        is_value = _TEMPERATURE_VALUE.search(error.message) and not _ONLY.search(error.message)
        value = str(request.temperature) if is_value else ""
        return Refusal(name, value, effort=request.reasoning_effort or "")
    if name == "top_p" and "both" in error.message:
        return Refusal(name, beside="temperature")
    return Refusal(name, _value_of(request, name))


def adapted(request: Request, refusals: tuple[Refusal, ...]) -> Request:
    """Returns a request without what was refused, the nearest values in its place."""
    if not refusals:
        return request
    request = _with_effort(_handed_over(request, refusals), refusals)
    concerned = [each for each in refusals if each.concerns(request)]
    left_out = {
        each.name
        for each in concerned
        if each.name not in _NO_PARAMETERS and not each.leaves_alone(request)
    }
    for each in concerned:
        if each.name == BUDGET and each.value == str(request.thinking_budget or ""):
            request = replace(request, thinking_budget=int(each.supported[0]))
    limits = [int(each.supported[0]) for each in concerned if each.name == LIMIT]
    if limits:
        request = replace(request, max_tokens=min([*limits, request.max_tokens or min(limits)]))
    return replace(request, refused=request.refused | left_out)


def _is_shown(part: Part) -> bool:
    return type(part) is ToolResult and bool(part.media)


def _named_only(request: Request) -> Request:
    """Returns a request in which what tools returned is named and not shown."""
    messages = tuple(
        replace(
            message,
            parts=tuple(
                replace(part, media=()) if type(part) is ToolResult and part.media else part
                for part in message.parts
            ),
        )
        for message in request.messages
    )
    return replace(request, messages=messages)


def _handed_over(request: Request, refusals: tuple[Refusal, ...]) -> Request:
    """Returns a request whose history a server takes that others than its model made."""
    if any(each.name == SHOWN for each in refusals):
        request = _named_only(request)
    wanted = {name for each in refusals if each.name == NEEDED for name in each.supported}
    if wanted:
        request = replace(request, needed=request.needed | wanted)
    unread = {mark for each in refusals if each.name == UNREAD for mark in each.supported}
    return without_signatures(request, frozenset(unread)) if unread else request


def _with_effort(request: Request, refusals: tuple[Refusal, ...]) -> Request:
    against = [each for each in refusals if each.name == EFFORT and each.concerns(request)]
    wanted = request.reasoning_effort
    if not against or (wanted is None and not any(each.with_tools for each in against)):
        return request
    allowed = [
        effort
        for effort in EFFORTS
        if all(effort != e.value and effort in (e.supported or EFFORTS) for e in against)
    ]
    if wanted in allowed:
        return request
    place = EFFORTS.index(wanted or "none")

    def distance(effort: str) -> tuple[bool, int, int]:
        # Not to think at all is another thing than to think little.
        is_another = effort == "none" and wanted is not None
        return is_another, abs(EFFORTS.index(effort) - place), EFFORTS.index(effort)

    if allowed:
        return replace(request, reasoning_effort=min(allowed, key=distance))
    refused = request.refused | _EFFORT_PARAMETERS
    return replace(request, reasoning_effort=None, refused=refused)


def changes(asked: Request, sent: Request) -> list[str]:
    """Returns what of a program's wishes was changed because of refusals, as phrases."""
    found: list[str] = []
    if sent is asked:
        return found
    if sent.needed - asked.needed:
        found.append("with what it wants of the thoughts before calls of tools")
    plain = _named_only(asked)
    if plain.messages != asked.messages and _named_only(sent).messages == sent.messages:
        found.append("without the pictures that tools returned, which are named")
    if plain.messages != _named_only(sent).messages:
        found.append("without thoughts and signatures that another model made")
    if asked.reasoning_effort != sent.reasoning_effort:
        new, old = sent.reasoning_effort or "none sent", asked.reasoning_effort or "the usual one"
        found.append(f"with the reasoning effort {new} instead of {old}")
    if asked.thinking_budget != sent.thinking_budget:
        found.append(f"with {sent.thinking_budget} tokens to think")
    if asked.max_tokens != sent.max_tokens:
        found.append(f"with at most {sent.max_tokens} tokens")
    left_out = sorted(
        each for each in sent.refused - asked.refused if each not in _EFFORT_PARAMETERS
    )
    wanted = [each for each in left_out if _is_wish(each, asked)]
    return found + [f"without {name}" for name in wanted]


# Refused parameter -> the fields of a request that a program sets for it.
_WISHES: Final[dict[str, str]] = {
    "temperature": "temperature",
    **dict.fromkeys(("top_p", "topP"), "top_p"),
    **dict.fromkeys(("top_k", "topK"), "top_k"),
    **dict.fromkeys(("logprobs", "top_logprobs", "responseLogprobs"), "logprobs"),
    **dict.fromkeys(("seed", "random_seed"), "seed"),
    **dict.fromkeys(("n", "candidateCount"), "answers"),
    **dict.fromkeys(("summary", "display", "includeThoughts"), "shows_thoughts"),
    "parallel_tool_calls": "parallel_tool_calls",
    "tool_choice": "tool_choice",
    **dict.fromkeys(("service_tier", "serviceTier"), "service_tier"),
    "metadata": "metadata",
}


def _is_wish(name: str, asked: Request) -> bool:
    """Tells whether a program asked for what a parameter stands for."""
    return name in _WISHES and getattr(asked, _WISHES[name]) not in (None, False)


class Adaptation:
    """One call on its way to what a server takes: `request` is what to send next."""

    def __init__(self, asked: Request, known: tuple[Refusal, ...]) -> None:
        self._asked = asked
        self.refusals = known
        self.request = adapted(asked, known)
        self.notes = [
            f"asked {each}, as was refused before" for each in changes(asked, self.request)
        ]

    def learn(self, error: ProviderError, body: bytes, body_of: Callable[[Request], bytes]) -> bool:
        """Takes in a refusal; tells whether there is something else to send, and notes it."""
        refusal = refusal_of(error, self.request, body)
        before = self.request
        while refusal is not None:
            self.refusals = (*self.refusals, refusal)
            self.request = adapted(self._asked, self.refusals)
            if body_of(self.request) != body:
                break
            # Several efforts may be the same to a provider: then that is refused, too.
            effort = self.request.reasoning_effort
            if refusal.name == EFFORT and effort and effort != refusal.value:
                refusal = replace(refusal, value=effort)
            else:
                refusal = None
        if refusal is None:
            return False
        plain = "" if refusal.name in _NO_PARAMETERS else f"without {refusal.name}"
        made = plain or "; ".join(changes(before, self.request))
        self.notes.append(f"asked again {made}: {error.message}")
        return True


def format_refused(refusals: tuple[Refusal, ...]) -> str:
    """Returns the wire format that a server asked for instead of the usual one, "" for none."""
    return next((each.supported[0] for each in refusals if each.name == FORMAT), "")


# Host -> (provider, address, model) -> what was turned down, for as long as the host lives.
_known: WeakKeyDictionary[Any, dict[tuple[str, str, str], tuple[Refusal, ...]]] = (
    WeakKeyDictionary()
)


def known_refusals(host: object, settings: Settings, model: str) -> tuple[Refusal, ...]:
    """Returns what a model of a provider turned down before."""
    return _known.get(host, {}).get((settings.provider, settings.base_url, model), ())


def remember_refusals(
    host: object, settings: Settings, model: str, refusals: tuple[Refusal, ...]
) -> None:
    """Keeps what a model of a provider turned down, once it has answered without."""
    unread = [each for each in refusals if each.name == UNREAD]
    forgotten = unread[:-_MOST_REMEMBERED]
    refusals = tuple(each for each in refusals if each not in forgotten)
    _known.setdefault(host, {})[settings.provider, settings.base_url, model] = refusals
