"""`PYTHONPATH=src python -m tools.sample`: draw the sample series anew into the package."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from tools.sample import episode1, episode2
from tools.sample.around import SERIES, Name
from tools.sample.build import write_page, write_sidecar
from tools.sample.told import EPISODE_1, EPISODE_2

TARGET = Path(__file__).resolve().parents[2] / "src" / "fumetto" / "sample"
EPISODES = (
    (episode1, "ep01-found-in-a-tree", date(2026, 11, 22), EPISODE_1),
    (episode2, "ep02-the-keepers-word", date(2026, 11, 22), EPISODE_2),
)


def main() -> None:
    shutil.rmtree(TARGET, ignore_errors=True)
    for module, slug, day, told in EPISODES:
        folder = TARGET / slug
        for page in module.episode():
            stem = f"page_{int(page.name):03}" if page.name.isdigit() else page.name
            write_page(page, folder, stem)
            if stem in told:
                write_sidecar(page, folder, stem, told[stem])
        (folder / "metadata.yaml").write_text(
            yaml.safe_dump(about(module.NAME, slug, day), allow_unicode=True, sort_keys=False), "utf-8"
        )
    shutil.copytree(Path(__file__).with_name("world"), TARGET / "world")
    (TARGET / "LICENSE").write_text(
        "The Empty Balloon, story, drawings, lettering and world: made for Fumetto, licensed under\n"
        "Creative Commons Attribution 4.0 International, https://creativecommons.org/licenses/by/4.0/\n"
        "The drawings and the world come from tools/sample.\n",
        "utf-8",
    )


def about(name: Name, slug: str, day: date) -> dict[str, Any]:
    return {
        "series": SERIES["en"],
        "slug": slug,
        "title": name.title["en"],
        "titles": name.title,
        "episode_number": name.number,
        "language": "en",
        "published_at": day,
        "license": "CC BY 4.0",
        "age_rating": "Everyone",
        "attribution": "The Empty Balloon, made for Fumetto, CC BY 4.0",
        "credits": [{"role": role, "name": "Fumetto"} for role in ("Writer", "Artist", "Letterer")],
    }


main()
