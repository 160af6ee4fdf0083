"""`agent`: it makes an agent; with a prompt it is an older name of `step`."""

from __future__ import annotations

from lispcore.library.arguments import map_argument, name_argument
from lispcore.library.models.agents import AGENT_OPTIONS, new_agent
from lispcore.library.registry import function
from lispcore.library.workflows.workflows import step
from lispcore.values.errors import LispError
from lispcore.values.types import Map, Value, intern_keyword

# What the documentation of this function is filed under.
CHAPTER = "agents"


@function(
    "agent",
    "[options:map] [step-options:map]",
    "agent",
    "Makes an agent without `defagent`. Options: `:system`, `:tools`, `:model` (the provider's own "
    "if left out), `:max-turns` (10), and `:name`. With a prompt in place of the options it is an "
    "older name of `step`.",
    [
        ('(agent/max-turns (agent {:system "Be brief."}))', "10"),
        ('(agent {:name "bot"})', "<agent bot>"),
        ("(agent {:max-turns 0})", "error: option :max-turns expected an integer of at least 1"),
    ],
)
def anonymous_agent(options: Value = None, step_options: Value = None) -> Value:
    if type(options) is str:
        return step(options, step_options)
    if step_options is not None:
        raise LispError("agent: expected 1 argument, a map, got 2", kind="arity")
    given = Map.of([]) if options is None else map_argument("agent", options, 1)
    key = intern_keyword("name")
    name = given.get(key)
    own_name = "" if name is None else name_argument("agent: option :name", name)
    return new_agent("agent", own_name, given.without(key), (*AGENT_OPTIONS, "name"))
