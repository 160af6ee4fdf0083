"""Model calls: `llm/complete`, `llm/stream`, `llm/chat`, `llm/send`.

They look synchronous to the program: the host waits. All four are one exchange (`ask`) that differs
in what it is given and in who sees the words as they come.
"""

from __future__ import annotations

from collections.abc import Callable

from lispcore import context
from lispcore.calls import call
from lispcore.errors import LispError, wrong_type
from lispcore.library.messages import Prompt, message_argument, prompt_argument
from lispcore.library.model_options import Options, read_options
from lispcore.library.model_session import lisp_error, model_session
from lispcore.library.registry import function
from lispcore.library.tools import LispTool, run_tool
from lispcore.llm.errors import ModelError
from lispcore.llm.events import Event, ReplyBuilder, TextDelta
from lispcore.llm.messages import Message, ToolCall, ToolResult, text_message
from lispcore.llm.requests import Request
from lispcore.llm.tool_loop import Exchange, run_exchange
from lispcore.values import List, Map, Value, Vector, is_function, list_items

EventListener = Callable[[Event], None]
ToolRunner = Callable[[dict[str, LispTool], ToolCall], ToolResult]


def ask(
    messages: tuple[Message, ...],
    options: Options,
    on_event: EventListener | None = None,
    runner: ToolRunner = run_tool,
    *,
    stop_at_limit: bool = False,
) -> Exchange:
    """Returns what the default provider answers, tools run; raises `LispError` if it does not.

    `runner` calls a tool by its name; `stop_at_limit` is as in `run_exchange`.
    """
    session = model_session()
    request = _request(messages, options)
    try:
        if options.tools and options.tool_mode == "auto":
            tools = options.tools
            exchange = run_exchange(
                request,
                session.events,
                lambda wanted: runner(tools, wanted),
                on_event,
                options.max_tool_rounds,
                stop_at_limit=stop_at_limit,
            )
        else:
            exchange = _ask_once(request, on_event)
    except ModelError as error:
        raise lisp_error(error) from error
    session.note_usage(exchange.usage, exchange.reply.model)
    return exchange


def _request(messages: tuple[Message, ...], options: Options) -> Request:
    return Request(
        messages,
        options.model,
        options.system,
        options.max_tokens,
        options.temperature,
        options.stop_sequences,
        tuple(tool.as_tool() for tool in options.tools.values()),
        options.reasoning_effort,
        options.timeout,
    )


def _ask_once(request: Request, on_event: EventListener | None) -> Exchange:
    """Returns the answer to one request; calls of tools that it holds are not made."""
    builder = ReplyBuilder(request.model)
    events = model_session().events(request)
    try:
        for event in events:
            builder.add(event)
            if on_event is not None:
                on_event(event)
    finally:
        events.close()
    reply = builder.reply()
    return Exchange(reply, (*request.messages, reply.message), reply.usage)


# --- what the functions are given ---------------------------------------------------------------


def prompt_messages(name: str, value: Value) -> tuple[Message, ...]:
    """Returns the messages of a prompt string, a message, a prompt, or a row of messages."""
    if type(value) is str:
        return (text_message("user", value),)
    if isinstance(value, Message):
        return (value,)
    if isinstance(value, Prompt):
        return _some(name, value.messages)
    if type(value) is List or type(value) is Vector:
        return _message_row(name, value)
    error = wrong_type(name, "string, prompt or list of messages", value, 1)
    error.hint = f'for example ({name} "Say hello")'
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
    return _some(name, tuple(message_argument(f"{name}: each message", each) for each in items))


def _some(name: str, messages: tuple[Message, ...]) -> tuple[Message, ...]:
    if not messages:
        raise LispError(f"{name}: there are no messages", hint='add one: (message :user "Hello")')
    return messages


# --- the functions of the chapter ---------------------------------------------------------------

_OPTIONS_TEXT = (
    " Options: `:model`, `:max-tokens`, `:temperature`, `:system`, `:tools`, `:tool-mode`, "
    "`:max-tool-rounds`, `:reasoning-effort`, `:stop-sequences`, `:timeout` (milliseconds)."
)


@function(
    "llm/complete",
    "prompt:string [options:map]",
    "string",
    "Sends one prompt and returns the answer." + _OPTIONS_TEXT,
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
    return ask(messages, read_options("llm/complete", options, 2)).reply.text


@function(
    "llm/chat",
    "messages:list [options:map]",
    "string",
    "Sends a conversation and returns the answer. With `:tools` the model may call them, at most "
    "`:max-tool-rounds` rounds (10); their errors go back to the model." + _OPTIONS_TEXT,
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
    if isinstance(messages, Prompt):
        row = _some("llm/chat", messages.messages)
    else:
        row = _message_row("llm/chat", messages)
    return ask(row, read_options("llm/chat", options, 2)).reply.text


@function(
    "llm/send",
    "prompt:prompt [options:map]",
    "string",
    "Sends a prompt value, as `prompt` makes it, and returns the answer." + _OPTIONS_TEXT,
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
    return ask(messages, read_options("llm/send", options, 2)).reply.text


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
    exchange = ask(messages, options, text_listener(callback))
    return exchange.reply.text


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


def text_listener(callback: Value) -> EventListener:
    """Returns a listener that hands each piece of text to a callback, or prints it without one."""
    host = context.host()

    def listen(event: Event) -> None:
        if isinstance(event, TextDelta):
            if callback is None:
                host.write(event.text, "stream")
            else:
                call(callback, event.text)

    return listen
