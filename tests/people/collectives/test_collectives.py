"""Families, classes and schools: who may do what in them, and who answers for whom because of them."""

from __future__ import annotations

import pytest

from fumetto.kernel.db.sessions import Database
from fumetto.kernel.errors import FumettoError
from fumetto.people.access.service import reader_of
from fumetto.people.accounts.kinds import AgeClass
from fumetto.people.collectives import invitations, repository, service
from fumetto.people.collectives.errors import (
    CollectiveMisplaced,
    CollectiveNameTaken,
    CollectiveNameUnusable,
    CollectiveNotFound,
    GuardianMustAgree,
    LastCollectiveOwner,
    MinorNotAllowed,
    RoleNotAllowed,
)
from fumetto.people.collectives.guardians import children_of, guardians_of
from fumetto.people.collectives.invitations import Wanted
from fumetto.people.collectives.kinds import CollectiveKind, MemberRole
from fumetto.people.consent.kinds import Purpose
from tests.builders.families import a_child, a_collective, a_family, a_newcomer, a_token, an_adult, held


async def test_child_who_joins_a_family_is_answered_for_by_the_adults_who_look_after_it(database: Database) -> None:
    async with database.write() as session:
        mother, uncle = await an_adult(session, "Mother"), await an_adult(session)
        family = await a_collective(session, mother)
        token = await a_token(session, mother, family)
        await invitations.join(session, token, uncle.id)
        child = await a_newcomer(session, mother, family)
        assert [each.name for each in await guardians_of(session, child.id)] == ["Mother"]
        assert [each.id for each in await children_of(session, mother.id)] == [child.id]
        await service.set_role(session, mother, family, uncle.id, MemberRole.ADMIN)
        assert {each.id for each in await guardians_of(session, child.id)} == {mother.id, uncle.id}
        await service.set_role(session, mother, family, uncle.id, MemberRole.MEMBER)
        assert {each.id for each in await guardians_of(session, child.id)} == {mother.id}


async def test_teacher_is_nobodys_guardian(database: Database) -> None:
    async with database.write() as session:
        teacher = await an_adult(session)
        group = await a_collective(session, teacher, CollectiveKind.CLASS, "5b")
        pupil = await a_newcomer(session, teacher, group)
        assert await guardians_of(session, pupil.id) == []


async def test_minor_founds_nothing_and_looks_after_nobody(database: Database) -> None:
    parent, child, family = await a_family(database)
    async with database.write() as session:
        with pytest.raises(MinorNotAllowed):
            await service.found(session, child, CollectiveKind.FAMILY, "Mine")
        with pytest.raises(MinorNotAllowed):
            await service.set_role(session, parent, family, child.id, MemberRole.ADMIN)
        with pytest.raises(RoleNotAllowed):
            await invitations.invite(session, child, family, Wanted())
        with pytest.raises(MinorNotAllowed):
            await invitations.invite(session, parent, family, Wanted(role=MemberRole.ADMIN, age_class=AgeClass.CHILD))


async def test_last_owner_cannot_leave_nor_step_down_and_the_second_last_can(database: Database) -> None:
    async with database.write() as session:
        one, other = await an_adult(session), await an_adult(session)
        family = await a_collective(session, one)
        await invitations.join(session, await a_token(session, one, family), other.id)
        for leave in (
            service.remove(session, one, family, one.id),
            service.set_role(session, one, family, one.id, MemberRole.MEMBER),
        ):
            with pytest.raises(LastCollectiveOwner):
                await leave
        await service.set_role(session, one, family, other.id, MemberRole.OWNER)
        await service.remove(session, one, family, one.id)
        assert await repository.role_in(session, family, one.id) is None


async def test_admin_removes_members_but_no_owner_and_gives_no_roles(database: Database) -> None:
    async with database.write() as session:
        owner, admin, member = [await an_adult(session) for _ in range(3)]
        group = await a_collective(session, owner, CollectiveKind.CLASS)
        await invitations.join(session, await a_token(session, owner, group, role=MemberRole.ADMIN), admin.id)
        await invitations.join(session, await a_token(session, admin, group), member.id)
        for refused in (
            service.remove(session, admin, group, owner.id),
            service.set_role(session, admin, group, member.id, MemberRole.ADMIN),
            invitations.invite(session, admin, group, Wanted(role=MemberRole.ADMIN)),
            service.remove(session, member, group, admin.id),
        ):
            with pytest.raises(RoleNotAllowed):
                await refused
        await service.remove(session, admin, group, member.id)
        assert await repository.role_in(session, group, member.id) is None


async def test_school_holds_classes_which_its_teachers_look_after_and_nothing_is_deeper(database: Database) -> None:
    async with database.write() as session:
        head, stranger = await an_adult(session), await an_adult(session)
        school = await a_collective(session, head, CollectiveKind.SCHOOL, "School")
        group = (await service.found(session, head, CollectiveKind.CLASS, "5b", school)).id
        wrong: list[tuple[type[FumettoError], CollectiveKind, str, object]] = [
            (CollectiveMisplaced, CollectiveKind.FAMILY, "Ours", school),
            (CollectiveMisplaced, CollectiveKind.SCHOOL, "Another", school),
            (CollectiveMisplaced, CollectiveKind.CLASS, "5c", group),
            (CollectiveNameTaken, CollectiveKind.CLASS, "5\u0432", school),  # the other alphabet's letter
        ]
        for error, kind, name, parent in wrong:
            with pytest.raises(error):
                await service.found(session, head, kind, name, parent)  # type: ignore[arg-type] # ids
        with pytest.raises(CollectiveNotFound):
            await service.found(session, stranger, CollectiveKind.CLASS, "6a", school)
        with pytest.raises(CollectiveNameUnusable):
            await service.found(session, head, CollectiveKind.CLASS, "Cl\u0430ss", school)  # one letter is Cyrillic
        deputy = await an_adult(session)
        await invitations.join(session, await a_token(session, head, school, role=MemberRole.ADMIN), deputy.id)
        assert (await service.view(session, deputy, group)).role is MemberRole.ADMIN
        with pytest.raises(CollectiveNotFound):
            await service.view(session, stranger, group)


async def test_pupils_see_their_teacher_and_those_who_agreed_to_be_seen(database: Database) -> None:
    async with database.write() as session:
        teacher, parent = await an_adult(session, "Teacher"), await an_adult(session)
        group = await a_collective(session, teacher, CollectiveKind.CLASS)
        family = await a_collective(session, parent)
        seen, looking = await a_child(session, parent, family, "Seen"), await a_child(session, parent, family, "Me")
        hidden = await a_newcomer(session, teacher, group, "Hidden")
        for child in (seen, looking):
            await invitations.join(session, await a_token(session, teacher, group), child.id)
        names = [each.name for each in await service.list_members(session, looking, group)]
        assert names == ["Teacher", "Me", "Seen"]
        assert hidden.name in [each.name for each in await service.list_members(session, teacher, group)]


async def test_parent_who_leaves_the_family_takes_their_consent_along_unless_another_agreed_too(
    database: Database,
) -> None:
    parent, child, family = await a_family(database)
    async with database.write() as session:
        other = await an_adult(session)
        await invitations.join(session, await a_token(session, parent, family, role=MemberRole.ADMIN), other.id)
        from fumetto.people.consent.service import agree_for

        await agree_for(session, other.id, child.id, [Purpose.ACCOUNT], language="en")
        await service.set_role(session, parent, family, other.id, MemberRole.OWNER)
        await service.remove(session, other, family, parent.id)
        assert await held(session, child.id) == {Purpose.ACCOUNT}
        assert (await reader_of(session, child.id)).consents == {Purpose.ACCOUNT}


async def test_family_that_is_dissolved_leaves_its_children_waiting(database: Database) -> None:
    parent, child, family = await a_family(database)
    async with database.write() as session:
        await service.dissolve(session, parent, family)
    async with database.read() as session:
        assert await held(session, child.id) == frozenset()
        assert await guardians_of(session, child.id) == []
        with pytest.raises(CollectiveNotFound):
            await service.view(session, parent, family)


async def test_child_with_a_guardian_is_not_lured_into_another_family_nor_leaves_its_own(database: Database) -> None:
    _, child, family = await a_family(database)
    async with database.write() as session:
        stranger = await an_adult(session)
        theirs = await a_collective(session, stranger)
        token = await a_token(session, stranger, theirs)
        with pytest.raises(GuardianMustAgree):
            await invitations.join(session, token, child.id)
        with pytest.raises(GuardianMustAgree):
            await service.remove(session, child, family, child.id)
