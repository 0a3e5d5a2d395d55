"""Books of every format behind one reader with limits. Light to import: no database, no image library.

Which paths are safe where: `Book.random_access` books (folders; ZIP of stored and deflated entries; plain tar) may be
opened and read in the serving process: that runs nothing but our own parsing, zlib and checksums, within limits.
Everything else (RAR, 7z, compressed tar, unusual ZIP methods, PDF, EPUB's XML, and `Book.metadata` and `Book.pages` of
any book) parses hostile input with larger machinery and belongs in a `kernel.sandbox.ParserPool`.
"""

from fumetto.library.ingestion.books.book import Book
from fumetto.library.ingestion.books.model import BookKind, BookPage, BookWarning, Limits, Member, PlainRange
from fumetto.library.ingestion.books.opening import open_book
from fumetto.library.ingestion.metadata.model import BookMetadata, Credit, PageMark

__all__ = [
    "Book",
    "BookKind",
    "BookMetadata",
    "BookPage",
    "BookWarning",
    "Credit",
    "Limits",
    "Member",
    "PageMark",
    "PlainRange",
    "open_book",
]
