"""How much of a machine's memory its own PostgreSQL may fill with pages."""

import pytest

from fumetto.kernel.db.embedded.keeper import buffers, memory


@pytest.mark.parametrize(("gigabytes", "megabytes"), [(0.25, 128), (1, 128), (4, 512), (8, 1024), (256, 1024)])
def test_an_eighth_of_the_memory_is_for_pages_and_never_more_than_a_gigabyte(gigabytes: float, megabytes: int) -> None:
    assert buffers(int(gigabytes * 2**30)) == megabytes


def test_this_machine_says_how_much_it_has() -> None:
    assert memory() > 2**28
