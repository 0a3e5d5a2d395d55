"""People with an account, for the owner."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, status

from fumetto.kernel.web.pagination import Listing
from fumetto.kernel.web.proxies import base_address
from fumetto.kernel.web.routes import Routes
from fumetto.kernel.web.sessions import ReadTransaction, WriteTransaction
from fumetto.people.access.dependencies import require_role
from fumetto.people.access.kinds import LinkPurpose
from fumetto.people.access.readers import Reader
from fumetto.people.access.schemas import SignInLinkOut
from fumetto.people.access.service import create_sign_in_link, sign_in_address
from fumetto.people.accounts import service
from fumetto.people.accounts.kinds import Role
from fumetto.people.accounts.schemas import NewUserOut, UserChange, UserCreate, UserOut
from fumetto.people.accounts.service import AccountChanges

router = Routes(prefix="/users", tags=["people"])

Owner = Annotated[Reader, Depends(require_role(Role.OWNER))]


@router.get("")
async def list_users(session: ReadTransaction, owner: Owner) -> Listing[UserOut]:
    """Everybody with an account, by name."""
    users = [UserOut.model_validate(account) for account in await service.list_users(session)]
    return Listing(items=users, total=len(users))


@router.post("", status_code=status.HTTP_201_CREATED)
async def create_user(session: WriteTransaction, owner: Owner, body: UserCreate) -> NewUserOut:
    """A new account and, in this answer only, a token that signs its person in once."""
    account = await service.create_user(session, actor=owner.id, **body.model_dump())
    link = await create_sign_in_link(session, account.id, LinkPurpose.SIGN_IN, actor=owner.id)
    return NewUserOut(**UserOut.model_validate(account).model_dump(), sign_in_token=link.token)


@router.patch("/{user_id}")
async def change_user(session: WriteTransaction, owner: Owner, user_id: UUID, body: UserChange) -> UserOut:
    """Change name, role or language, or close an account, which signs it out everywhere."""
    return UserOut.model_validate(
        await service.change_user(session, user_id, AccountChanges(**body.model_dump()), actor=owner.id)
    )


@router.post("/{user_id}/sign-in-links", status_code=status.HTTP_201_CREATED)
async def create_user_sign_in_link(
    request: Request, session: WriteTransaction, owner: Owner, user_id: UUID
) -> SignInLinkOut:
    """Another link that signs this person in once, for a new device or because the first one was lost."""
    account = await service.get_user(session, user_id)
    link = await create_sign_in_link(session, account.id, LinkPurpose.SIGN_IN, actor=owner.id)
    base = base_address(request, request.app.state.settings.public_url)
    return SignInLinkOut(token=link.token, address=sign_in_address(base, link.token), expires_at=link.expires_at)
