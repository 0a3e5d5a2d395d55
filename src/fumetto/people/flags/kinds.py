"""The words that describe a feature flag."""

from __future__ import annotations

from enum import StrEnum


class FlagKind(StrEnum):
    """What a flag's value is; a rule has none, and is there to be referred to by the targeting of others."""

    BOOLEAN = "boolean"
    STRING = "string"
    NUMBER = "number"
    OBJECT = "object"
    RULE = "rule"


class Environment(StrEnum):
    DEVELOPMENT = "development"
    STAGING = "staging"
    PRODUCTION = "production"
    ALL = "all"


class Visibility(StrEnum):
    """Who may ask: a client over HTTP, this program itself, or both."""

    FRONTEND = "frontend"
    BACKEND = "backend"
    ALL = "all"


class Audience(StrEnum):
    """For whom a flag is; the seed's `variant`. Teenagers are all minors, parents all grown-ups."""

    TEENAGER = "teenager"
    PARENT = "parent"
    ALL = "all"


class Reason(StrEnum):
    """Why a value is what it is: OpenFeature's words."""

    STATIC = "STATIC"
    TARGETING_MATCH = "TARGETING_MATCH"
    SPLIT = "SPLIT"
    DEFAULT = "DEFAULT"
    DISABLED = "DISABLED"
    ERROR = "ERROR"


class Fault(StrEnum):
    """What went wrong in an evaluation: OpenFeature's error codes."""

    FLAG_NOT_FOUND = "FLAG_NOT_FOUND"
    PARSE_ERROR = "PARSE_ERROR"
    TYPE_MISMATCH = "TYPE_MISMATCH"
    GENERAL = "GENERAL"
