"""Texts on the wire, for those who look after them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from fumetto.kernel.text.audience import Variant
from fumetto.kernel.text.checking import LONGEST
from fumetto.people.localization.kinds import Category, TextState

LanguageTag = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$", max_length=35)]
Key = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Value = Annotated[str, StringConstraints(max_length=2 * LONGEST)]


class WordsOut(BaseModel):
    """What the web application says otherwise than its own texts: ICU messages by key."""

    version: str
    texts: dict[str, str]


class TextItem(BaseModel):
    """A text in a language, for some readers."""

    key: str
    category: Category
    state: TextState
    english: str
    original: str = Field(description="What Fumetto's files say in this place.")
    original_language: str = Field(description="The language of that: another where they say nothing in this one.")
    value: str | None = Field(description="What is said otherwise; null: nothing.")
    said: str = Field(description="What readers get.")
    updated_at: datetime | None
    updated_by: str | None


class TextCounts(BaseModel):
    """Of all texts of this language and these readers."""

    overridden: int
    stale: int
    broken: int
    missing: int


class TextPage(BaseModel):
    """A page of texts. `total` counts all that the filters leave; `counts` count without them."""

    items: list[TextItem]
    total: int
    next_cursor: str | None
    counts: TextCounts
    languages: list[str] = Field(description="Those of Fumetto, and all in which something is said otherwise.")


class ArgumentOut(BaseModel):
    """A value that a text is given."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    kind: str = Field(description="text, number, plural, selectordinal, select, date or time.")
    cases: list[str] = Field(description="Those that a select has.")
    forms: list[str] = Field(description="The plural forms that the language needs.")


class TextDetail(TextItem):
    """A text with what its editor has to know."""

    arguments: list[ArgumentOut]
    longest: int = Field(description="So many characters at most.")
    was: str | None = Field(description="What the files said when it was written, where they say something else now.")


class TextChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    value: Value


class ProblemOut(BaseModel):
    """What is wrong with a text. `place`: line and column in it (`2:14`), or the value concerned (`{count}`)."""

    kind: str
    place: str
    wanted: str
    message: str


class PreviewWanted(BaseModel):
    model_config = ConfigDict(extra="forbid")

    key: Key
    language: LanguageTag = Field(description="A language, or en-XA or ar-XB.")
    variant: Variant = Variant.ALL
    value: Value | None = Field(default=None, description="The text to try; null: the one that is said.")


class Sample(BaseModel):
    values: dict[str, Any]
    text: str


class TextPreview(BaseModel):
    """How a text reads with values. With problems it could not be kept."""

    problems: list[ProblemOut]
    samples: list[Sample]


class TextDeed(BaseModel):
    """A change of a text; `old` and `new` are null where nothing was said otherwise."""

    model_config = ConfigDict(from_attributes=True)

    at: datetime
    by: str | None
    old: str | None
    new: str | None


class TextHistory(BaseModel):
    items: list[TextDeed]


class TextFile(BaseModel):
    """Texts as YAML: language, then variant, then key."""

    model_config = ConfigDict(extra="forbid")

    yaml: Annotated[str, StringConstraints(max_length=2_000_000)]
    check: bool = Field(default=False, description="Only say what would change.")


class TakenOver(BaseModel):
    """What a file changed, or would."""

    written: int
    removed: int = Field(description="They say what Fumetto's own files say, so they are said otherwise no more.")
    unchanged: int
