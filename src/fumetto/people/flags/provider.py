"""The flags through OpenFeature's API, for code that knows that one. Imported when it is asked for only."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from openfeature.evaluation_context import EvaluationContext
from openfeature.event import ProviderEventDetails
from openfeature.exception import ErrorCode
from openfeature.flag_evaluation import FlagResolutionDetails, FlagValueType
from openfeature.provider import AbstractProvider, Metadata

from fumetto.people.access.readers import Reader
from fumetto.people.flags.board import Board
from fumetto.people.flags.claims import NOBODY, Asker, asker
from fumetto.people.flags.kinds import Audience, Fault, Visibility

T = TypeVar("T")

AUDIENCE = "fumettoAudience"


def context_of(reader: Reader | None) -> EvaluationContext:
    """The context that stands for a reader: what the server knows of them, whatever a client says."""
    known = asker(reader)
    return EvaluationContext(known.key, {**known.attributes, AUDIENCE: known.audience.value})


def asker_of(context: EvaluationContext | None) -> Asker:
    if context is None:
        return NOBODY
    attributes = dict(context.attributes)
    audience = attributes.pop(AUDIENCE, Audience.ALL)
    known = next((one for one in Audience if one == audience), Audience.ALL)
    return Asker(known, attributes, context.targeting_key)


class HouseProvider(AbstractProvider):
    """Evaluates on a board, in memory. It tells OpenFeature when the flags change."""

    def __init__(self, board: Board) -> None:
        super().__init__()
        self._board = board
        self._end: Callable[[], None] | None = None

    def get_metadata(self) -> Metadata:
        return Metadata(name="fumetto")

    def initialize(self, evaluation_context: EvaluationContext) -> None:
        self._end = self._board.on_change(
            lambda: self.emit_provider_configuration_changed(ProviderEventDetails(message="flags changed"))
        )

    def shutdown(self) -> None:
        if self._end is not None:
            self._end()

    def resolve_boolean_details(
        self, flag_key: str, default_value: bool, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[bool]:
        return self._resolve(flag_key, default_value, evaluation_context, bool)

    def resolve_string_details(
        self, flag_key: str, default_value: str, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[str]:
        return self._resolve(flag_key, default_value, evaluation_context, str)

    def resolve_integer_details(
        self, flag_key: str, default_value: int, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[int]:
        return self._resolve(flag_key, default_value, evaluation_context, int)

    def resolve_float_details(
        self, flag_key: str, default_value: float, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[float]:
        return self._resolve(flag_key, default_value, evaluation_context, float)

    def resolve_object_details(
        self,
        flag_key: str,
        default_value: Sequence[FlagValueType] | Mapping[str, FlagValueType],
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[Sequence[FlagValueType] | Mapping[str, FlagValueType]]:
        return self._resolve(flag_key, default_value, evaluation_context, dict)

    def _resolve(
        self, key: str, default: T, context: EvaluationContext | None, wanted: type
    ) -> FlagResolutionDetails[T]:
        made = self._board.evaluate(asker_of(context), key, default, wanted=wanted, side=Visibility.BACKEND)
        return FlagResolutionDetails(
            made.value,
            error_code=code_of(made.fault),
            error_message=made.message or None,
            reason=made.reason.value,
            variant=made.variant,
            flag_metadata=dict(made.metadata),
        )


def code_of(fault: Fault | None) -> Any:
    return None if fault is None else ErrorCode(fault.value)
