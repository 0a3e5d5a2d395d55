"""Use cases of accounts: who may come in, as what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from fumetto.kernel.audit import audit
from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.kernel.errors import Conflict
from fumetto.people.access.repository.sessions import end_sessions_of
from fumetto.people.accounts import repository
from fumetto.people.accounts.errors import (
    AgeSetAlready,
    AgeUnfitting,
    LastOwner,
    MailTaken,
    MinorInCharge,
    NameConfusing,
    NameTaken,
    NameUnusable,
    NotVouched,
    OnboardedAlready,
    UserNotFound,
)
from fumetto.people.accounts.kinds import AgeClass, Role, UserType
from fumetto.people.accounts.models import User
from fumetto.people.accounts.rules import clean_name, go_together, skeleton
from fumetto.people.ages.refitting import refit
from fumetto.people.consent.rules import is_minor

FIRST_OWNER_LOCK = 0x66756D6574746F01
DEFAULT_OWNER_NAME = "owner"


@dataclass(frozen=True, slots=True)
class Account:
    """An account as others see it. `is_first` is the one that the first start made."""

    id: UUID
    name: str
    role: Role
    language: str
    user_type: UserType
    age_class: AgeClass | None
    country: str | None
    onboarded: bool
    vouched: bool
    has_password: bool
    email: str | None
    is_active: bool
    is_first: bool
    hide_unread_titles: bool
    hide_unread_covers: bool
    created_at: datetime
    last_seen_at: datetime | None

    @property
    def is_minor(self) -> bool:
        return is_minor(self.user_type, self.age_class)


@dataclass(frozen=True, slots=True)
class AccountChanges:
    """What to change about an account; None leaves a thing as it is."""

    name: str | None = None
    role: Role | None = None
    is_active: bool | None = None
    language: str | None = None
    user_type: UserType | None = None
    age_class: AgeClass | None = None
    country: str | None = None
    email: str | None = None
    vouched: bool | None = None
    hide_unread_titles: bool | None = None
    hide_unread_covers: bool | None = None


async def create_user(
    session: WriteSession,
    *,
    name: str,
    role: Role = Role.READER,
    language: str = "en",
    user_type: UserType | None = UserType.ADULT,
    age_class: AgeClass | None = None,
    country: str | None = None,
    email: str | None = None,
    actor: UUID | None = None,
    is_first: bool = False,
) -> Account:
    """A new account, which nobody can sign in to before a link is made for it.

    user_type: None, and whoever signs in says who they are first. An adult is one by the word of whoever makes the
    account, if they say so. Raises NameUnusable, NameTaken, NameConfusing,
    AgeUnfitting, or MinorInCharge for a minor who is to own or edit.
    """
    check_age(user_type, age_class, role)
    user = User(
        username=await free_name(session, name),
        role=role,
        language=language,
        user_type=user_type or guess_type(age_class),
        age_class=age_class,
        country=country.upper() if country else None,
        email=email,
        onboarded_at=datetime.now(UTC) if user_type else None,
        vouched_at=datetime.now(UTC) if says_adult(user_type, age_class, role) else None,
        is_superuser=is_first,
    )
    try:
        async with session.begin_nested():
            session.add(user)
    except IntegrityError as error:
        raise taken(error, user.username) from error
    await refit(session, [user.id])
    await audit(session, actor, "user.create", "user", user.id, new={"name": user.username, "role": role})
    return to_account(user)


async def onboard(
    session: WriteSession, user_id: UUID, user_type: UserType, age_class: AgeClass, language: str, country: str | None
) -> Account:
    """Somebody says who they are, once. What an invitation or a grown-up has said before cannot be unsaid.

    Raises OnboardedAlready, AgeUnfitting for words that do not go together, and AgeSetAlready for somebody who would
    become older than is known, which their caller notes.
    """
    user = await existing(session, user_id, lock=True)
    if user.onboarded_at is not None:
        raise OnboardedAlready
    check_age(user_type, age_class, user.role)
    if user.age_class is not None and age_class is not user.age_class:
        raise AgeSetAlready(age_class=user.age_class.value)
    user.user_type, user.age_class, user.language = user_type, age_class, language
    user.country = country.upper() if country else user.country
    user.onboarded_at = datetime.now(UTC)
    await session.flush()
    await refit(session, [user_id])
    new = {"user_type": user_type, "age_class": age_class, "language": language, "country": user.country}
    await audit(session, user_id, "user.onboard", "user", user_id, new=new)
    return to_account(user)


def check_age(user_type: UserType | None, age_class: AgeClass | None, role: Role) -> None:
    if user_type is not None and not go_together(user_type, age_class):
        raise AgeUnfitting(user_type=user_type.value, age_class=age_class.value if age_class else "")
    if role is not Role.READER and is_minor(user_type or UserType.ADULT, age_class):
        raise MinorInCharge(role=role.value)


def says_adult(user_type: UserType | None, age_class: AgeClass | None, role: Role) -> bool:
    """Whether whoever says this of somebody else has said that they are an adult."""
    if user_type is None and role is Role.READER:
        return age_class is AgeClass.ADULT
    return not is_minor(user_type or UserType.ADULT, age_class)


async def vouch_for(session: WriteSession, user_id: UUID, actor: UUID) -> None:
    """Somebody who may say so says that this is an adult. Nothing where it was said before, or where they are none."""
    user = await existing(session, user_id, lock=True)
    if user.vouched_at is None and not is_minor(user.user_type, user.age_class):
        user.vouched_at = datetime.now(UTC)
        await session.flush()
        await audit(session, actor, "user.vouch", "user", user_id)


async def require_vouched(session: ReadSession, user_id: UUID) -> None:
    """For what only an adult may do of whom another than themselves has said that they are one. Raises NotVouched."""
    user = await existing(session, user_id)
    if user.vouched_at is None or user.onboarded_at is None or is_minor(user.user_type, user.age_class):
        raise NotVouched


def guess_type(age_class: AgeClass | None) -> UserType:
    """What stands in the account until its person says it themselves."""
    young = {AgeClass.CHILD: UserType.CHILD, AgeClass.PRETEEN: UserType.CHILD, AgeClass.TEENAGER: UserType.TEENAGER}
    return young.get(age_class, UserType.ADULT) if age_class else UserType.ADULT


async def free_name(session: ReadSession, name: str, but: UUID | None = None) -> str:
    """The name as it is kept. Raises NameUnusable, and NameConfusing for one that looks like somebody else's."""
    cleaned = usable(name)
    looks = skeleton(cleaned)
    for other_id, other in await repository.names_of_length(session, len(cleaned)):
        if other_id != but and other.casefold() != cleaned.casefold() and skeleton(other) == looks:
            raise NameConfusing(name=cleaned)
    return cleaned


def taken(error: IntegrityError, name: str) -> Conflict:
    return MailTaken() if "email" in str(error.orig) else NameTaken(name=name)


async def ensure_owner(session: WriteSession, name: str = DEFAULT_OWNER_NAME) -> Account:
    """The first owner, made if there is none who can sign in. Two processes that start at once make one."""
    await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": FIRST_OWNER_LOCK})
    owners = [user for user in await repository.all_users(session) if user.role is Role.OWNER and user.is_active]
    if owners:
        return to_account(min(owners, key=lambda user: (not user.is_superuser, user.created_at)))
    return await create_user(session, name=name, role=Role.OWNER, is_first=True)


async def list_users(session: ReadSession) -> list[Account]:
    """Everybody with an account, by name."""
    return [to_account(user) for user in await repository.all_users(session)]


async def find_user(session: ReadSession, name: str) -> Account | None:
    """The account of that name, capitals aside."""
    user = await repository.user_by_name(session, clean_name(name) or "")
    return to_account(user) if user else None


async def get_user(session: ReadSession, user_id: UUID) -> Account:
    """Raises UserNotFound."""
    return to_account(await existing(session, user_id))


async def change_user(
    session: WriteSession, user_id: UUID, changes: AccountChanges, *, actor: UUID | None = None
) -> Account:
    """Change an account; one that is closed is signed out everywhere, at once.

    Raises UserNotFound, NameUnusable, NameTaken, or LastOwner for what would leave nobody to look after the rest.
    """
    stops_owning = (changes.role or Role.OWNER) is not Role.OWNER or changes.is_active is False
    owners = await repository.lock_active_owners(session) if stops_owning else set()
    user = await existing(session, user_id)
    if owners == {user_id}:
        raise LastOwner(name=user.username)
    user_type, age_class = changes.user_type or user.user_type, changes.age_class or user.age_class
    if changes.user_type or changes.age_class or changes.role:
        check_age(user_type, age_class, changes.role or user.role)
    wanted = {
        "username": await free_name(session, changes.name, but=user_id) if changes.name is not None else None,
        "user_type": changes.user_type,
        "age_class": changes.age_class,
        "country": changes.country.upper() if changes.country else None,
        "email": changes.email,
        "onboarded_at": datetime.now(UTC) if changes.user_type and user.onboarded_at is None else None,
        "vouched_at": datetime.now(UTC) if user.vouched_at is None and says(changes, user_type, age_class) else None,
        "role": changes.role,
        "is_active": changes.is_active,
        "language": changes.language,
        "hide_unread_titles": changes.hide_unread_titles,
        "hide_unread_covers": changes.hide_unread_covers,
    }
    new: dict[str, object] = {
        key: value for key, value in wanted.items() if value is not None and value != getattr(user, key)
    }
    if changes.vouched is False and user.vouched_at is not None:
        new["vouched_at"] = None
    if not new:
        return to_account(user)
    old = {key: getattr(user, key) for key in new}
    try:
        async with session.begin_nested():
            for key, value in new.items():
                setattr(user, key, value)
    except IntegrityError as error:
        raise taken(error, str(changes.name)) from error
    await audit(session, actor, "user.change", "user", user_id, old=old, new=new)
    await follow(session, user_id, new, actor)
    return to_account(user)


def says(changes: AccountChanges, user_type: UserType, age_class: AgeClass | None) -> bool:
    """Whether whoever changes an account says by it that this is an adult."""
    said = changes.vouched or changes.user_type or changes.age_class or changes.role not in {None, Role.READER}
    return changes.vouched is not False and bool(said) and not is_minor(user_type, age_class)


async def follow(session: WriteSession, user_id: UUID, new: Mapping[str, object], actor: UUID | None) -> None:
    """What follows from a change of an account: who is let in, what fits them, and who answers for whom."""
    from fumetto.people.collectives.guardians import forgotten
    from fumetto.people.consent.service import reconsider

    if new.get("is_active") is False:
        await end_sessions_of(session, user_id)
        await forgotten(session, user_id, actor)
    if new.keys() & {"role", "user_type", "age_class"}:
        await refit(session, [user_id])
    if new.keys() & {"user_type", "age_class", "country", "onboarded_at"}:
        await reconsider(session, user_id)


async def existing(session: ReadSession, user_id: UUID, *, lock: bool = False) -> User:
    user = await repository.user_by_id(session, user_id, lock=lock)
    if user is None:
        raise UserNotFound
    return user


def usable(name: str) -> str:
    cleaned = clean_name(name)
    if cleaned is None:
        raise NameUnusable
    return cleaned


def to_account(user: User) -> Account:
    return Account(
        id=user.id,
        name=user.username,
        role=user.role,
        language=user.language,
        user_type=user.user_type,
        age_class=user.age_class,
        country=user.country,
        onboarded=user.onboarded_at is not None,
        vouched=user.vouched_at is not None and not is_minor(user.user_type, user.age_class),
        has_password=user.hashed_password is not None,
        email=user.email,
        is_active=user.is_active,
        is_first=user.is_superuser,
        hide_unread_titles=user.hide_unread_titles,
        hide_unread_covers=user.hide_unread_covers,
        created_at=user.created_at,
        last_seen_at=user.last_seen_at,
    )
