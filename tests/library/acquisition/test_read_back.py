"""What acquisition writes is what importing reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from fumetto.library.acquisition.model import Source
from fumetto.library.acquisition.service import acquire_all, acquire_episode
from fumetto.library.ingestion.books import Limits, open_book
from fumetto.library.ingestion.lettering.compose import compose
from tests.builders.publisher import Publisher, small_tree
from tests.shared_data import shared_data


async def test_an_acquired_episode_is_read_back_as_a_book(tmp_path: Path) -> None:
    with Publisher(small_tree(tmp_path / "tree", episodes=1)) as publisher:
        source = Source(base=publisher.base, allow_private=True, pause=0)
        await acquire_episode(source, "1", tmp_path / "out", languages=["fr", "cn"])
    with open_book(tmp_path / "out" / "ep01-potion-of-flight", Limits()) as book:
        assert [page.kind for page in book.pages] == ["cover", "title", "story", "story", "credits"]
        assert [page.member.rpartition("/")[2] for page in book.pages] == [
            "cover.jpg", "title.jpg", "page_001.jpg", "page_002.jpg", "credits.jpg",
        ]  # fmt: skip
        assert {index: sorted(of) for index, of in book.letterings.items()} == {n: ["fr", "zh-Hans"] for n in range(5)}
        said = book.metadata
        assert (said.slug, said.number, said.language) == ("ep01-potion-of-flight", 1, "fr")
        assert said.title == "Épisode 1 : Potion of Flight"
        assert said.titles["zh-Hans"] == "第1集"
        assert said.series == "Pepper & Carrot"
        assert said.license == "CC BY 4.0"
        assert said.credits_url == "https://www.peppercarrot.com/en/webcomic/ep01_Potion-of-Flight.html"
        assert str(said.published) == "2014-01-15"
        assert "David Revoy" in (said.attribution or "")
        page = book.pages[2]
        composed = compose(book.read(page.member), book.read(book.letterings[2]["fr"]), "fr")
        assert [each.text for each in composed.balloons] == ["fr P01"]


@pytest.mark.shared_data
async def test_the_authors_own_small_site_is_acquired_and_read_back(tmp_path: Path) -> None:
    tree = shared_data("pepper_carrot", "site_fixture", "0_sources")
    with Publisher(tree, soft=True) as publisher:
        source = Source(base=publisher.address, allow_private=True, pause=0)
        summary = await acquire_all(source, tmp_path, languages=["en", "fr"], commentary=False)
    assert summary.complete, summary.problems
    with open_book(tmp_path / "ep03-the-green-shadow", Limits()) as book:
        assert [page.kind for page in book.pages] == ["cover", "title", "story", "story", "story", "credits"]
        moving = book.pages[3]
        assert moving.member.endswith(".gif")
        assert 3 not in book.letterings
        lettered = compose(book.read(book.pages[2].member), book.read(book.letterings[2]["fr"]), "fr")
        assert lettered.balloons
    with open_book(tmp_path / "ep01-orange", Limits()) as book:
        assert book.metadata.title == "Episode 1: Orange"
        assert book.metadata.titles["fr"] == "Épisode 1 : Orange"
