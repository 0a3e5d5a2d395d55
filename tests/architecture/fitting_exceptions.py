"""Who may go round what fits a reader, and why. `test_fitting.py` fails on anybody else, and on idle entries.

Paths are below src/fumetto.
"""

from __future__ import annotations

IN_SQL = {
    "library/contents/lettering_repository.py": "jobs that read letterings, for no reader",
    "library/contents/looks_repository.py": "jobs that look at pages, for no reader",
    "library/contents/pages_repository.py": "finds pages for jobs and for the operator's commands",
    "library/ingestion/images_repository.py": "jobs that make pictures, for no reader",
    "library/ingestion/refiling.py": "moves episodes to where their files say, for no reader",
    "library/ingestion/repository.py": "what a scan has found, for no reader",
    "library/ingestion/updating.py": "writes what files say, for no reader",
    "library/ingestion/writing.py": "writes what files say, for no reader",
    "library/reading/visibility.py": "is the other wall",
    "library/search/collecting.py": "fills the index, for no reader",
    "library/search/texts.py": "gives the index its texts again, for no reader",
    "library/world/repository/proposals.py": "writes what waits for review",
}
"""Modules with SQL of their own on tables of what may not fit, which no condition is put on: none of them reads for a
reader."""

FOR_NOBODY = {
    "companion/memory/semantic.py": "keeps questions by the fingerprint of a horizon, and reads no library",
    "companion/memory/tasks.py": "jobs that tidy",
    "companion/programs/service.py": "counts an answer and keeps nothing else of it",
    "library/ingestion/endpoints.py": "takes files from editors, who are not restricted",
    "library/ingestion/imaging.py": "jobs that make pictures",
    "library/ingestion/intake.py": "a scan",
    "library/ingestion/scan.py": "a scan",
    "library/ingestion/tasks.py": "jobs",
    "library/ingestion/watch.py": "looks for files that came",
}
"""Modules that begin transactions for no reader, which the database hides nothing from."""

ELSEWHERE = {
    "app.series_companions": "which model answers about a series, asked for by series that were found",
    "library.notes_left_out": "digests of notes that an editor deleted, for imports",
    "library.page_looks": "what jobs did with pages, for editors and jobs",
    "library.shelf_series": "says what is on a shelf to the wall itself; shown with its series only",
    "library.sources": "where files are, for scans and editors; shown with their episodes only",
}
"""Tables that hang on a series and are behind neither wall."""
