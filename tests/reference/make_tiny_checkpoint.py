#!/usr/bin/env python3
"""Writes a random BertForSequenceClassification directory; the same arguments, the same bytes.

The two that are committed, with their golden logits by bert_reference.py, are remade by
    make_tiny_checkpoint.py --committed
Larger ones, for measuring speed:
    make_tiny_checkpoint.py DIR --hidden 128 --layers 4 --heads 4 --intermediate 512 \
        --vocabulary 800 --positions 512
"""

import argparse
import json
import math
import pathlib
import random
import struct

import bert_reference

WORDS = """, . _ start entry install import run end of use read send url module call network file
system process operating sensitive information string long evaluate code time at -""".split()
CONTINUATIONS = ["##s", "##ing", "##ed", "##64"]
SPECIALS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
DATA = pathlib.Path(__file__).resolve().parent.parent / "data"


def vocabulary(size):
    pieces = SPECIALS + WORDS + CONTINUATIONS
    return pieces + [f"word{i}" for i in range(size - len(pieces))]


def tensors(options):
    """(name, shape, standard deviation, mean) of every tensor."""
    hidden, inner = options.hidden, options.intermediate
    prefix = "" if options.old_names else "bert."
    gain, shift = ("gamma", "beta") if options.old_names else ("weight", "bias")

    def dense(name, out, in_):
        yield name + ".weight", (out, in_), 1.5 / math.sqrt(in_), 0
        yield name + ".bias", (out,), 0.2, 0

    def norm(name):
        yield f"{name}.LayerNorm.{gain}", (hidden,), 0.2, 1
        yield f"{name}.LayerNorm.{shift}", (hidden,), 0.2, 0

    embeddings = prefix + "embeddings"
    yield f"{embeddings}.word_embeddings.weight", (options.vocabulary, hidden), 1, 0
    yield f"{embeddings}.position_embeddings.weight", (options.positions, hidden), 0.5, 0
    yield f"{embeddings}.token_type_embeddings.weight", (2, hidden), 0.5, 0
    yield from norm(embeddings)
    for i in range(options.layers):
        layer = f"{prefix}encoder.layer.{i}"
        for part in ("query", "key", "value"):
            yield from dense(f"{layer}.attention.self.{part}", hidden, hidden)
        yield from dense(f"{layer}.attention.output.dense", hidden, hidden)
        yield from norm(f"{layer}.attention.output")
        yield from dense(f"{layer}.intermediate.dense", inner, hidden)
        yield from dense(f"{layer}.output.dense", hidden, inner)
        yield from norm(f"{layer}.output")
    yield from dense(f"{prefix}pooler.dense", hidden, hidden)
    yield from dense("classifier", options.labels, hidden)


def pack(values, dtype):
    if dtype == "F32":
        return struct.pack(f"<{len(values)}f", *values)
    if dtype == "F16":
        return struct.pack(f"<{len(values)}e", *values)
    singles = struct.unpack(f"<{len(values)}I", struct.pack(f"<{len(values)}f", *values))
    return struct.pack(f"<{len(values)}H", *(single >> 16 for single in singles))  # BF16


def write_safetensors(path, options):
    generator = random.Random(options.seed)
    header, data = {}, b""
    if options.old_names:  # a buffer that old checkpoints carry
        data = struct.pack(f"<{options.positions}q", *range(options.positions))
        header["embeddings.position_ids"] = {
            "dtype": "I64", "shape": [1, options.positions], "data_offsets": [0, len(data)]}
    chunks = [data]
    offset = len(data)
    for name, shape, deviation, mean in tensors(options):
        values = [generator.gauss(mean, deviation) for _ in range(math.prod(shape))]
        chunks.append(pack(values, options.dtype))
        end = offset + len(chunks[-1])
        header[name] = {"dtype": options.dtype, "shape": shape, "data_offsets": [offset, end]}
        offset = end
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(chunks))


def write_checkpoint(directory, options):
    directory.mkdir(parents=True, exist_ok=True)
    config = {
        "architectures": ["BertForSequenceClassification"], "model_type": "bert",
        "hidden_size": options.hidden, "num_hidden_layers": options.layers,
        "num_attention_heads": options.heads, "intermediate_size": options.intermediate,
        "max_position_embeddings": options.positions, "type_vocab_size": 2,
        "vocab_size": options.vocabulary, "hidden_act": options.activation,
        "layer_norm_eps": 1e-12,
    }
    if options.labels != 2:  # transformers leaves the default out
        config["id2label"] = {str(i): f"LABEL_{i}" for i in range(options.labels)}
    (directory / "config.json").write_text(json.dumps(config, indent=1) + "\n")
    (directory / "vocab.txt").write_text("\n".join(vocabulary(options.vocabulary)) + "\n")
    write_safetensors(directory / "model.safetensors", options)


ENTRY = "start entry install, read sensitive information, use URL, end of entry"
GOLDEN_TEXTS = ["", "use", "unheard of", "Sending BASE64_strings - evaluated.", ENTRY,
                f"{ENTRY}, {ENTRY}, calls", ", ".join(WORDS)]


def write_golden(directory):
    bert = bert_reference.Bert(directory)
    rows = []
    for text in GOLDEN_TEXTS:
        ids = bert.tokenizer.encode(text)
        logits = [round(x, 9) for x in bert.logits(ids)]
        rows.append(json.dumps({"text": text, "tokens": ids, "logits": logits}))
    (directory / "golden.json").write_text("[\n" + ",\n".join(rows) + "\n]\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("directory", nargs="?", type=pathlib.Path)
    parser.add_argument("--committed", action="store_true")
    parser.add_argument("--hidden", type=int, default=16)
    parser.add_argument("--layers", type=int, default=2)
    parser.add_argument("--heads", type=int, default=2)
    parser.add_argument("--intermediate", type=int, default=32)
    parser.add_argument("--vocabulary", type=int, default=len(vocabulary(0)))
    parser.add_argument("--positions", type=int, default=64)
    parser.add_argument("--labels", type=int, default=2)
    parser.add_argument("--activation", choices=bert_reference.ACTIVATIONS, default="gelu")
    parser.add_argument("--dtype", choices=["F32", "F16", "BF16"], default="F32")
    parser.add_argument("--old-names", action="store_true", help="no prefix; gamma and beta")
    parser.add_argument("--seed", type=int, default=1)
    if not parser.parse_args().committed:
        options = parser.parse_args()
        write_checkpoint(options.directory, options)
        return
    for name, arguments in {
        "tiny_bert": "",
        "tiny_bert_old": "--layers 1 --heads 4 --labels 1 --activation gelu_new --dtype F16 "
                         "--old-names --seed 2",
        "tiny_bert_relu": "--layers 3 --heads 1 --activation relu --dtype BF16 --seed 3",
    }.items():
        options = parser.parse_args(arguments.split())
        write_checkpoint(DATA / name, options)
        write_golden(DATA / name)


if __name__ == "__main__":
    main()
