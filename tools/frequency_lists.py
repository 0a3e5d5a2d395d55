"""Writes the lists of common words that answers are checked with: <language>.txt.gz in companion/answering/words.

    python tools/frequency_lists.py      # needs wordfreq 3.1.1, a development tool only

The commonest words of a language, most common first, one per line; only words of letters. wordfreq's code is under the
Apache License 2.0, its data under CC BY-SA 4.0.
"""

from __future__ import annotations

import gzip
import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "src" / "fumetto" / "companion" / "answering" / "words"
LANGUAGES = ("en", "es", "fr", "it")  # not German: its nouns are written as names are
MOST = 20_000
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def main() -> None:
    from wordfreq import top_n_list

    FOLDER.mkdir(parents=True, exist_ok=True)
    for language in LANGUAGES:
        words = [word for word in top_n_list(language, 2 * MOST) if WORD.fullmatch(word)][:MOST]
        file = FOLDER / f"{language}.txt.gz"
        file.write_bytes(gzip.compress("\n".join(words).encode(), mtime=0))
        print(f"{file.name}: {len(words)} words, {file.stat().st_size} bytes")


if __name__ == "__main__":
    main()
