"""Every table of ours, imported so that the metadata is whole: for migrations, their proof, and the reference."""

from __future__ import annotations

from pathlib import Path

from fumetto.billing.usage import models as usage
from fumetto.companion.conversations import models as conversations
from fumetto.companion.feedback import models as feedback
from fumetto.companion.memory import models as memory
from fumetto.companion.personas import models as personas
from fumetto.companion.speaking import models as speaking
from fumetto.companion.support import models as support
from fumetto.documents.collections import models as documents
from fumetto.kernel import audit
from fumetto.kernel.db.base import Base
from fumetto.kernel.db.reference import data_model
from fumetto.kernel.index import models as index
from fumetto.kernel.jobs import models as jobs
from fumetto.kernel.mail import models as mail
from fumetto.library.catalogue import lists
from fumetto.library.catalogue import models as catalogue
from fumetto.library.catalogue.editing import models as editing
from fumetto.library.contents import models as contents
from fumetto.library.ingestion import models as ingestion
from fumetto.library.reading import models as reading
from fumetto.library.reading import visibility
from fumetto.library.search import models as search
from fumetto.library.shelves import models as shelves
from fumetto.library.world import models as world
from fumetto.people.access import models as access
from fumetto.people.access.devices import models as devices
from fumetto.people.access.providers import models as providers
from fumetto.people.accounts import models as accounts
from fumetto.people.ages import models as ages
from fumetto.people.collectives import models as collectives
from fumetto.people.consent import keeping
from fumetto.people.consent import models as consent
from fumetto.people.flags import models as flags
from fumetto.people.localization import models as localization
from fumetto.people.privacy import models as privacy

MODULES = (
    accounts,
    devices,
    access,
    providers,
    mail,
    collectives,
    consent,
    keeping,
    flags,
    privacy,
    ages,
    catalogue,
    lists,
    shelves,
    editing,
    ingestion,
    reading,
    contents,
    world,
    visibility,
    search,
    usage,
    personas,
    speaking,
    localization,
    conversations,
    memory,
    feedback,
    documents,
    support,
    index,
    jobs,
    audit,
)
METADATA = Base.metadata


def write_data_model(home: Path) -> Path:
    """Writes docs/reference/data-model.md below `home` and returns its path."""
    file = home / "docs" / "reference" / "data-model.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(data_model(METADATA, Base.registry), "utf-8")
    return file
