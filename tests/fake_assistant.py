"""A hand-made assistant that follows the contract: fixed articles, answers made to be looked at."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from datetime import date
from typing import Any

from assistant import (
    Answer,
    Citation,
    DeltaEvent,
    Event,
    HitsEvent,
    Sentence,
    SentenceEvent,
    Settings,
    StatusEvent,
)
from assistant.errors import ArticleNotFound
from vectorstore import Article, Chunk, Hit, Listed, Listing, fold

PAIRS = Article(
    id="pairs",
    title="革命老区对口合作：20对城市结对，广东占8对",
    text=(
        "《革命老区重点城市对口合作工作方案》由国家发改委在2022年5月印发。按照这份方案，"
        "全国共有20对城市建立对口合作关系，合作从2022年做到2030年。\n"
        "广东是结对最多的省。20对之中有8对涉及广东的城市，分别是广州与福建龙岩、广州与梅州、"
        "深圳与江西赣州、深圳与广西百色、深圳与汕尾、佛山与湖南郴州、珠海与贵州遵义、"
        "东莞与江西吉安。\n五个方面的任务\n方案给结对城市定下五个方面的重点任务。"
    )
    + "\n两地继续商量下一步的合作。" * 60,
    url="https://example.com/pairs",
    publisher="携手问答示例",
    author="携手问答编写组",
    published=date(2023, 2, 5),
)
HARBOUR = Article(
    id="港灣/1#?",
    title="佛山郴州對口合作座談會舉行",
    text="佛山與郴州結對。\n郴州與佛山的對口合作期限為2022年至2030年。\n“佛郴攜手，大有可為”。",
    publisher="攜手問答示例",
    published=date(2022, 6, 21),
    script="hant",
)


def cite(number: int, article: Article, quote: str, url: str = "") -> Citation:
    start = article.text.index(quote)
    return Citation(
        number,
        article.id,
        article.title,
        article.publisher,
        article.published,
        url or article.url,
        quote,
        start,
        start + len(quote),
    )


def hit(article: Article) -> Hit:
    chunk = Chunk(article.id, article.text[:20], 0, 20)
    return Hit(chunk, 1.0, 1, 1, article.title, article.publisher, article.published, article.url)


def row(article: Article) -> Listed:
    names = [field.name for field in fields(Listed) if field.name not in ("characters", "chunks")]
    shown = {name: getattr(article, name) for name in names}
    return Listed(**shown, characters=len(article.text), chunks=1)


class FakeAssistant:
    """Answers by a word in the question; everything else is an abstention."""

    def __init__(self, *articles: Article, answers: dict[str, Answer] | None = None) -> None:
        self._articles = {article.id: article for article in articles or (PAIRS, HARBOUR)}
        self._answers = answers or {}
        self.settings = Settings()
        self.histories: list[list[dict[str, str]]] = []
        self.filters: list[dict[str, Any]] = []
        self.pause = lambda: None

    def describe(self, language: str = "hans") -> str:
        """The mode, in a line."""
        return "Quoting" if language == "en" else "摘录模式：逐句引用原文，不使用大模型"

    def search(
        self, question: str, top_k: int | None = None, filters: Mapping[str, Any] | None = None
    ) -> list[Hit]:
        """Every article whole, whatever is asked."""
        return [
            replace(hit(each), chunk=Chunk(each.id, each.text, 0, len(each.text)))
            for each in self._articles.values()
        ]

    def articles(self) -> list[Article]:
        """All of them."""
        return list(self._articles.values())

    def listing(
        self,
        words: str = "",
        filters: Mapping[str, Any] | None = None,
        order: str = "newest",
        place: tuple[int, int] = (0, 50),
    ) -> Listing:
        """All whose title or publisher holds the words; filters and order are not known here."""
        wanted = fold(words.strip())
        found = [one for one in self.articles() if wanted in fold(f"{one.title}\n{one.publisher}")]
        counts = Counter(one.publisher for one in self.articles())
        return Listing(len(found), [row(one) for one in found[place[0] : sum(place)]], dict(counts))

    def article(self, article_id: str) -> Article:
        """One of them, or ArticleNotFound."""
        try:
            return self._articles[article_id]
        except KeyError:
            raise ArticleNotFound(f"no article {article_id!r}") from None

    def stream(
        self,
        question: str,
        history: list[dict[str, str]] | None = None,
        filters: Mapping[str, Any] | None = None,
    ) -> Iterator[Event]:
        """Status, hits, the text sentence by sentence with its verdict, the answer."""
        self.histories.append(list(history or []))
        self.filters.append(dict(filters or {}))
        yield StatusEvent("正在检索文章……")
        yield HitsEvent([hit(article) for article in self._articles.values()])
        answer = self._find(question)
        for count, sentence in enumerate(answer.sentences, 1):
            self.pause()
            said = answer.sentences[:count]
            so_far = replace(answer, short="", sentences=said, complete=False)
            yield DeltaEvent(sentence.text)
            yield SentenceEvent(sentence, so_far)
        self.pause()
        yield answer

    def _find(self, question: str) -> Answer:
        for word, answer in self._answers.items():
            if word in question:
                return answer
        if "期限" in question:
            return period(question)
        if "8对" in question:
            return pairs(question)
        hits = [hit(article) for article in self._articles.values()]
        text = "文章里没有提到这件事，没有依据，不能作答。"
        return Answer(question, question, text, hits=hits, abstained=True, reason="没有相关的句子")


def period(question: str) -> Answer:
    """A short answer from two articles, one of them in traditional script."""
    first = "合作从2022年做到2030年"
    second = "郴州與佛山的對口合作期限為2022年至2030年。"
    sentences = [
        Sentence(f"全国共有20对城市建立对口合作关系，{first}。", [1]),
        Sentence(second, [2]),
    ]
    return Answer(
        question,
        question,
        "".join(f"{one.text}[{one.citations[0]}]" for one in sentences),
        short="2022年至2030年",
        sentences=sentences,
        citations=[cite(1, PAIRS, first), cite(2, HARBOUR, second)],
        hits=[hit(PAIRS), hit(HARBOUR)],
        confidence=0.9,
    )


def pairs(question: str) -> Answer:
    """Two paragraphs of a written answer; its last sentence was not found in the articles."""
    quote = "20对之中有8对涉及广东的城市"
    sentences = [
        Sentence("全国20对结对关系里，广东有8对，是结对最多的省。", [1]),
        Sentence(
            "这8对是广州与龙岩、广州与梅州、深圳与赣州、深圳与百色、深圳与汕尾、"
            "佛山与郴州、珠海与遵义、东莞与吉安。",
            [1, 2],
        ),
        Sentence("各市已投入12亿元。", [2], "unsupported", "所引文字里没有“12亿元”"),
    ]
    texts = [sentence.text for sentence in sentences]
    return Answer(
        question,
        question,
        f"{texts[0]}[1]\n\n{texts[1]}[1][2]{texts[2]}[2]",
        short="8对",
        sentences=sentences,
        citations=[cite(1, PAIRS, quote), cite(2, PAIRS, "深圳与江西赣州")],
        mode="llm",
    )
