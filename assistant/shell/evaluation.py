"""The evaluation commands of the command line: parse, call, print, write the report's files."""

import argparse
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from assistant.assistant import Assistant
from assistant.errors import QuestionsUnreadable
from assistant.evaluation import sweep
from assistant.evaluation.compare import compare
from assistant.evaluation.draft import draft
from assistant.evaluation.feedback_set import as_questions
from assistant.evaluation.formats import squad_articles
from assistant.evaluation.journal import Journal
from assistant.evaluation.judges import judge_of
from assistant.evaluation.page import html_page
from assistant.evaluation.provenance import key_of, made_by
from assistant.evaluation.qa_set import Question, load_questions
from assistant.evaluation.report import Report
from assistant.evaluation.run import evaluate
from assistant.evaluation.tables import printable
from assistant.evaluation.validation import validate
from assistant.evaluation.workers import evaluate_in_workers
from assistant.feedback import Feedback
from assistant.settings import Settings
from assistant.shell.terminal import Bar, count, note, print_json, tell_skipped

_PARTIAL = "rows.partial.jsonl"


def add_evaluate(parser: argparse.ArgumentParser) -> None:
    """Give the arguments of `evaluate`."""
    parser.add_argument("questions", type=Path, nargs="?", help=".jsonl, SQuAD-style .json, .csv")
    parser.add_argument(
        "--articles",
        type=Path,
        help="measure over these articles, in a store of their own; of a SQuAD-style set its own "
        "file gives the paragraphs",
    )
    parser.add_argument(
        "--out",
        type=Path,
        help="folder for report.json, .html and failures.txt; "
        "a run that was killed goes on from what it left there",
    )
    parser.add_argument("--validate", action="store_true", help="only check the set")
    parser.add_argument("--workers", type=count, default=1, help="processes that answer")
    parser.add_argument("--judge", action="store_true", help="let the configured LLM judge too")
    parser.add_argument(
        "--sweep",
        nargs="+",
        metavar="SETTING=A,B",
        help="measure every combination, for example top_k=3,5,10 answer_threshold=0.1,0.2",
    )
    parser.add_argument(
        "--compare",
        nargs=2,
        type=Path,
        metavar=("BEFORE", "AFTER"),
        help="compare two report.json instead",
    )


def add_questions(parser: argparse.ArgumentParser) -> None:
    """Give the arguments of `questions`."""
    parser.add_argument("articles", type=Path, help="file, folder or .jsonl of articles")
    parser.add_argument("--n", type=count, default=50, help="most questions")
    parser.add_argument("--out", type=Path, help="write the draft there instead of printing it")


def add_feedback(parser: argparse.ArgumentParser) -> None:
    """Give the arguments of `feedback`."""
    parser.add_argument("--out", type=Path, help="write the set there instead of printing it")


def run_evaluate(given: argparse.Namespace, settings: Settings) -> int:
    """Run `evaluate`; returns the exit code."""
    if given.compare:
        return _compare(given)
    if given.questions is None:
        raise QuestionsUnreadable("name a Q&A set, or two reports with --compare")
    questions, problems = load_questions(given.questions)
    for problem in problems:
        note(printable(problem))
    if given.validate:
        return _validate(given, settings, questions, problems)
    if not questions:
        raise QuestionsUnreadable(f"{given.questions} holds no question; see docs/evaluation.md")
    if given.sweep:
        return _sweep(given, settings, questions)
    with _stored(given.articles, settings) as stored:
        report = _measured(stored, questions, given, given.out)
    if given.out:
        _write(report, given.out, given.questions.stem)
    if given.json:
        print_json(report.to_dict())
    else:
        print(report.table())
        print(report.failures())
    return 0


def run_questions(given: argparse.Namespace, settings: Settings) -> int:
    """Run `questions`; returns the exit code."""
    with _stored(given.articles, settings) as stored, Assistant(stored) as assistant:
        if not assistant.status()["articles"]:
            note(f"no article could be read from {given.articles}")
        proposed = draft(assistant, given.n, progress=Bar())
    told = f"{len(proposed)} questions in {given.out}; read them before you trust them"
    _give(proposed, given, told)
    return 0 if proposed else 1


def run_feedback(given: argparse.Namespace, settings: Settings) -> int:
    """Run `feedback`; returns the exit code."""
    feedback = Feedback(settings.data_dir)
    votes = feedback.votes()
    feedback.close()
    with Assistant(settings) as assistant:
        questions = as_questions(assistant, votes)
    good = sum(vote.good for vote in votes)
    told = f"{len(questions)} questions of {good} votes up and {len(votes) - good} down"
    _give(questions, given, f"{told} in {given.out}; fill in the answers of the latter")
    return 0


def _give(questions: Sequence[Question], given: argparse.Namespace, told: str) -> None:
    """Write a set into the file that was named, and say so; else print it."""
    lines = "".join(question.to_line() + "\n" for question in questions)
    if given.out:
        given.out.write_text(lines, "utf-8")
        note(told)
    elif given.json:
        print_json([json.loads(line) for line in lines.splitlines()])
    else:
        print(lines, end="")


# -- measuring ------------------------------------------------------------------------------


@contextmanager
def _stored(articles: Path | None, settings: Settings) -> Iterator[Settings]:
    """Settings whose store holds the articles: one of their own where any are named."""
    if articles is None:
        yield settings
        return
    with TemporaryDirectory() as folder:
        own = settings.model_copy(
            update={"data_dir": Path(folder) / "data", "database_url": "", "chroma_url": ""}
        )
        source = articles
        if paragraphs := squad_articles(articles):
            source = Path(folder) / "paragraphs.jsonl"
            lines = (json.dumps(each, ensure_ascii=False) + "\n" for each in paragraphs)
            source.write_text("".join(lines), "utf-8")
        with Assistant(own) as assistant:
            tell_skipped(assistant.add(source, Bar()))
        yield own


def _measured(
    settings: Settings,
    questions: Sequence[Question],
    given: argparse.Namespace,
    out: Path | None,
) -> Report:
    judge = judge_of(settings) if given.judge else None
    with Assistant(settings) as assistant:
        if not assistant.status()["articles"]:
            note("no articles are stored; name some with --articles, or run: xieshou add PATH")
        made = made_by(assistant, questions) | {"judged": given.judge}
        journal = _journal(out, made)
        progress = Bar()
        if given.workers == 1:
            report = evaluate(assistant, questions, progress=progress, judge=judge, journal=journal)
    if given.workers > 1:
        report = evaluate_in_workers(
            settings,
            questions,
            given.workers,
            progress=progress,
            judged=given.judge,
            journal=journal,
        )
    return Report(report.rows, made | {"workers": given.workers})


def _journal(out: Path | None, made: dict[str, Any]) -> Journal | None:
    if out is None:
        return None
    out.mkdir(parents=True, exist_ok=True)
    journal = Journal(out / _PARTIAL, key_of(made))
    if journal.rows:
        note(f"{len(journal.rows)} questions are answered already")
    return journal


def _write(report: Report, out: Path, name: str) -> None:
    out.mkdir(parents=True, exist_ok=True)
    text = json.dumps(report.to_dict(), ensure_ascii=False, indent=2)
    (out / "report.json").write_text(text + "\n", "utf-8")
    (out / "report.html").write_text(html_page(report, f"Evaluation: {name}"), "utf-8")
    (out / "failures.txt").write_text(report.failures() + "\n", "utf-8")
    (out / _PARTIAL).unlink(missing_ok=True)


def _sweep(given: argparse.Namespace, settings: Settings, questions: Sequence[Question]) -> int:
    swept = []
    chosen = sweep.combinations(given.sweep)
    indexed = sweep.INDEXING & chosen[0].keys()
    if indexed and given.articles is None:
        raise sweep.BadSweep(f"{min(indexed)} changes what is stored; name --articles to sweep it")
    each_settings = [sweep.with_values(settings, values) for values in chosen]
    if indexed:
        for values, own in zip(chosen, each_settings, strict=True):
            with _stored(given.articles, own) as stored:
                swept.append((values, _of_sweep(given, stored, questions, values)))
    else:
        with _stored(given.articles, settings) as stored:
            for values in chosen:
                own = sweep.with_values(stored, values)
                swept.append((values, _of_sweep(given, own, questions, values)))
    if given.json:
        print_json([{"settings": values, **report.to_dict()} for values, report in swept])
    else:
        print(sweep.table(swept))
    return 0


def _of_sweep(
    given: argparse.Namespace,
    settings: Settings,
    questions: Sequence[Question],
    values: dict[str, str],
) -> Report:
    name = sweep.label(values)
    out = given.out / sweep.folder(values) if given.out else None
    report = _measured(settings, questions, given, out)
    if out:
        _write(report, out, f"{given.questions.stem}, {name}")
    return report


# -- without asking -------------------------------------------------------------------------


def _validate(
    given: argparse.Namespace,
    settings: Settings,
    questions: Sequence[Question],
    unread: Sequence[str],
) -> int:
    with _stored(given.articles, settings) as stored, Assistant(stored) as assistant:
        articles = assistant.articles()
    found = validate(questions, articles or None)
    if given.json:
        print_json({"unread": unread, "problems": [asdict(each) for each in found]})
    else:
        for problem in found:
            print(printable(str(problem)))
        against = f"{len(articles)} articles" if articles else "no articles: none are stored"
        print(f"{len(questions)} questions, {len(unread)} unread, checked against {against}")
    return 1 if unread or any(problem.is_error for problem in found) else 0


def _compare(given: argparse.Namespace) -> int:
    before, after = (_read_report(path) for path in given.compare)
    found = compare(before, after)
    if given.json:
        print_json(found.to_dict())
    else:
        print(found.text())
    return 0


def _read_report(path: Path) -> Report:
    try:
        return Report.from_dict(json.loads(path.read_text("utf-8")))
    except OSError as error:
        raise QuestionsUnreadable(f"can't read the report {path}: {error}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise QuestionsUnreadable(f"{path} is no report of this version: {error}") from error
