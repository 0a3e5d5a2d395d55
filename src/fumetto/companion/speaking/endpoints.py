"""Routes of chat models: which there are and how they do, and which one answers about a series."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import Depends, Request

from fumetto.companion.speaking import repository
from fumetto.companion.speaking.rules import Decision
from fumetto.companion.speaking.schemas import CollectiveModels, CompanionModels, SeriesModel
from fumetto.companion.speaking.service import HouseSpeakers
from fumetto.kernel.audit import audit
from fumetto.kernel.db.sessions import ReadSession
from fumetto.kernel.errors import NotFound
from fumetto.kernel.providers.chat.errors import ChatModelUnknown
from fumetto.kernel.providers.chat.naming import offered_chat_models
from fumetto.kernel.web.routes import Routes
from fumetto.kernel.web.sessions import ReadTransaction, WriteTransaction
from fumetto.library.public import evidence
from fumetto.people.public import CurrentVisit, Reader, Role, looking_after, require_role

router = Routes(tags=["companion"])
Editor = Annotated[Reader, Depends(require_role(Role.EDITOR))]


@router.get("/companion/models")
async def list_models(request: Request, visit: CurrentVisit) -> CompanionModels:
    """Every chat model that may answer, the one that does by default first. None is asked for it; whoever looks is
    about to, though, so that one is loaded meanwhile."""
    speakers: HouseSpeakers = request.app.state.speakers
    speakers.warm()
    return CompanionModels(items=await speakers.states(visit.reader.id, visit.reader.language))


@router.get("/companion/series/{series_id}/model")
async def get_series_model(session: ReadTransaction, editor: Editor, series_id: uuid.UUID) -> SeriesModel:
    """The chat model that answers about a series, where it is not the one of the settings."""
    await require_series(session, series_id)
    return SeriesModel(model=await repository.model_of_series(session, series_id))


@router.put("/companion/series/{series_id}/model")
async def put_series_model(
    request: Request, session: WriteTransaction, editor: Editor, series_id: uuid.UUID, wanted: SeriesModel
) -> SeriesModel:
    """Choose one of those on offer for a series, or none, for the one by default."""
    await require_series(session, series_id)
    if wanted.model is not None and wanted.model not in offered_chat_models(request.app.state.settings):
        raise ChatModelUnknown(model=wanted.model)
    before = await repository.model_of_series(session, series_id)
    await repository.set_model(session, series_id, wanted.model)
    old, new = {"chat_model": before}, {"chat_model": wanted.model}
    await audit(session, editor.id, "companion.choose_model", "series", series_id, old, new)
    return wanted


async def require_series(session: ReadSession, series_id: uuid.UUID) -> None:
    if series_id not in await evidence.series_names(session, {series_id}):
        raise NotFound


@router.get("/collectives/{collective_id}/models")
async def get_collective_models(
    session: ReadTransaction, visit: CurrentVisit, collective_id: uuid.UUID
) -> CollectiveModels:
    """What a family, a class or a school decided about models, for who looks after it."""
    await looking_after(session, visit.reader, collective_id, change=False)
    decided = await repository.decision_of(session, collective_id)
    return CollectiveModels(model=decided.chat_model, cloud_off=decided.cloud_off)


@router.put("/collectives/{collective_id}/models")
async def put_collective_models(
    request: Request, session: WriteTransaction, visit: CurrentVisit, collective_id: uuid.UUID, wanted: CollectiveModels
) -> CollectiveModels:
    """Choose the model that answers its members, among those on offer, and whether models in the cloud stay out: at
    once, and for minors as a rule."""
    await looking_after(session, visit.reader, collective_id, change=True)
    if wanted.model is not None and wanted.model not in offered_chat_models(request.app.state.settings):
        raise ChatModelUnknown(model=wanted.model)
    before = await repository.decision_of(session, collective_id)
    await repository.decide(session, collective_id, Decision(wanted.model, wanted.cloud_off))
    old, new = {"chat_model": before.chat_model, "cloud_off": before.cloud_off}, wanted.model_dump()
    await audit(session, visit.reader.id, "collective.choose_models", "collective", collective_id, old, new)
    return wanted
