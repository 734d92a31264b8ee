"""Embedding: the bundled model read without torch, and what happens to a damaged one."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from invented import article, write_tiny_model

import vectorstore
from vectorstore.chinese import fold
from vectorstore.errors import ModelMissing
from vectorstore.preparing.embed import StaticEmbedder, load_embedder

BUNDLED = Path(vectorstore.__file__).parent / "models" / "xieshou-embedding-v2"
TEXTS = [
    "广东省与黑龙江省开展对口合作。",
    "「兩省開展對口合作，投資３５億元！」",
    "emoji 😀 and English, 2022",
    "好",
    "",
    "\n",
    article(3, 40),
]
# Importing sentence_transformers takes ten seconds and more, so one process does it for all.
_WITH_TORCH = """
import json, sys
import numpy as np
from sentence_transformers import SentenceTransformer
from vectorstore.preparing.embed import TransformerEmbedder, load_embedder
from vectorstore.errors import ModelMissing
folder, out = sys.argv[1:]
model = SentenceTransformer(folder, device="cpu")
np.save(out, model.encode(json.load(sys.stdin), normalize_embeddings=True))

one, again = TransformerEmbedder(folder), TransformerEmbedder(folder)
prompted = TransformerEmbedder(folder, "为这个问题找文章：")
assert one.fingerprint == again.fingerprint != prompted.fingerprint
assert one.embed(["对口合作", "甲"]).shape == (2, one.dimensions)
assert np.allclose(one.embed(["对口合作"])[0], one.embed_query("对口合作"), atol=1e-5)
assert not np.allclose(prompted.embed_query("对口合作"), one.embed_query("对口合作"), atol=1e-2)
assert np.allclose(np.linalg.norm(one.embed_query("合作")), 1, atol=1e-5)
try:
    load_embedder("nobody/no-such-model")
except ModelMissing as error:
    assert "nobody/no-such-model" in str(error)
else:
    raise AssertionError("a model that is nowhere was loaded")
"""
_WITHOUT_TORCH = """
import sys
from vectorstore.errors import ModelMissing
from vectorstore.preparing.embed import load_embedder
load_embedder("xieshou-embedding-v2").embed_query("对口合作")
try:
    load_embedder("/no/such/model")
except ModelMissing as error:
    assert "no such folder" in str(error)
else:
    raise AssertionError("a folder that is nowhere was loaded")
assert not {"torch", "sentence_transformers", "transformers"} & set(sys.modules)
"""


def run(script: str, *arguments: str, given: str = "") -> None:
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        input=given,
        capture_output=True,
        text=True,
        timeout=180,
        env={**os.environ, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.fixture(scope="module")
def bundled() -> StaticEmbedder:
    embedder = load_embedder("xieshou-embedding-v2")
    assert isinstance(embedder, StaticEmbedder)
    return embedder


def test_vectors_are_those_of_sentence_transformers(
    bundled: StaticEmbedder, tmp_path: Path
) -> None:
    out = tmp_path / "vectors.npy"
    run(_WITH_TORCH, str(BUNDLED), str(out), given=json.dumps([fold(text) for text in TEXTS]))
    assert np.abs(np.load(out) - bundled.embed(TEXTS)).max() <= 1e-5


def test_the_bundled_model_needs_no_torch() -> None:
    run(_WITHOUT_TORCH)


def test_vectors_have_length_one_or_none(bundled: StaticEmbedder) -> None:
    lengths = np.linalg.norm(bundled.embed(TEXTS), axis=1)
    assert lengths == pytest.approx([1, 1, 1, 1, 0, 0, 1], abs=1e-5)


@pytest.mark.parametrize(
    "variant",
    [
        pytest.param("對口合作", id="traditional"),
        pytest.param("　对口合作 ", id="spaces"),
    ],
)
def test_script_and_space_do_not_change_the_vector(bundled: StaticEmbedder, variant: str) -> None:
    assert bundled.embed_query(variant) @ bundled.embed_query("对口合作") > 0.999


def test_related_sentences_are_nearer_than_unrelated_ones(bundled: StaticEmbedder) -> None:
    question, near, far = bundled.embed(
        ["两市合作投资多少钱", "项目总投资二十亿元，由两市共同出资", "猫在窗台上晒太阳"]
    )
    assert question @ near > question @ far + 0.1


def test_many_texts_get_the_vectors_that_each_gets_alone(bundled: StaticEmbedder) -> None:
    texts = [article(number) for number in range(300)]
    together = bundled.embed(texts)
    for row in (0, 255, 256, 299):
        assert together[row] == pytest.approx(bundled.embed_query(texts[row]), abs=1e-6)


def test_broken_characters_are_embedded(bundled: StaticEmbedder) -> None:
    assert bundled.embed(["甲\ud800乙", "\0"]).shape == (2, bundled.dimensions)


def test_bundled_files_are_those_of_the_list() -> None:
    lines = (BUNDLED / "SHA256SUMS").read_text("utf-8").splitlines()
    listed = dict(reversed(line.split("  ", 1)) for line in lines)
    assert {"model.safetensors", "tokenizer.json", "modules.json"} <= listed.keys()
    for name, digest in listed.items():
        assert hashlib.sha256((BUNDLED / name).read_bytes()).hexdigest() == digest, name


def test_a_known_text_has_a_known_vector(tmp_path: Path) -> None:
    embedder = load_embedder(str(write_tiny_model(tmp_path / "tiny")))
    tokens = json.loads((tmp_path / "tiny" / "tokenizer.json").read_text("utf-8"))
    vocabulary = tokens["model"]["vocab"]
    table = np.random.default_rng(0).normal(size=(len(vocabulary), 8)).astype(np.float32)
    mean = (table[vocabulary["市"]] + table[vocabulary["与"]]) / 2
    found = embedder.embed_query("市與")
    assert found == pytest.approx(mean / np.linalg.norm(mean), abs=1e-5)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("model.safetensors", None, id="no-table"),
        pytest.param("tokenizer.json", None, id="no-tokenizer"),
        pytest.param("modules.json", None, id="no-modules"),
        pytest.param("model.safetensors", b"", id="empty-table"),
        pytest.param("model.safetensors", b"\xff" * 100, id="garbage-table"),
        pytest.param("tokenizer.json", b'{"version": "1.0"', id="cut-tokenizer"),
        pytest.param("tokenizer.json", b"{}", id="other-json"),
        pytest.param("modules.json", b"[1]", id="other-modules"),
    ],
)
def test_a_damaged_model_is_named(tmp_path: Path, name: str, content: bytes | None) -> None:
    folder = write_tiny_model(tmp_path / "tiny")
    (folder / name).unlink()
    if content is not None:
        (folder / name).write_bytes(content)
    with pytest.raises(ModelMissing, match=name):
        load_embedder(str(folder))


def test_a_bundled_file_with_one_byte_changed_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(BUNDLED, folder)
    data = bytearray((folder / "model.safetensors").read_bytes())
    data[-1000] ^= 1
    (folder / "model.safetensors").write_bytes(data)
    with pytest.raises(ModelMissing, match=r"model\.safetensors is damaged"):
        load_embedder(str(folder))


def test_a_table_shorter_than_the_vocabulary_is_refused(tmp_path: Path) -> None:
    folder = write_tiny_model(tmp_path / "tiny")
    tokens = json.loads((folder / "tokenizer.json").read_text("utf-8"))
    tokens["model"]["vocab"]["龘"] = len(tokens["model"]["vocab"])
    (folder / "tokenizer.json").write_text(json.dumps(tokens), "utf-8")
    with pytest.raises(ModelMissing, match="more tokens"):
        load_embedder(str(folder))


def test_the_fingerprint_tells_models_apart(tmp_path: Path) -> None:
    one = load_embedder(str(write_tiny_model(tmp_path / "one")))
    same = load_embedder(str(write_tiny_model(tmp_path / "same")))
    other = load_embedder(str(write_tiny_model(tmp_path / "other", dimensions=4)))
    assert one.fingerprint == same.fingerprint != other.fingerprint
