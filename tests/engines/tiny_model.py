#!/usr/bin/python3
"""Writes a language model of half a megabyte that has learned nothing: the architecture of Llama with
random weights, in the GGUF format, for tests of what is around a model.

    tiny_model.py FILE

A token is a byte.  What it writes is noise, but noise with a grammar's help: beside the random part
each token has a constant chance, so that letters are likely, and the marks that end a text or an
object likely enough for both to end.  The same file each time.
"""

import random
import struct
import sys

WIDTH, FEED_FORWARD, LAYERS, HEADS = 64, 128, 2, 4
CONTEXT = 32768
SEED = 7
EPSILON = 1e-5

# GGUF: a header, metadata as typed pairs, a table of tensors, then their data.
MAGIC, VERSION, ALIGNMENT = b"GGUF", 3, 32
U32, F32, BOOL, STRING, ARRAY = 4, 6, 7, 8, 9
I32 = 5
TENSOR_F32 = 0

# The vocabulary: three tokens that control, a token for each byte, and the space that SentencePiece
# writes.
UNKNOWN, BEGIN, END = 0, 1, 2
KIND_NORMAL, KIND_UNKNOWN, KIND_CONTROL, KIND_BYTE = 1, 2, 3, 6
TOKENS = ([("<unk>", KIND_UNKNOWN), ("<s>", KIND_CONTROL), ("</s>", KIND_CONTROL)] +
          [(f"<0x{byte:02X}>", KIND_BYTE) for byte in range(256)] + [("\u2581", KIND_NORMAL)])
FIRST_BYTE = 3

CHAT_TEMPLATE = ("{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}assistant: ")

# How likely bytes are.  The first number of each embedding is a constant, so the first column of the
# output weighs a token by itself, whatever came before.
CONSTANT = 8.0
LIKELY = {b"abcdefghijklmnopqrstuvwxyz": 0.55, b'"}': 0.60, b"0123456789.,:{": 0.45}
UNLIKELY = -0.2
SPREAD, SPREAD_INSIDE = 0.3, 0.02


# ── GGUF's values ──

def string(text):
    data = text.encode()
    return struct.pack("<Q", len(data)) + data


def pair(key, kind, value):
    return string(key) + struct.pack("<I", kind) + value


def u32(key, value):
    return pair(key, U32, struct.pack("<I", value))


def array(key, kind, values):
    return pair(key, ARRAY, struct.pack("<IQ", kind, len(values)) + b"".join(values))


def padding(length):
    return bytes(-length % ALIGNMENT)


def metadata():
    return [
        pair("general.architecture", STRING, string("llama")),
        pair("general.name", STRING, string("tiny-random")),
        u32("llama.context_length", CONTEXT),
        u32("llama.embedding_length", WIDTH),
        u32("llama.block_count", LAYERS),
        u32("llama.feed_forward_length", FEED_FORWARD),
        u32("llama.attention.head_count", HEADS),
        u32("llama.attention.head_count_kv", HEADS),
        pair("llama.attention.layer_norm_rms_epsilon", F32, struct.pack("<f", EPSILON)),
        u32("llama.rope.dimension_count", WIDTH // HEADS),
        u32("llama.vocab_size", len(TOKENS)),
        pair("tokenizer.ggml.model", STRING, string("llama")),
        array("tokenizer.ggml.tokens", STRING, [string(text) for text, _ in TOKENS]),
        array("tokenizer.ggml.scores", F32, [struct.pack("<f", 0)] * len(TOKENS)),
        array("tokenizer.ggml.token_type", I32, [struct.pack("<i", kind) for _, kind in TOKENS]),
        u32("tokenizer.ggml.bos_token_id", BEGIN),
        u32("tokenizer.ggml.eos_token_id", END),
        u32("tokenizer.ggml.unknown_token_id", UNKNOWN),
        pair("tokenizer.ggml.add_bos_token", BOOL, b"\x01"),
        pair("tokenizer.ggml.add_space_prefix", BOOL, b"\x00"),
        pair("tokenizer.chat_template", STRING, string(CHAT_TEMPLATE)),
    ]


# ── the weights ──

def noise(numbers, count, spread):
    return [numbers.gauss(0, spread) for _ in range(count)]


def rows(numbers, firsts):
    """A row for each token: a first number that is given, the others noise."""
    return [number for first in firsts
            for number in [first, *noise(numbers, WIDTH, SPREAD)[1:]]]


def byte_weights():
    weights = [UNLIKELY] * len(TOKENS)
    for these, weight in LIKELY.items():
        for byte in these:
            weights[FIRST_BYTE + byte] = weight
    return weights


def tensors(numbers):
    """Name, dimensions (the innermost first) and numbers of each."""
    ones = [1.0] * WIDTH
    yield "token_embd.weight", [WIDTH, len(TOKENS)], rows(numbers, [CONSTANT] * len(TOKENS))
    for layer in range(LAYERS):
        yield f"blk.{layer}.attn_norm.weight", [WIDTH], ones
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            yield (f"blk.{layer}.{name}.weight", [WIDTH, WIDTH],
                   noise(numbers, WIDTH * WIDTH, SPREAD_INSIDE))
        yield f"blk.{layer}.ffn_norm.weight", [WIDTH], ones
        for name, shape in (("ffn_gate", [WIDTH, FEED_FORWARD]), ("ffn_up", [WIDTH, FEED_FORWARD]),
                            ("ffn_down", [FEED_FORWARD, WIDTH])):
            yield (f"blk.{layer}.{name}.weight", shape,
                   noise(numbers, WIDTH * FEED_FORWARD, SPREAD_INSIDE))
    yield "output_norm.weight", [WIDTH], ones
    yield "output.weight", [WIDTH, len(TOKENS)], rows(numbers, byte_weights())


def model():
    """The file's bytes."""
    pairs, table, data = metadata(), [], b""
    for name, shape, numbers in tensors(random.Random(SEED)):
        table.append(string(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape,
                                                TENSOR_F32, len(data)))
        data += struct.pack(f"<{len(numbers)}f", *numbers)
        data += padding(len(data))
    head = (MAGIC + struct.pack("<IQQ", VERSION, len(table), len(pairs)) + b"".join(pairs) +
            b"".join(table))
    return head + padding(len(head)) + data


def main():
    with open(sys.argv[1], "wb") as out:
        out.write(model())


if __name__ == "__main__":
    main()
