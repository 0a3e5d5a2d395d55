"""What could not be told of a page is among what could not be read, and is tried again with it."""

from __future__ import annotations

from fumetto.library.contents import tasks
from fumetto.library.contents.kinds import Look
from fumetto.library.ingestion.events import RetryWanted
from fumetto.library.ingestion.kinds import ProblemKind
from fumetto.library.ingestion.problems import Problem, list_problems
from tests.builders.api import a_client_as, an_app
from tests.library.contents.conftest import Looked, Shelf, a_sidecar
from tests.library.ingestion.conftest import a_picture

FAILED = """
UPDATE library.page_looks SET state = 'failed', reason_code = 'page_unreadable',
    reason_detail = '{"page": "02.png", "reason": "damaged"}' WHERE page_id = %s AND look IN ('ocr', 'panels')
"""
REFUSED = """
INSERT INTO library.page_looks (page_id, look, state, reason_code, reason_detail, looked_at) VALUES
    (%s, 'description', 'failed', 'vision_refused', '{"provider": "ollama", "reason": "no such model"}', now())
"""
JOBS = "SELECT args ->> 'page_id', args ->> 'again' FROM jobs.procrastinate_jobs WHERE task_name = %s ORDER BY id"


async def problems_of(looked: Looked) -> list[Problem]:
    async with looked.library.database.read() as session:
        found, total = await list_problems(session, None, 100)
    assert total == len(found)
    return found


async def test_looks_that_failed_are_told_once_a_page_and_reason_and_tried_again(looked: Looked, shelf: Shelf) -> None:
    shelf.file("S/1/01.png", a_picture(1))
    shelf.file("S/1/01.json", b'{"version": 1,\n"balons": []}')
    shelf.file("S/1/02.png", a_picture(2))
    await looked.bring(shelf)
    first, second = await looked.pages()
    await looked.library.rows(FAILED, second)

    found = {problem.code: problem for problem in await problems_of(looked)}
    assert {problem.kind for problem in found.values()} == {ProblemKind.LOOK}
    assert found["sidecar_invalid"].path.endswith("S/1/01.json")
    assert "line 2" in found["sidecar_invalid"].message("en")
    assert found["page_unreadable"].path.endswith("S/1/02.png")

    async with a_client_as(an_app(looked.library.settings, looked.library.database), "editor") as editor:
        pages = [(await editor.get("/api/v1/problems", params={"limit": 1})).json()]
        pages.append((await editor.get("/api/v1/problems", params={"cursor": pages[0]["next_cursor"]})).json())
    assert [page["total"] for page in pages] == [2, 2]
    assert {item["code"] for page in pages for item in page["items"]} == set(found)

    (root_id,) = [row[0] for row in await looked.library.rows("SELECT id FROM library.library_roots")]
    async with looked.library.database.write("*") as session:
        await tasks.look_again_at_failed(session, RetryWanted(root_id))
    again = dict(await looked.library.rows(JOBS, "library.look_at_page"))
    assert again == {str(first): "sidecar", str(second): "ocr,panels"}

    shelf.file("S/1/01.json", a_sidecar(language="en", balloons=[{"text": "mended"}]))
    for page_id, looks in ((first, again[str(first)]), (second, again[str(second)])):
        await looked.looker.look(page_id, again=frozenset(Look(look) for look in looks.split(",")))
    assert await problems_of(looked) == []


async def test_descriptions_that_a_model_refused_are_asked_for_again(looked: Looked, shelf: Shelf) -> None:
    shelf.file("S/1/01.png", a_picture(1))
    await looked.bring(shelf)
    (page_id,) = await looked.pages()
    await looked.library.rows(REFUSED, page_id)
    (problem,) = await problems_of(looked)
    assert "no such model" in problem.message("en")
    (root_id,) = [row[0] for row in await looked.library.rows("SELECT id FROM library.library_roots")]
    async with looked.library.database.write("*") as session:
        await tasks.look_again_at_failed(session, RetryWanted(root_id))
    assert await looked.library.rows(JOBS, "library.describe_page") == [(str(page_id), None)]
    assert await looked.library.rows(JOBS, "library.look_at_page") == []
