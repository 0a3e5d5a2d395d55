"""What can go wrong with collections and reading lists."""

from fumetto.kernel.errors import Conflict, NotFound


class CollectionNotFound(NotFound):
    code = "collection_not_found"


class ReadingListNotFound(NotFound):
    code = "reading_list_not_found"


class NameTaken(Conflict):
    """The person has one of that name already."""

    code = "name_taken"
