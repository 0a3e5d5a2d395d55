"""People, families, invitations, consents and sessions, in any order that Hypothesis thinks of: the services on a real
database do what the model says, step by step, and what must never be never is.

FUMETTO_MODEL_EXAMPLES and FUMETTO_MODEL_STEPS make it longer.
"""

from __future__ import annotations

import asyncio
import os
import uuid
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck
from hypothesis import settings as how
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text

from fumetto.entry.wiring import bind_rooms
from fumetto.kernel.db.server import DatabaseServer
from fumetto.kernel.db.sessions import Database, WriteSession
from fumetto.kernel.errors import FumettoError
from fumetto.kernel.settings import Settings
from fumetto.people.access.errors import ConsentNeeded
from fumetto.people.access.kinds import Method
from fumetto.people.access.readers import Reader
from fumetto.people.access.repository.visits import find_visit
from fumetto.people.access.rules.tokens import hash_token
from fumetto.people.access.service import onboard, reader_of, renew, start_session
from fumetto.people.accounts.kinds import AgeClass, UserType
from fumetto.people.accounts.service import create_user
from fumetto.people.collectives import invitations, service
from fumetto.people.collectives.invitations import Wanted
from fumetto.people.collectives.kinds import CollectiveKind, MemberRole
from fumetto.people.consent import requests
from fumetto.people.consent import service as consent
from fumetto.people.consent.dependencies import require
from fumetto.people.consent.kinds import Purpose, Whom
from fumetto.people.consent.requests import Decision
from tests.people.consent.model import Model, Person, Session, narrower

EXAMPLES = int(os.environ.get("FUMETTO_MODEL_EXAMPLES", "6"))
STEPS = int(os.environ.get("FUMETTO_MODEL_STEPS", "25"))

ANY = st.integers(0, 1000)
PURPOSE = st.sampled_from(list(Purpose))
SOME = st.frozensets(PURPOSE, min_size=1, max_size=3)
ROLE = st.sampled_from(list(MemberRole))
COUNTS: dict[str, int] = {}

FORBIDDEN = {
    "an active purpose twice": "SELECT count(*) FROM (SELECT 1 FROM app.parental_consents WHERE revoked_at IS NULL"
    " GROUP BY guardianship_id, purpose HAVING count(*) > 1 UNION ALL SELECT 1 FROM app.user_consents"
    " WHERE revoked_at IS NULL GROUP BY user_id, purpose HAVING count(*) > 1) AS twice",
    "an invitation used too often": "SELECT count(*) FROM app.invitations i WHERE i.current_uses > i.usage_limit"
    " OR i.current_uses <> (SELECT count(*) FROM app.invitation_uses u WHERE u.invitation_id = i.id)",
    "a minor in full without a receipt": "SELECT count(*) FROM app.app_sessions s JOIN app.users u ON u.id = s.user_id"
    " WHERE s.scope = 'FULL' AND u.age_class <> 'adult' AND NOT EXISTS (SELECT FROM app.parental_consents c"
    " WHERE c.child_id = u.id AND c.purpose = 'account' AND c.revoked_at IS NULL)",
    "a receipt of somebody who was no guardian": "SELECT count(*) FROM app.parental_consents c WHERE NOT EXISTS"
    " (SELECT FROM app.guardianships g WHERE g.id = c.guardianship_id AND g.guardian_id = c.actor_id"
    " AND g.child_id = c.child_id AND g.created_at <= c.created_at)",
    "an active receipt of a guardianship that ended": "SELECT count(*) FROM app.parental_consents c"
    " JOIN app.guardianships g ON g.id = c.guardianship_id WHERE c.revoked_at IS NULL AND g.ended_at IS NOT NULL",
    "a minor who looks after others": "SELECT count(*) FROM app.collective_memberships m"
    " JOIN app.users u ON u.id = m.user_id WHERE m.role <> 'member' AND u.age_class IS DISTINCT FROM 'adult'"
    " AND u.age_class IS NOT NULL",
}


class World:
    """A database and the loop that it is used in, for all examples of a run."""

    runner: asyncio.Runner
    database: Database
    settings: Settings


class Living(RuleBasedStateMachine):
    world = World()

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.ids: list[uuid.UUID] = []
        self.families: list[uuid.UUID] = []
        self.tokens: list[str] = []
        self.secrets: list[str] = []
        self.sessions: list[tuple[uuid.UUID, str]] = []
        self.ended: set[uuid.UUID] = set()

    @initialize()
    def begin_with_a_family(self) -> None:
        """Two adults, one of whom has a family with a child: most that can happen needs as much."""
        self.somebody_comes()
        self.somebody_comes()
        self.found(0)
        self.invite(0, 0, True, MemberRole.MEMBER, 2)
        self.come_in(0)
        self.say_who_one_is(0)

    # carrying out

    def do(self, name: str, deed: Callable[[WriteSession], Awaitable[None]], expected: str = "") -> None:
        """One transaction, which ends as the model says."""

        async def carried_out() -> str:
            try:
                async with self.world.database.write() as session:
                    await deed(session)
            except FumettoError as error:
                return error.code
            return ""

        told = self.world.runner.run(carried_out())
        assert told == expected, f"{name}: {told or 'done'}, and not {expected or 'done'}"
        counted = f"{name} {expected}".strip()
        COUNTS[counted] = COUNTS.get(counted, 0) + 1
        self.model.settle()

    async def new_adult(self, session: WriteSession) -> None:
        name = f"a-{uuid.uuid4().hex}"
        made = await create_user(session, name=name, user_type=UserType.ADULT, age_class=AgeClass.ADULT)
        self.ids.append(made.id)

    async def reader(self, session: WriteSession, who: int) -> Reader:
        return await reader_of(session, self.ids[who])

    def pick(self, number: int, of: list[Any]) -> int:
        return number % len(of)

    # rules

    @rule()
    def somebody_comes(self) -> None:
        self.do("adult", self.new_adult)
        self.model.people.append(Person(minor=False, onboarded=True))

    @rule(who=ANY)
    def found(self, who: int) -> None:
        who = self.pick(who, self.ids)

        async def deed(session: WriteSession) -> None:
            made = await service.found(session, await self.reader(session, who), CollectiveKind.FAMILY, "Us")
            self.families.append(made.id)

        self.do("found", deed, self.model.found(who))

    @precondition(lambda self: self.families)
    @rule(who=ANY, family=ANY, young=st.booleans(), role=ROLE, limit=st.integers(1, 2))
    def invite(self, who: int, family: int, young: bool, role: MemberRole, limit: int) -> None:
        family = self.pick(family, self.families)
        members = list(self.model.families[family] or ())
        who = members[who % len(members)] if members and who % 4 else self.pick(who, self.ids)
        role = MemberRole.MEMBER if young or role is MemberRole.OWNER else role

        async def deed(session: WriteSession) -> None:
            age_class = AgeClass.CHILD if young else AgeClass.ADULT
            wanted = Wanted(role=role, age_class=age_class, usage_limit=limit)
            made = await invitations.invite(session, await self.reader(session, who), self.families[family], wanted)
            self.tokens.append(made.token)

        self.do("invite", deed, self.model.invite(who, family, young, role, limit))

    @precondition(lambda self: self.tokens)
    @rule(number=ANY)
    def come_in(self, number: int) -> None:
        number = self.pick(number, self.tokens)

        async def deed(session: WriteSession) -> None:
            name = f"n-{uuid.uuid4().hex}"
            self.ids.append(await invitations.join_as_new(session, self.tokens[number], name, "en"))

        self.do("come in", deed, self.model.join_as_new(number))

    @precondition(lambda self: self.tokens)
    @rule(number=ANY, who=ANY)
    def join(self, number: int, who: int) -> None:
        number, who = self.pick(number, self.tokens), self.pick(who, self.ids)

        async def deed(session: WriteSession) -> None:
            await invitations.join(session, self.tokens[number], self.ids[who])

        self.do("join", deed, self.model.join(number, who))

    @precondition(lambda self: any(not person.onboarded for person in self.model.people))
    @rule(who=ANY)
    def say_who_one_is(self, who: int) -> None:
        waiting = [number for number, person in enumerate(self.model.people) if not person.onboarded]
        who = waiting[who % len(waiting)]
        young = self.model.people[who].minor

        async def deed(session: WriteSession) -> None:
            kind, age = (UserType.CHILD, AgeClass.CHILD) if young else (UserType.PARENT, AgeClass.ADULT)
            await onboard(session, self.ids[who], kind, age, "en", None)

        self.model.people[who].onboarded = True
        self.do("onboard", deed)

    @precondition(lambda self: self.tokens)
    @rule(number=ANY, ran_out=st.booleans())
    def invitation_ends(self, number: int, ran_out: bool) -> None:
        number = self.pick(number, self.tokens)
        invitation = self.model.invitations[number]

        async def deed(session: WriteSession) -> None:
            column = "expires_at" if ran_out else "revoked_at"
            change = f"UPDATE app.invitations SET {column} = now() WHERE token_hash = :hash"  # noqa: S608 - of two
            await session.execute(text(change), {"hash": hash_token(self.tokens[number])})

        invitation.expired = invitation.expired or ran_out
        invitation.revoked = invitation.revoked or not ran_out
        self.do("invitation ends", deed)

    @precondition(lambda self: self.families)
    @rule(who=ANY, whom=ANY, family=ANY, role=ROLE)
    def give_role(self, who: int, whom: int, family: int, role: MemberRole) -> None:
        who, whom, family = self.two_of(who, whom, family)

        async def deed(session: WriteSession) -> None:
            reader = await self.reader(session, who)
            await service.set_role(session, reader, self.families[family], self.ids[whom], role)

        self.do("role", deed, self.model.set_role(who, family, whom, role))

    @precondition(lambda self: self.families)
    @rule(who=ANY, whom=ANY, family=ANY)
    def remove(self, who: int, whom: int, family: int) -> None:
        who, whom, family = self.two_of(who, whom, family)

        async def deed(session: WriteSession) -> None:
            await service.remove(session, await self.reader(session, who), self.families[family], self.ids[whom])

        self.do("remove", deed, self.model.remove(who, family, whom))

    def two_of(self, who: int, whom: int, family: int) -> tuple[int, int, int]:
        """Mostly of its members, sometimes of anybody."""
        family = self.pick(family, self.families)
        members = list(self.model.families[family] or ())
        if not members or who % 5 == 0:
            return self.pick(who, self.ids), self.pick(whom, self.ids), family
        return members[who % len(members)], members[whom % len(members)], family

    @precondition(lambda self: len(self.families) > 1)
    @rule(who=ANY, family=ANY)
    def dissolve(self, who: int, family: int) -> None:
        who, _, family = self.two_of(who, who, family)

        async def deed(session: WriteSession) -> None:
            await service.dissolve(session, await self.reader(session, who), self.families[family])

        self.do("dissolve", deed, self.model.dissolve(who, family))

    @rule(who=ANY, purpose=PURPOSE)
    def agree(self, who: int, purpose: Purpose) -> None:
        who = self.pick(who, self.ids)

        async def deed(session: WriteSession) -> None:
            await consent.agree(session, self.ids[who], purpose, language="en", age=18)

        self.do("agree", deed, self.model.agree(who, purpose))

    @rule(who=ANY, purpose=PURPOSE)
    def withdraw(self, who: int, purpose: Purpose) -> None:
        who = self.pick(who, self.ids)

        async def deed(session: WriteSession) -> None:
            await consent.withdraw(session, self.ids[who], purpose)

        self.do("withdraw", deed, self.model.withdraw(who, purpose))

    @rule(who=ANY, child=ANY, purposes=SOME)
    def agree_for(self, who: int, child: int, purposes: frozenset[Purpose]) -> None:
        who, child = self.guarded(who, child)

        async def deed(session: WriteSession) -> None:
            await consent.agree_for(session, self.ids[who], self.ids[child], purposes, language="en")

        self.do("agree for", deed, self.model.agree_for(who, child, purposes))

    @rule(who=ANY, child=ANY, purpose=PURPOSE)
    def withdraw_for(self, who: int, child: int, purpose: Purpose) -> None:
        who, child = self.guarded(who, child)

        async def deed(session: WriteSession) -> None:
            await consent.withdraw_for(session, self.ids[who], self.ids[child], purpose)

        self.do("withdraw for", deed, self.model.withdraw_for(who, child, purpose))

    def guarded(self, who: int, child: int) -> tuple[int, int]:
        """Mostly a guardian and their child, often a stranger and a child, sometimes any two."""
        pairs = sorted(self.model.guards)
        if pairs and child % 2:
            return pairs[who % len(pairs)]
        young = [number for number, person in enumerate(self.model.people) if person.minor]
        return self.pick(who, self.ids), young[child % len(young)] if who % 4 else self.pick(child, self.ids)

    @rule(who=ANY, purposes=SOME)
    def ask(self, who: int, purposes: frozenset[Purpose]) -> None:
        young = [number for number, person in enumerate(self.model.people) if person.minor]
        who = young[who % len(young)] if young and who % 5 else self.pick(who, self.ids)

        async def deed(session: WriteSession) -> None:
            made = await requests.ask(session, self.ids[who], purposes)
            self.secrets.append(made.token if who % 2 else made.code)

        self.do("ask", deed, self.model.ask(who, purposes))

    @precondition(lambda self: self.secrets)
    @rule(who=ANY, number=ANY, approve=st.booleans(), for_all=st.booleans())
    def decide(self, who: int, number: int, approve: bool, for_all: bool) -> None:
        number = self.pick(number, self.secrets)
        known = sorted(self.model.guardians(self.model.requests[number].child))
        who = known[who % len(known)] if known and who % 3 else self.pick(who, self.ids)
        family = self.pick(who + number, self.families) if for_all and self.families else None

        async def deed(session: WriteSession) -> None:
            whom = Whom.ONE if family is None else Whom.COLLECTIVE
            together = None if family is None else self.families[family]
            decision = Decision(approve=approve, whom=whom, collective_id=together)
            await requests.decide(session, await self.reader(session, who), self.secrets[number], decision)

        self.do("decide", deed, self.model.decide(who, number, approve, family))

    @rule(who=ANY)
    def sign_in(self, who: int) -> None:
        who = self.pick(who, self.ids)

        async def deed(session: WriteSession) -> None:
            new = await start_session(session, self.ids[who], self.world.settings, Method.LINK)
            self.sessions.append((new.id, new.token))

        self.model.sessions.append(Session(who, self.model.scope(who)))
        self.do("sign in", deed)

    @precondition(lambda self: self.sessions)
    @rule(number=ANY)
    def renew(self, number: int) -> None:
        number = self.pick(number, self.sessions)

        async def deed(session: WriteSession) -> None:
            new = await renew(session, self.sessions[number][0])
            assert new is not None
            self.sessions[number] = (new.id, new.token)

        kept = self.model.sessions[number]
        kept.reach = self.model.scope(kept.person)
        self.do("renew", deed)

    # what must hold after each step

    @invariant()
    def everybody_may_what_the_model_says(self) -> None:
        self.world.runner.run(self.look())

    async def look(self) -> None:
        async with self.world.database.read() as session:
            for number, user_id in enumerate(self.ids):
                reader = await reader_of(session, user_id)
                assert reader.consents == self.model.held(number)
                refused = False
                try:
                    require(reader, Purpose.AI_LOCAL)
                except ConsentNeeded:
                    refused = True
                assert refused == (Purpose.AI_LOCAL not in self.model.held(number))
            for name, query in FORBIDDEN.items():
                assert await session.scalar(text(query)) == 0, name
            came_back = "SELECT count(*) FROM (SELECT id, revoked_at FROM app.parental_consents UNION ALL SELECT id,"
            came_back += " revoked_at FROM app.user_consents) AS r WHERE revoked_at IS NULL AND id = ANY(:ended)"
            assert await session.scalar(text(came_back), {"ended": list(self.ended)}) == 0
            over = "SELECT id FROM app.parental_consents WHERE revoked_at IS NOT NULL AND child_id = ANY(:ids)"
            self.ended |= set(await session.scalars(text(over), {"ids": self.ids}))
        for (_, token), kept in zip(self.sessions, self.model.sessions, strict=True):
            known = await find_visit(self.world.database, hash_token(token), by_key=False)
            assert known is not None
            assert known.visit.scope is narrower(kept.reach, self.model.scope(kept.person))


def test_services_do_what_the_model_says_in_any_order(database_server: DatabaseServer, settings: Settings) -> None:
    bind_rooms()
    world = Living.world
    with asyncio.Runner() as runner:
        world.runner, world.settings = runner, settings
        world.database = runner.run(Database.on(database_server, settings))
        try:
            run_state_machine_as_test(
                Living,
                settings=how(
                    max_examples=EXAMPLES,
                    stateful_step_count=STEPS,
                    deadline=timedelta(days=1),
                    derandomize="FUMETTO_MODEL_EXAMPLES" not in os.environ,
                    database=None,
                    suppress_health_check=list(HealthCheck),
                    print_blob=False,
                ),
            )
        finally:
            runner.run(world.database.close())
    if "FUMETTO_MODEL_EXAMPLES" in os.environ:
        print(sorted(COUNTS.items()))
    assert {"agree for", "ask", "renew"} <= COUNTS.keys(), "hardly anything happened"
