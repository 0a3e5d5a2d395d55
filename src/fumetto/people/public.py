"""What other contexts may know of people: who reads, what they may do, and how the operator lets somebody in."""

from fumetto.people.access.dependencies import (
    CurrentReader,
    CurrentVisit,
    admit,
    current_reader,
    gate,
    open_from,
    require_role,
)
from fumetto.people.access.errors import ConsentNeeded
from fumetto.people.access.identification import COOKIE, identify_request
from fumetto.people.access.kinds import KeyScope, LinkPurpose, SessionScope
from fumetto.people.access.passwords.service import create_reset_link, reset_address, set_password_of
from fumetto.people.access.readers import Reader, Visit, anonymous_reader
from fumetto.people.access.service import (
    PEOPLE,
    Key,
    NewKey,
    NewLink,
    create_api_key,
    create_sign_in_link,
    list_api_keys,
    reader_of,
    revoke_api_key,
    settle,
    sign_in_address,
)
from fumetto.people.accounts.kinds import AgeClass, Role, UserType
from fumetto.people.accounts.service import (
    Account,
    AccountChanges,
    change_user,
    create_user,
    ensure_owner,
    find_user,
    list_users,
)
from fumetto.people.ages.effects import RuleEffect, effect_on_user, effects_in_collective
from fumetto.people.ages.refitting import EVERYBODY, FITS, refit, tell_what_fits_changed
from fumetto.people.ages.repository import restricted_among
from fumetto.people.ages.rules import Fits
from fumetto.people.ages.schemas import ReadingRuleIn
from fumetto.people.ages.service import reading_fits_of
from fumetto.people.collectives.belonging import collectives_around, looking_after
from fumetto.people.collectives.guardians import children_of, guardians_of, is_guardian
from fumetto.people.collectives.progress import shown_readers
from fumetto.people.consent.dependencies import allows, require, require_consent
from fumetto.people.consent.kinds import Purpose, Seen, Viewer
from fumetto.people.consent.seeing import sees
from fumetto.people.consent.service import sync_policies
from fumetto.people.consent.standing import standing_facts, still_may
from fumetto.people.flags import switches as flags

__all__ = [
    "COOKIE",
    "EVERYBODY",
    "FITS",
    "PEOPLE",
    "Account",
    "AccountChanges",
    "AgeClass",
    "ConsentNeeded",
    "CurrentReader",
    "CurrentVisit",
    "Fits",
    "Key",
    "KeyScope",
    "LinkPurpose",
    "NewKey",
    "NewLink",
    "Purpose",
    "Reader",
    "ReadingRuleIn",
    "Role",
    "RuleEffect",
    "Seen",
    "SessionScope",
    "UserType",
    "Viewer",
    "Visit",
    "admit",
    "allows",
    "anonymous_reader",
    "change_user",
    "children_of",
    "collectives_around",
    "create_api_key",
    "create_reset_link",
    "create_sign_in_link",
    "create_user",
    "current_reader",
    "effect_on_user",
    "effects_in_collective",
    "ensure_owner",
    "find_user",
    "flags",
    "gate",
    "guardians_of",
    "identify_request",
    "is_guardian",
    "list_api_keys",
    "list_users",
    "looking_after",
    "open_from",
    "reader_of",
    "reading_fits_of",
    "refit",
    "require",
    "require_consent",
    "require_role",
    "reset_address",
    "restricted_among",
    "revoke_api_key",
    "sees",
    "set_password_of",
    "settle",
    "shown_readers",
    "sign_in_address",
    "standing_facts",
    "still_may",
    "sync_policies",
    "tell_what_fits_changed",
]
