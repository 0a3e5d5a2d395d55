"""What can be wrong with a password, or with setting one."""

from fumetto.kernel.errors import Invalid, NotAllowed, NotSignedIn


class PasswordWrong(NotSignedIn):
    """The name or the password; which of them is not told, nor whether there is such an account."""

    code = "password_wrong"


class OldPasswordWrong(NotAllowed):
    code = "old_password_wrong"


class PasswordWeak(Invalid):
    """weakness: why it would be guessed."""

    code = "password_weak"
