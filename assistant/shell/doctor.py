"""Examine an installation: what is configured, what is found, and what to do next."""

import os
import shutil
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.metadata import PackageNotFoundError, requires, version

import prompts
from assistant.assistant import Assistant
from assistant.errors import AssistantError, LLMNotConfigured
from assistant.settings import Settings
from assistant.writing import llm
from assistant.writing.writer import connect
from vectorstore import (
    IndexUnavailable,
    ModelMissing,
    StoreBusy,
    StoreDamaged,
    StoreMismatch,
    VectorStoreError,
)

# Seconds that a look at the LLM may take.
_PATIENCE = 10.0
# Bytes: 46,000 news articles at the 21,648 bytes that one was measured to take (docs/scale.md).
_ROOM = 1_000_000_000
# Characters of a key that nobody guesses.
_KEY_LENGTH = 16
_PASSWORD_LENGTH = 10
_NEW_KEY = "make one: python -c 'import secrets; print(secrets.token_urlsafe(32))'"
_REBUILD = "run: xieshou rebuild"
_INSTALL = "run: make install"
_STEPS: tuple[tuple[type[VectorStoreError], str], ...] = (
    (ModelMissing, "check ASSISTANT_EMBEDDING_MODEL; of the bundled model, install again"),
    (StoreMismatch, f"put the settings back, or {_REBUILD}"),
    (IndexUnavailable, "start the Chroma server, or unset ASSISTANT_CHROMA_URL"),
    (
        StoreDamaged,
        "check ASSISTANT_DATA_DIR, that it may be written to, and ASSISTANT_DATABASE_URL",
    ),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: what, what was found, whether it is well, what to do if not."""

    what: str
    found: str
    ok: bool = True
    next_step: str = ""


def examine(settings: Settings) -> list[Finding]:
    """Look at everything that an installation needs; what is not well says how to mend it."""
    return [
        _examine_packages(),
        _examine_names(),
        _examine_room(settings),
        *_examine_store(settings),
        _examine_reader(settings),
        _examine_prompts(settings),
        _examine_llm(settings),
        _examine_page(settings),
        _examine_login(settings),
        _examine_doors(settings),
    ]


def _examine_packages() -> Finding:
    try:
        wanted = requires("xieshou") or []
    except PackageNotFoundError:
        return Finding("packages", "xieshou itself is not installed", True, _INSTALL)
    wrong = list(_unmet(wanted))
    if wrong:
        return Finding("packages", "; ".join(wrong), False, _INSTALL)
    return Finding("packages", f"{len(wanted)} as they should be")


def _unmet(wanted: list[str]) -> Iterator[str]:
    from packaging.requirements import Requirement

    for requirement in map(Requirement, wanted):
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        try:
            found = version(requirement.name)
        except PackageNotFoundError:
            yield f"{requirement.name} is missing"
            continue
        if not requirement.specifier.contains(found, prereleases=True):
            yield f"{requirement.name} is {found}, not {requirement.specifier}"


def _examine_names() -> Finding:
    """A misspelt setting is ignored without a word, so it is looked for here."""
    from dotenv import dotenv_values

    prefix = str(Settings.model_config["env_prefix"])
    known = [f"{prefix}{name.upper()}" for name in Settings.model_fields]
    given = {name.upper() for name in (*os.environ, *dotenv_values(".env"))}
    unknown = sorted(name for name in given if name.startswith(prefix) and name not in known)
    if not unknown:
        count = len(given.intersection(known))
        return Finding("settings", f"{count} set, the others at their defaults")
    [*close] = get_close_matches(unknown[0], known, 1)
    step = f"did you mean {close[0]}?" if close else "the README lists all settings"
    return Finding("settings", f"no such setting: {', '.join(unknown)}", False, step)


def _examine_room(settings: Settings) -> Finding:
    folder = settings.data_dir.expanduser().absolute()
    there = next(path for path in (folder, *folder.parents) if path.exists())
    if not os.access(there, os.W_OK | os.X_OK):
        step = "give yourself the right to write there, or set ASSISTANT_DATA_DIR"
        return Finding("data folder", f"{there} can't be written to", False, step)
    free = shutil.disk_usage(there).free
    told = f"{folder}, {free / 1e9:.1f} GB free"
    if free < _ROOM:
        step = "make room, or set ASSISTANT_DATA_DIR to a larger disk"
        return Finding("data folder", told, False, step)
    return Finding("data folder", told)


def _examine_store(settings: Settings) -> list[Finding]:
    try:
        with Assistant(settings) as assistant:
            status = assistant.status()
            if status["matches_settings"]:
                # Of an empty store nothing else would load the model.
                assistant.search("对口合作", 1)
            chroma = _examine_chroma(assistant, status["chroma"])
    except VectorStoreError as error:
        what = "embedding model" if isinstance(error, ModelMissing) else "stored articles"
        return [Finding(what, str(error), False, next_step(error))]
    count = f"{status['articles']} articles, {status['chunks']} chunks in {status['data_dir']}"
    step = "" if status["articles"] else "run: xieshou add PATH"
    stored = Finding("stored articles", count, True, step)
    model = Finding("embedding model", settings.embedding_model)
    if not status["matches_settings"]:
        found = "not the one that the store was filled with"
        model = Finding("embedding model", found, False, _REBUILD)
    lexical = Finding("lexical index", status["lexical_index"])
    if status["lexical_index"] != "current":
        lexical = Finding("lexical index", "behind the stored articles", False, _REBUILD)
    return [stored, model, lexical, chroma]


def _examine_chroma(assistant: Assistant, place: str) -> Finding:
    if not assistant.settings.chroma_url:
        return Finding("chroma", place)
    try:
        assistant.own()
    except StoreBusy:
        return Finding("chroma", f"{place}, in use by another process of this folder")
    except IndexUnavailable as error:
        return Finding("chroma", str(error), False, next_step(error))
    return Finding("chroma", f"{place} answers")


def next_step(error: VectorStoreError) -> str:
    """What to do about an error of the store; empty where its message says all."""
    return next((step for kind, step in _STEPS if isinstance(error, kind)), "")


def _examine_reader(settings: Settings) -> Finding:
    """Let it read one sentence: its models are files, which may be missing or damaged."""
    quoting = settings.model_copy(update={"mode": "extractive"})
    try:
        with Assistant(quoting) as assistant:
            answer = assistant.answer_from("甲市出资多少？", ["甲市出资3亿元，乙市出地。"])
    except VectorStoreError as error:
        return Finding("reader", str(error), False, next_step(error))
    except (OSError, ValueError, ImportError, AssistantError) as error:
        return Finding("reader", f"it can't read: {error}", False, _INSTALL)
    if "3亿元" not in answer.text:
        return Finding("reader", "it does not find what a sentence says", False, _INSTALL)
    return Finding("reader", "it reads and quotes")


def _examine_prompts(settings: Settings) -> Finding:
    try:
        ids = [prompts.load(name).id for name in (settings.prompt, settings.condense_prompt)]
    except prompts.PromptError as error:
        return Finding("prompts", str(error), False, "check ASSISTANT_PROMPT")
    return Finding("prompts", ", ".join(ids))


def _examine_llm(settings: Settings) -> Finding:
    if settings.mode == "extractive" or (settings.mode == "auto" and not settings.llm_base_url):
        step = "for written answers set ASSISTANT_LLM_BASE_URL and ASSISTANT_LLM_MODEL"
        return Finding(
            "answers", "extractive: sentences quoted from the articles, no LLM", True, step
        )
    try:
        brief = {"llm_timeout": _PATIENCE, "llm_temperature": 0.0, "llm_answer_tokens": 64}
        model = connect(settings.model_copy(update=brief))
        llm.complete_chat(model, [{"role": "user", "content": "你好"}], timeout=_PATIENCE)
    except LLMNotConfigured as error:
        step = "set ASSISTANT_LLM_BASE_URL and ASSISTANT_LLM_MODEL"
        return Finding("answers", str(error), False, step)
    except AssistantError as error:
        return Finding("answers", str(error), False, "check the ASSISTANT_LLM_ settings")
    return Finding("answers", f"llm: {settings.llm_model} at {settings.llm_base_url}")


def _examine_page(settings: Settings) -> Finding:
    place = f"{settings.host}:{settings.port}"
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            step = "if no page of yours is running there, set ASSISTANT_HOST or ASSISTANT_PORT"
            return Finding("page", f"{place} is taken ({error.strerror})", True, step)
    return Finding("page", f"{place} is free; start it with: make chat")


def _examine_login(settings: Settings) -> Finding:
    """Whether the page lets in whom it should, and nobody else."""
    users = settings.users()
    if settings.is_private and not users:
        return Finding("login", "none: the page is for this machine alone")
    if not users:
        found = f"none, though others can reach {settings.host}: the page will not start"
        return Finding("login", found, False, "set ASSISTANT_UI_AUTH=user:password")
    if not settings.is_private and not settings.api_key.get_secret_value():
        found = "programs have no key, though others can reach the page: it will not start"
        return Finding("login", found, False, f"set ASSISTANT_API_KEY; {_NEW_KEY}")
    weak = [name for name, password in users.items() if len(password) < _PASSWORD_LENGTH]
    if weak:
        found = f"passwords that can be guessed, of {', '.join(weak)}"
        step = f"give them {_PASSWORD_LENGTH} characters or more in ASSISTANT_UI_AUTH"
        return Finding("login", found, False, step)
    return Finding(
        "login", f"{len(users)} with a password; leave HTTPS to a proxy, see docs/deployment.md"
    )


def _examine_doors(settings: Settings) -> Finding:
    length = len(settings.api_key.get_secret_value())
    if not length:
        return Finding("doors", "no key: programs are answered on loopback only")
    if length < _KEY_LENGTH:
        found = f"ASSISTANT_API_KEY has {length} characters, and can be guessed"
        return Finding("doors", found, False, _NEW_KEY)
    return Finding("doors", "programs must give ASSISTANT_API_KEY")
