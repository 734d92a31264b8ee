"""The command line: parse, call `Assistant`, print; a known error is one line and exit code 1."""

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_settings import SettingsError

from assistant.assistant import Assistant
from assistant.bundled import sample_articles
from assistant.errors import AssistantError
from assistant.logs import set_up_logs
from assistant.settings import Settings
from assistant.shell import evaluation
from assistant.shell.completion import SHELLS, script
from assistant.shell.doctor import examine, next_step
from assistant.shell.telling import tell
from assistant.shell.terminal import Bar, count, note, print_json, tell_skipped, visible
from prompts import PromptError
from vectorstore import SUFFIXES, AddReport, Article, StoreBusy, VectorStoreError

_INTERRUPTED = 130  # as shells have it
_ADD = f"add files ({' '.join(SUFFIXES)}), folders of them, or URLs"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code: 0, 1 for a known error, 2 for a wrong call."""
    given = _parser().parse_args(argv)
    try:
        settings = Settings(**_overrides(given))
        set_up_logs(settings)
        run: Callable[[argparse.Namespace, Settings], int] = given.run
        return run(given, settings)
    except ValidationError as error:
        return _fail(f"a setting is wrong: {_first_problem(error)}")
    except SettingsError as error:
        return _fail(f"a setting is wrong: {error}; lists are JSON, see docs/settings.md")
    except VectorStoreError as error:
        return _fail(str(error), next_step(error))
    except (AssistantError, PromptError) as error:
        return _fail(str(error))
    except BrokenPipeError:
        # The reader of our output (head, less) has seen enough; there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        return _fail(f"{error.filename or 'a file'}: {error.strerror or error}", "name another")
    except KeyboardInterrupt:
        note("\nstopped")
        return _INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="xieshou",
        description="携手问答: cited answers from articles on inter-city cooperation",
    )
    parser.add_argument("--version", action="version", version=f"xieshou {_version()}")
    parser.add_argument("--data-dir", type=Path, help="folder of the stored articles")
    commands = parser.add_subparsers(required=True, metavar="command")
    add = _command(commands, "add", _add, _ADD)
    add.add_argument("sources", nargs="+", metavar="source")
    ask = _command(commands, "ask", _ask, "answer a question")
    ask.add_argument("question")
    _with_filters(ask)
    search = _command(commands, "search", _search, "show the passages found for a question")
    search.add_argument("question")
    search.add_argument("--top-k", type=count, default=None)
    _with_filters(search)
    _command(commands, "list", _list, "list the stored articles")
    show = _command(commands, "show", _show, "show one article and what cleaning dropped")
    show.add_argument("article_id")
    remove = _command(commands, "remove", _remove, "remove articles")
    remove.add_argument("article_ids", nargs="+", metavar="article_id")
    _command(commands, "rebuild", _rebuild, "make the indexes anew from the stored articles")
    _add_evaluation(commands)
    _command(commands, "doctor", _doctor, "say what is configured, what is found, what to do next")
    completion = _command(
        commands, "completion", _completion, "print what completes this in a shell"
    )
    completion.add_argument("shell", nargs="?", choices=SHELLS, default="bash", help="which shell")
    completion.set_defaults(parser=parser, commands=commands.choices)
    return parser


def _add_evaluation(commands: Any) -> None:
    run, said = evaluation.run_evaluate, "measure the answers to a Q&A set"
    evaluation.add_evaluate(_command(commands, "evaluate", run, said))
    run, said = evaluation.run_questions, "propose a Q&A set from articles, as a draft"
    evaluation.add_questions(_command(commands, "questions", run, said))
    run, said = evaluation.run_feedback, "visitors' votes as a Q&A set"
    evaluation.add_feedback(_command(commands, "feedback", run, said))


def _version() -> str:
    try:
        return version("xieshou")
    except PackageNotFoundError:
        return "(not installed)"


def _command(commands: Any, name: str, run: Any, help_text: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=help_text, description=help_text
    )
    if run is not _completion:
        parser.add_argument("--json", action="store_true", help="print JSON for a program to read")
    parser.set_defaults(run=run)
    return parser


def _with_filters(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--from", dest="date_from", help="only articles since this date, YYYY-MM-DD"
    )
    parser.add_argument("--to", dest="date_to", help="only articles up to this date")
    parser.add_argument("--publisher", action="append", help="only this publisher; may be repeated")


def _overrides(given: argparse.Namespace) -> dict[str, Any]:
    return {} if given.data_dir is None else {"data_dir": given.data_dir}


def _filters(given: argparse.Namespace) -> dict[str, Any]:
    return {name: getattr(given, name) for name in ("date_from", "date_to", "publisher")}


# -- commands -------------------------------------------------------------------------------


def _add(given: argparse.Namespace, settings: Settings) -> int:
    with Assistant(settings) as assistant:
        reports = [assistant.add(source, Bar()) for source in given.sources]
    total = AddReport(
        added=sum(report.added for report in reports),
        updated=sum(report.updated for report in reports),
        unchanged=sum(report.unchanged for report in reports),
        skipped=[item for report in reports for item in report.skipped],
    )
    if given.json:
        print_json(asdict(total))
    else:
        print(f"{total.added} added, {total.updated} updated, {total.unchanged} unchanged")
        tell_skipped(total)
    came_through = total.added + total.updated + total.unchanged
    if not came_through and not total.skipped:
        note("no article files are there; known kinds are listed by: xieshou add --help")
    return 0 if came_through or not total.skipped else 1


@contextmanager
def _stocked(settings: Settings) -> Iterator[Assistant]:
    """An assistant to be asked; an empty store is first given the sample articles."""
    with Assistant(settings) as assistant:
        if not assistant.status()["articles"]:
            note("no articles are stored yet: adding the sample articles")
            try:
                added = assistant.add(sample_articles(), Bar()).added
                note(f"{added} sample articles are in {settings.data_dir}; now: xieshou add PATH")
            except StoreBusy as error:
                note(str(error))
        yield assistant


def _ask(given: argparse.Namespace, settings: Settings) -> int:
    with _stocked(settings) as assistant:
        if given.json:
            answer = assistant.ask(given.question, filters=_filters(given))
            print_json(answer.to_dict())
        else:
            events = assistant.stream(given.question, filters=_filters(given))
            answer = tell(events, lambda text: print(visible(text), end="", flush=True))
    return 0 if answer.complete else _INTERRUPTED


def _search(given: argparse.Namespace, settings: Settings) -> int:
    with _stocked(settings) as assistant:
        hits = assistant.search(given.question, given.top_k, _filters(given))
    if given.json:
        print_json([asdict(hit) for hit in hits])
        return 0
    for rank, hit in enumerate(hits, 1):
        print(f"{rank}. {visible(hit.title)}（{hit.published or '日期不详'}）  {hit.score:.4f}")
        print(f"   {visible(hit.chunk.text)}")
    return 0


def _list(given: argparse.Namespace, settings: Settings) -> int:
    with Assistant(settings) as assistant:
        articles = assistant.articles()
    if given.json:
        print_json([_summary(article) for article in articles])
        return 0
    if not articles:
        note("no articles are stored yet; run: xieshou add PATH")
    for article in articles:
        published = article.published.isoformat() if article.published else "          "
        print(f"{article.id}  {published}  {visible(article.publisher)}  {visible(article.title)}")
    return 0


def _show(given: argparse.Namespace, settings: Settings) -> int:
    with Assistant(settings) as assistant:
        article = assistant.article(given.article_id)
    if given.json:
        print_json(asdict(article))
        return 0
    print(visible(article.title))
    for name in ("publisher", "author", "published", "url", "source"):
        print(f"{name}: {visible(str(getattr(article, name) or ''))}")
    print(f"\n{visible(article.text)}\n")
    for item in article.dropped:
        print(f"dropped {item.kind}, {item.characters} characters: {visible(item.sample)}")
    return 0


def _remove(given: argparse.Namespace, settings: Settings) -> int:
    with Assistant(settings) as assistant:
        for article_id in given.article_ids:
            assistant.remove(article_id)
            if not given.json:
                print(f"removed {article_id}")
    if given.json:
        print_json({"removed": given.article_ids})
    return 0


def _rebuild(given: argparse.Namespace, settings: Settings) -> int:
    with Assistant(settings) as assistant:
        assistant.rebuild(Bar())
        status = assistant.status()
    if given.json:
        print_json(status)
    else:
        print(f"rebuilt: {status['articles']} articles, {status['chunks']} chunks")
    return 0


def _doctor(given: argparse.Namespace, settings: Settings) -> int:
    findings = examine(settings)
    if given.json:
        print_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            print(f"{'ok ' if finding.ok else 'BAD'} {finding.what}: {visible(finding.found)}")
            if finding.next_step:
                print(f"    → {finding.next_step}")
    return 0 if all(finding.ok for finding in findings) else 1


def _completion(given: argparse.Namespace, settings: Settings) -> int:
    print(script(given.shell, given.parser, given.commands), end="")
    return 0


# -- printing -------------------------------------------------------------------------------


def _summary(article: Article) -> dict[str, Any]:
    plain = asdict(article)
    plain["characters"] = len(plain.pop("text"))
    return plain


def _first_problem(error: ValidationError) -> str:
    problem = error.errors()[0]
    name = ".".join(str(part) for part in problem["loc"])
    return f"ASSISTANT_{name.upper()}: {problem['msg']}"


def _fail(message: str, step: str = "") -> int:
    told = message if step in message else f"{message}; {step}"
    note(f"xieshou: {' '.join(told.split())}")
    return 1
