"""CSS selectors over an HTML tree: types, classes, ids, attributes, combinators, pseudo-classes."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from lispcore.library.formats.html_tree import Node, Tree


class SelectorError(Exception):
    """A text that is no selector."""


class Attribute(NamedTuple):
    """A condition on an attribute: ``[name operator value]``."""

    name: str
    operator: str
    value: str


class Compound(NamedTuple):
    """What one element must be: its tag ("*" for any) and its conditions."""

    tag: str
    conditions: list[Attribute]
    pseudo: list[tuple[str, str]]
    negated: list[Compound]


# A selector is a chain read from its end: (combinator to the left, what stands there).
Chain = list[tuple[str, Compound]]

_NAME: Final = r"-?[A-Za-z_\u0080-\U0010ffff][\w\-\u0080-\U0010ffff]*"
_TOKEN: Final = re.compile(
    rf"(?P<tag>\*|{_NAME})|\#(?P<id>[\w\-\u0080-\U0010ffff]+)|\.(?P<class>{_NAME})"
    r"|\[\s*(?P<name>[\w\-:]+)\s*(?:(?P<operator>[~|^$*]?=)\s*"
    r"(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\]\s\"']+))\s*(?:[iI]\s*)?)?\]"
    r"|:not\(\s*(?P<not>[^()]*(?:\([^()]*\))?[^()]*)\)"
    r"|:(?P<pseudo>[a-z\-]+)(?:\(\s*(?P<argument>[^()]*?)\s*\))?"
)
_COMBINATOR: Final = re.compile(r"\s*([>+~])\s*|\s+")
_PLAIN_PSEUDO: Final = frozenset(
    ("first-child", "last-child", "only-child", "empty", "first-of-type", "last-of-type", "root")
)
_COUNTED_PSEUDO: Final = frozenset(("nth-child", "nth-last-child", "nth-of-type"))


def parse_selector(text: str) -> list[Chain]:
    """Returns the alternatives of a selector list."""
    chains: list[Chain] = []
    for part in _split_commas(text):
        position = 0
        chain: Chain = []
        combinator = ""
        part = part.strip()
        if not part:
            raise SelectorError("a selector is empty")
        while True:
            compound, position = _read_compound(part, position)
            chain.append((combinator, compound))
            if position >= len(part):
                break
            match = _COMBINATOR.match(part, position)
            if match is None:
                raise SelectorError(f"unexpected {part[position : position + 10]!r}")
            combinator = match[1] or " "
            position = match.end()
        chains.append(chain)
    return chains


def _split_commas(text: str) -> list[str]:
    parts: list[str] = []
    depth = start = 0
    quote = ""
    for position, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character in "([":
            depth += 1
        elif character in ")]":
            depth -= 1
        elif character == "," and depth == 0:
            parts.append(text[start:position])
            start = position + 1
    return [*parts, text[start:]]


def _read_compound(text: str, position: int) -> tuple[Compound, int]:
    result = Compound("*", [], [], [])
    start = position
    while (match := _TOKEN.match(text, position)) is not None:
        if match["tag"]:
            if position != start:
                break
            result = result._replace(tag=match["tag"].lower())
        elif match["id"]:
            result.conditions.append(Attribute("id", "=", match["id"]))
        elif match["class"]:
            result.conditions.append(Attribute("class", "~=", match["class"]))
        elif match["name"]:
            value = match["double"] or match["single"] or match["bare"] or ""
            result.conditions.append(
                Attribute(match["name"].lower(), match["operator"] or "", value)
            )
        elif match["not"] is not None:
            result.negated.extend(chain[-1][1] for chain in parse_selector(match["not"]))
        else:
            result.pseudo.append(_checked_pseudo(match["pseudo"], match["argument"]))
        position = match.end()
    if position == start:
        found = text[position : position + 10]
        raise SelectorError(f"expected a selector at {found!r}" if found else "it ends too early")
    return result, position


def _checked_pseudo(name: str, argument: str | None) -> tuple[str, str]:
    if name in _PLAIN_PSEUDO and argument is None:
        return name, ""
    if name in _COUNTED_PSEUDO and argument is not None:
        text = argument.replace(" ", "").lower()
        if re.fullmatch(r"odd|even|[+-]?\d{1,9}|[+-]?\d{0,9}n(?:[+-]\d{1,9})?", text):
            return name, text
    raise SelectorError(f"unknown pseudo-class :{name}")


def select(tree: Tree, text: str) -> list[int]:
    """Returns the positions of the elements that a selector list fits, in document order."""
    chains = parse_selector(text)
    return [
        position
        for position, node in enumerate(tree.nodes)
        if node.tag and any(_fits_chain(tree, position, chain) for chain in chains)
    ]


def _fits_chain(tree: Tree, position: int, chain: Chain) -> bool:
    """Follows a chain to the left with all elements that each step can be."""
    if not _fits(tree, position, chain[-1][1]):
        return False
    candidates = {position}
    for index in range(len(chain) - 1, 0, -1):
        combinator = chain[index][0]
        wanted = chain[index - 1][1]
        candidates = {
            other
            for candidate in candidates
            for other in _to_the_left(tree, candidate, combinator)
            if _fits(tree, other, wanted)
        }
        if not candidates:
            return False
    return True


def _to_the_left(tree: Tree, position: int, combinator: str) -> list[int]:
    parent = tree.nodes[position].parent
    if parent < 0:
        return []
    if combinator == ">":
        return [parent]
    if combinator == " ":
        ancestors: list[int] = []
        while parent >= 0:
            ancestors.append(parent)
            parent = tree.nodes[parent].parent
        return ancestors
    before = [each for each in tree.children(parent) if each < position]
    return before[-1:] if combinator == "+" else before


def _fits(tree: Tree, position: int, compound: Compound) -> bool:
    node = tree.nodes[position]
    return (
        compound.tag in ("*", node.tag)
        and all(_has_attribute(node, each) for each in compound.conditions)
        and all(_has_place(tree, position, *each) for each in compound.pseudo)
        and not any(_fits(tree, position, each) for each in compound.negated)
    )


def _has_attribute(node: Node, wanted: Attribute) -> bool:
    actual = node.attributes.get(wanted.name)
    if actual is None or not wanted.operator:
        return actual is not None
    value = wanted.value
    if wanted.operator == "=":
        return actual == value
    if wanted.operator == "~=":
        return value in actual.split()
    if wanted.operator == "|=":
        return actual == value or actual.startswith(value + "-")
    if not value:
        return False
    if wanted.operator == "^=":
        return actual.startswith(value)
    return actual.endswith(value) if wanted.operator == "$=" else value in actual


def _has_place(tree: Tree, position: int, name: str, argument: str) -> bool:
    node = tree.nodes[position]
    if name == "root":
        return node.parent < 0
    if name == "empty":
        return node.end == position + 1
    siblings = tree.children(node.parent) if node.parent >= 0 else [position]
    if name.endswith("of-type"):
        siblings = [each for each in siblings if tree.nodes[each].tag == node.tag]
    place = siblings.index(position) + 1
    if name.startswith("nth"):
        if name == "nth-last-child":
            place = len(siblings) - place + 1
        return _counted(place, argument)
    if name == "only-child":
        return len(siblings) == 1
    return place == (1 if name.startswith("first") else len(siblings))


def _counted(place: int, formula: str) -> bool:
    """Tells whether a place fits ``an+b``."""
    formula = {"odd": "2n+1", "even": "2n"}.get(formula, formula)
    step, has_n, offset = formula.partition("n")
    if not has_n:
        return place == int(step)
    a = int(step + "1") if step in ("", "+", "-") else int(step)
    b = int(offset or "0")
    return place == b if a == 0 else (place - b) % a == 0 and (place - b) // a >= 0
