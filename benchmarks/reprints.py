"""Measure how well reprints are told from articles that only resemble one another.

``python -m benchmarks.reprints --data ../shared/data`` folds the news articles as adding them one
by one would, plants reprints of the articles that stand and articles from their templates, and
writes what was found and what it cost to ``benchmarks/results/reprints.json``.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from vectorstore.chinese import sentences
from vectorstore.reprints.reprint import Signatures, is_reprint, signature

SEED = 20231
DEFAULT_OUT = Path("benchmarks/results/reprints.json")
FIGURE = re.compile(r"\d+(?:\.\d+)?")
CITIES = re.findall(
    "..",
    "北京上海广州深圳杭州南京武汉成都重庆天津西安长沙郑州济南青岛合肥福州厦门南昌昆明贵阳南宁海口太原"
    "沈阳大连长春兰州苏州宁波佛山东莞",
)
# Each printing has the day of its own dateline; that is no figure of the article.
DATELINE = re.compile(r"(?:\d+\s*月\s*)?\d+\s*日(?=\s*(?:电|讯|消息|报道))")
NUMERALS = set("零〇一二三四五六七八九十百千万亿两")
WIDE = str.maketrans("0123456789%", "０１２３４５６７８９％")
TYPOS = str.maketrans("在的做像已以象座带戴账需须和合其期", "再地作象以已像坐戴带帐须需合和期其")

Change = Callable[[str, random.Random], str]


# -- reprints by rule -------------------------------------------------------------------------


def headline(text: str, dice: random.Random) -> str:
    """Another headline, made of the beginning of a sentence further on."""
    spans = sentences(text)
    start, end = dice.choice(spans[1:] or spans)
    return f"热点｜{text[start : min(end, start + dice.randint(10, 24))]}\n{text}"


def cut(text: str, dice: random.Random, where: str) -> str:
    """Without one paragraph: whole sentences, up to a quarter of the text."""
    spans = sentences(text)
    size = sum(end - start for start, end in spans) / dice.choice((4, 6, 10))
    first = {"start": 0, "middle": len(spans) // 3, "end": len(spans) - 1}[where]
    gone, step = {first}, -1 if where == "end" else 1
    following = first + step
    while 0 <= following < len(spans):
        length = sum(spans[row][1] - spans[row][0] for row in (*gone, following))
        if length > size:
            break
        gone.add(following)
        following += step
    if sum(spans[row][1] - spans[row][0] for row in gone) > len(text) / 3:
        return text
    return "".join(text[start:end] for row, (start, end) in enumerate(spans) if row not in gone)


def cut_start(text: str, dice: random.Random) -> str:
    """Without the first paragraph."""
    return cut(text, dice, "start")


def cut_middle(text: str, dice: random.Random) -> str:
    """Without a paragraph in the middle."""
    return cut(text, dice, "middle")


def cut_end(text: str, dice: random.Random) -> str:
    """Without the last paragraph."""
    return cut(text, dice, "end")


def editor(text: str, dice: random.Random) -> str:
    """With an editor's line below."""
    line = dice.choice(
        ("（责任编辑：{}）", "编辑：{} 审核：某某", "本文由{}整理，文中观点不代表本站立场。")
    )
    return text + "\n" + line.format(dice.choice("赵钱孙李周吴") + dice.choice("敏静磊洋艳"))


def chrome(text: str, dice: random.Random) -> str:
    """With a source line above and a share line below."""
    when = f"2023-0{dice.randint(1, 9)}-{dice.randint(10, 28)} {dice.randint(10, 23)}:15"
    above = f"{when}　来源：青溪在线　浏览次数：{dice.randint(20, 900)}"
    return f"{above}\n{text}\n分享到：微信 微博 朋友圈"


def lead(text: str, dice: random.Random) -> str:
    """With a lead of the other publisher's own above."""
    place = dice.choice(CITIES)
    above = f"【编者按】近日，一则与{place}有关的消息受到读者关注，本刊特此转载，以飨读者。"
    return f"{above}以下为全文。\n{text}"


def traditional(text: str, _dice: random.Random) -> str:
    """In traditional script."""
    import opencc

    return str(opencc.OpenCC("s2t").convert(text))


def wide_digits(text: str, _dice: random.Random) -> str:
    """With full-width digits."""
    return text.translate(WIDE)


def half_width(text: str, _dice: random.Random) -> str:
    """With half-width punctuation and a line break after each sentence."""
    return text.replace("。", "。\n").translate(str.maketrans("，：；（）！？", ",:;()!?"))


def typos(text: str, dice: random.Random) -> str:
    """With a slip of the pen in every 150 characters: exchanged, doubled, dropped, taken for."""
    letters = list(text)
    for _ in range(max(1, len(text) // 150)):
        place = dice.randrange(len(letters) - 1)
        pair = letters[place : place + 2]
        if NUMERALS & set(pair) or not all("一" <= letter <= "鿿" for letter in pair):
            continue
        kind = dice.randrange(4)
        if kind == 0:
            letters[place], letters[place + 1] = letters[place + 1], letters[place]
        elif kind == 1:
            letters[place] *= 2
        elif kind == 2:
            letters[place] = letters[place].translate(TYPOS)
        else:
            del letters[place]
    return "".join(letters)


def everything(text: str, dice: random.Random) -> str:
    """Another headline, a paragraph cut, two lines of chrome, and slips of the pen."""
    changed = dice.choice((cut_start, cut_middle, cut_end))(text, dice)
    return chrome(headline(typos(changed, dice), dice), dice)


REPRINTS: tuple[Change, ...] = (
    headline,
    cut_start,
    cut_middle,
    cut_end,
    editor,
    chrome,
    lead,
    traditional,
    wide_digits,
    half_width,
    typos,
    everything,
)


# -- other articles from the same template ----------------------------------------------------


def other_figures(text: str, dice: random.Random) -> str:
    """The same report with every figure another."""
    changed = FIGURE.sub(lambda found: _other(found.group(), dice), text)
    return changed if FIGURE.search(DATELINE.sub("", text)) else text


def other_figure(text: str, dice: random.Random) -> str:
    """The same report with one figure another, wherever it stands."""
    figure = dice.choice(FIGURE.findall(DATELINE.sub("", text)) or ["no figure"])
    return re.sub(rf"(?<![\d.]){re.escape(figure)}(?![\d.])", _other(figure, dice), text)


def other_year(text: str, _dice: random.Random) -> str:
    """The same report a year later."""
    return re.sub(r"20\d\d(?=年)", lambda found: str(int(found.group()) + 1), text)


def other_city(text: str, dice: random.Random) -> str:
    """The same report about another city."""
    named = [city for city in CITIES if text.count(city) > 1]
    if not named:
        return text
    city = max(named, key=text.count)
    return text.replace(city, dice.choice([other for other in CITIES if other not in text]))


TEMPLATES: tuple[Change, ...] = (other_figures, other_figure, other_year, other_city)


def _other(figure: str, dice: random.Random) -> str:
    digit = next((place for place, mark in enumerate(figure) if mark in "123456789"), None)
    if digit is None:
        return figure
    marks = [mark for mark in "123456789" if mark != figure[digit]]
    return figure[:digit] + dice.choice(marks) + figure[digit + 1 :]


# -- measuring --------------------------------------------------------------------------------


@dataclass
class Folding:
    """The articles that stand when all are added in order, and what was folded into which."""

    texts: list[str]
    known: Signatures = field(default_factory=lambda: Signatures({}))
    folded: list[tuple[int, int]] = field(default_factory=list)
    resembling: list[tuple[int, int]] = field(default_factory=list)
    compared: int = 0
    seconds: dict[str, float] = field(
        default_factory=lambda: {"signature": 0.0, "find": 0.0, "compare": 0.0, "add": 0.0}
    )

    def add(self, row: int) -> None:
        """Add one article, as ingest does."""
        with_marks = [time.process_time()]
        mark = signature(self.texts[row])
        with_marks.append(time.process_time())
        candidates = [int(found) for found in self.known.find(mark)]
        with_marks.append(time.process_time())
        twin = self.twin(self.texts[row], candidates)
        with_marks.append(time.process_time())
        if twin is None:
            self.known.add(str(row), mark)
            self.resembling += [(other, row) for other in candidates]
        else:
            self.folded.append((twin, row))
        with_marks.append(time.process_time())
        for part, start, end in zip(self.seconds, with_marks, with_marks[1:], strict=False):
            self.seconds[part] += end - start

    def twin(self, text: str, candidates: list[int]) -> int | None:
        """The first of the candidates that the text is a reprint of."""
        for candidate in candidates:
            self.compared += 1
            if is_reprint(text, self.texts[candidate]):
                return candidate
        return None

    def home(self, text: str) -> int | None:
        """The article that a text would be folded into."""
        return self.twin(text, [int(found) for found in self.known.find(signature(text))])


def planted(folding: Folding, rows: list[int], kinds: tuple[Change, ...]) -> dict[str, Any]:
    """For each kind: how many were changed, folded, and folded into just their original."""
    table = {}
    for kind in kinds:
        dice = random.Random(f"{SEED} {kind.__name__}")
        changed = folded = right = 0
        for row in rows:
            text = kind(folding.texts[row], dice)
            if text == folding.texts[row]:
                continue
            home = folding.home(text)
            changed, folded, right = changed + 1, folded + (home is not None), right + (home == row)
        table[kind.__name__] = {"planted": changed, "folded": folded, "into_original": right}
    return table


def differing(folding: Folding) -> Iterator[tuple[int, int]]:
    """Pairs with like signatures that are most likely two articles: 4 figures of its own each.

    Taken from all that were looked at, folded or not, so that it does not depend on the verdict.
    Some are printings with other chrome, such as telephone numbers: those folded are to be read.
    """
    for one, two in [*folding.folded, *folding.resembling]:
        figures, others = (set(FIGURE.findall(folding.texts[row])) for row in (one, two))
        if min(len(figures - others), len(others - figures)) >= 4:
            yield one, two


def read(data: Path, limit: int) -> list[str]:
    """Texts of the news articles."""
    with lzma.open(data / "train" / "news_articles.jsonl.xz", "rt", encoding="utf-8") as lines:
        return [json.loads(line)["text"] for _, line in zip(range(limit), lines, strict=False)]


def measure(texts: list[str], plants: int) -> dict[str, Any]:
    """All figures of the report."""
    folding = Folding(texts)
    for row in range(len(texts)):
        folding.add(row)
    compared = folding.compared
    away = {row for _, row in folding.folded}
    standing = [row for row in range(len(texts)) if row not in away]
    rows = sorted(random.Random(SEED).sample(standing, min(plants, len(standing))))
    different = set(differing(folding))
    wrong = different & set(folding.folded)
    return {
        "date": date.today().isoformat(),
        "articles": len(texts),
        "standing": len(standing),
        "folded": len(away),
        "compared_per_article": round(compared / len(texts), 3),
        "cpu_ms_per_article": {
            part: round(seconds / len(texts) * 1000, 3) for part, seconds in folding.seconds.items()
        }
        | {"total": round(sum(folding.seconds.values()) / len(texts) * 1000, 3)},
        "signature_bytes_per_article": round(
            sum(len(signature(texts[row])) for row in rows) / max(1, len(rows)), 1
        ),
        "reprints": planted(folding, rows, REPRINTS),
        "templates": planted(folding, rows, TEMPLATES),
        "most_alike_but_different": {"pairs": len(different), "folded": len(wrong)},
    }


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=DEFAULT_OUT)
    parser.add_argument("--limit", type=int, default=10**9, help="only the first articles")
    parser.add_argument("--plants", type=int, default=1000, help="articles to plant reprints of")
    arguments = parser.parse_args()
    report = measure(read(arguments.data, arguments.limit), arguments.plants)
    for name, value in report.items():
        if name in ("reprints", "templates"):
            for kind, row in value.items():
                share = 100 * row["folded"] / max(1, row["planted"])
                print(f"{name:10} {kind:14} {share:6.2f} % of {row['planted']}  {row}")
        else:
            print(name, value)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(json.dumps(report, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
