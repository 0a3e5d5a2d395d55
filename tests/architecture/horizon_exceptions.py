"""Who may go round the horizon, and why: the one list. `test_horizon.py` fails on anybody else, and on idle entries.

Paths are below src/fumetto.
"""

from __future__ import annotations

KEEPERS = {
    "library/reading/revealing.py": "is the wall that everybody else asks through",
    "library/reading/visibility.py": "is the other wall, and keeps true what it looks at",
    "library/catalogue/editing/summaries.py": "the editing view of summaries",
    "library/search/collecting.py": "fills the index, for no reader",
    "library/search/texts.py": "gives the index its texts again, for no reader",
    "library/search/indexing.py": "says what of the index is renewed, for no reader",
    "library/ingestion/summaries.py": "writes the summaries that files come with",
    "library/contents/lettering_repository.py": "says who speaks in letterings, and where, for no reader",
    "library/contents/looks_repository.py": "writes what was found on pages, for no reader",
    "library/contents/editing/repository.py": "the editing view of what is on a page",
    "library/contents/editing/service.py": "writes what an editor says a page shows",
    "library/ingestion/images_repository.py": "writes the words that letterings say, for no reader",
    "library/world/repository/evidence.py": "writes evidence, and reads it for who edits",
    "library/world/repository/faces.py": "writes which panels stand for whom, for no reader",
    "library/world/repository/graph.py": "the editing view of entities and relationships",
    "library/world/repository/notes.py": "writes commentary notes",
    "library/world/repository/owners.py": "says what of the world is renewed, for no reader",
    "library/world/repository/pages.py": "reads what pages say for the jobs that link names and propose places",
    "library/world/repository/proposals.py": "reads and places what waits for review",
    "library/world/repository/review.py": "the review list, for who edits",
    "library/world/repository/roster.py": "writes who is on pages, and the editing view of it",
    "library/world/repository/wiki.py": "writes articles, and the editing view of them",
    "library/world/service/editing.py": "changes the world for an editor",
    "library/world/service/extracting.py": "a job that proposes, for no reader",
    "library/world/service/importing.py": "writes what files say",
    "library/world/service/linking.py": "a job that links names to pages",
    "library/world/service/listing.py": "the editing view",
    "library/world/service/names.py": "makes rows of the roster",
    "library/world/service/notes.py": "writes commentary notes",
    "library/world/service/people.py": "changes the roster for an editor",
    "library/world/service/wiki.py": "writes articles",
}
"""Modules that name revealing tables without a horizon: they write them, or are the editing view of them."""

FOR_EVERY_READER = {
    "kernel/db/roles.py": "says what EVERY_READER is",
    "kernel/db/rowsecurity.py": "writes the policies, which ask for it",
    "kernel/db/sessions.py": "begins the transactions of whoever asks",
    "kernel/db/dump.py": "compares whole databases when a restore is tried",
    "kernel/backup/writing.py": "a backup holds everybody's rows",
    "kernel/backup/restoring.py": "and restoring it writes them",
    "kernel/index/blocks.py": "adds up what the index holds, for no reader",
    "kernel/index/documents.py": "indexes an owner's texts, which it reads as that owner",
    "kernel/index/filling.py": "has a model read what the index holds, for no reader",
    "kernel/index/spaces.py": "makes and drops the tables of the index",
    "kernel/index/tasks.py": "jobs that look after the index",
    "library/search/tasks.py": "jobs that fill the index",
    "entry/cli/search.py": "the operator's commands on their own data directory",
    "entry/cli/asking.py": "the operator's command on their own data directory",
    "entry/cli/contents.py": "the operator's commands, on the data directory",
    "library/contents/describing/service.py": "a job that keeps what a vision model says",
    "library/contents/importing.py": "takes sidecars over, for the operator's command",
    "library/contents/looking_service.py": "a job that keeps what was found on a page",
    "library/contents/tasks.py": "jobs that look for pages nobody has looked at",
    "library/ingestion/imaging.py": "a job that keeps what letterings say",
    "library/ingestion/scan.py": "a job that moves episodes, and with them everybody's ledgers",
    "library/catalogue/editing/placing.py": "moving an episode rewrites everybody's ledgers; editors only",
    "library/catalogue/editing/applying.py": "deleting a series takes everybody's preferences along; editors only",
    "library/catalogue/editing/service.py": "forgetting episodes forgets everybody's progress; editors only",
    "library/reading/editing_view.py": "gives editors the sessions of their own routes",
    "library/reading/visibility.py": "tells whom a transaction was begun for",
    "library/world/tasks.py": "jobs that link names, take notes over, and propose",
    "entry/cli/world.py": "the operator's commands on their own data directory",
}
"""Modules that may see and write every reader's rows: jobs, ingestion, editing, backups, the operator's commands."""
