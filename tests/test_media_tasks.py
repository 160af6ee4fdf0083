"""Pictures, speech and transcripts: `llm/image`, `llm/speak`, `llm/transcribe`, files in messages."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

import pytest

from fake_host import FakeHost, FakeResponse
from lispcore import Interpreter, LispError
from lispcore.llm.demo_media import picture, tones
from lispcore.llm.http import HttpRequest
from lispcore.llm.media import image_size, sound_or_film, wave_file
from lispcore.values.printing import print_value

PNG = picture("a test")
WAV = tones(["one", "two"])
MP3 = b"ID3\x04" + bytes(40)
SETTINGS = {
    "default": "openai",
    "providers": {
        name: {"base_url": "", "model": "", "has_key": True}
        for name in ("openai", "gemini", "openrouter", "groq", "anthropic")
    },
}


class Server:
    """Answers as the providers do, and takes note of what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any]] = []

    def __call__(self, request: HttpRequest) -> FakeResponse:
        path = re.sub(r"^https://[^/]+", "", request.url)
        kind = dict(request.headers)["content-type"]
        sent = _form(request.body, kind) if "multipart" in kind else json.loads(request.body)
        self.asked.append((path, sent))
        return self._answer(path, sent)

    def _answer(self, path: str, sent: Any) -> FakeResponse:
        if path.startswith("/v1/images/"):
            rows = [{"b64_json": _text(PNG)} for _ in range(int(sent.get("n") or 1))]
            usage = {"input_tokens": 5, "output_tokens": 1000, "total_tokens": 1005}
            return _json({"created": 1, "data": rows, "usage": usage})
        if path == "/v1/audio/speech":
            return FakeResponse(MP3[:3], MP3[3:], headers={"content-type": "audio/mpeg"})
        if path.endswith("/audio/transcriptions"):
            return _json(
                {"text": " hello there ", "usage": {"input_tokens": 7, "output_tokens": 2}}
            )
        if "/models/" in path:
            return self._gemini(sent)
        return _stream(
            {
                "choices": [
                    {
                        "delta": {
                            "content": "Here.",
                            "images": [{"image_url": {"url": _url("image/png", PNG)}}],
                        },
                        "finish_reason": "stop",
                    }
                ]
            },
            "[DONE]",
        )

    def _gemini(self, sent: Any) -> FakeResponse:
        modes = sent.get("generationConfig", {}).get("responseModalities", [])
        if "AUDIO" in modes:
            raw = {"mimeType": "audio/L16;codec=pcm;rate=24000", "data": _text(b"\0\1" * 20)}
            parts: list[Any] = [{"inlineData": raw}]
        elif "IMAGE" in modes:
            picture_part = {"inlineData": {"mimeType": "image/png", "data": _text(PNG)}}
            parts = [{"text": "Here."}, picture_part]
        else:
            parts = [{"text": "hello from gemini"}]
        candidate = {"content": {"role": "model", "parts": parts}, "finishReason": "STOP"}
        return _stream({"candidates": [candidate], "usageMetadata": {"promptTokenCount": 3}})


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _url(kind: str, data: bytes) -> str:
    return f"data:{kind};base64,{_text(data)}"


def _json(value: Any) -> FakeResponse:
    return FakeResponse(json.dumps(value).encode(), headers={"content-type": "application/json"})


def _stream(*records: Any) -> FakeResponse:
    lines = [each if isinstance(each, str) else json.dumps(each) for each in records]
    body = "".join(f"data: {line}\n\n" for line in lines).encode()
    return FakeResponse(body, headers={"content-type": "text/event-stream"})


def _form(body: bytes, kind: str) -> dict[str, Any]:
    from email import message_from_bytes

    fields: dict[str, Any] = {}
    for part in message_from_bytes(f"content-type: {kind}\r\n\r\n".encode() + body).walk():
        if part.is_multipart():
            continue
        name = str(part.get_param("name", header="content-disposition"))
        data = part.get_payload(decode=True)
        assert isinstance(data, bytes)
        if part.get_filename():
            fields.setdefault(name, []).append((part.get_filename(), data))
        else:
            fields[name] = data.decode()
    return fields


@pytest.fixture
def server() -> Server:
    return Server()


class _Host(FakeHost):
    """A host whose requests a function answers."""

    def __init__(self, answer: Server) -> None:
        super().__init__()
        self.settings = SETTINGS
        self._answer = answer

    def fetch(self, request: HttpRequest) -> FakeResponse:
        return self._answer(request)


def interpreter(server: Server, tmp_path: Path) -> Interpreter:
    (tmp_path / "in.png").write_bytes(PNG)
    (tmp_path / "in.wav").write_bytes(WAV)
    (tmp_path / "in.mp3").write_bytes(MP3)
    made = Interpreter(_Host(server))
    made.eval(f'(define (read name) (file/read-bytes (string-append "{tmp_path}/" name)))')
    return made


def bytes_of(value: Any) -> bytes:
    return bytes(value)


def test_openai_draws_and_counts_tokens(server: Server, tmp_path: Path) -> None:
    lisp = interpreter(server, tmp_path)
    drawn = lisp.eval(
        '(llm/image "a boat" {:size "1024x1024" :quality :high :background "opaque"})'
    )
    assert bytes_of(drawn) == PNG
    assert server.asked == [
        (
            "/v1/images/generations",
            {
                "model": "gpt-image-1",
                "prompt": "a boat",
                "size": "1024x1024",
                "quality": "high",
                "background": "opaque",
            },
        )
    ]
    assert print_value(lisp.eval("(:completion-tokens (llm/last-usage))")) == "1000"
    assert print_value(lisp.eval('(count (llm/image "boats" {:n 3}))')) == "3"


def test_pictures_to_go_by_are_sent_as_files(server: Server, tmp_path: Path) -> None:
    lisp = interpreter(server, tmp_path)
    lisp.eval('(llm/image "bluer" {:images (read "in.png")})')
    lisp.eval('(llm/image "both" {:images (list (read "in.png") (read "in.png"))})')
    (path, one), (_, two) = server.asked
    assert path == "/v1/images/edits"
    assert one["image"] == [("file.png", PNG)]
    assert one["prompt"] == "bluer"
    assert len(two["image[]"]) == 2


@pytest.mark.parametrize("provider", ["gemini", "openrouter"])
def test_others_draw_in_a_chat(server: Server, tmp_path: Path, provider: str) -> None:
    lisp = interpreter(server, tmp_path)
    drawn = lisp.eval(
        f'(llm/image "bluer" {{:provider :{provider} :size "16:9" :images (read "in.png")}})'
    )
    assert bytes_of(drawn) == PNG
    ((_, sent),) = server.asked
    text = json.dumps(sent)
    assert _text(PNG) in text
    assert "16:9" in text
    lisp.eval(f'(llm/image "wide" {{:provider :{provider} :size "1536x1024"}})')
    assert '"3:2"' in json.dumps(server.asked[-1][1])
    assert "IMAGE" in text or '"modalities": ["image", "text"]' in text


def test_a_chat_that_answers_with_a_picture_keeps_it(server: Server, tmp_path: Path) -> None:
    lisp = interpreter(server, tmp_path)
    program = """
    (llm/set-default :openrouter)
    (define said (llm/complete "Draw a boat" {:model "google/gemini-2.5-flash-image"}))
    (define drawn (first (llm/last-media)))
    (list said (count (llm/last-media)))
    """
    assert print_value(lisp.eval(program)) == '("Here." 1)'
    assert bytes_of(lisp.eval("drawn")) == PNG


def test_a_picture_is_recorded_and_played(server: Server, tmp_path: Path) -> None:
    lisp = interpreter(server, tmp_path)
    program = f'(llm/with-cassette "{tmp_path}/t.jsonl" (fn () (llm/image "a boat")))'
    assert bytes_of(lisp.eval(program)) == PNG
    again = Server()
    assert bytes_of(interpreter(again, tmp_path).eval(program)) == PNG
    assert again.asked == []


def test_speech(server: Server, tmp_path: Path) -> None:
    lisp = interpreter(server, tmp_path)
    said = lisp.eval(
        '(llm/speak "Good morning" {:voice :coral :instructions "Cheerfully" :speed 1.5})'
    )
    assert bytes_of(said) == MP3
    assert server.asked[0] == (
        "/v1/audio/speech",
        {
            "model": "gpt-4o-mini-tts",
            "input": "Good morning",
            "voice": "coral",
            "speed": 1.5,
            "instructions": "Cheerfully",
        },
    )
    raw = bytes_of(lisp.eval('(llm/speak "Hi" {:provider :gemini})'))
    assert sound_or_film(raw) == "audio/wav"
    assert raw[44:] == b"\0\1" * 20
    assert int.from_bytes(raw[24:28], "little") == 24000


def test_transcripts(server: Server, tmp_path: Path) -> None:
    lisp = interpreter(server, tmp_path)
    assert lisp.eval('(llm/transcribe (read "in.wav") {:language "en" :prompt "Lisp"})') == (
        "hello there"
    )
    path, sent = server.asked[0]
    assert path == "/v1/audio/transcriptions"
    assert sent["file"] == [("file.wav", WAV)]
    assert (sent["language"], sent["prompt"], sent["response_format"]) == ("en", "Lisp", "json")
    assert lisp.eval('(llm/transcribe (read "in.mp3") {:provider :groq})') == "hello there"
    asked = len(server.asked)
    both = lisp.eval('(llm/transcribe (list (read "in.mp3") (read "in.wav")) {:provider :groq})')
    assert print_value(both) == '("hello there" "hello there")'
    assert len(server.asked) == asked + 2
    assert lisp.eval('(llm/transcribe (read "in.mp3") {:provider :gemini})') == "hello from gemini"
    assert _text(MP3) in json.dumps(server.asked[-1][1])


def test_sound_in_messages(server: Server, tmp_path: Path) -> None:
    lisp = interpreter(server, tmp_path)
    ask = '(llm/chat (list (message/with-media :user "What is said?" (read "in.wav"))) {:provider %s})'
    lisp.eval(ask % ":gemini")
    assert "audio/wav" in json.dumps(server.asked[-1][1])
    lisp.eval(ask % ":openrouter")
    parts = server.asked[-1][1]["messages"][-1]["content"]
    assert parts[1] == {"type": "input_audio", "input_audio": {"data": _text(WAV), "format": "wav"}}
    with pytest.raises(LispError, match="anthropic takes no audio in messages"):
        lisp.eval(ask % ":anthropic")


def test_the_demo_model_needs_no_key(tmp_path: Path) -> None:
    lisp = Interpreter(FakeHost())
    assert image_size(bytes_of(lisp.eval('(llm/image "a boat")'))) == (128, 128)
    assert sound_or_film(bytes_of(lisp.eval('(llm/speak "a boat")'))) == "audio/wav"
    assert lisp.eval('(= (llm/image "a boat") (llm/image "a boat"))') == lisp.eval("#t")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (wave_file(b"\0\0", 8000), "audio/wav"),
        (b"ID3\x03rest", "audio/mpeg"),
        (b"\xff\xfb\x90\x00", "audio/mpeg"),
        (b"\xff\xf1\x50\x80", "audio/aac"),
        (b"OggSrest", "audio/ogg"),
        (b"fLaCrest", "audio/flac"),
        (b"\0\0\0\x20ftypM4A rest", "audio/mp4"),
        (b"\0\0\0\x20ftypisomrest", "video/mp4"),
        (b"\0\0\0\x14ftypqt  rest", "video/quicktime"),
        (b"\0\0\0\x20ftypavifrest", ""),
        (b"\x1a\x45\xdf\xa3rest", "video/webm"),
        (b"\xff\xd8\xff\xe0", ""),
        (b"\xff\xfe", ""),
        (b"", ""),
        (b"\xff", ""),
        (b"plain", ""),
    ],
)
def test_sound_and_film_are_told_by_their_first_bytes(data: bytes, kind: str) -> None:
    assert sound_or_film(data) == kind


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ('(llm/image "a" {:n 99})', ":n expected a number from 1 to 10"),
        ('(llm/image "a" {:siez "x"})', ":siez"),
        ("(llm/image 5)", "expected string"),
        ('(llm/speak "a" {:provider :groq})', "groq: makes no speech"),
        ("(llm/transcribe (bytevector 137 80 78 71))", "this is no sound"),
    ],
)
def test_mistakes(server: Server, tmp_path: Path, program: str, words: str) -> None:
    with pytest.raises(LispError) as caught:
        interpreter(server, tmp_path).eval(program)
    assert words in str(caught.value)
