"""all-MiniLM-L6-v2 in numpy: as much of BERT as it takes to embed short texts, for distilling and for comparing.

Weights are read straight from `model.safetensors` (https://huggingface.co/docs/safetensors: eight bytes of length, a
JSON header with each tensor's place, then the tensors), so neither torch nor a package index of models is needed.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
HEADS = 12
LAYERS = 6
EPSILON = 1e-12
CLS, SEP = 101, 102


def read_safetensors(path: Path) -> dict[str, NDArray[Any]]:
    raw = path.read_bytes()
    length = int.from_bytes(raw[:8], "little")
    header = json.loads(raw[8 : 8 + length])
    kinds = {"F32": np.float32, "I64": np.int64}
    tensors: dict[str, NDArray[Any]] = {}
    for name, place in header.items():
        if name != "__metadata__":
            start, end = place["data_offsets"]
            data = np.frombuffer(raw[8 + length + start : 8 + length + end], kinds[place["dtype"]])
            tensors[name] = data.reshape(place["shape"])
    return tensors


class Transformer:
    """The encoder. Texts come in as rows of token ids with [CLS] and [SEP] around them."""

    def __init__(self, weights: Path) -> None:
        self.tensors = read_safetensors(weights)

    def states(self, tokens: NDArray[np.int64], real: NDArray[np.bool_]) -> Floats:
        """Hidden states of the last layer, (texts, tokens, 384). `real` is False where a row is padded."""
        state: Floats = (
            self.tensors["embeddings.word_embeddings.weight"][tokens]
            + self.tensors["embeddings.position_embeddings.weight"][: tokens.shape[1]]
            + self.tensors["embeddings.token_type_embeddings.weight"][0]
        )
        state = self.normed(state, "embeddings.LayerNorm")
        hidden = np.where(real, 0.0, -1e9).astype(np.float32)[:, None, None, :]
        for layer in range(LAYERS):
            state = self.layer(state, hidden, f"encoder.layer.{layer}")
        return state

    def embeddings(self, texts: list[list[int]], batch: int = 64) -> Floats:
        """Unit vectors, (texts, 384): the mean of the states over all tokens, as the model was trained with."""
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        made = np.empty((len(texts), 384), np.float32)
        for start in range(0, len(order), batch):
            rows = order[start : start + batch]
            longest = max(len(texts[row]) for row in rows) + 2
            tokens = np.zeros((len(rows), longest), np.int64)
            real = np.zeros((len(rows), longest), np.bool_)
            for place, row in enumerate(rows):
                whole = [CLS, *texts[row], SEP]
                tokens[place, : len(whole)] = whole
                real[place, : len(whole)] = True
            states = self.states(tokens, real) * real[..., None]
            made[rows] = states.sum(1) / real.sum(1, keepdims=True)
        return made / np.linalg.norm(made, axis=1, keepdims=True)

    def layer(self, state: Floats, hidden: Floats, name: str) -> Floats:
        texts, length, width = state.shape

        def heads(part: str) -> Floats:
            made = self.linear(state, f"{name}.attention.self.{part}")
            return made.reshape(texts, length, HEADS, width // HEADS).transpose(0, 2, 1, 3)

        scores = heads("query") @ heads("key").transpose(0, 1, 3, 2) / np.float32(math.sqrt(width // HEADS)) + hidden
        scores = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (scores / scores.sum(-1, keepdims=True)) @ heads("value")
        attended = self.linear(
            mixed.transpose(0, 2, 1, 3).reshape(texts, length, width), f"{name}.attention.output.dense"
        )
        state = self.normed(attended + state, f"{name}.attention.output.LayerNorm")
        wide = gelu(self.linear(state, f"{name}.intermediate.dense"))
        return self.normed(self.linear(wide, f"{name}.output.dense") + state, f"{name}.output.LayerNorm")

    def linear(self, state: Floats, name: str) -> Floats:
        made: Floats = state @ self.tensors[f"{name}.weight"].T + self.tensors[f"{name}.bias"]
        return made

    def normed(self, state: Floats, name: str) -> Floats:
        centred = state - state.mean(-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + np.float32(EPSILON))
        made: Floats = scaled * self.tensors[f"{name}.weight"] + self.tensors[f"{name}.bias"]
        return made


def gelu(values: Floats) -> Floats:
    """x times the normal distribution function of x, by Abramowitz and Stegun 7.1.26 (within 1.5e-7)."""
    x = np.abs(values) / np.float32(math.sqrt(2))
    t = 1 / (1 + np.float32(0.3275911) * x)
    poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    erf = (1 - poly * np.exp(-x * x)) * np.sign(values)
    made: Floats = (values * (1 + erf) / 2).astype(np.float32)
    return made
