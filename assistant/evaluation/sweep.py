"""The same questions under several settings: one report for each combination of values."""

import re
from collections.abc import Sequence
from itertools import product
from typing import Any

from assistant.errors import AssistantError
from assistant.evaluation.compare import compare
from assistant.evaluation.report import Report
from assistant.evaluation.tables import align
from assistant.settings import Settings

INDEXING = frozenset({"embedding_model", "chunk_tokens", "chunk_overlap"})
"""Settings that what is stored depends on: each value needs a store of its own."""
# What a person chooses a setting by; each report has all measures.
_SHOWN = (
    "answerable_right",
    "answerable_right_cites_article",
    "f1",
    "unanswerable_right",
    "answerable_abstained",
    "ndcg_at_10",
)


class BadSweep(AssistantError):
    """A sweep over something that is no setting, or without values."""


def combinations(given: Sequence[str]) -> list[dict[str, str]]:
    """Read `top_k=3,5,10` and the like, and give every combination of their values.

    Raises:
        BadSweep: for anything else, and for a setting that must not be swept over.
    """
    axes = []
    for text in given:
        name, _, values = text.partition("=")
        chosen = [value for value in values.split(",") if value]
        if name not in Settings.model_fields or name in ("data_dir", "llm_api_key"):
            raise BadSweep(f"{name!r} is no setting to sweep over, in {text!r}")
        if not chosen:
            raise BadSweep(f"no values in {text!r}; it should be like top_k=3,5,10")
        axes.append([(name, value) for value in dict.fromkeys(chosen)])
    return [dict(values) for values in product(*axes)]


def with_values(settings: Settings, values: dict[str, str]) -> Settings:
    """Give the settings with some values set, checked as those of the environment are.

    Raises:
        pydantic.ValidationError: for a value that the setting can't have.
    """
    plain: dict[str, Any] = {name: getattr(settings, name) for name in Settings.model_fields}
    return Settings(**(plain | values))


def label(values: dict[str, str]) -> str:
    """Give the name of a combination, for a table."""
    return " ".join(f"{name}={value}" for name, value in values.items())


def folder(values: dict[str, str]) -> str:
    """Give the name of a combination as that of a folder."""
    return re.sub(r"[^\w=.,-]+", "_", label(values).replace(" ", ","))


def table(swept: Sequence[tuple[dict[str, str], Report]]) -> str:
    """Lay out a line for each combination; `p` is that of its change of `right` from the first."""
    head = ["settings", *(name.replace("_", " ") for name in _SHOWN), "p50 s", "p"]
    lines = []
    for values, report in swept:
        totals = report.totals()
        cells = [totals[name].value for name in _SHOWN]
        [right] = [each for each in compare(swept[0][1], report).changes if each.name == "right"]
        lines.append(
            [
                label(values),
                *("–" if cell is None else f"{cell:.3f}" for cell in cells),
                f"{report.seconds()['p50']:.3f}",
                "" if report is swept[0][1] else f"{right.p:.3f}",
            ]
        )
    return align([head, *lines])
