"""Writes the sample series to a folder, in the layout that acquired comics have."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyvips
import resvg_py

from tools.sample.layout import SamplePage, art_svg, lettering_svg
from tools.sample.told import Told

LANGUAGES = ("en", "fr")
GRAIN = 3.0


def art(page: SamplePage) -> pyvips.Image:
    """The page without words, as sRGB, with a little of the grain of paper over it."""
    drawn = pyvips.Image.new_from_buffer(
        bytes(resvg_py.svg_to_bytes(svg_string=art_svg(page), skip_system_fonts=True)), ""
    )
    flat = drawn.flatten(background=[255, 253, 248])
    grain = pyvips.Image.gaussnoise(flat.width, flat.height, mean=0, sigma=GRAIN, seed=len(page.name) * 7919)
    return (flat + grain).cast("uchar").copy(interpretation="srgb")


def write_page(page: SamplePage, folder: Path, stem: str) -> None:
    (folder / "art").mkdir(parents=True, exist_ok=True)
    art(page).webpsave(str(folder / "art" / f"{stem}.webp"), Q=80, effort=6, smart_subsample=True, strip=True)
    for language in LANGUAGES:
        place = folder / "lettering" / language
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{stem}.svg").write_text(lettering_svg(page, language), "utf-8")


def write_sidecar(page: SamplePage, folder: Path, stem: str, told: Told) -> None:
    """What the page shows and who speaks, beside its picture; panels are where they were drawn."""
    sidecar = folder / "art" / f"{stem}.json"
    sidecar.write_text(json.dumps(sidecar_of(page, told), ensure_ascii=False, indent=2) + "\n", "utf-8")


def sidecar_of(page: SamplePage, told: Told) -> dict[str, Any]:
    width, height = page.size
    found: dict[str, Any] = {
        "version": 1,
        "language": "en",
        "description": told.description,
        "mood_tags": list(told.moods),
        "characters": [{"name": name} for name in told.characters],
    }
    if not told.panels:
        return found
    found["panels"] = [
        {"box": shares(panel.box, width, height), "description": text}
        for panel, text in zip(page.panels, told.panels, strict=True)
    ]
    found["balloons"] = [
        {"text": text, "kind": words.kind, "panel": number}
        | ({"speaker": told.speakers[text]} if text in told.speakers else {})
        for number, panel in enumerate(page.panels, 1)
        for words in panel.words
        if (text := " ".join(words.text["en"].split()))
    ]
    return found


def shares(box: tuple[float, float, float, float], width: int, height: int) -> list[float]:
    x, y, w, h = box
    return [round(x / width, 4), round(y / height, 4), round(w / width, 4), round(h / height, 4)]
