"""From a source to stored articles: read, prepare, file, and tell how far it is."""

import hashlib
import json
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing, nullcontext
from dataclasses import dataclass, replace
from itertools import chain, islice

from vectorstore.filing import Filing, Progress
from vectorstore.loading.pages import Step, read_pages
from vectorstore.preparing.frames import Outcome
from vectorstore.preparing.prepare import Preparer
from vectorstore.preparing.workers import Workers, prepare
from vectorstore.schema import AddReport, RawPage, Skipped

# Raised when cleaning makes something else of the same page: known pages are then cleaned again.
_CLEANING = 1
_REPLACED = dict.fromkeys([0, *range(0xD800, 0xE000)], "\ufffd")
# From so many pages on they are prepared by other processes, which take a second to start, and
# stored several in a transaction.
_MANY = 200
# Pages that are looked up together.
_AHEAD = 64


@dataclass(frozen=True, slots=True)
class _Job:
    """A page on its way in.

    Attributes:
        step: the page as it was read, and how far that is.
        uri: the source that it is filed under; empty for one that is skipped.
        digest: SHA-256 of what the source holds.
        known: digest and article id that were filed under it, None for a new one.
        page: what is to be prepared; None where nothing has changed.
        partings: see `Filing.partings`, when `known` was read.
    """

    step: Step
    uri: str = ""
    digest: str = ""
    known: tuple[str, str] | None = None
    page: RawPage | None = None
    partings: int = 0


_Batch = list[tuple[_Job, Outcome]]


class Ingest:
    """Adds sources to an article store; one that can't be read never stops the others.

    Args:
        filing: puts the articles into their store.
        preparer: makes of a page what is stored.
        allow_hosts: `host:port` that may be fetched though they are not public.
        stored: called each time that something has been stored.
    """

    def __init__(
        self,
        filing: Filing,
        preparer: Preparer,
        allow_hosts: frozenset[str],
        stored: Callable[[], None] = lambda: None,
    ) -> None:
        self._filing = filing
        self._store = filing.store
        self._preparer = preparer
        self._allow_hosts = allow_hosts
        self._stored = stored
        self._seen: set[str] = set()

    def run(self, source: str, progress: Progress | None = None) -> AddReport:
        """Add a file, a folder, a .jsonl file or a URL, and say what became of each page.

        A page that `progress` is told of is stored for good.
        """
        counts = {"added": 0, "updated": 0, "unchanged": 0}
        skipped: list[Skipped] = []
        with closing(self._prepared(read_pages(source, self._allow_hosts))) as batches:
            for step, outcome in self._filed(batches):
                if isinstance(outcome, Skipped):
                    skipped.append(Skipped(_printable(outcome.source), outcome.reason))
                else:
                    counts[outcome] += 1
                if progress is not None:
                    progress(step.done, step.total, step.page.source)
        return AddReport(**counts, skipped=skipped)

    def _filed(self, batches: Iterable[_Batch]) -> Iterator[tuple[Step, str | Skipped]]:
        """Each page with what became of it, after it has been stored."""
        for batch in batches:
            with self._store.together() if len(batch) > 1 else nullcontext():
                outcomes = [self._outcome(job, made) for job, made in batch]
                self._filing.flush()
            yield from zip((job.step for job, _ in batch), outcomes, strict=True)
            self._stored()

    def _prepared(self, steps: Iterator[Step]) -> Generator[_Batch, None, None]:
        """The pages prepared, in their order: one by one, or a few at a time by other processes."""
        first = list(islice(steps, 1))
        steps = chain(first, steps)
        if not first or first[0].total < _MANY or self._preparer.folder is None:
            for job in self._jobs(steps, 1):
                yield [(job, prepare(self._preparer, job.page))]
            return
        with closing(Workers(self._preparer)) as workers:
            yield from workers.through(self._jobs(steps, _AHEAD))

    def _jobs(self, steps: Iterable[Step], ahead: int) -> Iterator[_Job]:
        """What is to be done for each page; the store is asked for several at once."""
        source = iter(steps)
        while some := list(islice(source, ahead)):
            jobs = [self._job(step) for step in some]
            known = self._store.sources([job.uri for job in jobs if job.uri])
            for job in jobs:
                yield _looked_up(job, known.get(job.uri), self._filing.partings)

    def _job(self, step: Step) -> _Job:
        if isinstance(step.page, Skipped):
            return _Job(step)
        page = _storable(step.page)
        uri = _uri(page)
        if uri in self._seen:
            reason = "an id that came before in this file; the first one counts"
            return _Job(replace(step, page=Skipped(page.source, reason)))
        self._seen.add(uri)
        return _Job(replace(step, page=page), uri, _digest(page))

    def _outcome(self, job: _Job, made: Outcome) -> str | Skipped:
        """Store one page: added, updated, unchanged, or skipped with the reason."""
        page = job.step.page
        if isinstance(page, Skipped):
            return page
        if job.partings != self._filing.partings:
            job = _looked_up(job, self._store.source(job.uri), self._filing.partings)
            made = prepare(self._preparer, job.page) if made is None else made
        if job.page is None or made is None:
            return "unchanged"
        if isinstance(made, Skipped):
            return made
        return self._filing.file(made, job.uri, job.digest, is_known=job.known is not None)


def _looked_up(job: _Job, known: tuple[str, str] | None, partings: int) -> _Job:
    """The job with what the store knows of its source."""
    page = job.step.page
    if isinstance(page, Skipped) or (known is not None and known[0] == job.digest):
        return replace(job, known=known, page=None, partings=partings)
    return replace(job, known=known, page=page, partings=partings)


def _printable(text: str) -> str:
    """`text` with what no database and no terminal takes, bytes of a file name say, spelled out."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "\\x00")


def _storable(page: RawPage) -> RawPage:
    """The page without NUL and halves of surrogate pairs in what cleaning takes over as it is."""
    fields = {name: value.translate(_REPLACED) for name, value in page.metadata.items()}
    return replace(page, source=_printable(page.source), metadata=fields)


def _uri(page: RawPage) -> str:
    """The page's source; a record with an id keeps its place when lines of its file move."""
    identifier = page.metadata.get("id")
    if page.kind == "record" and identifier:
        return f"{page.source.rpartition('#')[0]}#{identifier}"
    return page.source


def _digest(page: RawPage) -> str:
    parts = [_CLEANING, page.kind, page.text, sorted(page.metadata.items())]
    return hashlib.sha256(
        json.dumps(parts, ensure_ascii=False).encode("utf-8", "replace")
    ).hexdigest()
