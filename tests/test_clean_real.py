"""Cleaning real pages, held against what people made of them, and records that are clean."""

import difflib
import random
from datetime import date
from pathlib import Path

import pytest

from vectorstore.chinese import simplify
from vectorstore.cleaning.clean import clean
from vectorstore.loading import load
from vectorstore.schema import RawPage

SHARED = Path(__file__).resolve().parents[2] / "shared"
needs_shared = pytest.mark.skipif(not SHARED.exists(), reason="../shared is not here")
EXPECTED = {
    "000": ("新浪财经", date(2022, 6, 21), "吴蓉 高慧超"),
    "001": ("南方日报", date(2023, 2, 5), "张子俊"),
    "002": ("郴州日报", None, "王路莎"),
    "003": ("红网", date(2019, 8, 1), "汪衡"),
    "004": ("懷化市民族宗教事務局", date(2025, 5, 30), ""),
}


def plain(text: str) -> str:
    return "".join(simplify(text).split())


@needs_shared
@pytest.mark.parametrize("number", EXPECTED)
def test_real_page(number: str) -> None:
    (path,) = (SHARED / "articles").glob(f"{number}_*.txt")
    (page,) = load.parse(path.read_bytes(), str(path), ".txt")
    assert isinstance(page, RawPage)
    article = clean(page)
    reference = (SHARED / "articles_clean" / path.name).read_text("utf-8")
    matcher = difflib.SequenceMatcher(None, plain(article.text), plain(reference), autojunk=False)
    assert matcher.ratio() >= 0.99
    assert (article.publisher, article.published, article.author) == EXPECTED[number]
    # The references begin with the title where the page prints it above the text.
    title = page.metadata.get("title") or reference.split("\n")[0]
    assert plain(article.title) == plain(title)
    assert article.url == (
        "https://hn.rednet.cn/content/2019/08/01/5783176.html" if number == "003" else ""
    )
    assert article.script == ("hant" if number == "004" else "hans")


@needs_shared
@pytest.mark.parametrize("name", ["domain_articles", "broadcast_articles"])
def test_clean_records_come_through_whole(name: str) -> None:
    lines = (SHARED / "data/dev" / f"{name}.jsonl").read_text("utf-8").splitlines()
    sample = random.Random(7).sample(lines, 300)
    kept = whole = notices = 0
    for line in sample:
        (page,) = load.parse(line.encode(), "dev.jsonl", ".jsonl")
        assert isinstance(page, RawPage)
        whole += len(plain(page.text))
        article = clean(page)
        kept += len(plain(article.text))
        notices += sum(each.characters for each in article.dropped if each.kind == "notice")
    assert kept >= 0.99 * whole
    assert kept + notices >= 0.999 * whole
