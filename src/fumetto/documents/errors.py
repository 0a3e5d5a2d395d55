"""What can go wrong with documents. Those of a file (`DocumentUnreadable`) are kept with it, as its status."""

from __future__ import annotations

from fumetto.kernel.errors import Conflict, FumettoError, Invalid, NotFound


class CollectionNotFound(NotFound):
    code = "document_collection_not_found"


class DocumentNotFound(NotFound):
    code = "document_not_found"


class CollectionExists(Conflict):
    """slug: the owner has one of that name."""

    code = "document_collection_exists"


class CollectionOfTheHouse(FumettoError):
    """slug: the helper needs this collection, so it may not be deleted."""

    status = 409
    code = "document_collection_needed"


class DocumentKnown(Conflict):
    """filename, known_as: the same bytes are in the collection already."""

    code = "document_known"


class DocumentUnsupported(Invalid):
    """filename: neither Markdown, text nor PDF."""

    status = 415
    code = "document_unsupported"


class DocumentTooLarge(Invalid):
    """filename, limit: bytes."""

    status = 413
    code = "document_too_large"


class DocumentUnreadable(Invalid):
    """file: one that cannot be made into chunks."""

    code = "document_unreadable"


class DocumentEmpty(DocumentUnreadable):
    code = "document_empty"


class DocumentEncrypted(DocumentUnreadable):
    code = "document_encrypted"


class DocumentScanned(DocumentUnreadable):
    """pages: a PDF of pictures, without a text to be found."""

    code = "document_scanned"


class DocumentDamaged(DocumentUnreadable):
    code = "document_damaged"


class DocumentNotText(DocumentUnreadable):
    """What it calls itself is no text in UTF-8, UTF-16 or Latin-1."""

    code = "document_not_text"


class DocumentTooLong(DocumentUnreadable):
    """what: pages or characters. limit."""

    code = "document_too_long"
