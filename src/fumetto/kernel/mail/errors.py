"""Why a letter was not taken."""

from fumetto.kernel.errors import FumettoError


class MailServerAway(FumettoError):
    """server, reason: it does not answer, or asks to be tried again."""

    status = 503
    code = "mail_server_away"


class MailRefused(FumettoError):
    """server, reason: it will not take this letter, or not from us."""

    status = 502
    code = "mail_refused"
