"""The tokenizer of the encoder: the unigram model of its base, over the pieces that were kept."""

from collections.abc import Iterable

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

from training.encoder.base import SPECIAL, Base

_UNKNOWN = 3


def tokenizer_of(base: Base) -> Tokenizer:
    """Cuts texts as the base's own sentencepiece model does, special pieces not added."""
    pieces = [(piece, score) for piece, score in base.pieces]
    lowest = min(score for _, score in pieces)
    # As the base has them, special pieces score 0 and would be the likeliest of all. So far below
    # the others, not even a text that spells one is cut into it.
    pieces[:SPECIAL] = [(piece, lowest - 1000.0) for piece, _ in pieces[:SPECIAL]]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=_UNKNOWN, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    return tokenizer


def used_pieces(base: Base, texts: Iterable[str]) -> set[str]:
    """The pieces that texts are cut into with the whole vocabulary of the base."""
    tokenizer = tokenizer_of(base)
    return {piece for text in texts for piece in tokenizer.encode(text).tokens}
