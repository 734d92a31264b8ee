"""Sweeping over settings: which combinations there are, and what may be swept over."""

from pathlib import Path

import pytest
from pydantic import ValidationError
from twelve import QUESTIONS, Twelve

from assistant import Settings, evaluate
from assistant.evaluation.sweep import BadSweep, combinations, folder, label, table, with_values


def test_every_combination_once() -> None:
    assert combinations(["top_k=3,5,3", "answer_threshold=0.1"]) == [
        {"top_k": "3", "answer_threshold": "0.1"},
        {"top_k": "5", "answer_threshold": "0.1"},
    ]


@pytest.mark.parametrize(
    "text", ["top_k", "top_k=", "no_such=1", "=1", "llm_api_key=a,b", "data_dir=/a"]
)
def test_what_is_no_sweep(text: str) -> None:
    with pytest.raises(BadSweep):
        combinations([text])


def test_values_are_checked_as_settings_are(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, llm_api_key="secret", mode="extractive")
    swept = with_values(settings, {"top_k": "5", "answer_threshold": "0.25"})
    assert (swept.top_k, swept.answer_threshold, swept.data_dir) == (5, 0.25, tmp_path)
    assert swept.llm_api_key.get_secret_value() == "secret"
    with pytest.raises(ValidationError, match="top_k"):
        with_values(settings, {"top_k": "none"})


def test_a_folder_for_each_combination() -> None:
    values = {"prompt": "answer/v1", "top_k": "5"}
    assert label(values) == "prompt=answer/v1 top_k=5"
    assert folder(values) == "prompt=answer_v1,top_k=5"


def test_table() -> None:
    three, five = (evaluate(Twelve(), QUESTIONS) for _ in range(2))
    lines = table([({"top_k": "3"}, three), ({"top_k": "5"}, five)]).splitlines()
    assert lines[1].split()[:3] == ["top_k=3", "0.556", "0.375"]
    assert lines[2].split()[-1] == "1.000"
