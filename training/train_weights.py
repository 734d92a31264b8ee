"""Count the bundled weights of terms: `python -m training.train_weights --data ../shared/data`.

From web news come the frequencies: in how many of the articles each hashed bucket of terms stands.
"""

import argparse
import json
import lzma
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.facts.weights import bucket
from training.sums import save
from vectorstore import terms


def count_terms(data: Path, articles: int) -> tuple[NDArray[np.uint8], int]:
    """How many news articles hold each bucket of terms: 8 · log2(1 + n), shape (2**18,)."""
    counts = np.zeros(1 << 18, dtype=np.int64)
    number = 0
    with lzma.open(data / "train" / "news_articles.jsonl.xz", "rt", encoding="utf-8") as lines:
        for line in lines:
            if number == articles:
                break
            counts[list({bucket(term) for term in terms(json.loads(line)["text"])})] += 1
            number += 1
    return np.round(8 * np.log2(1 + counts)).clip(0, 255).astype(np.uint8), number


def main() -> None:
    """Count, and write the model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with train/")
    parser.add_argument("--out", type=Path, default=Path("assistant/models/xieshou-weights-v1"))
    parser.add_argument(
        "--articles", type=int, default=20000, help="news articles to count terms in"
    )
    given = parser.parse_args()
    frequency, counted = count_terms(given.data, given.articles)
    save(given.out, {"frequency": frequency}, {"articles": counted})


if __name__ == "__main__":
    main()
