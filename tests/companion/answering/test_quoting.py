"""The sentences that answer are those that share what is rare in the question."""

from __future__ import annotations

import uuid
from decimal import Decimal

from fumetto.companion.answering.rules.quoting import best, quotes
from fumetto.library.public import Box, PassageKind, Quotable, Spot


def said(text: str, page: int = 1, language: str = "en", box: Box | None = None) -> Quotable:
    spot = Spot(page, uuid.UUID(int=page), uuid.UUID(int=1), Decimal(1), page, page)
    kind = PassageKind.DIALOGUE if box else PassageKind.DESCRIPTION
    return Quotable(uuid.uuid4(), kind, text, language, spot, box=box)


def texts(question: str, *evidence: Quotable, most: int = 3) -> list[str]:
    return [quote.text for quote in best(quotes(question, evidence), most)]


def test_only_the_sentence_that_answers_is_quoted() -> None:
    long = said("Pepper sleeps. The cat hides the potion in a boot. It rains.")
    assert texts("Where is the potion hidden?", long) == ["The cat hides the potion in a boot."]


def test_what_shares_only_a_common_word_is_no_answer() -> None:
    crowd = [said(f"Pepper laughs at number {number}.") for number in range(8)]
    assert texts("Did Pepper brew poison?", *crowd) == []


def test_answers_are_told_in_the_storys_order() -> None:
    later, sooner = said("The crown is stolen.", page=9), said("The crown lies in the tower.", page=2)
    assert texts("crown", later, sooner) == [sooner.text, later.text]


def test_one_balloon_in_two_languages_is_quoted_once() -> None:
    there = Box(0.1, 0.1, 0.2, 0.1)
    assert len(texts("Shichimi", said("Shichimi !", box=there), said("Shichimi !", language="fr", box=there))) == 1


def test_a_balloon_is_quoted_whole() -> None:
    balloon = said("Carrot! You thought of bringing me here!", box=Box(0, 0, 0.5, 0.2))
    assert texts("What did Carrot bring?", balloon) == [balloon.text]
