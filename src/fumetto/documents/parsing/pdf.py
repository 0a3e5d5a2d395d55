"""PDF, through pdfium, page by page. For a ParserPool only: a hostile file gets no further."""

from __future__ import annotations

import unicodedata
from typing import Final

import pypdfium2
import pypdfium2.raw as pdfium

from fumetto.documents.errors import (
    DocumentDamaged,
    DocumentEmpty,
    DocumentEncrypted,
    DocumentScanned,
    DocumentTooLong,
)
from fumetto.documents.parsing.model import Limits

LOCKED: Final = (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY)
UNSEEN: Final = ("Cc", "Cs", "Cf", "Cn")
FEW: Final = 8  # letters of a page, below which it is a picture with a page number on it


def pages_of_pdf(data: bytes, file: str, limits: Limits) -> tuple[list[str], str | None]:
    """The text of each page, and the document's title where it has one."""
    try:
        document = pypdfium2.PdfDocument(data)
        count = len(document)
    except pypdfium2.PdfiumError as error:
        if pdfium.FPDF_GetLastError() in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY) or "assword" in str(
            error
        ):
            raise DocumentEncrypted(file=file) from error
        raise DocumentDamaged(file=file) from error
    if count == 0:
        raise DocumentEmpty(file=file)
    if count > limits.pages:
        raise DocumentTooLong(file=file, what="pages", limit=limits.pages)
    texts: list[str] = []
    broken = characters = 0
    for number in range(count):
        try:
            text = text_of(document, number, file, limits)
        except pypdfium2.PdfiumError:
            broken += 1
            text = ""
        characters += len(text)
        if characters > limits.characters:
            raise DocumentTooLong(file=file, what="characters", limit=limits.characters)
        texts.append(text)
    if broken == count:
        raise DocumentDamaged(file=file)
    if all(sum(char.isalpha() for char in text) < FEW for text in texts):
        raise DocumentScanned(file=file, pages=count)
    try:
        title = document.get_metadata_dict(skip_empty=True).get("Title", "").strip("\x00 ")
    except (pypdfium2.PdfiumError, UnicodeDecodeError):
        title = ""
    return texts, " ".join(title.split())[:500] or None


def text_of(document: pypdfium2.PdfDocument, number: int, file: str, limits: Limits) -> str:
    page = document[number]
    try:
        layer = page.get_textpage()
        try:
            if layer.count_chars() > limits.characters_of_page:
                raise DocumentTooLong(file=file, what="characters", limit=limits.characters_of_page)
            text: str = layer.get_text_bounded(errors="replace")
        finally:
            layer.close()
    finally:
        page.close()
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    # U+FFFE is how pdfium says that a word was cut at a line's end
    joined = lines.replace("\ufffe\n", "").replace("\ufffe", "").replace("\u0002", "")
    return "".join(
        char for char in joined if char == "\n" or unicodedata.category(char) not in ("Cc", "Cs", "Cf", "Cn")
    )
