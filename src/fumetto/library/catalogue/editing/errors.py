"""What can stand in the way of an edit."""

from fumetto.kernel.errors import Conflict, Invalid, NotFound


class EditNotFound(NotFound):
    code = "edit_not_found"


class EditUndone(Conflict):
    """It was undone already; undo the undoing instead."""

    code = "edit_undone"


class EditSuperseded(Conflict):
    """Something later changed the same thing, named by `thing`; undo that first, or edit again."""

    code = "edit_superseded"

    def __init__(self, *, thing: str) -> None:
        super().__init__(thing=thing)


class NumberTaken(Conflict):
    """Other episodes of the series have these numbers; give others, or say that they are editions of one episode."""

    code = "number_taken"

    def __init__(self, *, numbers: str, series: str) -> None:
        super().__init__(numbers=numbers, series=series)


class NothingToChange(Invalid):
    """The edit would leave everything as it is."""

    code = "nothing_to_change"


class FieldNotClearable(Invalid):
    """A field that must have a value, such as a title, was sent as null."""

    code = "field_not_clearable"

    def __init__(self, *, field: str) -> None:
        super().__init__(field=field)


class CoverElsewhere(Invalid):
    """The page that should be the cover does not belong to what it is to stand for."""

    code = "cover_elsewhere"


class MergeIntoItself(Invalid):
    code = "merge_into_itself"


class RenumberUnclear(Invalid):
    """Neither `numbers` nor `episode_ids` says which episodes get which numbers, or they are of several series."""

    code = "renumber_unclear"
