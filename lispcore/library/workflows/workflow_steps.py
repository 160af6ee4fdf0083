"""Steps of a workflow: journaled leaves, and the model call that a plain `step` makes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from lispcore.library.arguments import name_argument
from lispcore.library.models.calling.metering import Meter, meters, tool_listener
from lispcore.library.workflows.workflow_runs import (
    BUDGET_EXCEEDED,
    Leaf,
    Run,
    current_leaf,
    current_run,
    milliseconds_since,
    shown,
)
from lispcore.llm.messages import ToolCall
from lispcore.reading.reader import read_many
from lispcore.tasks import context
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.printing import print_value
from lispcore.values.types import Keyword, List, Map, Value, Vector, intern_keyword, list_from

if TYPE_CHECKING:
    from lispcore.library.models.agents import Agent

_OWN: Final = ("name", "schema", "tools", "agent")
_CODE: Final = "sema-form"
_CODE_TASK: Final = (
    "Answer with the code of a Lisp program (the Sema dialect) alone: forms that can be evaluated, "
    "without explanations."
)
_FENCE: Final = "```"


# --- the journal around a leaf --------------------------------------------------------------------


def conduct_step(
    label: str, prompt: Value, described: str, run_leaf: Callable[[], Value], model: str = ""
) -> Value:
    """Returns the value of a leaf: what was recorded, else what `run_leaf` gives.

    `described` is all that the value depends on, beside the prompt.
    """
    run = current_run.get()
    if run is None:
        return run_leaf()
    if run.limits.is_exceeded:
        raise LispError(
            f"step {label}: not begun, {BUDGET_EXCEEDED}",
            kind="budget",
            hint="raise :budget in the workflow's map",
        )
    asked = None if prompt is None else shown(prompt)
    whole_prompt = prompt if type(prompt) is str else print_value(prompt)
    key = run.content_key("step", label, whole_prompt, described)
    is_known, value = run.recall(key)
    leaf = Leaf(run.next_leaf(label), run)
    run.emit(
        "agent.started",
        agent_id=leaf.id,
        agent_name=label,
        model=model or None,
        prompt=asked,
        phase=run.phase,
        content_key=key,
    )
    if is_known:
        run.emit(
            "agent.result",
            agent_id=leaf.id,
            status="ok",
            output=shown(value),
            dur_ms=0,
            cached=True,
        )
        return value
    value = _journaled(run, leaf, run_leaf)
    run.keep(key, value, kind="step", name=label)
    return value


def _journaled(run: Run, leaf: Leaf, run_leaf: Callable[[], Value]) -> Value:
    """Runs a leaf between its events; also its failure is written down."""
    meter = Meter()
    tokens = (
        meters.set((*meters.get(), meter)),
        tool_listener.set(_listener(leaf)),
        current_leaf.set(leaf),
    )
    started = context.host().monotonic()
    status, output = "stopped", ""
    try:
        value = run_leaf()
        status, output = "ok", shown(value)
        return value
    except Exception as raised:
        error = context.explained(raised)
        status, output = "failed", error.message
        raise
    finally:
        meters.reset(tokens[0])
        tool_listener.reset(tokens[1])
        current_leaf.reset(tokens[2])
        run.emit(
            "agent.result",
            agent_id=leaf.id,
            status=status,
            output=output,
            dur_ms=milliseconds_since(started),
            model=meter.model or None,
        )
        _charge(run, leaf, meter)


def _charge(run: Run, leaf: Leaf, meter: Meter) -> None:
    run.limits.charge(meter)
    run.emit(
        "budget",
        agent_id=leaf.id,
        input_tokens=meter.usage.prompt_tokens,
        output_tokens=meter.usage.completion_tokens,
        cost_usd=meter.usd,
        budget_limit=run.limits.most_tokens,
    )


def _listener(leaf: Leaf) -> Callable[[ToolCall], None]:
    def listen(wanted: ToolCall) -> None:
        import json

        arguments = json.dumps(dict(wanted.arguments), ensure_ascii=False)
        leaf.run.emit(
            "agent.tool_call",
            agent_id=leaf.id,
            tool_name=wanted.name,
            args_json=shown(arguments),
        )

    return listen


# --- what a step asks -----------------------------------------------------------------------------


def ask_step(prompt: Value, options: Map) -> Value:
    """Returns what a model answers to a step's prompt, journaled."""
    given = {_name(key): value for key, value in options.entries()}
    agent = _agent(given.get("agent"))
    default = agent.name if agent is not None and agent.name else "step"
    name = given.get("name")
    label = default if name is None else name_argument("step: option :name", name)
    plain = options
    for own in _OWN:
        plain = plain.without(intern_keyword(own))
    described = print_value(options) + (_described(agent) if agent is not None else "")
    model = agent.model if agent is not None else given.get("model")
    schema = given.get("schema")
    leaf = _leaf(prompt, plain, given, agent, schema)
    return conduct_step(label, prompt, described, leaf, model if type(model) is str else "")


def _name(key: Value) -> str:
    return key.name if type(key) is Keyword else print_value(key)


def _agent(value: Value) -> Agent | None:
    if value is None:
        return None
    from lispcore.library.models.agents import Agent

    if isinstance(value, Agent):
        return value
    error = wrong_type("step: option :agent", "agent", value)
    error.hint = 'define one with (defagent name {:system "…"})'
    raise error


def _described(agent: Agent) -> str:
    tools = " ".join(tool.name for tool in agent.tools)
    return f" {agent.system!r} {agent.model!r} {agent.max_turns} {tools}"


def _leaf(
    prompt: Value, plain: Map, given: dict[str, Value], agent: Agent | None, schema: Value
) -> Callable[[], Value]:
    from lispcore.library.models.llm import complete

    if agent is not None:
        return lambda: _typed(schema, _asked_agent(agent, prompt))
    tools = given.get("tools")
    if tools is not None:
        with_tools = plain.updated(intern_keyword("tools"), tools)
        return lambda: _typed(schema, complete(prompt, with_tools))
    if schema is None:
        return lambda: complete(prompt, plain)
    if _is_code(schema):
        return lambda: _typed(schema, complete(_code_prompt(prompt), plain))
    return lambda: _extracted(schema, prompt, plain)


def _asked_agent(agent: Agent, prompt: Value) -> Value:
    from lispcore.library.models.agents import agent_run

    return agent_run(agent, prompt)


def _extracted(schema: Value, prompt: Value, plain: Map) -> Value:
    from lispcore.library.models.extraction import extract

    return extract(_plain_schema(schema), prompt, plain)


def _plain_schema(schema: Value) -> Value:
    """Returns a schema as `llm/extract` reads it: ``[:list :string]`` is ``[:string]``."""
    items = list(schema) if type(schema) in (Vector, List) else []
    if len(items) == 2 and _name(items[0]) in ("list", "vector", "array"):
        return Vector([items[1]])
    return schema


def _is_code(schema: Value) -> bool:
    return type(schema) is Keyword and schema.name == _CODE


def _code_prompt(prompt: Value) -> Value:
    return f"{prompt}\n\n{_CODE_TASK}" if type(prompt) is str else prompt


def _typed(schema: Value, text: Any) -> Value:
    """Returns what an answer that is there already says in terms of a schema."""
    if schema is None:
        return text
    if _is_code(schema):
        return _forms_in(str(text))
    from lispcore.library.models.extraction import data_in

    return data_in("step", _plain_schema(schema), str(text))


def _forms_in(text: str) -> Value:
    code = text
    if _FENCE in text:
        inside = text.split(_FENCE)[1]
        first, _, rest = inside.partition("\n")
        code = rest if first.strip().isalpha() or not first.strip() else inside
    forms = read_many(code)
    if not forms:
        raise LispError("step: the answer holds no code", kind="llm", reply=text)
    return list_from(forms)
