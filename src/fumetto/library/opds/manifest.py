"""OPDS 2.0 (https://drafts.opds.io/opds-2.0), publications as Readium manifests, and how to sign in."""

from __future__ import annotations

from typing import Any

from fumetto.library.catalogue.schemas import PageItem
from fumetto.library.opds.atom import PROGRESSION, PROGRESSION_TYPE, identifier, stamp
from fumetto.library.opds.model import CBZ, OPDS2, Door, Feed, Places, Publication

AUTHENTICATION = "application/opds-authentication+json"
PUBLICATION = "application/opds-publication+json"
DIVINA = "application/divina+json"
DIVINA_PROFILE = "https://readium.org/webpub-manifest/profiles/divina"
ACQUISITION = "http://opds-spec.org/acquisition/open-access"
THUMBNAIL_WIDTH = 400

ROLES = {
    "writer": "author",
    "author": "author",
    "artist": "artist",
    "penciller": "penciler",
    "inker": "inker",
    "colorist": "colorist",
    "colourist": "colorist",
    "letterer": "letterer",
    "translator": "translator",
    "editor": "editor",
    "illustrator": "illustrator",
    "publisher": "publisher",
}
"""Our credits' roles as contributors of the manifest; others are contributors with their role in words."""


def feed_json(feed: Feed, places: Places) -> dict[str, Any]:
    """The feed as a document. A list with nothing in it points back to the start: the format knows no empty feed."""
    made: dict[str, Any] = {"metadata": metadata_of(feed), "links": links_of(feed, places)}
    if feed.doors:
        made["navigation"] = [door_json(door, places) for door in feed.doors]
    if feed.publications:
        made["publications"] = [publication_json(one, places) for one in feed.publications]
    if feed.groups:
        made["groups"] = [
            {
                "metadata": {"title": group.title, "numberOfItems": group.total},
                "links": [{"rel": "self", "href": places.feed(group.path), "type": OPDS2}],
                "publications": [publication_json(one, places) for one in group.publications],
            }
            for group in feed.groups
        ]
    if feed.facets:
        made["facets"] = facets_json(feed, places)
    if not {"navigation", "publications", "groups"} & made.keys():
        made["navigation"] = [{"title": "Fumetto", "href": places.feed(), "type": OPDS2, "rel": "start"}]
    return made


def metadata_of(feed: Feed) -> dict[str, Any]:
    made: dict[str, Any] = {"title": feed.title, "identifier": identifier(feed.key).replace(" ", "%20")}
    if feed.updated is not None:
        made["modified"] = stamp(feed.updated)
    if feed.total is not None:
        made["numberOfItems"] = feed.total
    if feed.per_page is not None:
        made["itemsPerPage"] = feed.per_page
    return made


def links_of(feed: Feed, places: Places) -> list[dict[str, Any]]:
    links: list[dict[str, Any]] = [
        {"rel": "self", "href": places.feed(feed.path, **feed.query), "type": OPDS2},
        {"rel": "start", "href": places.feed(), "type": OPDS2},
        {
            "rel": "search",
            "href": places.feed("search/results") + ("{&q}" if places.token else "{?q}"),
            "type": OPDS2,
            "templated": True,
        },
    ]
    if feed.up is not None:
        links.append({"rel": "up", "href": places.feed(feed.up), "type": OPDS2})
    if feed.next_query is not None:
        links.append({"rel": "next", "href": places.feed(feed.path, **feed.next_query), "type": OPDS2})
    return links


def facets_json(feed: Feed, places: Places) -> list[dict[str, Any]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for facet in feed.facets:
        made: dict[str, Any] = {"href": places.feed(facet.path, **facet.query), "type": OPDS2, "title": facet.title}
        if facet.active:
            made["rel"] = "self"
        groups.setdefault(facet.group, []).append(made)
    return [{"metadata": {"title": title}, "links": links} for title, links in groups.items()]


def door_json(door: Door, places: Places) -> dict[str, Any]:
    made: dict[str, Any] = {
        "title": door.title,
        "href": places.feed(door.path, **door.query),
        "type": OPDS2,
        "rel": door.rel,
    }
    if door.count is not None:
        made["properties"] = {"numberOfItems": door.count}
    if door.cover is not None:
        made["alternate"] = [{"href": places.at(door.cover), "type": "image/jpeg", "rel": "icon"}]
    return made


def publication_json(one: Publication, places: Places) -> dict[str, Any]:
    """A publication in a feed."""
    made: dict[str, Any] = {
        "metadata": publication_metadata(one),
        "links": [
            {"rel": "self", "href": places.feed(f"publications/{one.card.id}"), "type": PUBLICATION},
            {"rel": ACQUISITION, "href": places.at(f"episodes/{one.card.id}/download"), "type": CBZ},
            {"rel": ACQUISITION, "href": places.feed(f"publications/{one.card.id}/manifest"), "type": DIVINA},
            progression_link(one, places),
        ],
    }
    cover = one.card.cover
    if cover is not None:
        small: dict[str, Any] = {"href": places.at(f"episodes/{one.card.id}/cover"), "type": "image/jpeg"}
        large: dict[str, Any] = {"href": places.at(f"episodes/{one.card.id}/cover", size="full"), "type": "image/jpeg"}
        if cover.width and cover.height:
            large |= {"width": cover.width, "height": cover.height}
            width = min(THUMBNAIL_WIDTH, cover.width)
            small |= {"width": width, "height": max(1, round(cover.height * width / cover.width))}
        made["images"] = [large, small]
    return made


def progression_link(one: Publication, places: Places) -> dict[str, Any]:
    return {
        "rel": PROGRESSION,
        "href": places.at(f"episodes/{one.card.id}/progression"),
        "type": PROGRESSION_TYPE,
        "properties": {"authenticate": {"href": places.feed("auth"), "type": AUTHENTICATION}},
    }


def publication_metadata(one: Publication) -> dict[str, Any]:
    card, episode, series = one.card, one.episode, one.series
    made: dict[str, Any] = {
        "@type": "https://schema.org/ComicIssue",
        "identifier": f"urn:uuid:{card.id}",
        "title": one.title,
        "modified": stamp(episode.updated_at),
        "numberOfPages": card.page_count,
        "belongsTo": {"series": series_json(one)},
        "readingProgression": "rtl" if (episode.direction or series.direction).value == "rtl" else "ltr",
    }
    if card.languages or card.language:
        made["language"] = card.languages or card.language
    if card.published_at is not None:
        made["published"] = card.published_at.isoformat()
    if card.plot_summary:
        made["description"] = card.plot_summary
    if series.publisher:
        made["publisher"] = series.publisher
    if series.tags:
        made["subject"] = list(series.tags)
    return made | contributors(episode.credits or series.credits)


def series_json(one: Publication) -> dict[str, Any]:
    made: dict[str, Any] = {"name": one.series.title}
    if one.episode.episode_number is not None:
        made["position"] = float(one.episode.episode_number)
    return made


def contributors(credits: list[dict[str, Any]]) -> dict[str, Any]:
    """Credits by the manifest's names for roles, each person once per role."""
    made: dict[str, list[Any]] = {}
    for credit in credits:
        name, role = credit.get("name"), str(credit.get("role") or "")
        if not name:
            continue
        known = ROLES.get(role.lower())
        person: Any = name if known or not role else {"name": name, "role": role}
        people = made.setdefault(known or "contributor", [])
        if person not in people:
            people.append(person)
    return dict(made)


def manifest_json(one: Publication, pages: list[PageItem], places: Places) -> dict[str, Any]:
    """The pages of a publication as a Divina manifest, for clients that stream (Readium, profile Divina)."""
    made = publication_json(one, places)
    made["metadata"] |= {"conformsTo": DIVINA_PROFILE, "@type": "http://schema.org/ComicIssue"}
    made["links"] = [
        {"rel": "self", "href": places.feed(f"publications/{one.card.id}/manifest"), "type": DIVINA},
        *made["links"][1:2],
        progression_link(one, places),
    ]
    made["readingOrder"] = [page_json(one, page, places) for page in pages]
    made["resources"] = made.pop("images", [])
    if not made["resources"]:
        del made["resources"]
    return {"@context": "https://readium.org/webpub-manifest/context.jsonld", **made}


def page_json(one: Publication, page: PageItem, places: Places) -> dict[str, Any]:
    made: dict[str, Any] = {
        "href": places.at(f"episodes/{one.card.id}/pages/{page.order_index}"),
        "type": "image/jpeg",
    }
    if page.width and page.height:
        made |= {"width": page.width, "height": page.height}
    if page.double:
        made["properties"] = {"page": "center"}
    return made


def authentication_json(places: Places, title: str, description: str, login: str, password: str) -> dict[str, Any]:
    """How to sign in (Authentication for OPDS 1.0): Basic, with a key as the password."""
    home = places.base.removesuffix("/opds")
    return {
        "id": places.feed("auth"),
        "title": title,
        "description": description,
        "links": [{"rel": "help", "href": home or "/", "type": "text/html"}],
        "authentication": [
            {"type": "http://opds-spec.org/auth/basic", "labels": {"login": login, "password": password}}
        ],
    }
