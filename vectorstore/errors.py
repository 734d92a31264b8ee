"""What can go wrong in the vector store.

VectorStoreError
├── SourceUnreadable    a file, folder or URL that can't be read as an article
├── FetchRefused        a URL that may not be fetched, or whose fetch broke a limit
├── FilterError         a filter that search does not know or can't read
├── ModelMissing        an embedding model that is not there or is damaged
├── StoreMismatch       stored with another model, chunk size or version than the settings name
├── StoreBusy           another process is writing to this data directory
├── IndexUnavailable    an index that can't be used: a Chroma server that is away, a damaged folder
└── StoreDamaged        the article store itself can't be read or written
"""


class VectorStoreError(Exception):
    """Root of the errors of this room; the message says what, where, and what to do next."""


class SourceUnreadable(VectorStoreError):
    """A file, folder or URL that can't be read as an article."""


class FetchRefused(VectorStoreError):
    """A URL that may not be fetched, or whose fetch broke a limit."""


class FilterError(VectorStoreError):
    """A filter that search does not know or can't read."""


class ModelMissing(VectorStoreError):
    """An embedding model that is not there or is damaged."""


class StoreMismatch(VectorStoreError):
    """The stored articles were embedded or chunked with other settings than these."""


class StoreBusy(VectorStoreError):
    """Another process is writing to this data directory."""


class IndexUnavailable(VectorStoreError):
    """An index can't be used: a Chroma server that is away, a folder that is damaged."""


class StoreDamaged(VectorStoreError):
    """The article store, the one source of truth, can't be read or written."""
