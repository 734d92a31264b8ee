"""The shape of the house: each module has its rung, imports point down, libraries have doors."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("prompts", "vectorstore", "assistant", "web", "ui")

# The folders, each with its rungs of modules, in the order of their imports: a module may import only
# from rungs that stand before its own, also inside functions. A dot is what the folder itself exports.
HOUSE: tuple[tuple[str, ...], ...] = (
    ("prompts", "."),
    ("vectorstore", "chinese errors schema trace"),
    ("vectorstore.loading", "decode", "formats", "load net", "pages"),
    ("vectorstore.cleaning", "boilerplate mend metadata page unwrap", "lines", "clean"),
    ("vectorstore.reprints", "changes official", "reprint"),
    ("vectorstore.preparing", "chunk embed", "prepare", "frames", "workers"),
    ("vectorstore.storage", "database filters tables", "listing queries shelf writing", "articles"),
    ("vectorstore.indexing", "common seal search", "collection engine", "dense lexical", "indexes"),
    (
        "vectorstore.searching",
        "foreign gazetteer layout numerals spelling timing",
        "interaction query",
        "rerank",
        "ranking",
    ),
    ("vectorstore", "filing owner retriever", "ingest", "store", "."),
    ("assistant", "bundled errors kept pool schema settings", "feedback logs"),
    ("assistant.facts", "overlap pairs weights", "figures names slots", "years"),
    ("assistant.checking", "contrast coverage denial marks orders", "verify", "cite"),
    ("assistant.writing", "breaker context faults language", "prose", "llm", "generate writer"),
    ("assistant.asking", "english leaning question", "condense"),
    (
        "assistant.reading",
        "pieces records",
        "cut network premise short",
        "judge several",
        "read",
    ),
    ("assistant", "answering", "assistant"),
    (
        "assistant.evaluation",
        "formats intervals support tables",
        "qa_set",
        "draft_rules marking provenance",
        "draft_llm highlight ranking rows scores",
        "journal judges measures questions_page",
        "report",
        "compare plots run",
        "draft feedback_set page sweep validation workers",
    ),
    ("assistant", "suggest"),
    ("assistant.shell", "completion doctor telling terminal", "evaluation", "cli"),
    ("assistant", ". __main__"),
    (
        "web",
        "chat_text conversations line records spans words",
        "doors front reasons watch",
        "intake login mcp openai_api rest",
        "app stdio",
    ),
    (
        "web.page",
        "client_api export parts render",
        "listing scope turns welcome",
        "history shelf voting",
        "chat owner",
        "links speech",
    ),
    ("ui", "."),
)
RUNGS = [(folder, rung.split()) for folder, *rungs in HOUSE for rung in rungs]
LEVEL = {
    folder if name == "." else f"{folder}.{name}": level
    for level, (folder, names) in enumerate(RUNGS)
    for name in names
}

# Each heavy library and the only modules that may import it.
DOORS = {
    "bs4": {"vectorstore.cleaning.page"},
    "chromadb": {"vectorstore.indexing.collection"},
    "docx": {"vectorstore.loading.formats"},
    "fastapi": {"web.app", "web.doors", "web.rest", "web.openai_api", "web.watch", "ui"},
    "filelock": {"vectorstore.owner"},
    "gradio": {
        "ui",
        "web.page.chat",
        "web.page.client_api",
        "web.page.history",
        "web.page.links",
        "web.page.owner",
        "web.page.parts",
        "web.page.scope",
        "web.page.shelf",
        "web.page.speech",
        "web.page.voting",
    },
    "httpcore": {"vectorstore.loading.net"},
    "httpx": {
        "vectorstore.loading.net",
        "vectorstore.indexing.collection",
        "assistant.writing.llm",
    },
    "llama_index": {
        "vectorstore.retriever",
        "assistant.writing.llm",
        "assistant.writing.generate",
        "assistant.evaluation.judges",
    },
    "mcp": {"web.mcp"},
    "onnxruntime": {"assistant.reading.network"},
    "opencc": {"vectorstore.chinese"},
    "openai": {"assistant.writing.llm"},
    "opentelemetry": {"web.spans"},
    "prometheus_client": {"web.watch"},
    "pypdf": {"vectorstore.loading.formats"},
    "sentence_transformers": {"vectorstore.preparing.embed"},
    "sqlalchemy": {
        "assistant.feedback",
        "assistant.kept",
        "vectorstore.storage.articles",
        "vectorstore.storage.database",
        "vectorstore.storage.listing",
        "vectorstore.storage.queries",
        "vectorstore.storage.tables",
        "vectorstore.storage.writing",
        "web.conversations",
    },
    "tenacity": {"assistant.writing.llm"},
    "tantivy": {"vectorstore.indexing.engine", "vectorstore.indexing.lexical"},
    "tiktoken": {"vectorstore.preparing.chunk"},
    "torch": set(),
    "trafilatura": {"vectorstore.cleaning.page", "vectorstore.cleaning.metadata"},
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
    if path.name == "__init__.py" and module_name(path) not in LEVEL:
        [only] = ast.parse(path.read_text("utf-8")).body
        assert isinstance(only, ast.Expr), "a folder says what it is for, and no more"
    else:
        assert module_name(path) in LEVEL, "give it a rung in HOUSE, or a place in another module"


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
