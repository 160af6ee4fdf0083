"""Amazon's event streams, cut everywhere, damaged, and with what they say of failures."""

from __future__ import annotations

import json
import zlib
from base64 import b64encode
from typing import Any

import pytest

from lispcore.llm.event_frames import EventFrames
from lispcore.llm.failures import MalformedReply


def frame(payload: bytes, **headers: str) -> bytes:
    """Returns a frame; ``message_type`` stands for the header ``:message-type``."""
    named = b""
    for name, value in headers.items():
        label = f":{name.replace('_', '-')}".encode()
        data = value.encode()
        named += bytes([len(label)]) + label + b"\x07" + len(data).to_bytes(2, "big") + data
    start = (16 + len(named) + len(payload)).to_bytes(4, "big") + len(named).to_bytes(4, "big")
    start += zlib.crc32(start).to_bytes(4, "big") + named + payload
    return start + zlib.crc32(start).to_bytes(4, "big")


def chunk(value: Any) -> bytes:
    """Returns the frame in which Bedrock hands on an event of a model's."""
    held = b64encode(json.dumps(value).encode()).decode()
    payload = json.dumps({"bytes": held, "p": "abc"}).encode()
    return frame(payload, event_type="chunk", message_type="event")


def test_frames_are_found_wherever_the_stream_is_cut() -> None:
    values = [{"type": "message_start"}, {"type": "ping", "text": "é😀"}, {"type": "message_stop"}]
    stream = b"".join(map(chunk, values))
    for at in range(len(stream) + 1):
        frames = EventFrames()
        records = frames.feed(stream[:at]) + frames.feed(stream[at:]) + frames.finish()
        assert [json.loads(each.data) for each in records] == values


def test_other_kinds_of_headers_are_passed_over() -> None:
    good = chunk({"a": 1})
    more = b"\x04:num\x04\x00\x00\x00\x07" + b"\x02:b\x00" + b"\x02:d\x06\x00\x02xy"
    size = int.from_bytes(good[:4], "big")
    headers = int.from_bytes(good[4:8], "big")
    start = (size + len(more)).to_bytes(4, "big") + (headers + len(more)).to_bytes(4, "big")
    whole = start + zlib.crc32(start).to_bytes(4, "big") + more + good[12:-4]
    [record] = EventFrames().feed(whole + zlib.crc32(whole).to_bytes(4, "big"))
    assert json.loads(record.data) == {"a": 1}


@pytest.mark.parametrize("at", [0, 5, 9, 14, 40, -1])
def test_a_damaged_frame_is_an_error(at: int) -> None:
    data = bytearray(chunk({"type": "message_start"}))
    data[at] ^= 0x55
    with pytest.raises(MalformedReply, match="frame"):
        EventFrames().feed(bytes(data) + bytes(100))


def test_a_failure_in_the_stream_is_the_models_error() -> None:
    data = frame(
        b'{"message":"Too many requests"}',
        message_type="exception",
        exception_type="throttlingException",
    )
    [record] = EventFrames().feed(data)
    assert json.loads(record.data)["error"] == {
        "type": "throttlingException",
        "message": "Too many requests",
    }


def test_half_a_frame_says_nothing() -> None:
    frames = EventFrames()
    assert frames.feed(chunk({"a": 1})[:-1]) == []
    assert frames.finish() == []
