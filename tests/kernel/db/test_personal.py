import uuid

import pytest
from sqlalchemy import Column, ForeignKey, LargeBinary, MetaData, String, Table, Uuid

from fumetto.entry.models import METADATA
from fumetto.kernel.db.personal import Erase, Section, impersonal, personal, personal_tables, undeclared


def made(*columns: Column[uuid.UUID], **info: object) -> list[str]:
    metadata = MetaData()
    Table("users", metadata, Column("id", Uuid, primary_key=True), schema="app")
    Table("hugs", metadata, *columns, Column("text", String, nullable=False), schema="app", info=info)
    return undeclared(metadata)


def key(on_delete: str = "CASCADE") -> Column[uuid.UUID]:
    return Column("hugged_id", Uuid, ForeignKey("app.users.id", ondelete=on_delete))


def test_every_table_says_what_export_and_erasure_do_with_the_people_it_names() -> None:
    assert undeclared(METADATA) == []


def test_no_export_has_a_hash_of_a_token() -> None:
    shown = [
        f"{table.fullname}.{column.name}"
        for table, declared in personal_tables(METADATA).items()
        if any(one.export for one in declared)
        for column in table.columns
        if isinstance(column.type, LargeBinary) and not any(column.name in one.hide for one in declared)
    ]
    assert [each for each in shown if not each.endswith(".policy_hash")] == []  # of what was agreed to


def test_table_with_a_key_to_users_that_says_nothing_is_found_out() -> None:
    (fault,) = made(key())
    assert "app.hugs.hugged_id" in fault


def test_persons_id_without_a_key_is_found_out_by_its_name() -> None:
    (fault,) = made(Column("hugged_by", Uuid))
    assert "app.hugs.hugged_by" in fault
    assert made(Column("hugged_by", Uuid), **impersonal("hugged_by", "a bear")) == []


def test_declaration_that_the_key_does_not_keep_is_found_out() -> None:
    (fault,) = made(key("SET NULL"), **personal("hugged_id", export=Section.DEEDS, erase=Erase.CASCADE))
    assert "set null" in fault
    assert made(key("SET NULL"), **personal("hugged_id", export=Section.DEEDS, erase=Erase.SET_NULL)) == []


def test_declaration_of_columns_that_are_not_there_is_found_out() -> None:
    faults = made(key(), **personal("hugged_id", export=Section.DEEDS, erase=Erase.CASCADE, hide=("gone",)))
    assert "gone" in faults[0]
    faults = made(
        Column("hugged_by", Uuid),
        **personal("hugged_by", export=Section.DEEDS, erase=Erase.PSEUDONYMISE, clear=("text",), term="audit"),
    )
    assert "may not be null" in faults[0]


def test_nothing_is_kept_from_an_export_without_a_reason_nor_kept_after_erasure_without_a_term() -> None:
    with pytest.raises(ValueError, match="why"):
        personal("user_id", export=None, erase=Erase.CASCADE)
    with pytest.raises(ValueError, match="term"):
        personal("user_id", export=Section.DEEDS, erase=Erase.KEEP)
