"""Every setting is in .env.example, and what is wrong with one is said with its name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fumetto.entry.settings_example import AREAS, render_settings_example
from fumetto.kernel.errors import SettingsInvalid
from fumetto.kernel.settings import Settings, field_to_key, key_to_field, load_settings

HOME = Path(__file__).resolve().parents[2]


def test_env_example_is_what_the_settings_say() -> None:
    """Made anew by `./fumetto generate`."""
    assert (HOME / ".env.example").read_text("utf-8") == render_settings_example()


def test_env_example_can_be_used_as_it_is_once_its_lines_are_uncommented(tmp_path: Path) -> None:
    example = (HOME / ".env.example").read_text("utf-8")
    (tmp_path / ".env").write_text(re.sub(r"(?m)^# ([A-Z0-9_]+=)", r"\1", example))
    assert load_settings({"FUMETTO_HOME": str(tmp_path)}).model_copy(update={"home": Path()}) == Settings()


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_has_a_description(name: str) -> None:
    assert (Settings.model_fields[name].description or "").endswith(".")


def test_every_setting_has_its_place_in_the_example() -> None:
    named = [name for area in AREAS for name in area.model_fields]
    assert sorted(named) == sorted(Settings.model_fields)


@pytest.mark.parametrize("key", [key for key in key_to_field() if key.startswith("FUMETTO_")])
def test_key_with_a_letter_too_many_is_an_error_that_names_it_and_the_one_that_was_meant(key: str) -> None:
    with pytest.raises(SettingsInvalid) as caught:
        load_settings({f"{key}X": "1"})
    assert caught.value.detail["key"] == f"{key}X"
    assert f"did you mean {key}?" in str(caught.value)


MALFORMED = {
    "FUMETTO_PORT": ["eighty", "0", "65536", "80.5"],
    "FUMETTO_PUBLIC_READING": ["perhaps"],
    "FUMETTO_BASE_PATH": ["comics", "/a b", "/..", "/a/../b", '/"><script>', "//host"],
    "FUMETTO_PUBLIC_URL": ["comics.example.org", "ftp://example.org", "https://"],
    "FUMETTO_TRUSTED_PROXIES": ["everybody", "10.0.0.0/99", "10.0.0.1, proxy"],
    "FUMETTO_LOG_LEVEL": ["LOUD"],
    "FUMETTO_LOG_FORMAT": ["xml"],
    "FUMETTO_DATABASE_POOL_SIZE": ["1", "many"],
    "FUMETTO_DATABASE_POOL_TIMEOUT": ["0", "-1", "soon"],
    "FUMETTO_MAX_PAGE_PIXELS": ["10"],
    "DATABASE_URL": ["mysql://a@b/c", "not an address"],
    "POSTGRES_PORT": ["0", "postgres"],
    "STORAGE_BACKEND": ["gcs"],
}


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, values in MALFORMED.items() for value in values])
def test_malformed_value_is_an_error_that_names_its_key(key: str, value: str) -> None:
    with pytest.raises(SettingsInvalid) as caught:
        load_settings({key: value})
    assert caught.value.detail["key"] == key
    assert key in str(caught.value)


def test_prefixed_form_of_a_key_that_has_none_is_answered_with_the_right_one() -> None:
    with pytest.raises(SettingsInvalid, match=r"FUMETTO_DATABASE_URL.*did you mean DATABASE_URL"):
        load_settings({"FUMETTO_DATABASE_URL": "postgresql://a@b/c"})


def test_password_in_a_malformed_address_is_not_repeated() -> None:
    with pytest.raises(SettingsInvalid) as caught:
        load_settings({"DATABASE_URL": "mysql://me:hunter2@db/x"})
    assert "hunter2" not in f"{caught.value} {caught.value!r} {caught.value.__cause__!r}"


def test_s3_without_a_bucket_names_the_key_that_is_missing() -> None:
    with pytest.raises(SettingsInvalid, match="S3_BUCKET: is needed"):
        load_settings({"STORAGE_BACKEND": "s3"})


def test_only_the_given_environment_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUMETTO_PORT", "9999")
    monkeypatch.setenv("OLLAMA_BASE_URL", "http://elsewhere")
    assert load_settings({}) == Settings()
    assert load_settings().port == 9999


def test_command_line_wins_over_environment_and_environment_over_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("FUMETTO_PORT=1111\nexport FUMETTO_WORKERS='3' # three\nUNRELATED=x\n")
    environment = {"FUMETTO_HOME": str(tmp_path), "FUMETTO_PORT": "2222"}
    from_environment = load_settings(environment)
    assert (from_environment.port, from_environment.workers) == (2222, 3)
    assert load_settings(environment, port=3333).port == 3333
    assert load_settings(environment, port=None).port == 2222


def test_empty_value_means_the_default() -> None:
    assert load_settings({"FUMETTO_PORT": "", "DATABASE_URL": ""}) == Settings()


def test_every_key_is_the_field_with_the_prefix_or_a_name_known_outside() -> None:
    assert field_to_key("port") == "FUMETTO_PORT"
    assert field_to_key("ollama_base_url") == "OLLAMA_BASE_URL"
    assert len(key_to_field()) == len(Settings.model_fields)


def test_secrets_do_not_show_when_settings_are_printed() -> None:
    settings = load_settings({"DATABASE_URL": "postgresql://me:hunter2@db/x", "S3_SECRET_ACCESS_KEY": "hunter3"})
    assert "hunter" not in repr(settings)
    assert settings.conninfo == "postgresql://me:hunter2@db/x"
