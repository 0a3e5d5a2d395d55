"""How the house is kept running, watched and worked on."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field, field_validator

from fumetto.kernel.settings.fields import Area, outside


class LogFormat(StrEnum):
    AUTO = "auto"  # console on a terminal, else json
    JSON = "json"
    CONSOLE = "console"


class Work(Area):
    """Work in the background."""

    worker_concurrency: int = Field(2, ge=1, le=64, description="Jobs that one worker runs at a time.")
    workers: int = Field(1, ge=0, le=32, description="Worker processes that `up` starts.")


class Watching(Area):
    """What is written down and kept of it."""

    log_level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="DEBUG, INFO, WARNING or ERROR.")
    log_format: LogFormat = Field(LogFormat.AUTO, description="json, console, or auto: console on a terminal.")
    metrics: bool = Field(True, description="Serve Prometheus metrics at /metrics to the owner and to this machine.")
    backup_keep: int = Field(5, ge=1, description="Automatic backups kept in the data directory.")

    @field_validator("log_level", mode="before")
    @classmethod
    def log_level_in_capitals(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value


class Development(Area):
    """Aids for whoever works on it."""

    development: bool = Field(False, description="Aids for developers, such as the provider mock-idp; never in use.")
    chromium: str = outside("CHROMIUM", "", "Chromium that the browser tests drive; empty: found or installed.")
