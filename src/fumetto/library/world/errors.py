"""What can stand in the way of knowing a story's world."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from fumetto.kernel.errors import Conflict, Invalid, NotFound, TooLarge
from fumetto.kernel.text.catalogues import say
from fumetto.library.world.rules.located import Problem


class WorldFileInvalid(Invalid):
    """A file of a world graph or wiki is wrong; `problems` lists every place, the text names the first."""

    code = "world_file_invalid"

    def __init__(self, *, problems: Sequence[Problem]) -> None:
        first = problems[0]
        super().__init__(
            file=first.file,
            line=first.line,
            problem=first.kind,
            name=first.name,
            other=first.other,
            more=len(problems) - 1,
            problems=[asdict(problem) for problem in problems],
        )

    def lines(self, language: str) -> list[dict[str, Any]]:
        """Every mistake with its own sentence."""
        told = []
        for one in self.detail["problems"]:
            alone = WorldFileInvalid(problems=[Problem(**one)])
            told.append({**one, "message": say(language, f"errors.{self.code}", **alone.detail)})
        return told


class WorldFilesMissing(Invalid):
    """There is no YAML, or no Markdown, in what was named or sent."""

    code = "world_files_missing"

    def __init__(self, *, path: str, wanted: str) -> None:
        super().__init__(path=path, wanted=wanted)


class WorldFilesTooMany(TooLarge):
    code = "world_files_too_many"

    def __init__(self, *, limit: int) -> None:
        super().__init__(limit=limit)


class CharacterNotFound(NotFound):
    code = "character_not_found"


class CharacterNameTaken(Conflict):
    """Another character of the series has the name; merge the two, or choose another."""

    code = "character_name_taken"

    def __init__(self, *, name: str) -> None:
        super().__init__(name=name)


class AliasNotFound(NotFound):
    code = "alias_not_found"


class EntityNotFound(NotFound):
    code = "entity_not_found"


class EntitySlugTaken(Conflict):
    code = "entity_slug_taken"

    def __init__(self, *, slug: str) -> None:
        super().__init__(slug=slug)


class FactNotFound(NotFound):
    code = "fact_not_found"


class RelationshipNotFound(NotFound):
    code = "relationship_not_found"


class RelationshipTaken(Conflict):
    """The same two are tied in the same way already."""

    code = "relationship_taken"


class ArticleNotFound(NotFound):
    code = "article_not_found"


class NoteNotFound(NotFound):
    code = "note_not_found"


class WorldMergeUnclear(Invalid):
    """Only several things of one series can be merged, and none into itself."""

    code = "world_merge_unclear"


class PagesElsewhere(Invalid):
    """A page that was given as evidence is not of the series, or not there."""

    code = "pages_elsewhere"


class ReviewUnknown(NotFound):
    """None of these proposals is there (any more)."""

    code = "review_unknown"


class ReviewNeedsPages(Invalid):
    """A statement can only be accepted with at least one page from which it is known."""

    code = "review_needs_pages"


class ReviewNotSafe(Invalid):
    """Only statements of wiki articles can be declared safe lore."""

    code = "review_not_safe"
