"""Documents on their way in, and found again: by whom they belong to, and by nobody else."""

from __future__ import annotations

import uuid
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select, text

from fumetto.documents.collections.models import Document, DocumentChunk
from fumetto.documents.errors import DocumentEmpty, DocumentNotText, DocumentScanned
from fumetto.documents.intake.tasks import keep_starter, read
from fumetto.documents.kinds import FileType
from fumetto.documents.parsing.model import Limits
from fumetto.documents.parsing.reading import read_document
from fumetto.documents.public import find
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.jobs.context import JobContext
from fumetto.people.public import Role
from tests.builders.api import a_client_as
from tests.documents.pdfs import a_pdf

API = "/api/v1/documents"
NOTE = (
    b"---\ntitle: When words hurt\nsources:\n  - A body\n---\n# When words hurt\n\n"
    b"## Saying it\n\nTell the librarian, whose lantern is always lit.\n"
)


async def a_collection(client: httpx.AsyncClient, **values: object) -> str:
    made = await client.post(f"{API}/collections", json={"slug": "own", "name": "Mine"} | values)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def sent(client: httpx.AsyncClient, collection: str, name: str, data: bytes) -> httpx.Response:
    return await client.post(f"{API}/collections/{collection}/documents", files={"file": (name, data)})


async def test_a_markdown_file_is_cut_to_pieces_with_their_sections_and_found(app: FastAPI, job: JobContext) -> None:
    async with a_client_as(app, Role.OWNER) as owner:
        collection = await a_collection(owner)
        added = await sent(owner, collection, "../note.md", NOTE)
        assert (added.status_code, added.json()["status"], added.json()["filename"]) == (202, "pending", "note.md")
        document = added.json()["id"]
        await read(job, document_id=uuid.UUID(document))
        known = (await owner.get(f"{API}/{document}")).json()
        assert (known["status"], known["title"], known["language"]) == ("ready", "When words hurt", "en")
        assert known["sources"] == ["A body"]
        [piece] = (await owner.get(f"{API}/{document}/chunks")).json()["items"]
        assert piece["section"] == "Saying it"
        [found] = (await owner.get(f"{API}/search", params={"q": "whose lantern is lit?"})).json()["items"]
        assert found["document_id"] == document
        again = await sent(owner, collection, "other.md", NOTE)
        assert (again.status_code, again.json()["code"]) == (409, "document_known")


async def test_another_tenant_sees_nothing_by_any_way_in(app: FastAPI, job: JobContext, database: Database) -> None:
    async with a_client_as(app, Role.EDITOR) as mine, a_client_as(app, Role.EDITOR) as other:
        collection = await a_collection(mine)
        document = (await sent(mine, collection, "note.md", NOTE)).json()["id"]
        await read(job, document_id=uuid.UUID(document))
        assert (await other.get(f"{API}/collections")).json()["items"] == []
        assert (await other.get(f"{API}/search", params={"q": "lantern"})).json()["items"] == []
        for method, path in [
            ("GET", f"/collections/{collection}/documents"),
            ("DELETE", f"/collections/{collection}"),
            ("GET", f"/{document}"),
            ("GET", f"/{document}/chunks"),
            ("DELETE", f"/{document}"),
            ("POST", f"/{document}/retry"),
        ]:
            assert (await other.request(method, API + path)).status_code == 404, path
        assert (
            await other.post(f"{API}/collections", json={"slug": "h", "name": "H", "house": True})
        ).status_code == 403
        account = other.account.id  # type: ignore[attr-defined]
        async with database.read(account) as session:  # the second wall, with the first taken away
            assert await session.scalar(select(func.count()).select_from(DocumentChunk)) == 0
        async with database.write(account) as session:
            assert (await session.execute(text("DELETE FROM app.documents"))).rowcount == 0  # type: ignore[attr-defined]


async def test_what_cannot_be_read_says_why_and_is_read_again(app: FastAPI, job: JobContext) -> None:
    async with a_client_as(app, Role.OWNER) as owner:
        collection = await a_collection(owner)
        told = {}
        for name, data in [
            ("scan.pdf", a_pdf(["", ""])),
            ("locked.pdf", a_pdf(["Secret words"], encrypted=True)),
            ("torn.pdf", b"%PDF-1.4 and then nothing"),
            ("empty.md", b"---\ntitle: Nothing\n---\n\n***\n"),
            ("picture.txt", bytes(range(256)) * 4),
        ]:
            document = (await sent(owner, collection, name, data)).json()["id"]
            await read(job, document_id=uuid.UUID(document))
            item = (await owner.get(f"{API}/{document}")).json()
            assert item["status"] == "error"
            assert name in item["error"]
            told[name] = item["error_code"]
        assert told == {
            "scan.pdf": "document_scanned",
            "locked.pdf": "document_encrypted",
            "torn.pdf": "document_damaged",
            "empty.md": "document_empty",
            "picture.txt": "document_not_text",
        }
        replaced = await owner.put(f"{API}/{document}/file", files={"file": ("words.txt", b"Talk to your aunt Rosa.")})
        assert replaced.status_code == 202
        await read(job, document_id=uuid.UUID(document))
        assert (await owner.get(f"{API}/{document}")).json()["status"] == "ready"
        refused = await sent(owner, collection, "program.exe", b"MZ")
        assert (refused.status_code, refused.json()["code"]) == (415, "document_unsupported")


async def test_a_deleted_document_is_found_no_more_and_leaves_no_file(
    app: FastAPI, job: JobContext, database: Database
) -> None:
    async with a_client_as(app, Role.OWNER) as owner:
        collection = await a_collection(owner)
        document = (await sent(owner, collection, "note.md", NOTE)).json()["id"]
        await read(job, document_id=uuid.UUID(document))
        async with database.read(EVERY_READER) as session:
            key = await session.scalar(select(Document.file_key))
        assert key
        assert await app.state.storage.head(key)
        assert (await owner.delete(f"{API}/{document}")).status_code == 204
        assert await app.state.storage.head(key) is None
        assert (await owner.get(f"{API}/search", params={"q": "lantern"})).json()["items"] == []


def test_a_pdf_says_on_which_page_a_piece_is() -> None:
    parsed = read_document(a_pdf(["First comes the door.", "Then comes the garden."]), FileType.PDF, "a.pdf", Limits())
    assert [(one.page, one.content) for one in parsed.chunks] == [
        (1, "First comes the door."),
        (2, "Then comes the garden."),
    ]


@pytest.mark.parametrize(
    ("data", "kind", "error"),
    [
        (a_pdf([""]), FileType.PDF, DocumentScanned),
        (b"\x00\x01" * 300, FileType.TEXT, DocumentNotText),
        (b"\xef\xbb\xbf \r\n \r\n", FileType.TEXT, DocumentEmpty),
    ],
)
def test_what_has_no_text_is_told_apart(data: bytes, kind: FileType, error: type[Exception]) -> None:
    with pytest.raises(error):
        read_document(data, kind, "it", Limits())


def test_front_matter_that_would_unfold_is_text_and_nothing_more() -> None:
    bomb = "---\na: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n---\nStill a text.\n"
    parsed = read_document(bomb.encode(), FileType.MARKDOWN, "bomb.md", Limits())
    assert parsed.title is None
    assert "Still a text." in parsed.chunks[-1].content


async def test_the_house_has_a_starter_set_and_what_its_owner_deletes_stays_away(
    app: FastAPI, job: JobContext, database: Database
) -> None:
    await keep_starter(job)
    async with database.read(EVERY_READER) as session:
        waiting = list(await session.scalars(select(Document.id)))
    for one in waiting:
        await read(job, document_id=one)
    async with a_client_as(app, Role.OWNER) as owner:
        collections = {one["slug"]: one for one in (await owner.get(f"{API}/collections")).json()["items"]}
        assert collections["docs_youth"]["ready"] >= 18
        assert collections["docs_adult"]["ready"] >= 18
        assert [one["failed"] for one in collections.values()] == [0, 0]
        listed = (await owner.get(f"{API}/collections/{collections['docs_youth']['id']}/documents")).json()
        assert all(one["sources"] and one["written_on"] and one["built_in"] for one in listed["items"])
        assert {one["language"] for one in listed["items"]} == {"en", "fr", "it"}
        assert (await owner.delete(f"{API}/{listed['items'][0]['id']}")).status_code == 204
        assert (await owner.delete(f"{API}/collections/{collections['docs_youth']['id']}")).status_code == 409
    await keep_starter(job)
    async with database.read() as session:
        assert await session.scalar(select(func.count()).select_from(Document)) == len(waiting) - 1
        found = await find(session, [None], "on se moque de moi", slugs=["docs_youth"], languages=["fr"])
        assert found
        assert {one.language for one in found} == {"fr"}


def test_every_starter_text_is_there_in_every_language() -> None:
    root = Path(__file__).resolve().parents[2] / "src" / "fumetto" / "documents" / "starter"
    for collection in ("docs_youth", "docs_adult"):
        names = {
            language: {one.name for one in (root / collection / language).glob("*.md")}
            for language in ("en", "fr", "it")
        }
        assert names["en"] == names["fr"] == names["it"]
        assert len(names["en"]) >= 6
