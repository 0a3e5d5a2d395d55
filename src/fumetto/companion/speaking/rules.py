"""Which model may answer somebody: what they agreed to, and what those they belong to have decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from fumetto.kernel.providers.chat.naming import BUILTIN


@dataclass(frozen=True, slots=True)
class Decision:
    """What a collective decided: its model, if it chose one, and whether models in the cloud stay out."""

    chat_model: str | None = None
    cloud_off: bool = False


@dataclass(frozen=True, slots=True)
class Bounds:
    """What holds for one reader. `agreed` to models in the cloud: they, or their guardian."""

    is_minor: bool = False
    agreed: bool = True
    decisions: Sequence[Decision] = ()

    @property
    def cloud(self) -> bool:
        """Whether a model in the cloud may answer. Of a minor's collectives, each may forbid it."""
        return self.agreed and not (self.is_minor and any(one.cloud_off for one in self.decisions))

    @property
    def chosen(self) -> str | None:
        """The model of their collectives; where they chose several, the most careful: none, else the first by name."""
        return min((one.chat_model for one in self.decisions if one.chat_model), key=care, default=None)


OPERATOR: Final = Bounds()
"""Nobody's bounds but the settings': the command line's."""


def care(model: str) -> tuple[bool, str]:
    return model != BUILTIN, model


def model_for(bounds: Bounds, wished: str | None, of_series: str | None, by_default: str) -> str:
    """The model that is to answer. What a collective chose binds its minors; grown-ups and the series may choose
    otherwise."""
    if bounds.is_minor and bounds.chosen:
        return bounds.chosen
    return wished or of_series or bounds.chosen or by_default
