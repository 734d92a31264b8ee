"""What an evaluation measured: settings without secrets, prompts, models, set and articles."""

import datetime
import hashlib
import json
from collections.abc import Iterable, Sequence
from importlib import resources
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import prompts
from assistant.assistant import Assistant
from assistant.evaluation.qa_set import Question
from assistant.settings import Settings
from vectorstore import Article

# Where things lie and who may be reached says nothing of the answers, and much of the machine.
_LEFT_OUT = {"data_dir", "database_url", "chroma_url", "allow_hosts", "host", "port", "llm_api_key"}
_ROOMS = ("assistant", "vectorstore")


def made_by(assistant: Assistant, questions: Sequence[Question]) -> dict[str, Any]:
    """Describe a run so that another can be compared with it, and no secret is told."""
    articles = assistant.articles()
    settings = assistant.settings
    return {
        "version": _version(),
        "date": datetime.date.today().isoformat(),
        "answers": assistant.describe(),
        "settings": shown_settings(settings),
        "prompts": [prompts.load(name).id for name in (settings.prompt, settings.condense_prompt)],
        "models": model_digests(),
        "code": code_digest(),
        "questions": {"n": len(questions), "sha256": set_digest(questions)},
        "articles": {"n": len(articles), "sha256": articles_digest(articles)},
    }


def key_of(made: dict[str, Any]) -> str:
    """Give the line by which a run that is taken up again is known: all but its date."""
    same = {name: value for name, value in made.items() if name != "date"}
    return _digest(json.dumps(same, ensure_ascii=False, sort_keys=True))


def shown_settings(settings: Settings) -> dict[str, Any]:
    """Give the settings that bear on answers; of addresses neither user, password nor query."""
    plain = settings.model_dump(mode="json", exclude=_LEFT_OUT)
    return plain | {"llm_base_url": _bare(settings.llm_base_url)}


def set_digest(questions: Iterable[Question]) -> str:
    """SHA-256 of the questions, in their order, whatever file they came from."""
    return _digest("\n".join(question.to_line() for question in questions))


def articles_digest(articles: Iterable[Article]) -> str:
    """SHA-256 of the titles and texts of the articles, in any order."""
    return _digest("\n".join(sorted(_digest(f"{each.title}\0{each.text}") for each in articles)))


def model_digests() -> dict[str, str]:
    """Fingerprint each bundled model by the list of its files' digests."""
    found = {}
    for room in _ROOMS:
        for folder in resources.files(room).joinpath("models").iterdir():
            sums = folder.joinpath("SHA256SUMS")
            if sums.is_file():
                found[folder.name] = _digest(sums.read_text("utf-8"))[:16]
    return dict(sorted(found.items()))


def code_digest() -> str:
    """Fingerprint the code and tables that answer and mark: those of the two rooms."""
    whole = hashlib.sha256()
    for room in _ROOMS:
        for path in sorted(Path(str(resources.files(room))).rglob("*")):
            if path.suffix in (".py", ".txt"):
                whole.update(path.read_bytes())
    return whole.hexdigest()[:16]


def _bare(address: str) -> str:
    parts = urlsplit(address)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, "", ""))


def _version() -> str:
    try:
        return version("xieshou")
    except PackageNotFoundError:
        return "(not installed)"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
