"""What is known of whoever asks, by the server itself. Nothing that a client says is ever among it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fumetto.people.access.readers import Reader
from fumetto.people.flags.kinds import Audience

PERSON = b"fumetto flags"  # so that the key is of no use to whoever knows another hash of the id


@dataclass(frozen=True, slots=True)
class Asker:
    """`attributes` are the claims by name; `key` deals somebody out always alike, None for nobody in particular."""

    audience: Audience
    attributes: Mapping[str, Any]
    key: str | None = None


NOBODY = Asker(Audience.ALL, {})


def asker(reader: Reader | None) -> Asker:
    """What flags may know of a reader; of one who is not signed in, the language and that they are nobody."""
    if reader is None:
        return NOBODY
    if reader.is_anonymous:
        return Asker(Audience.ALL, {"language": reader.language})
    said = {
        "userType": reader.user_type.value,
        "ageClass": reader.age_class.value if reader.age_class else None,
        "language": reader.language,
        "country": reader.country,
        "role": reader.role.value,
        "collectives": [str(one) for one in reader.collectives],
    }
    known = {name: value for name, value in said.items() if value is not None}
    return Asker(Audience.TEENAGER if reader.is_minor else Audience.PARENT, known, targeting_key(reader.id))


def targeting_key(user_id: UUID) -> str:
    """Stable, the same in every process and after a restart, and not the user's id: that stays here."""
    return hashlib.blake2b(user_id.bytes, digest_size=16, person=PERSON).hexdigest()


def samples() -> list[dict[str, Any]]:
    """Claims as they come, from nobody to a teacher, for trying a rule on before it counts."""
    people = [("adult", None, "owner"), ("child", "child", "reader"), ("teenager", "teenager", "reader")]
    return [
        {},
        *(
            {
                "userType": kind,
                **({"ageClass": age} if age else {}),
                "language": language,
                "country": country,
                "role": role,
                "collectives": collectives,
                "targetingKey": targeting_key(UUID(int=number)),
            }
            for number, ((kind, age, role), language, country, collectives) in enumerate(
                zip(people, ("en", "fr", "it"), ("GB", "FR", "IT"), ([], [str(UUID(int=7))], []), strict=True), 1
            )
        ),
    ]
