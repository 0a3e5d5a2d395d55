"""What other contexts may use of the library."""

from fumetto.library.catalogue import fitting
from fumetto.library.catalogue.fitting_sql import of_episode as of_fitting_episode
from fumetto.library.catalogue.fitting_sql import of_series as of_fitting_series
from fumetto.library.catalogue.pictures.service import Pictures
from fumetto.library.catalogue.rules import spoken_number
from fumetto.library.contents.boxes import Box
from fumetto.library.evidence import service as evidence
from fumetto.library.evidence.model import Quotable, SeriesName, Spot, Subject, Tie
from fumetto.library.reading import beside
from fumetto.library.reading.horizon import (
    Horizon,
    Horizons,
    Place,
    horizons_at,
    horizons_of,
    operator_horizon,
)
from fumetto.library.search.kinds import PassageKind
from fumetto.library.world.kinds import EntityKind
from fumetto.library.world.rules.words import sentences_of

__all__ = [
    "Box",
    "EntityKind",
    "Horizon",
    "Horizons",
    "PassageKind",
    "Pictures",
    "Place",
    "Quotable",
    "SeriesName",
    "Spot",
    "Subject",
    "Tie",
    "beside",
    "evidence",
    "fitting",
    "horizons_at",
    "horizons_of",
    "of_fitting_episode",
    "of_fitting_series",
    "operator_horizon",
    "sentences_of",
    "spoken_number",
]
