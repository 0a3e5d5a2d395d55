"""Six real episodes are understood: their words, people and world are found again, and never too early."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from tests.builders.fumetto import QUICK, answer_of, fumetto_up
from tests.builders.visits import answer, episodes_of, series_of, settled, visitor
from tests.shared_data import shared_data

TITLE = "Pepper & Carrot"
LANGUAGES = ("en", "fr", "de", "ja", "ar")
PAGE_SIZE = (992, 1401)  # pixels, in which dialogue.jsonl measures
HERE = (3, 2)
PLACES = ((1, 1), (2, 3), (3, 2), (3, 3), (4, 1), (6, 2))
SIDECARS = Path(__file__).parents[1] / "library" / "contents" / "sidecars"
COMMENTARY = (
    "<html lang='en'><body><article><p>Episode {0} began as a doodle on a napkin.</p>"
    "<p>For page 2 of episode {0} a market in the rain was repainted twice.</p></article></body></html>"
)

At = tuple[int, int]
"""Number of an episode, and of a story page in it."""

Tie = tuple[str, str, str]
"""Slug, kind, slug."""


@dataclass
class Six:
    """Six episodes with their world in a running Fumetto: its owner, and one who read the first and then the last."""

    data: Path
    owner: httpx.Client
    jumper: httpx.Client
    careful: httpx.Client
    slug: str
    episodes: dict[int, dict[str, Any]]
    pages: dict[At, str]
    facts: dict[str, list[tuple[str, At]]] = field(default_factory=dict)
    """Of each entity, by slug, its facts and where this test has them known from."""

    def edit(self, method: str, path: str, **options: Any) -> Any:
        response = self.owner.request(method, f"/api/v1/editing{path}", **options)
        assert response.status_code < 300, f"{path}: {response.status_code} {response.text}"
        return response.json() if response.content else None

    def search(self, client: httpx.Client, text: str, **query: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = answer(client, "/search", q=text, series=self.slug, **query)["items"]
        return found


@pytest.fixture(scope="module")
def six(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Six]:
    home = tmp_path_factory.mktemp("six")
    data, shelf = home / "data", home / TITLE
    shutil.copytree(shared_data("pepper_carrot", "episodes"), shelf)
    shutil.copytree(SIDECARS, shelf, dirs_exist_ok=True)
    for number in (3, 6):
        (shelf / f"ep0{number}" / "commentary.html").write_text(COMMENTARY.format(number), "utf-8")
    with (
        fumetto_up(data, expect_link=False, **QUICK) as running,
        visitor(running, answer_of(data, "user", "token")["link"]) as owner,
    ):
        owner.post("/api/v1/roots", json={"path": str(shelf), "series_title": TITLE}).raise_for_status()
        settled(owner, seconds=330.0)
        [again] = answer_of(data, "import", str(shelf), "--series", TITLE, "--wait", **QUICK)
        assert (again["state"], again["failed"]) == ("succeeded", 0)
        slug = series_of(owner, TITLE)["slug"]
        answer_of(data, "world", "import", str(shared_data("pepper_carrot", "world")), "--series", slug)
        links = [answer_of(data, "user", "add", name, "--type", "adult")["link"] for name in ("Jumper", "Careful")]
        with visitor(running, links[0]) as jumper, visitor(running, links[1]) as careful:
            episodes = {int(each["number"]): each for each in episodes_of(owner, TITLE)}
            pages = {
                (number, page["page_number"]): page["id"]
                for number, each in episodes.items()
                for page in each["pages"]
                if page["page_number"]
            }
            made = Six(data, owner, jumper, careful, slug, episodes, pages)
            told(made)
            mark(owner, episode_ids=[each["id"] for each in episodes.values()], state="read")
            mark(jumper, episode_ids=[episodes[1]["id"], episodes[6]["id"]], state="read")
            there = next(page for page in episodes[3]["pages"] if page["page_number"] == HERE[1])
            mark(careful, episode_id=episodes[3]["id"], state="up_to", order_index=there["order_index"])
            yield made


def mark(client: httpx.Client, **body: Any) -> None:
    client.post("/api/v1/reading/mark", json=body).raise_for_status()


def told(six: Six) -> None:
    """Says of each fact of an entity, and of some of the wiki's, from which page it is known."""
    wiki = [
        ("files", (path.name, path.read_bytes())) for path in shared_data("pepper_carrot", "world", "wiki").iterdir()
    ]
    six.edit("POST", f"/series/{six.slug}/wiki/import", files=wiki)
    waiting: dict[At, list[str]] = {place: [] for place in PLACES}
    count = 0
    for entity in six.edit("GET", f"/series/{six.slug}/world")["entities"]:
        for fact in six.edit("GET", f"/entities/{entity['id']}")["facts"]:
            if fact["origin"] == "import":
                place = PLACES[count % len(PLACES)]
                six.facts.setdefault(entity["slug"], []).append((fact["text"], place))
                waiting[place] += [evidence["id"] for evidence in fact["evidence"]]
                count += 1
    assert count > 20
    for row in six.edit("GET", f"/series/{six.slug}/wiki")["items"]:
        statements = six.edit("GET", f"/wiki/{row['id']}")["facts"]
        for place, statement in zip(PLACES, statements[:: len(statements) // 6], strict=False):
            waiting[place].append(statement["evidence"][0]["id"])
    for place, ids in waiting.items():
        body = {"action": "correct", "ids": ids, "page_ids": [six.pages[place]]}
        assert six.edit("POST", "/review", json=body)["left"] == []


def world_files() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The entities and relationships as their author wrote them."""
    folder = shared_data("pepper_carrot", "world")
    entities = yaml.safe_load((folder / "entities.yaml").read_text("utf-8"))["entities"]
    relationships = yaml.safe_load((folder / "relationships.yaml").read_text("utf-8"))["relationships"]
    return entities, relationships


def debut(row: dict[str, Any]) -> At:
    return row["episode_debut"], row["page_debut"]


def said(language: str, episodes: set[int]) -> list[dict[str, Any]]:
    """Lines of the story that are said once, longest first: the ground truth of the lettering. No credits."""
    with shared_data("pepper_carrot", "dialogue.jsonl").open(encoding="utf-8") as file:
        rows = [row for row in map(json.loads, file) if row["lang"] == language and row["page"]]
    credits_at = {number: max(row["page"] for row in rows if row["episode"] == number) for number in range(1, 7)}
    once = [row for row in rows if sum(row["text"] == other["text"] for other in rows) == 1]
    lines = [row for row in once if row["episode"] in episodes and row["page"] < credits_at[row["episode"]]]
    return sorted(lines, key=lambda row: (-len(row["text"]), row["episode"], row["page"]))


def saying(hits: list[dict[str, Any]], words: str) -> list[dict[str, Any]]:
    return [hit for hit in hits if words in hit["text"]]


def place_of(hit: dict[str, Any]) -> At:
    return int(hit["episode"]["number"]), hit["page"]["page_number"]


def graph_of(client: httpx.Client, six: Six, **query: str) -> tuple[set[str], set[Tie], dict[str, str]]:
    """Slugs, ties by the slugs of their ends, and ids by slug."""
    world = answer(client, f"/series/{six.slug}/world", **query)
    slugs = {each["id"]: each["slug"] for each in world["entities"]}
    ties = {(slugs[each["source_id"]], each["kind"], slugs[each["target_id"]]) for each in world["relationships"]}
    return set(slugs.values()), ties, {slug: key for key, slug in slugs.items()}


def expected(known: Any) -> tuple[set[str], set[Tie]]:
    """What the author's own files say is known where the debuts are that `known` says yes to."""
    entities, relationships = world_files()
    slugs = {each["slug"] for each in entities if known(debut(each))}
    ties = {
        (each["source"], each["kind"], each["target"])
        for each in relationships
        if known(debut(each)) and {each["source"], each["target"]} <= slugs
    }
    return slugs, ties


@pytest.mark.shared_data
@pytest.mark.parametrize("language", LANGUAGES)
def test_dialogue_is_found_in_its_language_and_opens_at_the_balloon(six: Six, language: str) -> None:
    lines = said(language, {3, 4, 6})
    for line in (next(row for row in lines if row["episode"] == number) for number in (3, 4, 6)):
        hits = six.search(six.owner, line["text"], language=language, kind="dialogue", limit=3)
        assert hits, line["text"]
        assert place_of(hits[0]) == (line["episode"], line["page"]), line["text"]
        box, (left, top, right, bottom) = hits[0]["box"], line["bbox_px_992"]
        x, y = (left + right) / 2 / PAGE_SIZE[0], (top + bottom) / 2 / PAGE_SIZE[1]
        slack = 0.03  # of the page; the ground truth is the box of the text, not of what is drawn
        assert box["x"] - slack <= x <= box["x"] + box["width"] + slack, line["text"]
        assert box["y"] - slack <= y <= box["y"] + box["height"] + slack, line["text"]


@pytest.mark.shared_data
def test_graph_at_episode_3_page_2_shows_nothing_that_debuts_later_nor_a_later_fact_of_what_is_there(six: Six) -> None:
    slugs, ties = expected(lambda at: at <= HERE)
    assert slugs
    assert len(slugs) < len(world_files()[0])
    for client, query in ((six.careful, {}), (six.owner, {"page": six.pages[HERE]})):
        shown, shown_ties, ids = graph_of(client, six, **query)
        assert (shown, shown_ties) == (slugs, ties)
        for slug, key in ids.items():
            detail = answer(client, f"/entities/{key}", **query)
            facts = {fact["text"] for fact in detail["facts"]}
            assert facts == {text for text, at in six.facts.get(slug, []) if at <= HERE}, slug
            places = [each for fact in detail["facts"] for each in fact["evidence"]]
            assert all((int(each["episode_number"]), each["page_number"]) <= HERE for each in places)


@pytest.mark.shared_data
def test_reader_who_jumps_to_the_last_episode_is_told_nothing_of_those_between(six: Six) -> None:
    met = {1, 6}
    for language in LANGUAGES:
        for line in said(language, {2, 3, 4, 5})[:40:10]:
            hits = six.search(six.jumper, line["text"], limit=20)
            assert {place_of(hit)[0] for hit in hits} <= met, line["text"]
            assert line["text"] not in {hit["text"] for hit in hits}
    slugs, ties = expected(lambda at: at[0] in met)
    shown, shown_ties, ids = graph_of(six.jumper, six)
    assert (shown, shown_ties) == (slugs, ties)
    for slug, key in ids.items():
        facts = {fact["text"] for fact in answer(six.jumper, f"/entities/{key}")["facts"]}
        assert facts == {text for text, at in six.facts.get(slug, []) if at[0] in met}, slug
    chips = answer(six.jumper, f"/series/{six.slug}/characters")["items"]
    assert "Pepper" in {chip["name"] for chip in chips}
    for chip in chips:
        detail = answer(six.jumper, f"/characters/{chip['id']}")
        assert {int(place["episode_number"]) for place in detail["appearances"]} <= met
        assert int(detail["first"]["episode_number"]) in met
        if chip["portrait"]:
            assert chip["portrait"]["page_id"] in {page["id"] for one in met for page in six.episodes[one]["pages"]}
    for article in answer(six.jumper, f"/series/{six.slug}/wiki")["items"]:
        detail = answer(six.jumper, f"/wiki/{article['id']}")
        places = [each for part in detail["sections"] for fact in part["facts"] for each in fact["evidence"]]
        assert {int(each["episode_number"]) for each in places} <= met
        assert article["fact_count"] == 2  # of the six that were placed, those in episodes 1 and 6
    assert answer(six.jumper, f"/pages/{six.pages[6, 2]}/notes")["items"][0]["text"].startswith(
        "For page 2 of episode 6"
    )
    assert six.jumper.get(f"/api/v1/pages/{six.pages[3, 2]}/notes").status_code == 404
    notes = six.search(six.jumper, "a market in the rain was repainted", kind="note")
    assert {place_of(hit) for hit in notes} == {(6, 2)}


@pytest.mark.shared_data
def test_who_is_on_a_page_has_a_face_that_its_reader_has_seen(six: Six) -> None:
    seen = {page for at, page in six.pages.items() if at <= HERE}
    chips = answer(six.careful, f"/pages/{six.pages[HERE]}/characters")["items"]
    faces = {chip["name"]: chip["portrait"] for chip in chips}
    assert {"Pepper", "Saffron"} <= set(faces)
    for name in ("Pepper", "Saffron"):
        assert faces[name], name
        assert faces[name]["page_id"] in seen
        crop = six.careful.get(faces[name]["url"])
        assert (crop.status_code, crop.headers["content-type"]) == (200, "image/webp")
    entities = answer(six.careful, f"/series/{six.slug}/world")["entities"]
    portraits = {each["slug"]: each["portrait"] for each in entities}
    assert portraits["pepper"] == faces["Pepper"]


@pytest.mark.shared_data
def test_operator_searches_as_one_who_has_read_up_to_a_page(six: Six) -> None:
    hits = answer_of(six.data, "search", "potion", "--series", TITLE, "--at", "6:6", "--limit", "50")
    assert hits
    for hit in hits:
        assert (int(hit["episode_number"]), hit["page_number"] or 0) <= (6, 6)
        assert hit["text"]
        assert hit["score"] > 0
    assert any("potion" in hit["text"].casefold() for hit in hits)


@pytest.mark.shared_data
def test_questions_at_a_page_are_answered_from_what_was_read_up_to_it(six: Six) -> None:
    def asked(question: str, at: str = "6:7") -> tuple[str, set[tuple[str, int]]]:
        told = answer_of(six.data, "ask", six.slug, question, "--at", at, **QUICK)
        return told["answer"], {(one["episode_number"], one["page_number"]) for one in told["citations"]}

    said, places = asked("Who said “too dangerous”?")
    assert said.startswith("Shichimi says it on page 6 of episode 6")
    assert places == {("6", 6)}
    assert asked("Qui a dit « trop dangereux » ?")[0].startswith("Shichimi le dit à la page 6 de l’épisode 6")
    assert "Shichimi is first seen on page 4 of episode 6." in asked("Who is Shichimi?")[0]
    assert asked("What just happened?")[1] == {("6", 6), ("6", 7)}
    assert asked("Where was the potion first seen?")[1] == {("1", 1)}
    assert asked("Who is Shichimi?", at="6:3") == ("I find nothing about that in what has been read.", set())


@pytest.mark.shared_data
def test_words_that_are_set_right_are_found_at_once_and_a_person_is_not_overwritten(six: Six) -> None:
    page = six.pages[1, 2]
    assert not saying(six.search(six.owner, "zanzibarine", kind="dialogue"), "zanzibarine")
    texts = six.edit("GET", f"/pages/{page}/texts?lang=en")
    balloons = [{name: value for name, value in each.items() if name != "confidence"} for each in texts["balloons"]]
    old, balloons[0]["text"] = balloons[0]["text"], "A zanzibarine potion, please"
    body = {"language": "en", "version": texts["version"], "balloons": balloons}
    six.edit("PUT", f"/pages/{page}/texts", json=body)
    [found] = saying(six.search(six.owner, "zanzibarine", kind="dialogue", language="en"), "zanzibarine")
    assert place_of(found) == (1, 2)
    left = saying(six.search(six.owner, old, kind="dialogue", language="en"), old)
    assert (1, 2) not in {place_of(hit) for hit in left}

    shown = six.edit("GET", f"/pages/{page}/description?lang=en")
    assert shown["source"] == "sidecar"
    mine = {"language": "en", "version": shown["version"], "description": "A kettle dreams.", "mood_tags": ["odd"]}
    six.edit("PUT", f"/pages/{page}/description", json=mine)
    six.edit("POST", f"/pages/{page}/looks", json={"looks": ["sidecar"]})
    answer_of(six.data, "import", str(six.data.parent / TITLE), "--series", TITLE, "--wait", **QUICK)
    looked = six.edit("GET", f"/pages/{page}/description?lang=en")
    assert (looked["source"], looked["description"]) == ("person", "A kettle dreams.")
    kept = six.edit("GET", f"/pages/{page}/texts?lang=en")["balloons"]
    assert kept[0]["text"] == "A zanzibarine potion, please"
