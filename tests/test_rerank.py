"""The second stage: the bundled model, its features, and what it does with odd candidates."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from vectorstore.errors import ModelMissing
from vectorstore.preparing.embed import SEPARATOR, bundled_embedder
from vectorstore.searching import rerank
from vectorstore.searching.ranking import cut_question
from vectorstore.searching.rerank import Candidates, Reranker, feature_names

BUNDLED = Path(rerank.__file__).parent.parent / "models" / rerank.NAME
TEXTS = [
    "2021年3月，佛山与郴州签署对口合作框架协议，共建产业园。",
    "今天天气晴朗，气温二十摄氏度，适合外出游玩。",
    "深圳与赣州的对口合作始于2022年，两地互派干部。",
]


def candidates(texts: list[str], **given: np.ndarray) -> Candidates:
    model = bundled_embedder()
    between = np.array([SEPARATOR], dtype=np.uint16)
    pieces = [np.concatenate([between, part]) for part in model.pieces(texts)]
    fields = {
        "lexical": np.zeros(len(texts), dtype=np.float32),
        "dense": np.zeros(len(texts), dtype=np.float32),
        "is_first": np.ones(len(texts), dtype=bool),
    }
    return Candidates(pieces, [str(n) for n in range(len(texts))], **(fields | given))


def scores(question: str, given: Candidates) -> np.ndarray:
    return Reranker().score(cut_question(question), given)


@pytest.mark.parametrize(
    ("question", "best"),
    [
        pytest.param("佛山和郴州什么时候签的合作协议？", 0, id="pair and date"),
        pytest.param("今天气温多少度？", 1, id="weather"),
        pytest.param("赣州与哪座城市对口合作？", 2, id="the other pair"),
    ],
)
def test_the_text_that_answers_comes_first(question: str, best: int) -> None:
    assert int(scores(question, candidates(TEXTS)).argmax()) == best


def test_scores_are_logarithms_of_shares() -> None:
    found = scores("佛山和郴州签署了什么？", candidates(TEXTS))

    assert (found <= 0).all()
    # The mean of the networks' logarithms: together at most 1.
    assert 0 < np.exp(found).sum() <= 1 + 1e-5


def test_the_order_of_candidates_does_not_matter() -> None:
    given = candidates(TEXTS, lexical=np.array([9, 1, 5], dtype=np.float32))
    turned = Candidates(
        given.pieces[::-1],
        given.articles[::-1],
        given.lexical[::-1],
        given.dense[::-1],
        given.is_first[::-1],
    )

    forward, backward = scores("对口合作", given), scores("对口合作", turned)

    assert forward == pytest.approx(backward[::-1], abs=1e-4)


def test_one_candidate_without_pieces_is_scored() -> None:
    empty = Candidates(
        [np.array([], dtype=np.uint16)],
        ["0"],
        np.zeros(1, dtype=np.float32),
        np.zeros(1, dtype=np.float32),
        np.array([True]),
    )

    assert scores("对口合作", empty).shape == (1,)


def test_the_bundled_model_is_for_the_bundled_embedder_and_these_features() -> None:
    config = json.loads((BUNDLED / "config.json").read_text("utf-8"))

    assert config["features"] == feature_names()
    assert config["embedding"] == bundled_embedder().fingerprint


@pytest.mark.parametrize("name", ["model.safetensors", "config.json"])
def test_a_damaged_file_is_told(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "ranker"
    shutil.copytree(BUNDLED, folder)
    stored = bytearray((folder / name).read_bytes())
    stored[len(stored) // 2] ^= 0xFF
    (folder / name).write_bytes(stored)

    with pytest.raises(ModelMissing):
        Reranker(folder)


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="no ranker"):
        Reranker(tmp_path)


def test_a_model_for_other_features_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "ranker"
    shutil.copytree(BUNDLED, folder)
    config = json.loads((folder / "config.json").read_text("utf-8"))
    config["features"] = config["features"][1:]
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")

    with pytest.raises(ModelMissing, match="other features"):
        Reranker(folder)
