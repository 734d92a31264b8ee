"""Articles in, ranked chunks out. This room has never heard of an LLM."""

from vectorstore.chinese import (
    digits,
    fold,
    folded_terms,
    has_chinese,
    is_traditional,
    sentences,
    simplify,
    terms,
    traditional,
)
from vectorstore.errors import (
    FetchRefused,
    FilterError,
    IndexUnavailable,
    ModelMissing,
    SourceUnreadable,
    StoreBusy,
    StoreDamaged,
    StoreMismatch,
    VectorStoreError,
)
from vectorstore.filing import Progress
from vectorstore.loading.formats import SUFFIXES
from vectorstore.preparing.chunk import count_tokens, heading
from vectorstore.schema import (
    AddReport,
    Article,
    Chunk,
    Dropped,
    Hit,
    Listed,
    Listing,
    RawPage,
    Skipped,
)
from vectorstore.searching.gazetteer import cities, named_places, places, short_forms
from vectorstore.searching.spelling import alike
from vectorstore.store import VectorStore
from vectorstore.trace import Listener, Stage, listen, new_id, request_id, serving, stage, within

__all__ = [
    "SUFFIXES",
    "AddReport",
    "Article",
    "Chunk",
    "Dropped",
    "FetchRefused",
    "FilterError",
    "Hit",
    "IndexUnavailable",
    "Listed",
    "Listener",
    "Listing",
    "ModelMissing",
    "Progress",
    "RawPage",
    "Skipped",
    "SourceUnreadable",
    "Stage",
    "StoreBusy",
    "StoreDamaged",
    "StoreMismatch",
    "VectorStore",
    "VectorStoreError",
    "alike",
    "cities",
    "count_tokens",
    "digits",
    "fold",
    "folded_terms",
    "has_chinese",
    "heading",
    "is_traditional",
    "listen",
    "named_places",
    "new_id",
    "places",
    "request_id",
    "sentences",
    "serving",
    "short_forms",
    "simplify",
    "stage",
    "terms",
    "traditional",
    "within",
]
