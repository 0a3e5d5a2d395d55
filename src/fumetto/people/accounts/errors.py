"""What can be wrong with an account, or with what somebody wants to do to one."""

from fumetto.kernel.errors import Conflict, Invalid, NotFound


class UserNotFound(NotFound):
    code = "user_not_found"


class NameTaken(Conflict):
    """name: somebody is called so already, capitals aside."""

    code = "user_name_taken"


class NameUnusable(Invalid):
    code = "user_name_unusable"


class LastOwner(Conflict):
    """name: without them nobody could look after the people and the folders any more."""

    code = "last_owner"
