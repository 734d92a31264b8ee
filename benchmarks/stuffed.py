"""How often articles made of likely questions are among the hits: python -m benchmarks.stuffed.

Five such articles beside 1,000 real ones: words that most articles have, likely questions, both,
words of questions. Asked are questions that are not in them; of each kind of question the others
are, so that theirs are of the same make.
"""

import argparse
import json
import random
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from vectorstore import VectorStore, terms

RESULT = Path(__file__).parent / "results" / "stuffed.json"
_ARTICLES, _COMMON, _HITS = 1000, 1500, 5
_TITLE = "汇编第{}号"
_WORDS = "签约、投资、协议、合作、对口、园区、项目、多少、什么、哪些、何时、谁。"


def stuffed(common: Sequence[str], likely: Sequence[str]) -> list[str]:
    """The texts of five articles made of frequent words and of likely questions."""
    chance = random.Random(20)
    words, asked = list(common), list(likely) * 2
    chance.shuffle(words)
    chance.shuffle(asked)
    return [
        "".join(words) + "。",
        "、".join(words) + "。",
        "。".join(asked) + "。" + "".join(words[:500]),
        _WORDS * 60,
        "".join(asked),
    ]


def lines(rows: Sequence[tuple[str, str]], kind: str) -> str:
    """Titles and texts as lines of a .jsonl file."""
    made = [{"id": f"{kind}{n}", "title": row[0], "text": row[1]} for n, row in enumerate(rows)]
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in made)


def measure(
    rows: Sequence[tuple[str, str]], pages: Path, asked: Sequence[str], work: Path
) -> dict[str, float]:
    """Every second question is asked, the others are what the articles are stuffed with."""
    likely, asked = asked[1::2], asked[::2]
    common = Counter(term for _, text in rows for term in set(terms(text)) if len(term) == 2)
    texts = stuffed([term for term, _ in common.most_common(_COMMON)], likely)
    (work / "real.jsonl").write_text(lines(rows, "r"), "utf-8")
    made = [(_TITLE.format(n), text) for n, text in enumerate(texts)]
    (work / "stuffed.jsonl").write_text(lines(made, "s"), "utf-8")
    store = VectorStore(work / "data")
    for source in (pages, work / "real.jsonl", work / "stuffed.jsonl"):
        store.add(source)
    titles = {title for title, _ in made}
    found = [[hit.title in titles for hit in store.search(each, _HITS)] for each in asked]
    store.close()
    among, first = sum(map(any, found)), sum(each[0] for each in found if each)
    return {"questions": len(asked), "among_first_5": among, "first": first}


def main() -> int:
    """Measure the three kinds of questions and keep the result."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stuffed", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="holds data/, articles/ and qa/")
    shared: Path = parser.parse_args().data
    whole = (shared / "data/dev/domain_articles.jsonl").read_text("utf-8").splitlines()
    loaded = [json.loads(line) for line in whole[:_ARTICLES]]
    rows = [(row["title"], row["text"]) for row in loaded]
    public = (shared / "qa/seeds_public.jsonl").read_text("utf-8").splitlines()
    seeds = [row["question"] for row in map(json.loads, public) if not row.get("history")]
    kinds = {
        "public questions": seeds,
        "titles asked for": [f"“{title}”说了什么？" for title, _ in rows[::5]],
        "first words of titles": [f"{title[:12]}有哪些进展？" for title, _ in rows[2::5]],
    }
    found = {}
    for kind, asked in kinds.items():
        with tempfile.TemporaryDirectory(prefix="stuffed-") as work:
            found[kind] = measure(rows, shared / "articles", asked, Path(work))
    result = {"command": "python -m benchmarks.stuffed --data ../shared", **found}
    RESULT.write_text(json.dumps(result, ensure_ascii=False, indent=2) + "\n", "utf-8")
    print(RESULT.read_text("utf-8"))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
