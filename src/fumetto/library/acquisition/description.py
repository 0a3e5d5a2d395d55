"""`metadata.yaml`: what an acquired folder says about itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fumetto.library.acquisition import publisher
from fumetto.library.acquisition.publisher import Info, Language, Published


def metadata(
    episode: Published,
    languages: Sequence[Language],
    info: Info,
    titles: Mapping[str, str],
    title: str,
    root: str,
) -> dict[str, Any]:
    """`metadata.yaml`: the seed's keys first, then what a library wants to know. Attribution is never left out."""
    people = [{"role": "artist", "name": publisher.AUTHOR, "url": publisher.SITE}]
    people += [{"role": role, "name": name} for role, name in info.credits]
    for language in languages:
        people += [{"role": "translator", "name": name, "language": language.tag} for name in language.translators]
    whole = {
        "slug": episode.slug,
        "title": title,
        "episode_number": episode.number,
        "language": languages[0].tag,
        "published_at": info.published,
        "credits_url": episode.credits_url,
        "commentary_url": info.commentary_url,
        "series": publisher.SERIES,
        "titles": dict(sorted(titles.items())),
        "languages": [language.tag for language in languages],
        "original_language": info.original_language,
        "license": publisher.LICENSE,
        "license_url": publisher.LICENSE_URL,
        "attribution": publisher.ATTRIBUTION,
        "author": publisher.AUTHOR,
        "credits": people,
        "supporters": info.supporters,
        "background_color": info.background,
        "source_url": f"{root}/",
    }
    return {key: value for key, value in whole.items() if value not in (None, {}, [])}
