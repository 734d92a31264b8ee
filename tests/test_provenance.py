"""What a report says of its making: everything that bears on answers, and no secret."""

import json
from pathlib import Path

import pytest

from assistant import Assistant, Question, Settings
from assistant.evaluation.provenance import articles_digest, key_of, made_by, set_digest
from vectorstore import Article


@pytest.fixture
def made(tmp_path: Path) -> dict[str, object]:
    settings = Settings(
        data_dir=tmp_path / "secret-place",
        mode="extractive",
        llm_api_key="sk-secret",
        llm_base_url="http://user:secret@127.0.0.1:8000/v1?key=secret",
    )
    with Assistant(settings) as assistant:
        return made_by(assistant, [Question("谁？")])


def test_no_secret_is_told(made: dict[str, object]) -> None:
    text = json.dumps(made, ensure_ascii=False)
    assert "secret" not in text
    assert "http://127.0.0.1:8000/v1" in text


def test_models_prompts_and_code_are_told(made: dict[str, object]) -> None:
    assert {"xieshou-embedding-v2", "xieshou-encoder-v1"} <= set(made["models"])
    assert all(len(digest) == 16 for digest in made["models"].values())
    assert made["prompts"][0].startswith(f"{Settings().prompt}@")
    assert made["settings"]["top_k"] == 8
    assert made["questions"]["n"] == 1


def test_the_key_forgets_the_date_alone(made: dict[str, object]) -> None:
    assert key_of(made) == key_of({**made, "date": "1999-01-01"})
    assert key_of(made) != key_of({**made, "code": "other"})


def test_digests() -> None:
    one, other = Article("1", "甲", "文"), Article("2", "乙", "文")
    assert articles_digest([one, other]) == articles_digest([other, one])
    assert articles_digest([one]) != articles_digest([other])
    assert set_digest([Question("甲？"), Question("乙？")]) != set_digest(
        [Question("乙？"), Question("甲？")]
    )
