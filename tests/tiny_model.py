"""Makes a language model of a few hundred kilobytes that recites one sentence.

It is a whole model in the format that llama.cpp reads (GGUF, version 3, as the ggml project
specifies it): architecture "llama", one layer, 64 dimensions, a vocabulary of bytes and some words.
Attention and the feed-forward part are zero, so the last token alone decides: the embeddings are
random vectors, and the row of the output matrix for a word is the embedding of the word before it.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Sequence
from typing import Final

SENTENCE: Final = (">", "▁Tiny", "▁models", "▁run", "▁in", "▁tabs", ".")

_EMBEDDING: Final = 64
_FEED_FORWARD: Final = 64
_CONTEXT: Final = 2048
_ALIGNMENT: Final = 32

# Types of values and of tokens in the format.
_UINT32, _INT32, _FLOAT32, _BOOL, _STRING, _ARRAY = 4, 5, 6, 7, 8, 9
_NORMAL, _UNKNOWN, _CONTROL, _BYTE = 1, 2, 3, 6
_UNK, _BOS, _EOS = 0, 1, 2

# Every line of the conversation, then a mark after which the answer stands.
_TEMPLATE: Final = "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}>"


def _string(text: str) -> bytes:
    data = text.encode()
    return struct.pack("<Q", len(data)) + data


def _entry(key: str, kind: int, packed: bytes) -> bytes:
    return _string(key) + struct.pack("<I", kind) + packed


def _array(key: str, kind: int, items: Sequence[bytes]) -> bytes:
    return _entry(key, _ARRAY, struct.pack("<IQ", kind, len(items)) + b"".join(items))


def _vocabulary() -> tuple[list[str], list[int]]:
    special = ["<unk>", "<s>", "</s>"]
    data = [f"<0x{byte:02X}>" for byte in range(256)]
    tokens = [*special, *data, "▁", *SENTENCE]
    kinds = [_UNKNOWN, _CONTROL, _CONTROL, *[_BYTE] * 256]
    return tokens, kinds + [_NORMAL] * (len(tokens) - len(kinds))


def _matrices(tokens: list[str], endless: bool) -> tuple[list[list[float]], list[list[float]]]:
    """Returns the embeddings, and the output matrix that follows one word by the next."""
    dice = random.Random(1)
    embeddings = [[dice.gauss(0, 1) for _ in range(_EMBEDDING)] for _ in tokens]
    output = [[0.0] * _EMBEDDING for _ in tokens]
    chain = [tokens.index(word) for word in SENTENCE]
    chain.append(chain[1] if endless else _EOS)
    for before, after in zip(chain, chain[1:], strict=False):
        row = zip(output[after], embeddings[before], strict=True)
        output[after] = [there + more for there, more in row]
    return embeddings, output


def _metadata(tokens: list[str], kinds: list[int]) -> list[bytes]:
    def number(key: str, value: int) -> bytes:
        return _entry(key, _UINT32, struct.pack("<I", value))

    def text(key: str, value: str) -> bytes:
        return _entry(key, _STRING, _string(value))

    scores = [struct.pack("<f", float(-place)) for place in range(len(tokens))]
    return [
        text("general.architecture", "llama"),
        text("general.name", "tiny recital"),
        number("general.alignment", _ALIGNMENT),
        number("llama.context_length", _CONTEXT),
        number("llama.embedding_length", _EMBEDDING),
        number("llama.block_count", 1),
        number("llama.feed_forward_length", _FEED_FORWARD),
        number("llama.attention.head_count", 1),
        number("llama.rope.dimension_count", _EMBEDDING),
        _entry("llama.attention.layer_norm_rms_epsilon", _FLOAT32, struct.pack("<f", 1e-5)),
        text("tokenizer.ggml.model", "llama"),
        _array("tokenizer.ggml.tokens", _STRING, [_string(token) for token in tokens]),
        _array("tokenizer.ggml.scores", _FLOAT32, scores),
        _array("tokenizer.ggml.token_type", _INT32, [struct.pack("<i", kind) for kind in kinds]),
        number("tokenizer.ggml.unknown_token_id", _UNK),
        number("tokenizer.ggml.bos_token_id", _BOS),
        number("tokenizer.ggml.eos_token_id", _EOS),
        _entry("tokenizer.ggml.add_bos_token", _BOOL, b"\1"),
        text("tokenizer.chat_template", _TEMPLATE),
    ]


def make_tiny_model(*, endless: bool = False) -> bytes:
    """Returns the file; the sentence is said once, or again and again."""
    tokens, kinds = _vocabulary()
    embeddings, output = _matrices(tokens, endless)
    ones = [[1.0] * _EMBEDDING]
    square = [[0.0] * _EMBEDDING] * _EMBEDDING
    tensors: list[tuple[str, list[list[float]]]] = [
        ("token_embd.weight", embeddings),
        ("output.weight", output),
        ("output_norm.weight", ones),
        ("blk.0.attn_norm.weight", ones),
        ("blk.0.ffn_norm.weight", ones),
        *[(f"blk.0.{name}.weight", square) for name in ("attn_q", "attn_k", "attn_v")],
        *[(f"blk.0.{name}.weight", square) for name in ("attn_output", "ffn_gate")],
        *[(f"blk.0.{name}.weight", square) for name in ("ffn_up", "ffn_down")],
    ]
    entries = _metadata(tokens, kinds)
    head = struct.pack("<4sIQQ", b"GGUF", 3, len(tensors), len(entries)) + b"".join(entries)
    infos, data = [], b""
    for name, rows in tensors:
        # Dimensions stand innermost first; a norm is a row without columns.
        shape = [len(rows[0])] if len(rows) == 1 else [len(rows[0]), len(rows)]
        described = struct.pack(f"<I{len(shape)}Q", len(shape), *shape)
        infos.append(_string(name) + described + struct.pack("<IQ", 0, len(data)))
        flat = [value for row in rows for value in row]
        data += _padded(struct.pack(f"<{len(flat)}f", *flat))
    return _padded(head + b"".join(infos)) + data


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % _ALIGNMENT)
