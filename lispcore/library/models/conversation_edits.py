"""Conversations taken apart and put together again: filter, map, find, search, insert, remove."""

from __future__ import annotations

from typing import Final

from lispcore.library.arguments import string_argument
from lispcore.library.models.calling.conversation import (
    Conversation,
    conversation_argument,
    given_message,
    index_argument,
)
from lispcore.library.models.message_values import message_words, role_argument
from lispcore.library.registry import function
from lispcore.llm.messages import Message
from lispcore.values.calls import call, check_function
from lispcore.values.errors import LispError
from lispcore.values.types import Map, Value, intern_keyword, is_true, list_from, type_name

CHAPTER = "conversations"

_EXAMPLE: Final = (
    '(-> (conversation/new) (conversation/add-message :user "What is Lisp?") '
    '(conversation/add-message :assistant " A language. "))'
)


@function(
    "conversation/filter",
    "conversation:conversation test:function",
    "conversation",
    "Returns the conversation with those messages for which `(test message)` is true.",
    [
        (
            f"(conversation/filter {_EXAMPLE} (fn (m) (= (message/role m) :user)))",
            "<conversation 1 messages>",
        )
    ],
)
def keep(conversation: Value, test: Value) -> Conversation:
    talk = conversation_argument("conversation/filter", conversation)
    check_function("conversation/filter", test, 2)
    return talk.with_messages(tuple([each for each in talk.messages if is_true(call(test, each))]))


@function(
    "conversation/map",
    "conversation:conversation f:function",
    "list",
    "Returns the list of `(f message)` for each message.",
    [(f"(conversation/map {_EXAMPLE} message/role)", "(:user :assistant)")],
)
def map_messages(conversation: Value, f: Value) -> Value:
    talk = conversation_argument("conversation/map", conversation)
    check_function("conversation/map", f, 2)
    return list_from([call(f, each) for each in talk.messages])


@function(
    "conversation/map-role",
    "conversation:conversation role:keyword f:function",
    "conversation",
    "Returns the conversation with `(f message)`, which must be a message, in place of each "
    "message of that role.",
    [
        (
            f"(conversation/last-reply (conversation/map-role {_EXAMPLE} :assistant "
            "(fn (m) (message :assistant (string/trim (message/content m))))))",
            '"A language."',
        )
    ],
)
def map_role(conversation: Value, role: Value, f: Value) -> Conversation:
    name = "conversation/map-role"
    talk = conversation_argument(name, conversation)
    wanted = role_argument(name, role, 2)
    check_function(name, f, 3)
    changed: list[Message] = []
    for each in talk.messages:
        if each.role != wanted:
            changed.append(each)
            continue
        result = call(f, each)
        if not isinstance(result, Message):
            raise LispError(
                f"{name}: the function gave {type_name(result)}, expected a message",
                kind="type-error",
                hint=f'for example (fn (m) (message :{wanted} "…"))',
            )
        changed.append(result)
    return talk.with_messages(tuple(changed))


@function(
    "conversation/find",
    "conversation:conversation test:function",
    "message",
    "Returns the first message for which `(test message)` is true, nil if there is none.",
    [
        (
            f"(conversation/find {_EXAMPLE} (fn (m) (= (message/role m) :assistant)))",
            '<message assistant " A language. ">',
        ),
        (f"(conversation/find {_EXAMPLE} (fn (m) #f))", "nil"),
    ],
)
def find(conversation: Value, test: Value) -> Value:
    talk = conversation_argument("conversation/find", conversation)
    check_function("conversation/find", test, 2)
    for each in talk.messages:
        if is_true(call(test, each)):
            return each
    return None


@function(
    "conversation/search",
    "conversation:conversation text:string",
    "list",
    "Returns `{:index :role :content}` for each message that contains a text, in capitals or not.",
    [
        (
            f'(conversation/search {_EXAMPLE} "lisp")',
            '({:content "What is Lisp?" :index 0 :role :user})',
        )
    ],
)
def search(conversation: Value, text: Value) -> Value:
    talk = conversation_argument("conversation/search", conversation)
    wanted = string_argument("conversation/search", text, 2).lower()
    found = []
    for index, message in enumerate(talk.messages):
        content = message_words(message)
        if wanted in content.lower():
            entries = [("index", index), ("role", intern_keyword(message.role))]
            entries.append(("content", content))
            found.append(Map.of((intern_keyword(key), value) for key, value in entries))
    return list_from(found)


@function(
    "conversation/insert",
    "conversation:conversation index:int role:keyword content:string",
    "conversation",
    "Returns the conversation with a message (a value, or a role and a content) before the one at "
    "`index`; the length as index appends it.",
    [
        (
            f'(conversation/map (conversation/insert {_EXAMPLE} 1 :system "Now.") message/role)',
            "(:user :system :assistant)",
        ),
        (
            f'(conversation/insert {_EXAMPLE} 3 (message :user "x"))',
            "error: index 3 is out of bounds",
        ),
    ],
)
def insert(conversation: Value, index: Value, *message: Value) -> Conversation:
    name = "conversation/insert"
    talk = conversation_argument(name, conversation)
    place = index_argument(name, index, talk, len(talk.messages) + 1)
    new = given_message(name, message, 3)
    return talk.with_messages((*talk.messages[:place], new, *talk.messages[place:]))


@function(
    "conversation/replace",
    "conversation:conversation index:int role:keyword content:string",
    "conversation",
    "Returns the conversation with a message (a value, or a role and a content) in place of the "
    "one at `index`.",
    [
        (
            f'(first (conversation/messages (conversation/replace {_EXAMPLE} 0 :user "Scheme?")))',
            '<message user "Scheme?">',
        )
    ],
)
def replace(conversation: Value, index: Value, *message: Value) -> Conversation:
    name = "conversation/replace"
    talk = conversation_argument(name, conversation)
    place = index_argument(name, index, talk, len(talk.messages))
    new = given_message(name, message, 3)
    return talk.with_messages((*talk.messages[:place], new, *talk.messages[place + 1 :]))


@function(
    "conversation/remove",
    "conversation:conversation index:int",
    "conversation",
    "Returns the conversation without the message at `index`.",
    [(f"(conversation/map (conversation/remove {_EXAMPLE} 0) message/role)", "(:assistant)")],
)
def remove(conversation: Value, index: Value) -> Conversation:
    name = "conversation/remove"
    talk = conversation_argument(name, conversation)
    place = index_argument(name, index, talk, len(talk.messages))
    return talk.with_messages((*talk.messages[:place], *talk.messages[place + 1 :]))
