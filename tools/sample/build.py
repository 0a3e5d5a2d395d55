"""Writes the sample series to a folder, in the layout that acquired comics have."""

from __future__ import annotations

from pathlib import Path

import pyvips
import resvg_py

from tools.sample.layout import SamplePage, art_svg, lettering_svg

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
