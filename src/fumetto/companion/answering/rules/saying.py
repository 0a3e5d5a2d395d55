"""What a model writes, cut into sentences as it comes, and each taken apart into words and citations."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

LONGEST: Final = 600  # characters of a sentence
CITED: Final = re.compile(r"\s*[\[【(]{1,2}\s*(?:passages?\s+)?#?(\d{1,3}(?:\s*[,;&]\s*#?\d{1,3})*)\s*[\]】)]{1,2}")
ONLY_CITED: Final = re.compile(rf"(?:{CITED.pattern})+[\s.,;]*")
END: Final = re.compile(r"[.!?…]+[\"'”’»)]*(?:\s*\[[\d\s,;]+\])*(?=\s+[^\s\[])|\s*\n+\s*")
SHORTENED: Final = re.compile(r"(?:^|\W)(?:[^\W\d_]|Mrs?|Ms|Dr|St|Mme|Mlle|MM|Sig|Prof|vs|etc|cf|e\.g|i\.e)\.$")
LISTED: Final = re.compile(r"^\s*(?:[-*•>#]+|\d{1,2}[.)])\s+")
MARKED: Final = re.compile(r"(?<!\w)[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}(?!\w)")
BEFORE_A_MARK: Final = re.compile(r"\s+([.,])")
UNPLAIN: Final = frozenset("<>{}[]|\\^~`@#*_=/")
NOTHING: Final = re.compile(r"\W*NOTHING\W*")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with the numbers of the passages that it cites."""

    text: str
    cites: tuple[int, ...]

    @property
    def is_plain(self) -> bool:
        """Whether it is nothing but words: no markup, no program, no pictures, and not without end."""
        return len(self.text) <= LONGEST and not any(
            one in UNPLAIN or unicodedata.category(one)[0] in "CS" for one in self.text
        )

    @property
    def is_nothing(self) -> bool:
        """Whether it is the word by which a model says that the passages do not answer."""
        return NOTHING.fullmatch(self.text) is not None


class Splitter:
    """Cuts a text that comes in pieces into sentences."""

    def __init__(self) -> None:
        self.kept = ""

    def feed(self, piece: str) -> list[Sentence]:
        """The sentences that are complete with this piece."""
        self.kept += piece
        found: list[Sentence] = []
        begin = 0
        for end in END.finditer(self.kept):
            following = self.kept[end.end() :].lstrip()[:1]
            if "\n" not in end.group():
                if following.islower() or SHORTENED.search(self.kept[begin : end.start() + 1]):
                    continue
            elif not following:
                break  # what follows may be the citations of what ends here
            elif following in "[【":
                continue
            found += sentence_of(self.kept[begin : end.end()])
            begin = end.end()
        self.kept = self.kept[begin:]
        if len(self.kept) > 2 * LONGEST:
            return found + self.rest()
        return found

    def rest(self) -> list[Sentence]:
        """What is left when no more comes."""
        left, self.kept = self.kept, ""
        return sentence_of(left)


def sentence_of(raw: str) -> list[Sentence]:
    """A sentence without the marks of lists and emphasis; none where there is no letter or digit in it."""
    text = unicodedata.normalize("NFC", " ".join(raw.split()))
    cites = tuple(dict.fromkeys(int(number) for each in CITED.findall(text) for number in re.findall(r"\d+", each)))
    text = BEFORE_A_MARK.sub(r"\1", MARKED.sub("", LISTED.sub("", CITED.sub("", text)))).strip()
    return [Sentence(text, cites)] if any(one.isalnum() for one in text) else []
