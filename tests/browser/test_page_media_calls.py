"""Calls of the page whose answers are no streams of words: pictures, speech, transcripts, data."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable

import pytest
from model_server import ModelServer, Raw
from playground import Playground

from images import png

pytestmark = pytest.mark.one_page

JSON = "application/json"
MP3 = b"ID3\x04\x00\x00\x00\x00\x00\x00" + bytes(64)


@pytest.fixture
def asking(playground: Playground, models: ModelServer) -> Callable[[str], str]:
    """Runs a program with the scripted server as its model; returns the value."""
    playground.configure("openai", f"{models.url}/v1", "test-key-1234", "gpt-4.1")

    def run(program: str) -> str:
        result = playground.run(program)
        assert result["error"] is None, result["error"]
        return str(result["value"])

    return run


def test_a_picture_is_made(asking: Callable[[str], str], models: ModelServer) -> None:
    drawn = png(3, 2)
    data = base64.b64encode(drawn).decode()
    models.raw = [Raw([json.dumps({"data": [{"b64_json": data}]}).encode()], kind=JSON)]
    assert asking('(bytevector/length (llm/image "a boat"))') == str(len(drawn))
    asked = models.posts()[-1]
    assert asked.path == "/v1/images/generations"
    assert asked.json["prompt"] == "a boat"


def test_a_picture_is_changed(asking: Callable[[str], str], models: ModelServer) -> None:
    drawn = png(3, 2)
    data = base64.b64encode(drawn).decode()
    reply = Raw([json.dumps({"data": [{"b64_json": data}]}).encode()], kind=JSON)
    models.raw = [reply, reply]
    program = '(bytevector/length (llm/image "bluer" {:images (llm/image "a boat")}))'
    assert asking(program) == str(len(drawn))
    asked = models.posts()[-1]
    assert asked.path == "/v1/images/edits"
    assert asked.headers["content-type"].startswith("multipart/form-data")
    assert drawn in asked.body


def test_a_text_is_spoken_and_heard(asking: Callable[[str], str], models: ModelServer) -> None:
    models.raw = [
        Raw([MP3], kind="audio/mpeg"),
        Raw([b'{"text": "Good morning"}'], kind=JSON),
    ]
    program = '(define said (llm/speak "Good morning")) (llm/transcribe said)'
    assert asking(program) == '"Good morning"'
    spoken, heard = models.posts()
    assert (spoken.path, heard.path) == ("/v1/audio/speech", "/v1/audio/transcriptions")
    assert spoken.json["input"] == "Good morning"
    assert MP3 in heard.body


def test_data_grows_while_it_arrives(asking: Callable[[str], str], models: ModelServer) -> None:
    models.pieces = ['{"name": "A', 'da", "tags": ["x"', ', "y"]}']
    program = """(define grown [])
        (define found (llm/extract {:name :string :tags {:type :array :items {:type :string}}} "x"
                        {:on-partial (fn (v) (set! grown (append grown [v])))}))
        (list found (> (length grown) 1) (= (last grown) found))"""
    assert asking(program) == '({:name "Ada" :tags ("x" "y")} #t #t)'


def test_what_else_can_be_asked_for_arrives(
    asking: Callable[[str], str], models: ModelServer
) -> None:
    asking("""(llm/complete "x" {:top-p 0.5 :seed 7 :stop-sequences ["END"] :max-tokens 9
                :service-tier :flex :metadata {:job "a"}
                :extra-body {:custom 1}})""")
    asked = models.posts()[-1]
    wanted = {
        "top_p": 0.5,
        "seed": 7,
        "service_tier": "flex",
        "metadata": {"job": "a"},
        "custom": 1,
    }
    assert {name: asked.json.get(name) for name in wanted} == wanted
