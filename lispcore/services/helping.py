"""Help while typing: the function at hand, what a word may become, what a name means."""

from __future__ import annotations

import re
from typing import Any, Final

from lispcore.library.language.help import describe_entry, entry_of, public_names
from lispcore.library.language.help import signature as signature_of
from lispcore.library.registry import OPTIONS_OF, options_index
from lispcore.services.naming import Names
from lispcore.services.outline import Definition, outline
from lispcore.services.syntax import all_tokens
from lispcore.services.typing_place import Opened, Place, place_at

_MOST_OFFERED: Final = 200
_FUNCTIONS: Final = frozenset("define defun defn defmacro define-macro lambda fn defmethod".split())
_MARKS: Final = frozenset((".", "&", "&rest", "&body", "_", "else", "=>", "nil"))
_WORD: Final = re.compile(r"\[?[^\s\[\]]+\]?")


# --- the call at hand -----------------------------------------------------------------------------


def signature(text: str, offset: int) -> dict[str, Any] | None:
    """Returns how the function at hand is called, None outside of calls.

    ``{"name", "label", "parameters": [[from, to] …], "active", "text", "options", "option",
    "start"}``: places of parameters are in `label`; `active` is -1 for none of them; `options` are
    those that a map of options may have, if the offset is in it, and `option` the one at hand.
    """
    place = place_at(text, offset)
    option = None
    for depth in range(len(place.opened) - 1, -1, -1):
        form = place.opened[depth]
        if form.bracket == "{":
            option = _key_at(place, form)
            continue
        if form.bracket != "(":
            continue
        name = place.head(form)
        if not name or place.kind in ("comment",):
            return None
        label, documentation = _described(text, name)
        if not label:
            continue
        index = len(form.parts) - 1
        parameters = _parameters_in(label, len(name) + 2)
        options = _options_here(place, depth)
        return {
            "name": name,
            "label": label,
            "parameters": [list(each) for each in parameters],
            "active": _active(label, parameters, index),
            "text": documentation,
            "options": options,
            "option": option if options else None,
            "start": form.start,
        }
    return None


def _described(text: str, name: str) -> tuple[str, str]:
    """Returns how a name is used and what is said of it: the program's own meaning comes first."""
    for each in reversed(outline(text)):
        if each.name == name:
            return (each.signature if each.parameters is not None else ""), each.documentation
    entry = entry_of(name)
    if entry is None or (entry.function is None and not entry.parameters):
        return "", ""
    return signature_of(name, entry), entry.text.split("\n\n")[0]


def _parameters_in(label: str, start: int) -> list[tuple[int, int]]:
    """Returns where the parameters of a signature stand in it."""
    end = label.rfind(") ->")
    end = label.rfind(")") if end < 0 else end
    found: list[tuple[int, int]] = []
    depth, begin = 0, -1
    for at in range(start, end):
        character = label[at]
        if character.isspace() and not depth:
            if begin >= 0:
                found.append((begin, at))
            begin = -1
            continue
        begin = at if begin < 0 else begin
        depth += (character in "([{") - (character in ")]}")
    if begin >= 0:
        found.append((begin, end))
    return found


def _active(label: str, parameters: list[tuple[int, int]], index: int) -> int:
    """Returns which parameter an argument is for; what follows & or … takes all that come."""
    words = [label[begin:end] for begin, end in parameters]
    for at, word in enumerate(words):
        if word in ("&", ".") and index >= at:
            return min(at + 1, len(words) - 1)
        if word.startswith("…") and index >= at:
            return max(at - 1, 0)
    return index if index < len(words) else -1


def _key_at(place: Place, form: Opened) -> str | None:
    """Returns the key whose value is at hand in a map, without its colon."""
    count = len(form.parts)
    at = count - 1 if count % 2 else count - 2
    if count % 2 == 0 and place.kind == "keyword":
        return place.text[place.token[0] + 1 : place.token[1]]
    key = place.written(form.parts[at]) if 0 <= at < count and count % 2 else ""
    return key[1:] if key.startswith(":") else None


def _options_here(place: Place, depth: int) -> list[str] | None:
    """Returns the options of the call that is open at a depth, if a map of them is at hand."""
    form = place.opened[depth]
    name = "defagent" if place.head(form) == "defagent" else place.head(form)
    accepted = OPTIONS_OF.get(name)
    if accepted is None or depth + 1 >= len(place.opened) or depth + 2 < len(place.opened):
        return None
    if place.opened[depth + 1].bracket != "{":
        return None
    wanted = 1 if name == "defagent" else options_index(name)
    return list(accepted) if len(form.parts) - 1 in (wanted, wanted - 1) else None


# --- what a word may become -----------------------------------------------------------------------


def completions(text: str, offset: int) -> list[dict[str, str]]:
    """Returns what the word before an offset may become, the nearest first.

    Each is ``{"label", "kind", "detail"}`` with the kinds option, local, function, value, macro …;
    in texts and comments there is none.
    """
    place = place_at(text, offset)
    if place.kind in ("string", "long", "regex", "fstring", "comment", "block", "character"):
        return []
    prefix = place.prefix
    if prefix.startswith(":") or (not prefix and _is_key_next(place)):
        return _options(place, prefix[1:])
    found: dict[str, dict[str, str]] = {}

    def offer(label: str, kind: str, detail: str = "") -> None:
        if label.startswith(prefix) and label != prefix:
            found.setdefault(label, {"label": label, "kind": kind, "detail": detail})

    for name in locals_at(place):
        offer(name, "local")
    own = outline(text)
    for each in sorted(own, key=lambda one: abs(one.start - offset)):
        offer(each.name, each.kind, each.signature if each.parameters is not None else "")
    for name in public_names() if prefix else ():
        if name.startswith(prefix):
            entry = entry_of(name)
            offer(name, "library", entry.parameters if entry is not None else "")
    return list(found.values())[:_MOST_OFFERED]


def _is_key_next(place: Place) -> bool:
    """Tells whether a map is open in which a key comes next."""
    form = place.opened[-1] if place.opened else None
    return form is not None and form.bracket == "{" and len(form.parts) % 2 == 0


def _options(place: Place, prefix: str) -> list[dict[str, str]]:
    """Returns the options that a map at hand may still have."""
    if len(place.opened) < 2 or not _is_key_next(place):
        return []
    options = _options_here(place, len(place.opened) - 2)
    given = {place.written(part) for part in place.opened[-1].parts[::2]}
    return [
        {"label": f":{each}", "kind": "option", "detail": ""}
        for each in options or ()
        if each.startswith(prefix) and f":{each}" not in given
    ]


def locals_at(place: Place) -> list[str]:
    """Returns the names that forms around a place bind, the innermost first."""
    found: dict[str, None] = {}
    for depth in range(len(place.opened) - 1, -1, -1):
        form = place.opened[depth]
        for name in reversed(_bound_in(place, form, depth)):
            found.setdefault(name)
    return list(found)


def _bound_in(place: Place, form: Opened, depth: int) -> list[str]:
    """Returns the names that a form binds in what follows in it."""
    if form.bracket != "(" or not form.parts:
        return []
    head, parts = place.head(form), form.parts[1:]
    around = place.head(place.opened[depth - 1]) if depth else ""
    names: list[str] = []
    if around in ("match", "case-lambda"):
        names += _names_in(place, form.parts[0])
    elif place.text[form.parts[0][0]] == "[":
        names += _names_in(place, form.parts[0])  # a clause of a function
    if head in _FUNCTIONS:
        most = 2 if head in ("defun", "defn", "defmacro", "define-macro", "defmethod") else 1
        names += [name for part in parts[:most] for name in _names_in(place, part)]
    elif head == "catch":
        names += [place.written(part) for part in parts[:1]]
    elif parts and head not in ("if", "cond", "when", "unless", "set!", "quote", "begin"):
        names += _bindings_in(place, parts)
    for part in parts:  # definitions in a body
        text = place.written(part)
        match = re.match(r"\((?:define|defun|defn|def)\s+\(?([^\s()\[\]{}\"';]+)", text)
        if match and depth:
            names.append(match[1])
    return [name for name in names if name not in _MARKS]


def _names_in(place: Place, part: tuple[int, int]) -> list[str]:
    """Returns the names in a list of parameters or a pattern."""
    if place.text[part[0]] not in "([{":
        return []
    return [
        place.text[each.start : each.end]
        for each in all_tokens(place.text, *part)
        if each.kind == "symbol"
    ]


def _bindings_in(place: Place, parts: list[tuple[int, int]]) -> list[str]:
    """Returns the names that ``((name value) …)`` or ``(name value)`` binds, of a known form."""
    names = []
    if place.text[parts[0][0]] not in "([{" and len(parts) > 1:  # (let loop (…) …)
        names.append(place.written(parts[0]))
        parts = parts[1:]
    begin, end = parts[0]
    if place.text[begin] != "(":
        return []
    inner = list(all_tokens(place.text, begin + 1, end - 1))
    if inner and inner[0].kind == "symbol":  # (dotimes (i 3) …)
        return [place.text[inner[0].start : inner[0].end]]
    depth, fresh = 0, False
    for each in inner:
        if each.kind in ("open", "bytes", "short"):
            depth += 1
            fresh = depth == 1 or (fresh and depth == 2)
        elif each.kind == "close":
            depth -= 1
            fresh = False
        elif depth == 1 and fresh:
            if each.kind == "symbol":
                names.append(place.text[each.start : each.end])
            fresh = False
        elif depth == 2 and fresh and each.kind == "symbol":
            names.append(place.text[each.start : each.end])  # a pattern
    return names


# --- what a name means ----------------------------------------------------------------------------


def hover(text: str, offset: int) -> dict[str, Any] | None:
    """Returns ``{"name", "start", "end", "signature", "text", "kind"}`` of a name."""
    names = Names(text)
    found = names.name_at(offset)
    if found is None:
        return None
    name, start = found
    mentions = names.definition(offset)
    own = {each.name_start: each for each in outline(text, names.read)}
    result = {"name": name, "start": start, "end": start + len(name)}
    for mention in mentions:
        definition: Definition | None = own.get(mention.start)
        line = text.count("\n", 0, mention.start) + 1
        if definition is None:
            return {**result, "signature": name, "text": "", "kind": f"local, from line {line}"}
        kind = f"{definition.kind} of this program, line {line}"
        return {
            **result,
            "signature": definition.signature,
            "text": definition.documentation,
            "kind": kind,
        }
    entry = entry_of(name)
    if entry is None:
        return None
    said = describe_entry(name, entry).split("\n", 1)
    return {
        **result,
        "signature": signature_of(name, entry),
        "text": said[1].rstrip("\n") if len(said) > 1 else "",
        "kind": entry.chapter,
    }
