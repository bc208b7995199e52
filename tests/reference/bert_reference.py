#!/usr/bin/env python3
"""Logits of a BertForSequenceClassification directory, in plain Python.

An independent implementation to check src/classifier against: it shares no code with it and needs
only the standard library (f64 arithmetic on lists; use it on tiny models).

    bert_reference.py DIR "use URL" "..."       JSON: [{"text", "tokens", "logits"}, ...]
    bert_reference.py DIR --tokens 2 7 9 3      the same for one list of token ids
"""

import argparse
import json
import math
import pathlib
import struct


def read_safetensors(path):
    """{name: (shape, flat list of floats)}; integer tensors are left out."""
    data = path.read_bytes()
    (length,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8 : 8 + length])
    body = memoryview(data)[8 + length :]
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = entry["data_offsets"]
        raw = bytes(body[begin:end])
        if entry["dtype"] == "F32":
            values = struct.unpack(f"<{len(raw) // 4}f", raw)
        elif entry["dtype"] == "F16":
            values = struct.unpack(f"<{len(raw) // 2}e", raw)
        elif entry["dtype"] == "BF16":
            halves = struct.unpack(f"<{len(raw) // 2}H", raw)
            values = [struct.unpack("<f", struct.pack("<I", half << 16))[0] for half in halves]
        else:
            continue
        tensors[name] = (entry["shape"], list(values))
    return tensors


class WordPiece:
    """BasicTokenizer and WordPiece of BERT (uncased) for ASCII text."""

    def __init__(self, path):
        self.pieces = path.read_text(encoding="utf-8").split("\n")
        self.ids = {piece: i for i, piece in enumerate(self.pieces)}

    @staticmethod
    def words(text):
        spaced = ""
        for c in text.lower():
            if c in " \t\n\r":
                spaced += " "
            elif ord(c) < 32 or ord(c) == 127:
                continue
            elif c.isascii() and not c.isalnum():
                spaced += f" {c} "
            else:
                spaced += c
        return spaced.split(" ")

    def encode(self, text):
        ids = [self.ids["[CLS]"]]
        for word in filter(None, self.words(text)):
            ids += self.word_ids(word)
        return ids + [self.ids["[SEP]"]]

    def word_ids(self, word):
        unknown = [self.ids["[UNK]"]]
        if len(word) > 100:
            return unknown
        ids, start = [], 0
        while start < len(word):
            for end in range(len(word), start, -1):
                piece = ("##" if start else "") + word[start:end]
                if piece in self.ids:
                    ids.append(self.ids[piece])
                    start = end
                    break
            else:
                return unknown
        return ids


ACTIVATIONS = {
    "gelu": lambda x: 0.5 * x * (1 + math.erf(x / math.sqrt(2))),
    "gelu_new": lambda x: 0.5 * x * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))),
    "relu": lambda x: max(x, 0.0),
}


class Bert:
    def __init__(self, directory):
        directory = pathlib.Path(directory)
        self.config = json.loads((directory / "config.json").read_text())
        self.tensors = read_safetensors(directory / "model.safetensors")
        self.tokenizer = WordPiece(directory / "vocab.txt")
        with_prefix = "bert.embeddings.word_embeddings.weight" in self.tensors
        self.prefix = "bert." if with_prefix else ""
        self.activation = ACTIVATIONS[self.config["hidden_act"]]

    def matrix(self, name):
        (_, columns), values = self.tensors[name]
        return [values[i : i + columns] for i in range(0, len(values), columns)]

    def dense(self, name, rows):
        weight, bias = self.matrix(name + ".weight"), self.tensors[name + ".bias"][1]
        return [
            [sum(x * w for x, w in zip(row, out)) + b for out, b in zip(weight, bias)]
            for row in rows
        ]

    def norm(self, name, rows):
        name = self.prefix + name
        old = name + ".gamma" in self.tensors
        gain = self.tensors[name + (".gamma" if old else ".weight")][1]
        shift = self.tensors[name + (".beta" if old else ".bias")][1]
        result = []
        for row in rows:
            mean = sum(row) / len(row)
            variance = sum((x - mean) ** 2 for x in row) / len(row)
            scale = 1 / math.sqrt(variance + self.config["layer_norm_eps"])
            result.append([(x - mean) * scale * g + s for x, g, s in zip(row, gain, shift)])
        return result

    def attention(self, name, rows):
        query, key, value = (self.dense(name + part, rows) for part in ("query", "key", "value"))
        size = self.config["hidden_size"] // self.config["num_attention_heads"]
        context = [[] for _ in rows]
        for first in range(0, self.config["hidden_size"], size):
            head = slice(first, first + size)
            for i, q in enumerate(query):
                scores = [
                    sum(a * b for a, b in zip(q[head], k[head])) / math.sqrt(size) for k in key
                ]
                highest = max(scores)
                weights = [math.exp(score - highest) for score in scores]
                total = sum(weights)
                for column in range(first, first + size):
                    mixed = sum(w * v[column] for w, v in zip(weights, value)) / total
                    context[i].append(mixed)
        return context

    def logits(self, ids):
        embeddings = self.prefix + "embeddings."
        words = self.matrix(embeddings + "word_embeddings.weight")
        positions = self.matrix(embeddings + "position_embeddings.weight")
        kind = self.matrix(embeddings + "token_type_embeddings.weight")[0]
        rows = [
            [w + p + t for w, p, t in zip(words[token], positions[i], kind)]
            for i, token in enumerate(ids)
        ]
        rows = self.norm("embeddings.LayerNorm", rows)
        for index in range(self.config["num_hidden_layers"]):
            layer = f"encoder.layer.{index}."
            full = self.prefix + layer
            context = self.attention(full + "attention.self.", rows)
            rows = add(rows, self.dense(full + "attention.output.dense", context))
            rows = self.norm(layer + "attention.output.LayerNorm", rows)
            inner = self.dense(full + "intermediate.dense", rows)
            inner = [[self.activation(x) for x in row] for row in inner]
            rows = add(rows, self.dense(full + "output.dense", inner))
            rows = self.norm(layer + "output.LayerNorm", rows)
        pooled = self.dense(self.prefix + "pooler.dense", rows[:1])
        pooled = [[math.tanh(x) for x in pooled[0]]]
        return self.dense("classifier", pooled)[0]


def add(a, b):
    return [[x + y for x, y in zip(left, right)] for left, right in zip(a, b)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("directory")
    parser.add_argument("texts", nargs="*")
    parser.add_argument("--tokens", nargs="+", type=int)
    args = parser.parse_args()
    bert = Bert(args.directory)
    inputs = [(text, bert.tokenizer.encode(text)) for text in args.texts]
    if args.tokens:
        inputs.append((None, args.tokens))
    results = [
        {"text": text, "tokens": ids, "logits": [round(x, 9) for x in bert.logits(ids)]}
        for text, ids in inputs
    ]
    print(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
