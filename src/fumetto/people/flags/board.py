"""The flags of this process, in memory: asked many times per request, and read from the database when they change.

There is one board per process. Whoever changes a flag notifies `CHANNEL` in the transaction of the change; every
process listens (see entry.wiring) and reads the flags again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import Any, Final

from fumetto.kernel.db.sessions import Database, ReadSession
from fumetto.people.flags import repository
from fumetto.people.flags.claims import Asker
from fumetto.people.flags.kinds import Environment, Fault, FlagKind, Reason, Visibility
from fumetto.people.flags.rules.evaluating import Evaluation, Prepared, evaluate, explained, prepare
from fumetto.people.flags.rules.flags import Flag
from fumetto.people.flags.shipped import shipped

CHANNEL: Final = "fumetto_flags"


class Board:
    """Shipped flags, with those that are set standing over them. Replaced as a whole, never changed in part."""

    def __init__(self, environment: Environment = Environment.PRODUCTION) -> None:
        self.environment = environment
        self.version = ""
        self._prepared: Mapping[str, Prepared] = {}
        self._listeners: set[Callable[[], None]] = set()
        self.put([])

    def put(self, flags: Iterable[Flag]) -> None:
        """From now on these are set, over the shipped ones. Tells whoever follows, when it makes a difference."""
        everything = dict(shipped())
        for flag in flags:
            if flag.environment in {Environment.ALL, self.environment}:
                everything[flag.name] = flag
        shared = {flag.name: flag.targeting for flag in everything.values() if flag.kind is FlagKind.RULE}
        prepared = {name: prepare(flag, shared) for name, flag in everything.items()}
        version = digest(everything.values())
        self._prepared = prepared
        if version != self.version:
            self.version = version
            for listener in tuple(self._listeners):
                listener()

    async def read(self, session: ReadSession) -> None:
        """Put up what the database says."""
        self.put([repository.to_flag(row) for row in await repository.all_flags(session)])

    async def refresh(self, database: Database) -> None:
        async with database.read() as session:
            await self.read(session)

    def on_change(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call the listener after each change; returns what ends that."""
        self._listeners.add(listener)
        return lambda: self._listeners.discard(listener)

    def names(self, side: Visibility) -> list[str]:
        """What that side may ask for, by name."""
        return sorted(name for name, one in self._prepared.items() if one.flag.is_seen_by(side, self.environment))

    def is_on(self, asker: Asker, name: str) -> bool:
        """Whether a switch is on for somebody. What is not there, or no switch, is off."""
        return self.evaluate(asker, name, False, wanted=bool).value is True

    def evaluate(
        self,
        asker: Asker,
        name: str,
        default: Any,
        *,
        wanted: type | None = None,
        side: Visibility = Visibility.BACKEND,
    ) -> Evaluation:
        """A flag's value for somebody; never raises. See `rules.evaluating.evaluate`."""
        prepared = self._seen(name, side)
        if prepared and prepared.flag.is_enabled and not prepared.flag.is_for(asker.audience, asker.attributes):
            return Evaluation(default, Reason.DISABLED, metadata=prepared.flag.metadata)
        return evaluate(prepared, default, asker.attributes, targeting_key=asker.key, wanted=wanted)

    def explain(self, asker: Asker, name: str, default: Any = None) -> Evaluation:
        """The same with the rule that decided and the bucket, whichever side the flag is for."""
        prepared = self._prepared.get(name)
        if prepared is None:
            return Evaluation(default, Reason.ERROR, fault=Fault.FLAG_NOT_FOUND)
        if prepared.flag.is_enabled and not prepared.flag.is_for(asker.audience, asker.attributes):
            return Evaluation(default, Reason.DISABLED, rule="variant or targeting_rules")
        return explained(prepared, default, asker.attributes, targeting_key=asker.key)

    def _seen(self, name: str, side: Visibility) -> Prepared | None:
        prepared = self._prepared.get(name)
        return prepared if prepared and prepared.flag.is_seen_by(side, self.environment) else None


def digest(flags: Iterable[Flag]) -> str:
    """A name for a state of all flags: the same in every process."""
    told = json.dumps([asdict(flag) for flag in sorted(flags, key=lambda flag: flag.name)], sort_keys=True, default=str)
    return hashlib.blake2b(told.encode(), digest_size=12).hexdigest()


BOARD: Final = Board()
"""This process's."""
