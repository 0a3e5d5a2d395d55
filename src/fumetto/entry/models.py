"""Every table of ours, imported so that the metadata is whole: for migrations, the proof, and the data-model reference."""

import fumetto.kernel.audit
import fumetto.kernel.jobs.models
import fumetto.library.catalogue.editing.models
import fumetto.library.catalogue.lists
import fumetto.library.catalogue.models
import fumetto.library.ingestion.models
import fumetto.library.reading.models
import fumetto.people.access.models
import fumetto.people.accounts.models
from fumetto.kernel.db.base import Base

METADATA = Base.metadata
