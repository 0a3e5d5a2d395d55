"""OPDS 1.2 (https://specs.opds.io/opds-1.2) with the Page Streaming Extension 1.2, as Atom."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from lxml import etree

from fumetto.library.opds.model import ATOM, CBZ, Door, Feed, Places, Publication

ATOM_NS = "http://www.w3.org/2005/Atom"
DC_NS = "http://purl.org/dc/terms/"
OPDS_NS = "http://opds-spec.org/2010/catalog"
PSE_NS = "http://vaemendis.net/opds-pse/ns"
THREAD_NS = "http://purl.org/syndication/thread/1.0"
SEARCH_NS = "http://a9.com/-/spec/opensearch/1.1/"
NAMESPACES = {
    None: ATOM_NS,
    "dcterms": DC_NS,
    "opds": OPDS_NS,
    "pse": PSE_NS,
    "thr": THREAD_NS,
    "opensearch": SEARCH_NS,
}

STREAM = "http://vaemendis.net/opds-pse/stream"
PROGRESSION = "http://opds-spec.org/progression"
PROGRESSION_TYPE = "application/opds-progression+json"
SEARCH_TYPE = "application/opensearchdescription+xml"
ENTRY_TYPE = "application/atom+xml;type=entry;profile=opds-catalog"


def render_feed(feed: Feed, places: Places, language: str) -> bytes:
    """The feed as a document."""
    root = etree.Element(f"{{{ATOM_NS}}}feed", nsmap=NAMESPACES)  # type: ignore[arg-type]  # the stubs forget None
    root.set("{http://www.w3.org/XML/1998/namespace}lang", language)
    own = ATOM.format(kind=feed.kind)
    add(root, "id", f"urn:fumetto:opds:{feed.key}".replace(" ", "%20"))
    add(root, "title", feed.title)
    add(root, "updated", stamp(feed.updated))
    author = etree.SubElement(root, f"{{{ATOM_NS}}}author")
    add(author, "name", "Fumetto")
    link(root, "self", places.feed(feed.path, **feed.query), own)
    link(root, "start", places.feed(), ATOM.format(kind="navigation"))
    if feed.up is not None:
        link(root, "up", places.feed(feed.up), ATOM.format(kind="navigation"))
    link(root, "search", places.feed("search"), SEARCH_TYPE)
    if feed.next_query is not None:
        link(root, "next", places.feed(feed.path, **feed.next_query), own)
    if feed.total is not None:
        add(root, "totalResults", str(feed.total), SEARCH_NS)
    if feed.per_page is not None:
        add(root, "itemsPerPage", str(feed.per_page), SEARCH_NS)
    for facet in feed.facets:
        made = link(root, "http://opds-spec.org/facet", places.feed(facet.path, **facet.query), own, facet.title)
        made.set(f"{{{OPDS_NS}}}facetGroup", facet.group)
        if facet.active:
            made.set(f"{{{OPDS_NS}}}activeFacet", "true")
    for door in feed.doors:
        add_door(root, door, places)
    for one in feed.publications:
        root.append(entry_of(one, places))
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")


def render_entry(one: Publication, places: Places) -> bytes:
    """One publication as a document of its own."""
    return etree.tostring(entry_of(one, places), xml_declaration=True, encoding="utf-8")


def render_search(places: Places, title: str) -> bytes:
    """The OpenSearch 1.1 description of how to search."""
    root = etree.Element(f"{{{SEARCH_NS}}}OpenSearchDescription", nsmap={None: SEARCH_NS})  # type: ignore[dict-item]  # the stubs forget None
    add(root, "ShortName", "Fumetto", SEARCH_NS)
    add(root, "Description", title, SEARCH_NS)
    add(root, "InputEncoding", "UTF-8", SEARCH_NS)
    add(root, "OutputEncoding", "UTF-8", SEARCH_NS)
    address = etree.SubElement(root, f"{{{SEARCH_NS}}}Url")
    address.set("type", ATOM.format(kind="navigation"))
    address.set("template", places.template(f"{places.version}/search/results", "q", "searchTerms"))
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")


def add_door(root: etree._Element, door: Door, places: Places) -> None:
    entry = etree.SubElement(root, f"{{{ATOM_NS}}}entry")
    add(entry, "id", identifier(door.key))
    add(entry, "title", door.title)
    add(entry, "updated", stamp(door.updated))
    content = add(entry, "content", door.summary)
    content.set("type", "text")
    to = link(entry, door.rel, places.feed(door.path, **door.query), ATOM.format(kind=door.leads_to))
    if door.count is not None:
        to.set(f"{{{THREAD_NS}}}count", str(door.count))
    if door.cover is not None:
        link(entry, "http://opds-spec.org/image", places.at(door.cover, size="full"), "image/jpeg")
        link(entry, "http://opds-spec.org/image/thumbnail", places.at(door.cover), "image/jpeg")


def entry_of(one: Publication, places: Places) -> etree._Element:
    card, episode, series = one.card, one.episode, one.series
    entry = etree.Element(f"{{{ATOM_NS}}}entry", nsmap=NAMESPACES)  # type: ignore[arg-type]  # the stubs forget None
    add(entry, "id", f"urn:uuid:{card.id}")
    add(entry, "title", one.title)
    add(entry, "updated", stamp(episode.updated_at))
    for name in dict.fromkeys(credit["name"] for credit in episode.credits or series.credits if credit.get("name")):
        author = etree.SubElement(entry, f"{{{ATOM_NS}}}author")
        add(author, "name", clean(name))
    for language in card.languages or ([card.language] if card.language else []):
        add(entry, "language", language, DC_NS)
    if card.published_at is not None:
        add(entry, "issued", card.published_at.isoformat(), DC_NS)
    if series.publisher:
        add(entry, "publisher", series.publisher, DC_NS)
    if card.license or series.license:
        add(entry, "rights", card.license or series.license or "")
    for tag in series.tags:
        category = etree.SubElement(entry, f"{{{ATOM_NS}}}category")
        category.set("term", clean(tag))
        category.set("label", clean(tag))
    if card.plot_summary:
        add(entry, "summary", card.plot_summary).set("type", "text")
    if card.cover is not None:
        link(entry, "http://opds-spec.org/image", places.at(f"episodes/{card.id}/cover", size="full"), "image/jpeg")
        link(entry, "http://opds-spec.org/image/thumbnail", places.at(f"episodes/{card.id}/cover"), "image/jpeg")
    download = places.at(f"episodes/{card.id}/download")
    link(entry, "http://opds-spec.org/acquisition", download, CBZ, one.title)
    add_stream(entry, one, places)
    link(entry, PROGRESSION, places.at(f"episodes/{card.id}/progression"), PROGRESSION_TYPE)
    link(entry, "alternate", places.feed(f"publications/{card.id}"), ENTRY_TYPE)
    return entry


def add_stream(entry: etree._Element, one: Publication, places: Places) -> None:
    """The page streaming link: pages count from 0, the last page read from 1 (OPDS-PSE 1.2)."""
    card, progress = one.card, one.card.progress
    address = f"{places.base}/episodes/{card.id}/pages/{{pageNumber}}?width={{maxWidth}}"
    if places.token:
        address += f"&token={places.token}"
    stream = link(entry, STREAM, address, "image/jpeg")
    stream.set(f"{{{PSE_NS}}}count", str(card.page_count))
    if progress is not None and progress.episode_id == card.id:
        stream.set(f"{{{PSE_NS}}}lastRead", str(progress.order_index + 1))
        stream.set(f"{{{PSE_NS}}}lastReadDate", stamp(progress.updated_at))


def add(parent: etree._Element, name: str, text: str, namespace: str = ATOM_NS) -> etree._Element:
    child = etree.SubElement(parent, f"{{{namespace}}}{name}")
    child.text = clean(text)
    return child


def link(parent: etree._Element, rel: str, href: str, media_type: str, title: str | None = None) -> etree._Element:
    made = etree.SubElement(parent, f"{{{ATOM_NS}}}link")
    made.set("rel", rel)
    made.set("href", href)
    made.set("type", media_type)
    if title:
        made.set("title", clean(title))
    return made


def identifier(key: str) -> str:
    try:
        return f"urn:uuid:{uuid.UUID(key)}"
    except ValueError:
        return f"urn:fumetto:opds:{key}"


def stamp(moment: datetime | None) -> str:
    """RFC 3339, in UTC and whole seconds."""
    return (moment or datetime.now(UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def clean(text: str) -> str:
    """Without the characters that XML 1.0 cannot hold, whatever a book was called."""
    return "".join(
        c for c in text if c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff"
    )
