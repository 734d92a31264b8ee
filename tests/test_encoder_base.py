"""The pre-trained base of the encoder as its file holds it, pruned, and the tokenizer made of it."""

import struct
from pathlib import Path

import numpy as np
import pytest
from tiny_encoder import SPECIAL, UNKNOWN, tiny_base, tiny_tokenizer

from training.encoder import base as module
from training.encoder.base import Base, pruned, read_base
from training.encoder.vocabulary import tokenizer_of, used_pieces

WIDTH, INNER = 4, 6
PIECES = [
    *((piece, 0.0) for piece in SPECIAL),
    ("▁", -1.5),
    ("云川", -7.25),
    ("桥", -8.0),
    ("a", -3),
]
FLOAT32, Q4 = 0, 1


def file_of(tensors: dict[str, tuple[int, int, bytes]], magic: bytes = b"E5S1") -> bytes:
    """A file of the wheel's format; for each tensor its kind, how many values, and its data."""
    texts = [piece.encode() for piece, _ in PIECES]
    ends = np.cumsum([0, *map(len, texts)]).tolist()
    head = magic + struct.pack("<I7i", 1, WIDTH, 12, 2, INNER, len(PIECES), 3, 1)
    head += struct.pack("<fi", 1e-12, 0) + struct.pack("<5i", len(PIECES), 0, 1, 2, 3)
    head += struct.pack("<Q", ends[-1]) + struct.pack(f"<{len(ends)}I", *ends)
    head += struct.pack(f"<{len(PIECES)}f", *(score for _, score in PIECES)) + b"".join(texts)
    head += struct.pack("<iI", 0, 5) + b"rules" + struct.pack("<i", len(tensors))
    start = len(head) + sum(2 + len(name) + 21 for name in tensors)
    body = b""
    for name, (kind, count, data) in tensors.items():
        head += struct.pack("<H", len(name)) + name.encode()
        head += struct.pack("<BIQQ", kind, count, start + len(body), len(data))
        body += data
    return head + body


def block(scale: float, low: list[int], high: list[int]) -> bytes:
    """32 values of 4 bits each: the first 16 in the low halves of the bytes."""
    nibbles = bytes(a | b << 4 for a, b in zip(low, high, strict=True))
    return struct.pack("<e", scale) + nibbles


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Base:
    words = block(0.5, list(range(16)), [15 - each for each in range(16)])
    places = block(-2.0, [8, 9, 7, 0, *[8] * 12], [15] * 16)
    outer = np.arange(WIDTH * INNER, dtype="<f4")
    file = tmp_path_factory.mktemp("base") / "base.bin"
    tensors = {
        "emb.word": (Q4, 32, words),
        "emb.pos": (Q4, 12, places),
        "l11.fo.w": (FLOAT32, WIDTH * INNER, outer.tobytes()),
        "l0.q.b": (FLOAT32, WIDTH, np.array([1, 2, 3, -4.5], dtype="<f4").tobytes()),
    }
    file.write_bytes(file_of(tensors))
    return read_base(file)


def test_pieces_and_sizes_of_a_file(read: Base) -> None:
    assert read.pieces == PIECES
    assert (read.layers, read.heads, read.eps) == (12, 2, pytest.approx(1e-12))


def test_weights_of_a_file(read: Base) -> None:
    words = [(value - 8) / 2 for value in range(16)] + [(7 - value) / 2 for value in range(16)]
    assert read.tensors["emb.word"].tolist() == np.reshape(words, (8, WIDTH)).tolist()
    # The block is filled up to 32 values; those beyond the tensor are left.
    assert read.tensors["emb.pos"].tolist() == [[0, -2, 2, 16], [0] * 4, [0] * 4]
    assert read.tensors["l11.fo.w"].tolist() == np.arange(24).reshape(WIDTH, INNER).tolist()
    assert read.tensors["l0.q.b"].tolist() == [1, 2, 3, -4.5]
    assert {values.dtype for values in read.tensors.values()} == {np.dtype(np.float32)}


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(file_of({}, b"GGUF"), id="another-format"),
        pytest.param(file_of({"emb.ln.w": (7, 4, bytes(16))}), id="another-kind-of-tensor"),
    ],
)
def test_another_file_is_refused(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "base.bin").write_bytes(data)
    with pytest.raises(ValueError, match=r"E5S1|kind"):
        read_base(tmp_path / "base.bin")


def of(*pieces: str) -> Base:
    every = [(piece, -float(number)) for number, piece in enumerate([*SPECIAL, *pieces])]
    words = np.arange(len(every) * 2, dtype=np.float32).reshape(-1, 2)
    tensors = {"emb.word": words, "emb.pos": np.ones((3, 2), dtype=np.float32)}
    return Base(every, tensors, 2, 1, 1e-12)


KEPT = ["▁", "云川", "▁協議", "x", "▁town", "2019", "，", "《", "“", "①", "%.", "·", "〇"]


def test_pieces_of_chinese_and_ascii_are_kept_with_their_rows() -> None:
    base = of(*KEPT, "▁город", "ไทย", "カワ", "서울", "مدينة", "город2", *KEPT[::-1])
    small = pruned(base, ())
    assert [piece for piece, _ in small.pieces] == [*SPECIAL, *KEPT, *KEPT[::-1]]
    rows = dict(zip(base.pieces, base.tensors["emb.word"], strict=True))
    for piece, row in zip(small.pieces, small.tensors["emb.word"], strict=True):
        assert row.tolist() == rows[piece].tolist()
    assert small.tensors["emb.pos"] is base.tensors["emb.pos"]
    assert (small.layers, small.heads, small.eps) == (base.layers, base.heads, base.eps)


def test_rare_latin_pieces_are_kept_only_where_they_are_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The special pieces are counted too.
    monkeypatch.setattr(module, "_LATIN_PIECES", len(SPECIAL) + 2)
    small = pruned(of("the", "▁of", "▁zu", "z", "云川", "▁Yun"), {"▁Yun"})
    assert [piece for piece, _ in small.pieces[4:]] == ["the", "▁of", "z", "云川", "▁Yun"]


def cut(text: str, *longer: tuple[str, float]) -> list[str]:
    base = tiny_base(())
    tokenizer = tokenizer_of(Base([*base.pieces, *longer], base.tensors, 2, 4, 1e-12))
    tokens: list[str] = tokenizer.encode(text).tokens
    return tokens


def test_a_text_is_cut_into_the_likeliest_pieces() -> None:
    assert cut("云川市") == ["▁", "云", "川", "市"]
    assert cut("云川市", ("云川", -7.0)) == ["▁", "云川", "市"]
    assert cut("云川市", ("云川", -13.0)) == ["▁", "云", "川", "市"]
    assert cut("云川市", ("云川", -7.0), ("川市", -3.0)) == ["▁", "云", "川市"]


def pieces_of(text: str) -> list[tuple[str, str]]:
    encoding = tiny_tokenizer().encode(text)
    return [
        (token, text[a:b]) for token, (a, b) in zip(encoding.tokens, encoding.offsets, strict=True)
    ]


def test_each_piece_has_its_place_in_the_text() -> None:
    assert pieces_of("云川市\n\n2019年 石桥") == [
        ("▁云川", "云川"),
        ("市", "市"),
        ("▁2019", "\n2019"),
        ("年", "年"),
        ("▁", " "),
        ("石桥", "石桥"),
    ]


def test_wide_characters_are_read_as_the_usual_ones() -> None:
    wide = "市２０１９，…㎡"
    assert [token for token, _ in pieces_of(wide)] == [
        token for token, _ in pieces_of("市2019,...m2")
    ]
    assert pieces_of(wide)[2:] == [
        ("20", "２０"),
        ("19", "１９"),
        (",", "，"),
        ("...", "…"),
        ("m", "㎡"),
        ("2", "㎡"),
    ]


@pytest.mark.parametrize("special", SPECIAL)
@pytest.mark.parametrize("around", ["{}", "云川{}石桥", "a {} b", "{0}{0}"])
def test_no_text_is_cut_into_special_pieces(special: str, around: str) -> None:
    text = around.format(special)
    encoding = tiny_tokenizer().encode(text)
    assert min(encoding.ids) >= len(SPECIAL)
    assert "".join(encoding.tokens).replace("▁", "") == text.replace(" ", "")


def test_what_has_no_piece_is_unknown() -> None:
    ids = tiny_tokenizer().encode("云川щ市").ids
    assert [place for place, each in enumerate(ids) if each == UNKNOWN] == [1]


def test_used_pieces_are_those_that_the_texts_are_cut_into() -> None:
    assert used_pieces(tiny_base(), ["云川市", "石桥"]) == {"▁云川", "市", "▁", "石桥"}
