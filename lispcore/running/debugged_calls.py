"""Stops of the debugger before and after model calls, where what is said can be changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lispcore.library.models.calling.layers import Call
from lispcore.library.models.calling.repeating import with_question
from lispcore.running.debugger import Debugger


class CallStops:
    """Shows each model call of a session to a debugger (`interception.py`)."""

    def __init__(self, debugger: Debugger) -> None:
        self._debugger = debugger

    def before(self, call: Call) -> Call:
        """Returns the call with what somebody has changed of it."""
        asked = [each.text for each in call.request.messages if each.role == "user"]
        prompt, system = asked[-1] if asked else "", call.request.system or ""
        shown = {"prompt": prompt, "system": system, "model": call.model}
        about = {"provider": call.provider.provider, **shown}
        wanted = {**shown, **self._debugger.stop_at_call("before-call", about)}
        changes: dict[str, Any] = {}
        if wanted["prompt"] != prompt:
            changes["messages"] = with_question(call.request.messages, wanted["prompt"])
        if wanted["system"] != system:
            changes["system"] = wanted["system"] or None
        if wanted["model"] != call.model:
            changes["model"] = wanted["model"]
        return replace(call, request=replace(call.request, **changes)) if changes else call

    def after(self, call: Call, text: str) -> str | None:
        """Returns what somebody wants the answer to be; None leaves it as it is."""
        about = {"provider": call.provider.provider, "model": call.model, "text": text}
        other = self._debugger.stop_at_call("after-call", about).get("text")
        return None if other is None or other == text else other
