"""Make the fonts in src/fumetto/kernel/fonts from their published packages; run again only to change them.

    npm install --no-save --ignore-scripts $(python tools/build_fonts.py --packages)   # in an empty folder
    python tools/build_fonts.py node_modules

Each font is put together from its packages' pieces, reduced to what comics need, and stripped of hints (they are drawn
large and smooth) and of kerning and ligatures, except where a script cannot be written without them: then what the
lettering measures is what is drawn. A font whose licence reserves its name gets another, as the licence asks.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from fontTools import merge, subset
from fontTools.ttLib import TTFont

TARGET = Path(__file__).parents[1] / "src" / "fumetto" / "kernel" / "fonts"
HINTS = ("fpgm", "prep", "cvt ", "gasp", "hdmx", "VDMX")
UNNEEDED = ("GDEF", "vhea", "vmtx", "VORG", "BASE", "DSIG", "STAT", "meta", *HINTS)
LAYOUT = ("GSUB", "GPOS")


@dataclass(frozen=True)
class Font:
    """One file to make: `pieces` are globs below the package's `files`, the first giving names and line metrics."""

    file: str
    family: str
    package: str
    pieces: tuple[str, ...]
    version: str = "5.3.0"
    shaped: tuple[str, ...] = field(default=())  # pieces whose layout tables are kept
    characters: str = ""  # the name of a set of characters to reduce to


def pieces(name: str, *scripts: str, cut: str = "700-normal") -> tuple[str, ...]:
    return tuple(f"{name}-{script}-{cut}" for script in scripts)


ARABIC = "noto-naskh-arabic-arabic-700-normal"
FONTS = (
    Font("comic-neue-bold", "Comic Neue", "comic-neue", pieces("comic-neue", "latin")),
    Font("comic-neue-bold-italic", "Comic Neue", "comic-neue", pieces("comic-neue", "latin", cut="700-italic")),
    Font(
        "comic-relief-bold",
        "Comic Relief",
        "comic-relief",
        pieces("comic-relief", "latin", "latin-ext", "cyrillic", "greek"),
    ),
    Font(
        "patrick-hand",
        "Patrick Hand",
        "patrick-hand",
        pieces("patrick-hand", "latin", "latin-ext", "vietnamese", cut="400-normal"),
    ),
    Font("mplus-rounded", "M PLUS Rounded 1c", "m-plus-rounded-1c", ("*-500-normal",), characters="japanese"),
    Font(
        "naskh-bold",
        "Noto Naskh Arabic",
        "noto-naskh-arabic",
        (ARABIC, *pieces("noto-naskh-arabic", "latin", "latin-ext")),
        shaped=(ARABIC,),
    ),
    Font("chancery", "Fumetto Chancery", "fondamento", pieces("fondamento", "latin", "latin-ext", cut="400-normal")),
    Font(
        "alex-brush",
        "Alex Brush",
        "alex-brush",
        pieces("alex-brush", "latin", "latin-ext", "vietnamese", cut="400-normal"),
    ),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("node_modules", nargs="?", type=Path)
    parser.add_argument("--packages", action="store_true", help="print the packages and versions to install")
    arguments = parser.parse_args()
    if arguments.packages or arguments.node_modules is None:
        print(*sorted({f"@fontsource/{font.package}@{font.version}" for font in FONTS}))
        return
    for font in FONTS:
        package = arguments.node_modules / "@fontsource" / font.package
        made = build(font, package)
        shutil.copyfile(package / "LICENSE", TARGET / f"{font.package}.LICENSE")
        print(f"{made.name}: {made.stat().st_size:,} bytes, {len(TTFont(made).getBestCmap()):,} characters")


def build(font: Font, package: Path) -> Path:
    with tempfile.TemporaryDirectory() as scratch:
        parts = []
        for index, (path, shaped) in enumerate(pieces_of(font, package)):
            piece = Path(scratch) / f"{index}.ttf"
            bare(TTFont(path, recalcTimestamp=False), shaped).save(piece)
            parts.append(str(piece))
        whole = merge.Merger().merge(parts) if len(parts) > 1 else TTFont(parts[0])
        whole["head"].created = TTFont(parts[0])["head"].created
    reduce(whole, set(japanese()) if font.characters == "japanese" else set(whole.getBestCmap()), bool(font.shaped))
    rename(whole, font.family)
    whole.recalcTimestamp = False  # the same packages make the same bytes
    whole["head"].modified = whole["head"].created
    target = TARGET / f"{font.file}.ttf"
    whole.save(target)
    return target


def pieces_of(font: Font, package: Path) -> Iterator[tuple[Path, bool]]:
    for pattern in font.pieces:
        found = sorted((package / "files").glob(f"{pattern}.woff2"))
        if not found:
            raise SystemExit(f"{package} has no {pattern}.woff2")
        for path in found:
            yield path, pattern in font.shaped


def bare(font: TTFont, shaped: bool) -> TTFont:
    font.flavor = None
    for tag in (*UNNEEDED, *(() if shaped else LAYOUT)):
        if tag in font and not (shaped and tag == "GDEF"):
            del font[tag]
    for name in font.getGlyphOrder():
        font["glyf"][name].removeHinting()
    return font


def reduce(font: TTFont, characters: set[int], shaped: bool) -> None:
    options = subset.Options(hinting=False, glyph_names=False, notdef_outline=True, name_IDs=["*"])
    options.layout_features = ["*"] if shaped else []
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)


def rename(font: TTFont, family: str) -> None:
    """One family per design, whatever weight was taken: the lettering asks by family only."""
    for record in list(font["name"].names):
        if record.nameID in (1, 3, 4, 6, 16, 17, 21, 22, 25):
            font["name"].removeNames(nameID=record.nameID)
    italic = bool(font["head"].macStyle & 2)
    for identity, text in ((1, family), (4, family), (6, family.replace(" ", "")), (16, family)):
        font["name"].setName(text, identity, 3, 1, 0x409)
    font["name"].setName("Italic" if italic else "Regular", 2, 3, 1, 0x409)


def japanese() -> Iterator[int]:
    """Kana, punctuation, and the kanji of JIS X 0208 levels 1 and 2, by way of EUC-JP; and the Latin beside them."""
    for row in range(1, 85):
        for cell in range(1, 95):
            try:
                yield ord(bytes([0xA0 + row, 0xA0 + cell]).decode("euc_jp"))
            except UnicodeDecodeError:
                continue
    for first, last in ((0x20, 0x17F), (0x2000, 0x206F), (0x3000, 0x30FF), (0xFF00, 0xFFEF)):
        yield from range(first, last + 1)


if __name__ == "__main__":
    main()
