"""What can go wrong with the helper."""

from __future__ import annotations

from fumetto.kernel.errors import Conflict, Invalid, NotFound


class MonsterUnknown(NotFound):
    """name: no house persona is called so."""

    code = "support_persona_not_found"


class IncidentNotFound(NotFound):
    code = "support_incident_not_found"


class SignalNotFound(NotFound):
    code = "support_signal_not_found"


class TrustedAdultNotFound(NotFound):
    code = "support_adult_not_found"


class TrustedAdultsTooMany(Conflict):
    """most."""

    code = "support_adults_too_many"


class TrustedAdultNameless(Invalid):
    code = "support_adult_nameless"


class HelpLineNotFound(NotFound):
    code = "support_line_not_found"
