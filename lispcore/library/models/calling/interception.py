"""The layer at which somebody stops a call: before it is made, and when it was answered.

The step debugger does so (running/debugger.py): it may change what is sent and what came back. The
pieces of an answer are held back until then.
"""

from __future__ import annotations

from typing import Any, Protocol
from weakref import WeakKeyDictionary

from lispcore.library.models.calling.layers import AskNext, Call, Emit
from lispcore.library.models.calling.previewing import is_preview
from lispcore.llm.events import Event, TextDelta
from lispcore.tasks import context


class Interceptor(Protocol):
    """Whoever looks at each call of a session."""

    def before(self, call: Call) -> Call:
        """Returns the call that is to be made."""
        ...

    def after(self, call: Call, text: str) -> str | None:
        """Returns what the program is to get in the place of a text; None leaves it."""
        ...


_interceptors: WeakKeyDictionary[Any, Interceptor] = WeakKeyDictionary()


def intercept_calls(session: Any, interceptor: Interceptor | None) -> None:
    """Has a session's calls go by somebody, or by nobody from now on."""
    if interceptor is None:
        _interceptors.pop(session, None)
    else:
        _interceptors[session] = interceptor


def intercept(call: Call, emit: Emit, ask_next: AskNext) -> None:
    """The layer: lets calls pass that nobody wants to see."""
    found = _interceptors.get(context.interpreter()) if _interceptors else None
    if found is None or is_preview():
        ask_next(call, emit)
        return
    made = found.before(call)
    events: list[Event] = []
    ask_next(made, events.append)
    text = "".join(each.text for each in events if isinstance(each, TextDelta))
    other = found.after(made, text)
    for event in events if other is None else with_text(events, other):
        emit(event)


def with_text(events: list[Event], text: str) -> list[Event]:
    """Returns events of which those with words say something else."""
    places = [at for at, each in enumerate(events) if isinstance(each, TextDelta)]
    first = places[0] if places else 0
    others = [each for each in events[first:] if not isinstance(each, TextDelta)]
    return [*events[:first], TextDelta(text), *others]
