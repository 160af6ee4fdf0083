"""A conversation as a value: who said what, to which model, and what it took.

Immutable: every operation makes a new one, and they share what they have in common. Two are equal
if the same was said to the same model, whatever it cost.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from lispcore.library.arguments import display
from lispcore.library.models.message_values import as_message, message_argument, role_argument
from lispcore.llm.messages import Message, ToolCall, text_message
from lispcore.llm.usage import Usage
from lispcore.values.comparing import PARTS
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.printing import PRINTERS
from lispcore.values.types import TYPE_NAMES, Map, Value


@dataclass(frozen=True, slots=True)
class Conversation:
    """What ``(conversation/new)`` makes. `model` is "" for the provider's own.

    `cost_usd` is the sum over the replies whose price is known, None while there is none.
    """

    messages: tuple[Message, ...] = ()
    model: str = ""
    metadata: tuple[tuple[str, str], ...] = ()
    usage: Usage = field(default_factory=Usage, compare=False)
    cost_usd: float | None = field(default=None, compare=False)

    def with_messages(self, messages: tuple[Message, ...]) -> Conversation:
        """Returns the conversation with other messages."""
        return replace(self, messages=messages)

    def with_reply(
        self, messages: tuple[Message, ...], usage: Usage, cost_usd: float | None
    ) -> Conversation:
        """Returns the conversation with what was said, and what it took."""
        cost = self.cost_usd
        if cost_usd is not None:
            cost = round((cost or 0.0) + cost_usd, 12)  # without the dust of binary fractions
        return replace(
            self,
            messages=(*self.messages, *messages),
            usage=self.usage.plus(usage),
            cost_usd=cost,
        )

    @property
    def turns(self) -> int:
        """The number of replies; what only asks for tools is no reply yet."""
        return sum(
            message.role == "assistant"
            and not any(type(part) is ToolCall for part in message.parts)
            for message in self.messages
        )


TYPE_NAMES[Conversation] = "conversation"
PARTS[Conversation] = lambda conversation: (
    ("conversation", conversation.model, conversation.metadata),
    list(conversation.messages),
)
PRINTERS[Conversation] = lambda conversation: (
    f"<conversation {len(conversation.messages)} messages>"
)


def conversation_argument(name: str, value: Value, argument: int = 1) -> Conversation:
    """Returns a conversation argument."""
    if isinstance(value, Conversation):
        return value
    error = wrong_type(name, "conversation", value, argument)
    error.hint = "make one with (conversation/new)"
    raise error


def index_argument(name: str, value: Value, conversation: Conversation, end: int) -> int:
    """Returns the index of a message; `end` is the first that is out of bounds."""
    if type(value) is not int:
        raise wrong_type(name, "int", value, 2)
    if not 0 <= value < end:
        count = len(conversation.messages)
        said = "1 message" if count == 1 else f"{count} messages"
        raise LispError(
            f"{name}: index {value} is out of bounds, the conversation has {said}",
            hint="the first message has the index 0",
        )
    return value


def given_message(name: str, given: tuple[Value, ...], argument: int) -> Message:
    """Returns a message that is given as one value, or as a role and a content."""
    if len(given) == 1 and isinstance(given[0], Map):
        return as_message(name, given[0])
    if len(given) == 1:
        return message_argument(name, given[0], argument)
    if len(given) != 2:
        raise LispError(
            f"{name}: expected a message, or a role and a content",
            kind="arity",
            hint=f'for example ({name} … :user "Hello") or (message :user "Hello")',
        )
    role, content = given
    return text_message(role_argument(name, role, argument), str(display(content)))
