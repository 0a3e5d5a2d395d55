"""`doctor`: everything that Fumetto needs, looked at one by one, each with what to do where it is amiss."""

from __future__ import annotations

import asyncio
import importlib.metadata
import importlib.util
import platform
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass

from sqlalchemy import text

from fumetto import __version__
from fumetto.entry.api import web_folder
from fumetto.entry.wiring import House, open_house
from fumetto.kernel.errors import FumettoError
from fumetto.kernel.index.spaces import status as spaces_status
from fumetto.kernel.settings import Settings
from fumetto.library.ingestion.kinds import RootState
from fumetto.library.ingestion.repository import list_roots


@dataclass(frozen=True)
class Finding:
    """One part: whether it is well, and in one sentence how it is or what to do."""

    part: str
    ok: bool
    detail: str


async def examine(settings: Settings) -> list[Finding]:
    """Never raises for what it finds: that is what it is for."""
    findings = [
        Finding("fumetto", True, f"{__version__}, Python {platform.python_version()}, {platform.platform()}"),
        web_application(settings),
        disk(settings),
        words(settings),
        vision(settings),
        await meaning(settings),
        *await answers(settings),
    ]
    try:
        async with open_house(settings) as house:
            findings += [finding async for finding in inside(house)]
    except FumettoError as error:
        findings.append(Finding("database", False, str(error)))
    return findings


def web_application(settings: Settings) -> Finding:
    built = (web_folder(settings) / "index.html").is_file()
    return Finding("web application", built, "built" if built else "not built; start with ./fumetto, which builds it")


def disk(settings: Settings) -> Finding:
    place = settings.data_dir
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    detail = f"{free / 1e9:.1f} GB free at {settings.data_dir}"
    if free >= settings.disk_reserve_bytes:
        return Finding("disk", True, detail)
    return Finding("disk", False, f"{detail}, less than FUMETTO_DISK_RESERVE_BYTES; free some")


def words(settings: Settings) -> Finding:
    part = "words on pages"
    if not settings.ocr:
        return Finding(part, True, "OCR is off; FUMETTO_OCR=true reads pages that have no better text")
    missing = [name for name in ("rapidocr", "onnxruntime") if importlib.util.find_spec(name) is None]
    if missing:
        again = "start with ./fumetto, which installs it, or set FUMETTO_OCR=false"
        return Finding(part, False, f"{' and '.join(missing)} cannot be loaded; {again}")
    threads = settings.ocr_threads
    version = importlib.metadata.version("rapidocr")
    return Finding(part, True, f"RapidOCR {version} with its own models, {threads} thread{'s' if threads > 1 else ''}")


def vision(settings: Settings) -> Finding:
    part, provider = "descriptions", settings.vision_provider
    if provider == "json":
        return Finding(part, True, "from sidecars and people; no vision model is configured")
    keys = {"openai": settings.openai_api_key, "anthropic": settings.anthropic_api_key}
    if provider == "anthropic" and not keys[provider].get_secret_value():
        return Finding(part, False, "VISION_PROVIDER is anthropic and ANTHROPIC_API_KEY is empty; set it")
    model = settings.vision_model or "its usual model"
    return Finding(part, True, f"by {provider}, {model}, in {settings.vision_language}")


async def meaning(settings: Settings) -> Finding:
    """The embedding model is asked for a vector, so that what is amiss is known before somebody searches."""
    from fumetto.kernel.index.embedding import check_reach

    part = "search by meaning"
    try:
        name, dimensions, address = await check_reach(settings)
    except FumettoError as error:
        return Finding(part, False, str(error))
    return Finding(part, True, f"by {name} on {address}, {dimensions} numbers a vector")


async def answers(settings: Settings) -> list[Finding]:
    """Each chat model is asked a question of one word, all at once."""
    from fumetto.kernel.providers.chat.checking import unpriced
    from fumetto.kernel.providers.chat.naming import BUILTIN, offered_chat_models

    names = [name for name in offered_chat_models(settings) if name != BUILTIN]
    if not names:
        return [Finding("answers", True, "quoted from what was read; no chat model is configured")]
    findings = list(await asyncio.gather(*(answer_by(settings, name) for name in names)))
    limited = settings.chat_limit_reader_day or settings.chat_limit_day or settings.chat_limit_total
    if limited and (missing := unpriced(settings)):
        many = ", ".join(missing)
        findings.append(Finding("spending", False, f"{many}: no price in CHAT_PRICES, so no limit is kept for it"))
    return findings


async def answer_by(settings: Settings, name: str) -> Finding:
    from fumetto.kernel.providers.chat.checking import check_chat
    from fumetto.kernel.providers.chat.naming import address_of

    try:
        seconds = await check_chat(settings, name)
    except FumettoError as error:
        return Finding("answers", False, str(error))
    return Finding("answers", True, f"by {name} on {address_of(settings, name)}, which began after {seconds:.1f} s")


async def inside(house: House) -> AsyncIterator[Finding]:
    where = "embedded" if house.database.server.embedded else "by DATABASE_URL"
    async with house.database.read() as session:
        server = await session.scalar(text("SHOW server_version"))
        vector = await session.scalar(text("SELECT extversion FROM pg_extension WHERE extname = 'vector'"))
        sums = await session.scalar(text("SHOW data_checksums"))
        roots = await list_roots(session)
        looks = await session.execute(text("SELECT state, count(DISTINCT page_id) FROM library.page_looks GROUP BY 1"))
        pages = {state: count for state, count in looks}
        spaces = [space for space in await spaces_status(session) if space.state != "retired"]
    yield Finding("database", True, f"PostgreSQL {server} {where}, pgvector {vector}, checksums {sums}, schema current")
    yield Finding("storage", True, f"{house.settings.storage_backend.value}, answers")
    for space in spaces:
        how = "searched" if space.state == "active" else "being filled"
        yield Finding("vectors", True, f"{space.model}, {how}: {space.passages} passages, {space.waiting} wait")
    failed, waiting = pages.get("failed", 0), pages.get("pending", 0)
    why = "; why: ./fumetto status --problems" if failed else ""
    yield Finding("pages", True, f"{failed} could not be looked at in some way, {waiting} wait for a vision model{why}")
    for root in roots:
        if root.state is RootState.AVAILABLE:
            yield Finding("library folder", True, root.path)
        elif root.state is RootState.UNMOUNTED:
            yield Finding("library folder", False, f"{root.path} is not there; connect its disk. Nothing was forgotten")
    if house.settings.host in {"0.0.0.0", "::"} and house.settings.public_reading:  # noqa: S104 - compared with
        yield Finding("access", False, "anybody on the network may read: FUMETTO_PUBLIC_READING is on")
