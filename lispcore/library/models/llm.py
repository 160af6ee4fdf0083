"""Model calls: `llm/complete`, `llm/stream`, `llm/chat`, `llm/send`.

They look synchronous to the program: the host waits. All four are one exchange
(calling/exchange.py) that differs in what it is given and in who sees the words as they come.
"""

from __future__ import annotations

from dataclasses import replace

from lispcore.library.models.calling.conversation import Conversation
from lispcore.library.models.calling.options import OPTIONS, Options, read_options
from lispcore.library.models.message_values import Prompt, as_message, prompt_argument
from lispcore.library.registry import accepts_options, function
from lispcore.llm.messages import Message, text_message
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.types import (
    List,
    Map,
    Value,
    Vector,
    is_function,
    list_from,
    list_items,
)

# --- what the functions are given ---------------------------------------------------------------


def prompt_messages(name: str, value: Value, argument: int = 1) -> tuple[Message, ...]:
    """Returns the messages of a prompt string, a message, a prompt, or a row of messages."""
    if type(value) is str:
        return (text_message("user", value),)
    if isinstance(value, Message):
        return (value,)
    if isinstance(value, Prompt):
        return _some(name, value.messages)
    if type(value) is List or type(value) is Vector:
        return _message_row(name, value)
    error = wrong_type(name, "string, prompt or list of messages", value, argument)
    before = "… " * (argument - 1)
    error.hint = f'for example ({name} {before}"Say hello")'
    raise error


def _message_row(name: str, value: Value) -> tuple[Message, ...]:
    if type(value) is List:
        items = list_items(value)
    elif type(value) is Vector:
        items = value.items
    else:
        error = wrong_type(name, "list or vector of messages", value, 1)
        error.hint = f'for example ({name} [(message :user "Hello")])'
        raise error
    return _some(name, tuple(as_message(f"{name}: each message", each) for each in items))


def _some(name: str, messages: tuple[Message, ...]) -> tuple[Message, ...]:
    if not messages:
        raise LispError(f"{name}: there are no messages", hint='add one: (message :user "Hello")')
    return messages


# --- the functions of the chapter ---------------------------------------------------------------

_OPTIONS_TEXT = (
    " Options: `:provider` (who is asked, once), `:model`, `:max-tokens`, `:temperature`, "
    "`:top-p`, `:top-k`, `:seed`, `:system`, `:stop-sequences`; `:tools`, `:tool-mode`, `:max- "
    "tool-rounds`, `:tool-choice` (`:auto`, `:none`, `:required` or a tool), `:parallel-tool- "
    "calls`; `:server-tools` (`[:web-search :web-fetch :code-execution]`, which the provider "
    "runs itself, see `llm/last-server-tools`); `:reasoning-effort` (`:none` to `:max`), "
    "`:thinking-budget` (tokens), `:on-thinking` (a function, called with each piece of the "
    "model's thoughts); `:schema` (the answer is JSON that fits, see `llm/extract`), "
    "`:response-format` (`:json`), `:logprobs` (see `llm/last-logprobs`), `:prompt-cache` "
    "(`#f`, `#t`, `:1h`; by itself where a conversation goes on), `:service-tier`, `:metadata`; "
    "`:extra-body` (a map that goes into the request as it is), `:headers` (no keys); "
    "`:timeout` (milliseconds), `:downscale` (#f sends images as they are, a number limits "
    "their longest edge). What a provider does not take is said in the notes of the call."
)
_SEVERAL_TEXT = " With `:n` it returns a list of so many answers."


def _answer(name: str, messages: tuple[Message, ...], options: Options) -> Value:
    from lispcore.library.models.calling.exchange import ask
    from lispcore.library.models.held_answers import check_held, held

    asked, task = held(name, options)
    reply = ask(messages, asked).reply
    check_held(task, reply, asked)
    return reply.text if options.n is None else list_from([reply.text, *reply.others])


@function(
    "llm/complete",
    "prompt:string [options:map]",
    "string",
    "Sends one prompt and returns the answer." + _SEVERAL_TEXT + _OPTIONS_TEXT,
    [
        (
            "(begin (llm/define-provider :echo {:complete (fn (r) "
            '(:content (last (:messages r))))}) (llm/complete "hi"))',
            '"hi"',
        ),
        ('(llm/complete "hi" {:max-tokenz 5})', "error: unknown option :max-tokenz"),
    ],
)
def complete(prompt: Value, options: Value = None) -> Value:
    messages = prompt_messages("llm/complete", prompt)
    return _answer("llm/complete", messages, read_options("llm/complete", options, 2))


@function(
    "llm/chat",
    "messages:list|prompt|conversation [options:map]",
    "string",
    "Sends a conversation and returns the answer. With `:tools` the model may call them, at most "
    "`:max-tool-rounds` rounds (10); their errors go back to the model."
    + _SEVERAL_TEXT
    + _OPTIONS_TEXT,
    [
        (
            "(begin (llm/define-provider :count {:complete (fn (r) "
            '(str (length (:messages r))))}) (llm/chat [(message :user "a") (message :user "b")]))',
            '"2"',
        ),
        ("(llm/chat [1])", "error: expected message, got int"),
    ],
)
def chat(messages: Value, options: Value = None) -> Value:
    chosen = read_options("llm/chat", options, 2)
    if isinstance(messages, Conversation):
        # It is sent as it stands; conversation/say also adds the answer to it.
        chosen = replace(chosen, model=chosen.model or messages.model)
        return _answer("llm/chat", _some("llm/chat", messages.messages), chosen)
    if isinstance(messages, Prompt):
        return _answer("llm/chat", _some("llm/chat", messages.messages), chosen)
    return _answer("llm/chat", _message_row("llm/chat", messages), chosen)


@function(
    "llm/send",
    "prompt:prompt [options:map]",
    "string",
    "Sends a prompt value, as `prompt` makes it, and returns the answer."
    + _SEVERAL_TEXT
    + _OPTIONS_TEXT,
    [
        (
            "(begin (llm/define-provider :roles {:complete (fn (r) "
            '(string/join (map :role (:messages r)) " "))}) '
            '(llm/send (prompt (system "s") (user "u"))))',
            '"system user"',
        )
    ],
)
def send(prompt: Value, options: Value = None) -> Value:
    messages = _some("llm/send", prompt_argument("llm/send", prompt, 1).messages)
    return _answer("llm/send", messages, read_options("llm/send", options, 2))


@function(
    "llm/stream",
    "prompt:string [callback:function] [options:map]",
    "string",
    "Sends a prompt (or messages), and calls `callback` with each piece of the answer as it "
    "arrives; without a callback the pieces are printed. Callback and options may stand in either "
    "order. Returns the whole answer." + _OPTIONS_TEXT,
    [
        (
            '(begin (llm/define-provider :one {:complete (fn (r) "piece")}) '
            '(define got "") (llm/stream "x" (fn (c) (set! got (str got c "!")))) got)',
            '"piece!"',
        )
    ],
)
def stream(prompt: Value, second: Value = None, third: Value = None) -> Value:
    messages = prompt_messages("llm/stream", prompt)
    callback, options = _callback_and_options(second, third)
    if options.n is not None:
        raise LispError("llm/stream: one answer at a time", hint="llm/complete takes :n")
    from lispcore.library.models.calling.exchange import ask, text_listener
    from lispcore.library.models.held_answers import check_held, held

    asked, task = held("llm/stream", options)
    reply = ask(messages, asked, text_listener(callback)).reply
    check_held(task, reply, asked)
    return reply.text


def _callback_and_options(second: Value, third: Value) -> tuple[Value, Options]:
    callback: Value = None
    options: Options | None = None
    for argument, value in ((2, second), (3, third)):
        if value is None:
            continue
        if isinstance(value, Map):
            if options is not None:
                raise LispError("llm/stream: got two maps of options", hint="merge them into one")
            options = read_options("llm/stream", value, argument)
        elif is_function(value):
            if callback is not None:
                raise LispError("llm/stream: got two callbacks", hint="pass one function")
            callback = value
        else:
            error = wrong_type("llm/stream", "function or map of options", value, argument)
            error.hint = '(llm/stream "…" (fn (chunk) (display chunk)) {:max-tokens 100})'
            raise error
    return callback, options or Options()


accepts_options("llm/complete llm/chat llm/send llm/stream", OPTIONS)
