"""The settings: where their values come from, and what of them is never shown."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from assistant import Settings


def test_order_is_defaults_dotenv_environment_arguments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert Settings().top_k == 8
    (tmp_path / ".env").write_text("ASSISTANT_TOP_K=3\nASSISTANT_PORT=1234\n")
    assert Settings().top_k == 3
    monkeypatch.setenv("ASSISTANT_TOP_K", "4")
    assert Settings().top_k == 4
    assert Settings(top_k=5).top_k == 5
    assert Settings().port == 1234


def test_they_are_frozen_and_checked() -> None:
    with pytest.raises(ValidationError):
        Settings().top_k = 9  # type: ignore[misc]  # the point of the test
    with pytest.raises(ValidationError):
        Settings(top_k=0)


def test_the_key_is_never_shown() -> None:
    settings = Settings(llm_api_key="sk-secret")  # type: ignore[arg-type]  # becomes a SecretStr
    assert "sk-secret" not in f"{settings!r} {settings} {settings.model_dump()}"


def test_every_setting_is_described() -> None:
    assert all(field.description for field in Settings.model_fields.values())
