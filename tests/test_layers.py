"""The shape of the house: each module has its rung, imports point down, libraries have doors."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("prompts", "vectorstore", "assistant", "web", "ui")

# A module may import only modules of lower rungs, also inside functions.
RUNGS: tuple[tuple[str, ...], ...] = (
    ("prompts",),
    ("vectorstore.schema", "vectorstore.errors", "vectorstore.chinese", "vectorstore.trace"),
    # parts of the stages
    ("vectorstore.decode", "vectorstore.unwrap", "vectorstore.tables", "vectorstore.seal"),
    ("vectorstore.mend", "vectorstore.metadata", "vectorstore.page", "vectorstore.boilerplate"),
    ("vectorstore.formats", "vectorstore.lines", "vectorstore.database", "vectorstore.changes"),
    ("vectorstore.filters", "vectorstore.common", "vectorstore.writing"),
    ("vectorstore.queries", "vectorstore.engine", "vectorstore.shelf", "vectorstore.listing"),
    # parts of understanding a question
    ("vectorstore.gazetteer", "vectorstore.numerals", "vectorstore.timing"),
    # parts of the second stage
    ("vectorstore.layout",),
    ("vectorstore.interaction",),
    # the stages, which do not know each other
    (
        "vectorstore.query",
        "vectorstore.spelling",
        "vectorstore.foreign",
        "vectorstore.rerank",
        "vectorstore.load",
        "vectorstore.clean",
        "vectorstore.net",
        "vectorstore.reprint",
        "vectorstore.official",
        "vectorstore.chunk",
        "vectorstore.embed",
        "vectorstore.articles",
        "vectorstore.lexical",
        "vectorstore.collection",
        "vectorstore.search",
        "vectorstore.retriever",
        "vectorstore.owner",
    ),
    # the composers
    ("vectorstore.pages", "vectorstore.prepare", "vectorstore.dense"),
    ("vectorstore.filing", "vectorstore.frames", "vectorstore.indexes", "vectorstore.ranking"),
    ("vectorstore.workers",),
    ("vectorstore.ingest",),
    ("vectorstore.store",),
    ("vectorstore",),
    ("assistant.schema", "assistant.errors", "assistant.settings"),
    ("assistant.logs",),
    # parts of reading, and of checking
    ("assistant.english", "assistant.question", "assistant.faults", "assistant.bundled"),
    ("assistant.language",),
    ("assistant.prose",),
    ("assistant.llm",),
    ("assistant.overlap", "assistant.orders"),
    ("assistant.figures", "assistant.weights", "assistant.binding"),
    ("assistant.letters", "assistant.bodies", "assistant.slots", "assistant.contrast"),
    ("assistant.denial", "assistant.coverage", "assistant.years"),
    ("assistant.span_network",),
    ("assistant.span_reader",),
    ("assistant.evidence", "assistant.span", "assistant.names", "assistant.marks"),
    ("assistant.reading", "assistant.sides"),
    ("assistant.judge",),
    ("assistant.guard", "assistant.verify", "assistant.verdict", "assistant.premise"),
    ("assistant.cut", "assistant.partner"),
    ("assistant.choice", "assistant.wording"),
    ("assistant.several",),
    ("assistant.overview",),
    # the stages of answering
    ("assistant.read", "assistant.cite", "assistant.context", "assistant.condense"),
    ("assistant.generate", "assistant.pool"),
    ("assistant.answering",),
    ("assistant.assistant",),
    (
        "assistant.doctor",
        "assistant.telling",
        "assistant.completion",
        "assistant.feedback",
        "assistant.terminal",
    ),
    # evaluation
    ("assistant.evaluation",),
    ("assistant.evaluation.formats", "assistant.evaluation.tables"),
    ("assistant.evaluation.intervals",),
    ("assistant.evaluation.qa_set",),
    ("assistant.evaluation.marking",),
    ("assistant.evaluation.ranking", "assistant.evaluation.scores"),
    ("assistant.evaluation.support", "assistant.evaluation.highlight"),
    ("assistant.evaluation.rows", "assistant.evaluation.provenance"),
    ("assistant.evaluation.measures", "assistant.evaluation.journal"),
    ("assistant.evaluation.report", "assistant.evaluation.judges"),
    ("assistant.evaluation.run", "assistant.evaluation.compare", "assistant.evaluation.plots"),
    ("assistant.evaluation.questions_page",),
    ("assistant.evaluation.page", "assistant.evaluation.sweep", "assistant.evaluation.workers"),
    ("assistant.evaluation.validation",),
    ("assistant.evaluation.draft_rules", "assistant.evaluation.draft_llm"),
    ("assistant.evaluation.draft", "assistant.evaluation.feedback_set", "assistant.suggest"),
    ("assistant.evaluation.commands",),
    ("assistant.cli",),
    ("assistant.__main__", "assistant"),
    ("web",),
    ("web.line",),
    ("web.doors", "web.records", "web.chat_text", "web.words"),
    ("web.rest", "web.openai_api", "web.mcp", "web.login", "web.reasons", "web.spans"),
    ("web.intake", "web.watch", "web.front", "web.stdio"),
    ("web.app", "web.render", "web.conversations", "web.export"),
    ("web.turns", "web.parts", "web.listing", "web.welcome"),
    ("web.history", "web.shelf", "web.scope", "web.voting"),
    ("web.owner", "web.client_api"),
    ("web.chat",),
    ("web.links", "web.speech"),
    ("ui",),
)
LEVEL = {name: level for level, names in enumerate(RUNGS) for name in names}

# Each heavy library and the only modules that may import it.
DOORS = {
    "bs4": {"vectorstore.page"},
    "chromadb": {"vectorstore.collection"},
    "docx": {"vectorstore.formats"},
    "fastapi": {"web.app", "web.doors", "web.rest", "web.openai_api", "web.watch", "ui"},
    "filelock": {"vectorstore.owner"},
    "gradio": {
        "ui",
        "web.chat",
        "web.client_api",
        "web.history",
        "web.links",
        "web.owner",
        "web.parts",
        "web.scope",
        "web.shelf",
        "web.speech",
        "web.voting",
    },
    "httpcore": {"vectorstore.net"},
    "httpx": {"vectorstore.net", "vectorstore.collection", "assistant.llm"},
    "llama_index": {
        "vectorstore.retriever",
        "assistant.llm",
        "assistant.generate",
        "assistant.evaluation.judges",
    },
    "mcp": {"web.mcp"},
    "onnxruntime": {"assistant.span_network"},
    "opencc": {"vectorstore.chinese"},
    "openai": {"assistant.llm"},
    "opentelemetry": {"web.spans"},
    "prometheus_client": {"web.watch"},
    "pypdf": {"vectorstore.formats"},
    "sentence_transformers": {"vectorstore.embed"},
    "sqlalchemy": {
        "assistant.feedback",
        "vectorstore.articles",
        "vectorstore.database",
        "vectorstore.listing",
        "vectorstore.queries",
        "vectorstore.tables",
        "vectorstore.writing",
        "web.conversations",
    },
    "tenacity": {"assistant.llm"},
    "tantivy": {"vectorstore.engine", "vectorstore.lexical"},
    "tiktoken": {"vectorstore.chunk"},
    "torch": set(),
    "trafilatura": {"vectorstore.page", "vectorstore.metadata"},
}


def sources() -> list[Path]:
    files = [ROOT / "ui.py"]
    for room in ROOMS[:-1]:
        files += sorted((ROOT / room).rglob("*.py"))
    return files


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in it; of a package, the submodule it takes."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in LEVEL else node.module


@pytest.mark.parametrize("path", sources(), ids=module_name)
def test_every_module_has_a_rung(path: Path) -> None:
    assert module_name(path) in LEVEL, "give it a rung in RUNGS, or a place in another module"


def test_every_rung_has_its_modules() -> None:
    there = {module_name(path) for path in sources()}
    assert there >= LEVEL.keys()


@pytest.mark.parametrize("path", sources(), ids=module_name)
def test_imports_point_down(path: Path) -> None:
    name = module_name(path)
    for target in imported(path):
        if target.split(".")[0] in ROOMS:
            assert LEVEL[target] < LEVEL[name], f"{name} must not import {target}"


@pytest.mark.parametrize("path", sources(), ids=module_name)
def test_other_rooms_are_entered_by_the_door(path: Path) -> None:
    room = module_name(path).split(".")[0]
    for target in imported(path):
        other = target.split(".")[0]
        if other in ROOMS and other != room and other != "web":
            assert target == other, f"{module_name(path)} goes into {target} past the door"


@pytest.mark.parametrize("path", sources(), ids=module_name)
def test_heavy_libraries_have_their_doors(path: Path) -> None:
    name = module_name(path)
    for target in imported(path):
        library = target.split(".")[0]
        if library in DOORS:
            assert name in DOORS[library], f"{library} may not be imported in {name}"


@pytest.mark.parametrize("path", sources(), ids=module_name)
def test_files_and_functions_are_short(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.count("\n") <= 300, "split it"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            # The docstring is for the reader; the code is what must fit in one look.
            first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
            assert (node.end_lineno or 0) - first.lineno < 40, f"{node.name} is too long"


@pytest.mark.parametrize("path", sources(), ids=module_name)
def test_modules_say_their_purpose(path: Path) -> None:
    docstring = ast.get_docstring(ast.parse(path.read_text("utf-8")))
    assert docstring
    assert len(docstring.splitlines()[0]) > 10
