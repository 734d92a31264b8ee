"""Articles in, ranked chunks out. This room has never heard of an LLM."""

from vectorstore.chinese import digits, fold, is_traditional, sentences, simplify, terms
from vectorstore.errors import (
    FetchRefused,
    FilterError,
    ModelMissing,
    SourceUnreadable,
    StoreBusy,
    StoreDamaged,
    StoreMismatch,
    VectorStoreError,
)
from vectorstore.schema import AddReport, Article, Chunk, Dropped, Hit, RawPage, Skipped

__all__ = [
    "AddReport",
    "Article",
    "Chunk",
    "Dropped",
    "FetchRefused",
    "FilterError",
    "Hit",
    "ModelMissing",
    "RawPage",
    "Skipped",
    "SourceUnreadable",
    "StoreBusy",
    "StoreDamaged",
    "StoreMismatch",
    "VectorStoreError",
    "digits",
    "fold",
    "is_traditional",
    "sentences",
    "simplify",
    "terms",
]
