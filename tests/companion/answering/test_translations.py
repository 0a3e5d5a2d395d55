"""One balloon in several languages stands for all of them."""

from __future__ import annotations

import uuid

from fumetto.companion.answering.rules.translations import in_languages, put_aside
from fumetto.library.public import Box, PassageKind, Quotable, Spot

PAGE = Spot(1, uuid.UUID(int=1), uuid.UUID(int=2), None, 1, 0)
LEFT, RIGHT = Box(0.1, 0.1, 0.2, 0.2), Box(0.6, 0.1, 0.2, 0.2)


def said(text: str, language: str | None, box: Box | None = LEFT, kind: PassageKind = PassageKind.DIALOGUE) -> Quotable:
    return Quotable(uuid.uuid4(), kind, text, language, PAGE, box=box)


def test_balloon_stands_in_the_first_language_that_there_is_or_as_it_was_found() -> None:
    french, english, breton = (
        said(text, tag) for text, tag in (("Viens !", "fr"), ("Come!", "en-GB"), ("Deus!", "br"))
    )
    beside, again = said("No!", "en", RIGHT), said("Come!", "en", Box(0.1, 0.11, 0.2, 0.2))
    shown = said("A door.", "de", kind=PassageKind.DESCRIPTION)
    [group] = in_languages([french, beside, shown, english, said("Where?", "de", None), again, breton])
    assert group == [french, english, breton], "two of one language are two balloons"
    assert put_aside([group], ["en", "it"], []) == {french.id: english, breton.id: english}
    assert put_aside([group], ["it", "fr"], []) == {english.id: french, breton.id: french}
    assert put_aside([group], ["it"], []) == {english.id: french, breton.id: french}
    assert put_aside([group], ["en"], [breton.id]) == {french.id: breton, english.id: breton}
