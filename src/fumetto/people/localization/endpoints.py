"""Texts that are said otherwise: what the web application reads of them, and their administration."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path, Query, Request, Response, status
from starlette.responses import PlainTextResponse

from fumetto.kernel.text.audience import Variant
from fumetto.kernel.text.catalogues import best_language, words
from fumetto.kernel.web.caching import conditional, etag_of, validators
from fumetto.kernel.web.pagination import DEFAULT_LIMIT, CursorText, Limit
from fumetto.kernel.web.routes import Routes
from fumetto.kernel.web.sessions import ReadTransaction, database_of
from fumetto.people.access.dependencies import require_role
from fumetto.people.access.identification import on_record
from fumetto.people.access.readers import Reader
from fumetto.people.accounts.kinds import Role
from fumetto.people.localization import files, rules, service
from fumetto.people.localization.kinds import Category, TextState
from fumetto.people.localization.live import load_words
from fumetto.people.localization.schemas import (
    Key,
    LanguageTag,
    PreviewWanted,
    TakenOver,
    TextChange,
    TextDeed,
    TextDetail,
    TextFile,
    TextHistory,
    TextPage,
    TextPreview,
    WordsOut,
)

router = Routes(prefix="/admin/words", tags=["words"])
open_router = Routes(prefix="/words", tags=["words"])

Owner = Annotated[Reader, Depends(require_role(Role.OWNER))]
LanguagePath = Annotated[LanguageTag, Path(description="A BCP 47 tag, such as fr or fr-CA.")]
KeyPath = Annotated[Key, Path(description="A text's key, such as shelf.title.")]


@open_router.get("/{language}.json")
async def get_words(
    request: Request, response: Response, language: LanguagePath, variant: Variant = Variant.ALL
) -> WordsOut:
    """The web application's texts that are said otherwise, by the operator or to such readers, as ICU messages by key.
    For anybody: the page to sign in on is made of such texts. Answers 304 to who has them already."""
    now = words()
    texts = rules.for_browser(now, language, variant)
    etag = etag_of("words", now.version, language, variant, repr(texts))
    unchanged = conditional(request, etag=etag)
    if unchanged is not None:
        return unchanged  # type: ignore[return-value]  # FastAPI sends a response as it is
    response.headers.update(validators(etag, None))
    return WordsOut(version=now.version, texts=texts)


@router.get("")
async def list_texts(
    session: ReadTransaction,
    owner: Owner,
    language: LanguageTag,
    variant: Variant = Variant.ALL,
    category: Category | None = None,
    state: TextState | None = None,
    search: Annotated[str, Query(max_length=200)] = "",
    cursor: CursorText = None,
    limit: Limit = DEFAULT_LIMIT,
) -> TextPage:
    """All texts in a language, for some readers, by key. `state=overridden` leaves all that is said otherwise."""
    wanted = service.Wanted(language, variant, category, state, search)
    return await service.list_texts(session, wanted, cursor, limit)


@router.get(
    "/file",
    response_class=Response,
    responses={200: {"content": {"application/yaml": {"schema": {}}}}},
)
async def export_texts(
    session: ReadTransaction,
    owner: Owner,
    language: LanguageTag | None = None,
    category: Category | None = None,
    everything: Annotated[bool, Query(description="With the texts that are said as Fumetto's files say them.")] = False,
) -> PlainTextResponse:
    """What is said otherwise, as YAML: for another Fumetto, or for a translator."""
    text = await files.written_out(session, language, category, everything=everything)
    name = f"fumetto-words-{language or 'all'}.yaml"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return PlainTextResponse(text, headers=headers, media_type="application/yaml")


@router.post("/file")
async def import_texts(request: Request, owner: Owner, body: TextFile) -> TakenOver:
    """Say what a file says: all of it, or nothing where some of it would break."""
    database = database_of(request)
    async with database.write() as session:
        taken = await files.taken_over(session, owner.id, body.yaml, speaking_of(request), check=body.check)
    if not body.check:
        await load_words(database)
    return taken


@router.post("/preview")
async def preview_text(request: Request, owner: Owner, wanted: PreviewWanted) -> TextPreview:
    """How a text reads with sample values, in a language or a pseudo-language, and what is wrong with it."""
    return service.preview(wanted.key, wanted.language, wanted.variant, wanted.value, speaking_of(request))


@router.get("/{language}/{variant}/{key}")
async def get_text(
    session: ReadTransaction, owner: Owner, language: LanguagePath, variant: Variant, key: KeyPath
) -> TextDetail:
    """A text with what its editor has to know: the values it takes, the plural forms it needs, what it was made for."""
    return await service.get_text(session, language, variant, key)


@router.get("/{language}/{variant}/{key}/history")
async def get_text_history(
    session: ReadTransaction, owner: Owner, language: LanguagePath, variant: Variant, key: KeyPath
) -> TextHistory:
    """What became of a text, the latest first."""
    deeds = await service.history(session, language, variant, key)
    return TextHistory(items=[TextDeed.model_validate(deed) for deed in deeds])


@router.put("/{language}/{variant}/{key}")
async def put_text(
    request: Request, owner: Owner, language: LanguagePath, variant: Variant, key: KeyPath, change: TextChange
) -> TextDetail:
    """Say a text so from now on, everywhere at once. One that would break where it is shown is refused, with why."""
    database = database_of(request)
    text = f"{language}/{variant}/{key}"
    async with on_record(database, "text.refused", owner.id, text=text), database.write() as session:
        await service.put_text(session, owner.id, language, variant, key, change.value, speaking_of(request))
    await load_words(database)
    async with database.read() as session:
        return await service.get_text(session, language, variant, key)


@router.delete("/{language}/{variant}/{key}", status_code=status.HTTP_204_NO_CONTENT)
async def reset_text(request: Request, owner: Owner, language: LanguagePath, variant: Variant, key: KeyPath) -> None:
    """Say what Fumetto's files say again."""
    database = database_of(request)
    async with database.write() as session:
        await service.reset_text(session, owner.id, language, variant, key)
    await load_words(database)


def speaking_of(request: Request) -> str:
    return best_language(request.headers.get("accept-language"))
