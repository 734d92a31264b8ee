"""The command line: parse, call `Assistant`, print; a known error is one line and exit code 1."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from assistant.assistant import Assistant
from assistant.completion import bash
from assistant.doctor import examine
from assistant.errors import AssistantError
from assistant.evaluation import commands as evaluation
from assistant.logs import set_up
from assistant.settings import Settings
from assistant.telling import tell
from prompts import PromptError
from vectorstore import AddReport, Article, VectorStoreError

_INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code: 0, 1 for a known error, 2 for a wrong call."""
    given = _parser().parse_args(argv)
    try:
        settings = Settings(**_overrides(given))
        set_up(settings)
        run: Callable[[argparse.Namespace, Settings], int] = given.run
        return run(given, settings)
    except ValidationError as error:
        return _fail(f"a setting is wrong: {_first_problem(error)}")
    except (AssistantError, VectorStoreError, PromptError) as error:
        return _fail(str(error))
    except BrokenPipeError:
        # The reader of our output (head, less) has seen enough; there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return _INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="xieshou",
        description="携手问答: cited answers from articles on inter-city cooperation",
    )
    parser.add_argument("--version", action="version", version=f"xieshou {_version()}")
    parser.add_argument("--data-dir", type=Path, help="folder of the stored articles")
    commands = parser.add_subparsers(required=True, metavar="command")
    add = _command(commands, "add", _add, "add files, folders, .jsonl files or URLs")
    add.add_argument("sources", nargs="+", metavar="source")
    ask = _command(commands, "ask", _ask, "answer a question")
    ask.add_argument("question")
    _with_filters(ask)
    search = _command(commands, "search", _search, "show the passages found for a question")
    search.add_argument("question")
    search.add_argument("--top-k", type=_positive, default=None)
    _with_filters(search)
    _command(commands, "list", _list, "list the stored articles")
    show = _command(commands, "show", _show, "show one article and what cleaning dropped")
    show.add_argument("article_id")
    remove = _command(commands, "remove", _remove, "remove articles")
    remove.add_argument("article_ids", nargs="+", metavar="article_id")
    _command(commands, "rebuild", _rebuild, "make the indexes anew from the stored articles")
    evaluation.add_evaluate(
        _command(commands, "evaluate", _evaluate, "measure the answers to a Q&A set")
    )
    evaluation.add_questions(
        _command(commands, "questions", _questions, "propose a Q&A set from articles, as a draft")
    )
    _command(commands, "doctor", _doctor, "say what is configured, what is found, what to do next")
    completion = _command(commands, "completion", _completion, "print what completes this in bash")
    completion.set_defaults(parser=parser, commands=commands.choices)
    return parser


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


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


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
        reports = [assistant.add(source, _Bar()) for source in given.sources]
    total = AddReport(
        added=sum(report.added for report in reports),
        updated=sum(report.updated for report in reports),
        unchanged=sum(report.unchanged for report in reports),
        skipped=[item for report in reports for item in report.skipped],
    )
    if given.json:
        _print_json(asdict(total))
    else:
        print(f"{total.added} added, {total.updated} updated, {total.unchanged} unchanged")
        _tell_skipped(total)
    came_through = total.added + total.updated + total.unchanged
    return 0 if came_through or not total.skipped else 1


def _ask(given: argparse.Namespace, settings: Settings) -> int:
    with Assistant(settings) as assistant:
        if given.json:
            answer = assistant.ask(given.question, filters=_filters(given))
            _print_json(answer.to_dict())
        else:
            events = assistant.stream(given.question, filters=_filters(given))
            answer = tell(events, lambda text: print(_visible(text), end="", flush=True))
        empty = not answer.hits and not assistant.status()["articles"]
    if empty:
        print("no articles are stored yet; run: xieshou add PATH", file=sys.stderr)
    return 0 if answer.complete else _INTERRUPTED


def _search(given: argparse.Namespace, settings: Settings) -> int:
    with Assistant(settings) as assistant:
        hits = assistant.search(given.question, given.top_k, _filters(given))
    if given.json:
        _print_json([asdict(hit) for hit in hits])
        return 0
    for rank, hit in enumerate(hits, 1):
        print(f"{rank}. {_visible(hit.title)}（{hit.published or '日期不详'}）  {hit.score:.4f}")
        print(f"   {_visible(hit.chunk.text)}")
    return 0


def _list(given: argparse.Namespace, settings: Settings) -> int:
    with Assistant(settings) as assistant:
        articles = assistant.articles()
    if given.json:
        _print_json([_summary(article) for article in articles])
        return 0
    for article in articles:
        published = article.published.isoformat() if article.published else "          "
        print(
            f"{article.id}  {published}  {_visible(article.publisher)}  {_visible(article.title)}"
        )
    return 0


def _show(given: argparse.Namespace, settings: Settings) -> int:
    with Assistant(settings) as assistant:
        article = assistant.article(given.article_id)
    if given.json:
        _print_json(asdict(article))
        return 0
    print(_visible(article.title))
    for name in ("publisher", "author", "published", "url", "source"):
        print(f"{name}: {_visible(str(getattr(article, name) or ''))}")
    print(f"\n{_visible(article.text)}\n")
    for item in article.dropped:
        print(f"dropped {item.kind}, {item.characters} characters: {_visible(item.sample)}")
    return 0


def _remove(given: argparse.Namespace, settings: Settings) -> int:
    with Assistant(settings) as assistant:
        for article_id in given.article_ids:
            assistant.remove(article_id)
            if not given.json:
                print(f"removed {article_id}")
    if given.json:
        _print_json({"removed": given.article_ids})
    return 0


def _rebuild(given: argparse.Namespace, settings: Settings) -> int:
    with Assistant(settings) as assistant:
        assistant.rebuild(_Bar())
        status = assistant.status()
    if given.json:
        _print_json(status)
    else:
        print(f"rebuilt: {status['articles']} articles, {status['chunks']} chunks")
    return 0


def _evaluate(given: argparse.Namespace, settings: Settings) -> int:
    return evaluation.run_evaluate(given, settings, evaluation.Shown(_Bar, _tell_skipped))


def _questions(given: argparse.Namespace, settings: Settings) -> int:
    return evaluation.run_questions(given, settings, evaluation.Shown(_Bar, _tell_skipped))


def _doctor(given: argparse.Namespace, settings: Settings) -> int:
    findings = examine(settings)
    if given.json:
        _print_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            print(f"{'ok ' if finding.ok else 'BAD'} {finding.what}: {_visible(finding.found)}")
            if finding.next_step:
                print(f"    → {finding.next_step}")
    return 0 if all(finding.ok for finding in findings) else 1


def _completion(given: argparse.Namespace, settings: Settings) -> int:
    print(bash(given.parser, given.commands), end="")
    return 0


# -- printing -------------------------------------------------------------------------------


class _Bar:
    """A progress bar on stderr; nothing where stderr is no terminal."""

    def __init__(self) -> None:
        self._bar: Any = None

    def __call__(self, done: int, total: int, label: str = "") -> None:
        from tqdm import tqdm

        if self._bar is None:
            self._bar = tqdm(total=total, disable=None, leave=False)
        self._bar.total = total
        self._bar.set_postfix_str(Path(label).name[-30:], refresh=False)
        self._bar.update(done - self._bar.n)


def _summary(article: Article) -> dict[str, Any]:
    plain = asdict(article)
    plain["characters"] = len(plain.pop("text"))
    return plain


def _tell_skipped(report: AddReport) -> None:
    for item in report.skipped:
        print(f"skipped {_visible(item.source)}: {_visible(item.reason)}", file=sys.stderr)


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def _visible(text: str) -> str:
    """Article text as a terminal may have it: no control characters but line ends and tabs."""
    return "".join(
        character for character in text if character in "\n\t" or character.isprintable()
    )


def _first_problem(error: ValidationError) -> str:
    problem = error.errors()[0]
    name = ".".join(str(part) for part in problem["loc"])
    return f"ASSISTANT_{name.upper()}: {problem['msg']}"


def _fail(message: str) -> int:
    print(f"xieshou: {' '.join(message.split())}", file=sys.stderr)
    return 1
