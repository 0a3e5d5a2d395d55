"""What can be wrong with an account, or with what somebody wants to do to one."""

from fumetto.kernel.errors import Conflict, Invalid, NotAllowed, NotFound


class UserNotFound(NotFound):
    code = "user_not_found"


class NameTaken(Conflict):
    """name: somebody is called so already, capitals aside."""

    code = "user_name_taken"


class NameUnusable(Invalid):
    code = "user_name_unusable"


class NameConfusing(Conflict):
    """name: looks like somebody else's, or mixes letters that look alike from different alphabets."""

    code = "user_name_confusing"


class MailTaken(Conflict):
    code = "user_mail_taken"


class AgeUnfitting(Invalid):
    """user_type, age_class: cannot both be true of one person."""

    code = "user_age_unfitting"


class MinorInCharge(Invalid):
    """role: what only a grown-up can be."""

    code = "user_minor_in_charge"


class OnboardedAlready(Conflict):
    """Who somebody is was said; a guardian or the owner can correct it."""

    code = "user_onboarded"


class AgeSetAlready(NotAllowed):
    """age_class: what their invitation, or a grown-up, has said."""

    code = "user_age_set"


class NotVouched(NotAllowed):
    """Only their own word says that they are an adult."""

    code = "user_not_vouched"


class LastOwner(Conflict):
    """name: without them nobody could look after the people and the folders any more."""

    code = "last_owner"
