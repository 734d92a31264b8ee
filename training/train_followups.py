"""Make the model that tells a follow-up: `python -m training.train_followups --data ../shared`.

Follow-ups of the domain's training questions, and bare interrogatives, lean on the question before
them; the same made to stand alone, other questions after one about the same or another subject,
short questions of the web (NLPCC DBQA) and courtesies do not. A logistic regression over hashed
features; five folds by groups of articles give the figures.
"""

import argparse
import random
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold

from assistant.asking.leaning import BUCKETS, NAME, features
from assistant.facts.weights import bucket
from benchmarks.embedding import read_lines
from training.encoder.found import GROUP, group_of
from training.sums import save

Row = Mapping[str, Any]
_STRENGTH = 0.3
_COURTESIES = (
    "谢谢", "谢谢你", "多谢了", "好的", "好的，谢谢", "明白了", "知道了", "你好", "您好", "再见",
    "thanks", "thank you", "hello", "ok", "bye",
)  # fmt: skip
# Asked alone they ask about what was just spoken of.
_BARE = (
    "为什么", "什么时候", "多少", "多少钱", "谁", "哪里", "在哪", "怎么做", "有哪些", "什么意思",
    "多久", "是谁", "几个", "2023年", "那2022年", "2019年的", "去年", "今年的", "那现在",
    "换成广州", "那上海", "why", "when", "who", "where", "how many", "how long", "what for",
)  # fmt: skip
# At so many of a hundred questions that stand alone the words of before may come along.
_FALSE = 0.02
_NEAR, _BARE_SHARE = 0.6, 0.3
_WEB_GROUPS = 20


def pairs(rows: Sequence[Row], home: Mapping[str, int], seed: int) -> Iterator[tuple[Any, ...]]:
    """Question before, question, whether it leans on that, and the group of its articles."""
    chance = random.Random(seed)
    groups: dict[int, list[Row]] = {}
    for row in rows:
        groups.setdefault(group_of(row, home), []).append(row)
    for row in rows:
        group = group_of(row, home)
        if row["type"] == "followup":
            before = [turn["content"] for turn in row["history"] if turn["role"] == "user"][-1]
            yield before, row["question"], True, group
            yield before, row["standalone"], False, group
            yield before, chance.choice(_COURTESIES) + chance.choice(("", "！", "。")), False, group
            if chance.random() < _BARE_SHARE:
                yield before, chance.choice(_BARE) + chance.choice(("", "？", "呢？")), True, group
        elif not row["history"]:
            other = chance.choice(groups[group] if chance.random() < _NEAR else rows)
            yield other["question"], row["question"], False, group


def of_the_web(file: Path, rows: Sequence[Row], seed: int) -> Iterator[tuple[Any, ...]]:
    """Questions of the web, each after a question of the domain; in groups of their own."""
    chance = random.Random(seed)
    lines = file.read_text("utf-8").splitlines()
    asked = sorted({line.partition("\t")[0].strip() for line in lines})
    for number, question in enumerate(asked):
        yield chance.choice(rows)["question"], question, False, -2 - number % _WEB_GROUPS


def matrix(made: Sequence[tuple[Any, ...]]) -> csr_matrix:
    """The features of each pair, shape (pairs, BUCKETS)."""
    cells = [
        (number, bucket(name, BUCKETS), value)
        for number, (before, question, *_) in enumerate(made)
        for name, value in features(question, before)
    ]
    rows, columns, values = zip(*cells, strict=True)
    return csr_matrix((values, (rows, columns)), shape=(len(made), BUCKETS))


def fitted(seen: csr_matrix, leaning: np.ndarray[Any, Any]) -> LogisticRegression:
    """The regression, either kind of question weighing as much as the other."""
    model = LogisticRegression(C=_STRENGTH, max_iter=1000, class_weight="balanced")
    return model.fit(seen, leaning)


def main() -> None:
    """Fit, measure by folds, choose the threshold, and write the model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with qa/")
    parser.add_argument("--out", type=Path, default=Path("assistant/models") / NAME)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    names = (given.data / "qa/domain_train_articles.txt").read_text("utf-8").split()
    home = {name: number // GROUP for number, name in enumerate(names)}
    rows = list(read_lines(given.data / "qa/domain_train.jsonl"))
    web = given.data / "data/train/nlpcc_dbqa_develop.tsv"
    made = [*pairs(rows, home, given.seed), *of_the_web(web, rows, given.seed)]
    seen, leaning = matrix(made), np.array([pair[2] for pair in made])
    logits = np.zeros(len(made))
    for rest, fold in GroupKFold(5).split(seen, leaning, [pair[3] for pair in made]):
        logits[fold] = fitted(seen[rest], leaning[rest]).decision_function(seen[fold])
    threshold = float(np.quantile(logits[~leaning], 1 - _FALSE))
    model = fitted(seen, leaning)
    config = {
        "bias": round(float(model.intercept_[0]), 4),
        "threshold": round(threshold, 4),
        "follow_ups": int(leaning.sum()),
        "others": int((~leaning).sum()),
        "told": round(float((logits[leaning] > threshold).mean()), 3),
        "false": round(float((logits[~leaning] > threshold).mean()), 3),
        "auc": round(float(roc_auc_score(leaning, logits)), 4),
    }
    print(config)
    save(given.out, {"weights": model.coef_[0].astype(np.float16)}, config)


if __name__ == "__main__":
    main()
