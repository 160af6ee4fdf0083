"""Secrets found and blacked out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lispcore.library.texts import security
from lispcore.values.types import Map, intern_keyword, list_from, list_items

START, END = intern_keyword("start"), intern_keyword("end")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("AKIAABCDEFGHIJKLMNOP", "aws-access-key"),
        ("ghp_" + "a1B2" * 9, "github-token"),
        ("xoxb-123456789012-abcdef", "slack-token"),
        ("-----BEGIN EC PRIVATE KEY-----", "private-key"),
        ("api_key = 'q8Zr5TnB2vLx9WmK'", "api-key"),
        ("q8Zr5TnB2vLx9WmKq8Zr5TnB2vLx9WmK", "high-entropy"),
    ],
)
def test_kinds(text: str, kind: str) -> None:
    found = list_items(security.detect_secrets("é " + text))
    assert [each.get(intern_keyword("type")) for each in found] == [kind]
    assert text not in security.redact_secrets(text)


@given(st.text(max_size=30))
def test_ordinary_words_are_no_secrets(text: str) -> None:
    words = " ".join(text.split()[:5])
    if len(words) < 16:
        assert security.redact_secrets(words) == words


@given(
    st.text(max_size=12),
    st.lists(st.tuples(st.integers(-3, 40), st.integers(-3, 40)), max_size=5),
)
def test_any_spans_are_survived(text: str, spans) -> None:
    if any(0xD800 <= ord(c) < 0xE000 for c in text):
        return
    maps = [Map({START: start, END: end}) for start, end in spans]
    result = security.redact_spans(text, list_from(maps))
    assert isinstance(result, str)
