"""The PostgreSQL server, where it is not the embedded one."""

from __future__ import annotations

from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from fumetto.kernel.settings.fields import Area, outside


class Database(Area):
    """Where the database is, and how many connections are kept to it."""

    database_url: SecretStr | None = outside(
        "DATABASE_URL", None, "A PostgreSQL server with pgvector; empty: embedded."
    )
    postgres_host: str = outside("POSTGRES_HOST", "", "Instead of DATABASE_URL: host of a PostgreSQL server.")
    postgres_port: int = outside("POSTGRES_PORT", 5432, "Port of that server.", ge=1, le=65535)
    postgres_user: str = outside("POSTGRES_USER", "fumetto", "User on that server.")
    postgres_password: SecretStr = outside("POSTGRES_PASSWORD", SecretStr(""), "Password on that server.")
    postgres_db: str = outside("POSTGRES_DB", "fumetto", "Database on that server.")
    database_pool_size: int = Field(10, ge=2, le=200, description="Connections of the general pool, per process.")
    database_pool_timeout: float = Field(
        2.0, gt=0, description="Seconds to wait for a connection before answering 503."
    )

    @field_validator("database_url", mode="before")
    @classmethod
    def database_url_is_postgresql(cls, value: str | SecretStr | None) -> str | None:
        text = value.get_secret_value() if isinstance(value, SecretStr) else value
        if not text:
            return None
        if urlsplit(text).scheme not in {"postgresql", "postgres"}:
            raise ValueError("must look like postgresql://user:password@host:5432/database")
        return text

    @property
    def conninfo(self) -> str | None:
        """Address of the outside PostgreSQL server, or None for the embedded one."""
        if self.database_url:
            return self.database_url.get_secret_value()
        if self.postgres_host:
            words = {
                "host": self.postgres_host,
                "port": str(self.postgres_port),
                "user": self.postgres_user,
                "password": self.postgres_password.get_secret_value(),
                "dbname": self.postgres_db,
            }
            return " ".join(f"{name}={libpq_quoted(value)}" for name, value in words.items() if value)
        return None


def libpq_quoted(value: str) -> str:
    """A value as libpq's connection strings quote it."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
