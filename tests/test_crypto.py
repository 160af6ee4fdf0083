"""Base64 and identifiers."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lispcore.library.texts import crypto
from lispcore.values.errors import LispError
from lispcore.values.types import Bytevector


@given(st.binary(max_size=50))
def test_base64_comes_back(data: bytes) -> None:
    assert crypto.decode_bytes(crypto.encode_bytes(Bytevector(data))) == Bytevector(data)


@pytest.mark.parametrize(
    ("text", "hint"), [("a-b_", "URL form"), ("aGk=\n", "white space"), ("a", "multiple of 4")]
)
def test_broken_base64(text: str, hint: str) -> None:
    with pytest.raises(LispError) as caught:
        crypto.decode_bytes(text)
    assert caught.value.hint is not None
    assert hint in caught.value.hint


def test_identifiers_have_their_form_and_differ() -> None:
    form = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\Z")
    made = {crypto.uuid_v4() for _ in range(50)}
    assert len(made) == 50
    assert all(form.match(each) for each in made)
