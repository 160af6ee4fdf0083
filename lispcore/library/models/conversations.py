"""Conversations: `conversation/new`, `conversation/say`, and what can be asked about one."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from lispcore.library.arguments import display, map_argument, string_argument
from lispcore.library.models.calling.conversation import (
    Conversation,
    conversation_argument,
    given_message,
)
from lispcore.library.models.calling.options import OPTIONS
from lispcore.library.models.message_values import Prompt, message_words
from lispcore.library.registry import accepts_options, function
from lispcore.llm.messages import Message, text_message
from lispcore.llm.token_estimates import estimate_whole_tokens
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.types import Keyword, Map, Symbol, Value, boolean, intern_keyword, list_from

_EXAMPLE: Final = (
    '(-> (conversation/new {:model "m"}) (conversation/add-message :system "Be brief.") '
    '(conversation/add-message :user "2+2?") (conversation/add-message :assistant "4"))'
)
_SAID: Final = (
    '(begin (llm/define-provider :m {:complete (fn (r) {:content "4" '
    ':usage {:prompt-tokens 7 :completion-tokens 1}})}) (llm/set-pricing "default" 1.0 3.0) '
    '(define conversation (conversation/say (conversation/new) "2+2?")) '
)


@function(
    "conversation/new",
    "[options:map]",
    "conversation",
    "Makes an empty conversation. The option `:model` names the model that it asks; other entries "
    "are kept with it as text. Conversations are values: every operation makes a new one.",
    [
        ("(conversation/new)", "<conversation 0 messages>"),
        ('(conversation/model (conversation/new {:model "m" :user "alice"}))', '"m"'),
    ],
)
def new(options: Value = None) -> Conversation:
    if options is None:
        return Conversation()
    model = ""
    metadata = []
    for key, value in map_argument("conversation/new", options, 1).entries():
        name = key.name if type(key) in (Keyword, Symbol) else str(display(key))
        if name == "model":
            model = "" if value is None else string_argument("conversation/new: :model", value)
        else:
            metadata.append((name, str(display(value))))
    return Conversation(model=model, metadata=tuple(metadata))


# --- asking -------------------------------------------------------------------------------------

_OPTIONS_TEXT: Final = (
    " Options: those of `llm/chat` (`:temperature`, `:max-tokens`, `:system`, `:tools` …), and "
    "`:on-text`, a function that is called with each piece of the reply as it arrives."
)


@function(
    "conversation/say",
    "conversation:conversation message:string [options:map]",
    "conversation",
    "Sends a message (a string, or a message with images) and returns the conversation with it and "
    "the model's reply." + _OPTIONS_TEXT,
    [
        (_SAID + "conversation)", "<conversation 2 messages>"),
        (_SAID + "(conversation/last-reply conversation))", '"4"'),
    ],
)
def say(conversation: Value, message: Value, options: Value = None) -> Conversation:
    name = "conversation/say"
    talk = conversation_argument(name, conversation)
    return _said(name, talk, talk.messages, _question(name, message, 2), options, 3)


@function(
    "conversation/say-as",
    "conversation:conversation system:string message:string [options:map]",
    "conversation",
    "Like `conversation/say`, with another system prompt for this turn only: a string, or a prompt "
    "whose system messages count." + _OPTIONS_TEXT,
    [
        (
            "(begin (llm/define-provider :m {:complete (fn (r) (:system r))}) "
            "(conversation/last-reply "
            '(conversation/say-as (conversation/new) "You are a pirate." "Hello")))',
            '"You are a pirate."',
        )
    ],
)
def say_as(
    conversation: Value, system: Value, message: Value, options: Value = None
) -> Conversation:
    name = "conversation/say-as"
    talk = conversation_argument(name, conversation)
    others = tuple(each for each in talk.messages if each.role != "system")
    question = _question(name, message, 3)
    return _said(name, talk, others, question, options, 4, _system_text(name, system))


def _question(name: str, message: Value, argument: int) -> Message:
    if type(message) is str:
        return text_message("user", message)
    if isinstance(message, Message):
        return message
    raise wrong_type(name, "string or message", message, argument)


def _system_text(name: str, system: Value) -> str:
    if type(system) is str:
        return system
    if not isinstance(system, Prompt):
        raise wrong_type(name, "string or prompt", system, 2)
    texts = [message.text for message in system.messages if message.role == "system"]
    if not texts:
        raise LispError(
            f"{name}: the prompt has no system message",
            hint='for example (prompt (system "You are a pirate."))',
        )
    return "\n".join(texts)


def _said(
    name: str,
    talk: Conversation,
    before: tuple[Message, ...],
    question: Message,
    options: Value,
    argument: int,
    system: str | None = None,
) -> Conversation:
    """Returns the conversation with a question and what the model said after `before` and it."""
    from lispcore.library.models.calling.exchange import ask, text_listener
    from lispcore.library.models.calling.model_session import model_session
    from lispcore.library.models.calling.options import read_options
    from lispcore.library.models.held_answers import check_held, held

    rest, on_text = _without_listener(name, options, argument)
    common = read_options(name, rest, argument)
    if system is not None and common.system is not None:
        raise LispError(
            f"{name}: got two system prompts", hint="leave :system out: argument 2 is the prompt"
        )
    common = replace(common, model=common.model or talk.model, system=system or common.system)
    sent = (*before, question)
    if common.n is not None:
        raise LispError(f"{name}: one answer at a time", hint="llm/chat takes :n")
    asked, task = held(name, common)
    exchange = ask(sent, asked, None if on_text is None else text_listener(on_text))
    check_held(task, exchange.reply, asked)
    answered = exchange.messages[len(sent) :]
    return talk.with_reply((question, *answered), exchange.usage, model_session().ledger.last_usd)


def _without_listener(name: str, options: Value, argument: int) -> tuple[Value, Value]:
    """Returns the options without `:on-text`, and its function or nil."""
    from lispcore.values.calls import check_function

    if options is None:
        return None, None
    key = intern_keyword("on-text")
    given = map_argument(name, options, argument)
    on_text = given.get(key)
    if on_text is not None:
        check_function(f"{name}: option :on-text", on_text)
    return Map.of(entry for entry in given.entries() if entry[0] is not key), on_text


@function(
    "conversation/add-message",
    "conversation:conversation role:keyword content:string",
    "conversation",
    "Returns the conversation with one more message, without asking the model. A message value may "
    "stand in place of role and content.",
    [
        (
            '(conversation/messages (conversation/add-message (conversation/new) :user "hi"))',
            '(<message user "hi">)',
        ),
        ('(conversation/add-message (conversation/new) :boss "hi")', "error: unknown role :boss"),
    ],
)
def add_message(conversation: Value, *message: Value) -> Conversation:
    name = "conversation/add-message"
    talk = conversation_argument(name, conversation)
    return talk.with_messages((*talk.messages, given_message(name, message, 2)))


@function(
    "conversation/fork",
    "conversation:conversation",
    "conversation",
    "Returns the conversation, for a second way of going on: what is said on one leaves the other "
    "alone.",
    [("(conversation/fork (conversation/new))", "<conversation 0 messages>")],
)
def fork(conversation: Value) -> Conversation:
    return conversation_argument("conversation/fork", conversation)


# --- the system message -------------------------------------------------------------------------


@function(
    "conversation/system",
    "conversation:conversation",
    "string",
    "Returns the text of the system message, nil if there is none.",
    [
        (f"(conversation/system {_EXAMPLE})", '"Be brief."'),
        ("(conversation/system (conversation/new))", "nil"),
    ],
)
def system(conversation: Value) -> Value:
    talk = conversation_argument("conversation/system", conversation)
    return next((each.text for each in talk.messages if each.role == "system"), None)


@function(
    "conversation/set-system",
    "conversation:conversation text:string",
    "conversation",
    "Returns the conversation with `text` as its only system message, which stands first.",
    [(f'(conversation/system (conversation/set-system {_EXAMPLE} "Rhyme."))', '"Rhyme."')],
)
def set_system(conversation: Value, text: Value) -> Conversation:
    talk = conversation_argument("conversation/set-system", conversation)
    first = text_message("system", string_argument("conversation/set-system", text, 2))
    others = (each for each in talk.messages if each.role != "system")
    return talk.with_messages((first, *others))


# --- what is in it ------------------------------------------------------------------------------


@function(
    "conversation/messages",
    "conversation:conversation",
    "list",
    "Returns the messages.",
    [(f"(length (conversation/messages {_EXAMPLE}))", "3")],
)
def messages(conversation: Value) -> Value:
    return list_from(conversation_argument("conversation/messages", conversation).messages)


@function(
    "conversation/last-reply",
    "conversation:conversation",
    "string",
    "Returns the text of the model's last message.",
    [
        (f"(conversation/last-reply {_EXAMPLE})", '"4"'),
        ("(conversation/last-reply (conversation/new))", "error: there is no reply yet"),
    ],
)
def last_reply(conversation: Value) -> Value:
    talk = conversation_argument("conversation/last-reply", conversation)
    for message in reversed(talk.messages):
        if message.role == "assistant":
            return message_words(message)
    raise LispError(
        "conversation/last-reply: there is no reply yet",
        hint='ask first: (conversation/say conversation "Hello")',
    )


@function(
    "conversation/model",
    "conversation:conversation",
    "string",
    'Returns the model that the conversation asks, "" for the provider\'s own.',
    [(f"(conversation/model {_EXAMPLE})", '"m"')],
)
def model(conversation: Value) -> Value:
    return conversation_argument("conversation/model", conversation).model


@function(
    "conversation/models-used",
    "conversation:conversation",
    "list",
    "Returns the model of the conversation as a list of one, or the empty list if none was set.",
    [
        (f"(conversation/models-used {_EXAMPLE})", '("m")'),
        ("(conversation/models-used (conversation/new))", "()"),
    ],
)
def models_used(conversation: Value) -> Value:
    return _models(conversation_argument("conversation/models-used", conversation))


def _models(talk: Conversation) -> Value:
    return list_from([talk.model] if talk.model else [])


@function(
    "conversation/length",
    "conversation:conversation",
    "int",
    "Returns the number of messages.",
    [(f"(conversation/length {_EXAMPLE})", "3")],
)
def length(conversation: Value) -> Value:
    return len(conversation_argument("conversation/length", conversation).messages)


@function(
    "conversation/turns",
    "conversation:conversation",
    "int",
    "Returns the number of the model's replies.",
    [(f"(conversation/turns {_EXAMPLE})", "1")],
)
def turns(conversation: Value) -> Value:
    return conversation_argument("conversation/turns", conversation).turns


@function(
    "conversation?",
    "value:any",
    "bool",
    "Tells whether a value is a conversation.",
    [("(conversation? (conversation/new))", "#t"), ("(conversation? 42)", "#f")],
)
def is_conversation(value: Value) -> Value:
    return boolean(isinstance(value, Conversation))


# --- what it took -------------------------------------------------------------------------------


@function(
    "conversation/token-count",
    "conversation:conversation",
    "int",
    "Estimates the tokens of all messages, as `llm/token-count` does, and counts a begun one.",
    [(f"(conversation/token-count {_EXAMPLE})", "4")],
)
def token_count(conversation: Value) -> Value:
    talk = conversation_argument("conversation/token-count", conversation)
    return estimate_whole_tokens(*map(message_words, talk.messages))


@function(
    "conversation/cost",
    "conversation:conversation",
    "float",
    "Returns what the replies cost in US dollars, by their counted tokens; nil while there is none "
    "whose price is known.",
    [
        (f"(conversation/cost {_EXAMPLE})", "nil"),
        (_SAID + "(conversation/cost conversation))", "0.00001"),
    ],
)
def cost(conversation: Value) -> Value:
    return conversation_argument("conversation/cost", conversation).cost_usd


@function(
    "conversation/stats",
    "conversation:conversation",
    "map",
    "Returns `{:messages :turns :tokens {:prompt :completion :total} :cost :models}`; tokens and "
    "cost are those of the replies that `conversation/say` brought.",
    [
        (
            _SAID + "(:tokens (conversation/stats conversation)))",
            "{:completion 1 :prompt 7 :total 8}",
        )
    ],
)
def stats(conversation: Value) -> Value:
    talk = conversation_argument("conversation/stats", conversation)
    tokens = _map(
        prompt=talk.usage.prompt_tokens,
        completion=talk.usage.completion_tokens,
        total=talk.usage.total_tokens,
    )
    return _map(
        messages=len(talk.messages),
        turns=talk.turns,
        tokens=tokens,
        cost=talk.cost_usd,
        models=_models(talk),
    )


def _map(**entries: Value) -> Map:
    return Map.of((intern_keyword(name), value) for name, value in entries.items())


accepts_options("conversation/say conversation/say-as", ("on-text", *OPTIONS))
