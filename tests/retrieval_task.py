"""A toy set of questions, and a fixed ranker, for the tests of the retrieval benchmark."""

from collections.abc import Mapping
from dataclasses import replace

from benchmarks.retrieval.corpus import NONE
from benchmarks.retrieval.task import Passage, Task


def make_task(**changes: object) -> Task:
    """Three questions over four passages, with `changes` to its fields."""
    task = Task(
        key="toy",
        name="Toy",
        corpus="toy",
        queries=["郴州有多少种矿产？", "汕尾2022年引进了什么项目？", "谁去了龙岩"],
        passages=[
            Passage("郴州已发现的矿种有112种，钨和铋的储量居世界前列。", "郴州的矿"),
            Passage("汕尾在2022年引进了28个投资过亿元的项目。"),
            Passage("广州的企业代表到龙岩考察，走访了几家工厂。"),
            Passage("今天全省大部多云，午后局地有阵雨。"),
        ],
        gold=[frozenset({0}), frozenset({1}), frozenset({2})],
        sources=("toy.txt",),
    )
    return replace(task, **changes)  # type: ignore[arg-type]


class Fixed:
    """A ranker that always says the same."""

    build_seconds = 6.0

    def __init__(self, ranking: list[int], folded: Mapping[int, int] = NONE) -> None:
        self.ranking, self.folded = ranking, folded

    def rank(self, query: str) -> list[int]:
        """The ranking."""
        return self.ranking
