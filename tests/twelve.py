"""Twelve questions with scripted answers; each of their scores was worked out by hand."""

from collections.abc import Sequence

from assistant import Question
from assistant.errors import ArticleNotFound
from assistant.schema import Answer, Citation, Sentence
from vectorstore import Article, Chunk, Hit

SIGNED = "甲市与乙市于2023年5月8日签署合作协议。"
PARK = "产业园总投资12亿元，占地3200亩。"
FIRST = "首批合作包括冷链物流、茶叶加工和文化旅游。"
PORT = "丙市港口去年吞吐量达到450万吨。"
RUN_BY = "港口由丙市交通集团负责运营。"
SCHOOLS = "丁市今年新建学校9所，增加学位8000个。"
RAILWAY = "丁市高铁站预计2026年建成通车。"
ARTICLES = (
    Article("1", "甲乙携手", SIGNED + PARK + FIRST, source="/a/甲.txt"),
    Article("2", "丙市港口", PORT + RUN_BY, source="/a/乙.txt"),
    Article("3", "丁市民生", SCHOOLS + RAILWAY, source="/a/丙.txt"),
)
NOTHING = "现有文章没有回答这个问题。"


def _question(number: int, text: str, kind: str, **fields: tuple[str, ...]) -> Question:
    return Question(text, id=f"q{number}", type=kind, **fields)


QUESTIONS = [
    _question(
        1,
        "产业园总投资多少？",
        "fact_number",
        answers=("12亿元",),
        must_include=("12亿",),
        source=("甲.txt",),
        evidence=(PARK,),
    ),
    _question(
        2,
        "产业园占地多少？",
        "fact_number",
        answers=("3200亩",),
        must_include=("3200",),
        must_not_include=("12亿",),
        source=("甲.txt",),
        evidence=(PARK,),
    ),
    _question(
        3,
        "哪天签署的协议？",
        "fact_date",
        answers=("2023年5月8日",),
        source=("甲.txt",),
        evidence=(SIGNED,),
    ),
    _question(
        4,
        "港口由谁运营？",
        "fact_entity",
        answers=("丙市交通集团",),
        must_include=("丙市交通集团",),
        source=("乙.txt",),
        evidence=(RUN_BY,),
    ),
    _question(
        5,
        "首批合作包括哪些？",
        "list",
        answers=("冷链物流、茶叶加工、文化旅游",),
        must_include=("冷链物流", "茶叶加工", "文化旅游"),
        source=("甲.txt",),
        evidence=(FIRST,),
    ),
    _question(
        6,
        "港口吞吐量是450万吨吗？",
        "yes_no",
        answers=("是",),
        must_include=("450万",),
        source=("乙.txt",),
        evidence=(PORT,),
    ),
    _question(
        7,
        "产业园投资多少，丁市新建了几所学校？",
        "multi_doc",
        must_include=("12亿", "9所"),
        source=("甲.txt", "丙.txt"),
        evidence=(PARK, SCHOOLS),
    ),
    _question(
        8,
        "增加了多少学位？",
        "fact_number",
        answers=("8000个",),
        must_include=("8000",),
        source=("丙.txt",),
        evidence=(SCHOOLS,),
    ),
    _question(9, "门票多少钱？", "unanswerable"),
    _question(10, "校长是谁？", "unanswerable"),
    _question(11, "写一首诗", "injection_or_offtopic"),
    _question(12, "高铁站何时建成？", "", answers=("2026年",)),
]

_FOUND = {
    1: (PARK, SIGNED, PORT),
    2: (SIGNED, PORT, PARK),
    3: (SIGNED,),
    4: (PORT, RUN_BY),
    5: (SCHOOLS, RAILWAY, PORT, RUN_BY, FIRST),
    6: (PORT,),
    7: (PARK, PORT, SCHOOLS),
    8: (SIGNED, PORT),
}


def article_of(text: str) -> Article:
    """Give the article in which a sentence stands."""
    return next(article for article in ARTICLES if text in article.text)


def _cite(number: int, quote: str) -> Citation:
    article = article_of(quote)
    start = article.text.index(quote)
    return Citation(
        number, article.id, article.title, "", None, "", quote, start, start + len(quote)
    )


def _answer(
    question: Question, *said: tuple[str, str], short: str = "", confidence: float = 0.5
) -> Answer:
    """Each sentence that is said with the one that it cites; nothing said is an abstention."""
    sentences = [Sentence(text, [number]) for number, (text, _) in enumerate(said, 1)]
    return Answer(
        question.question,
        question.question,
        "".join(f"{each.text}[{each.citations[0]}]" for each in sentences) or NOTHING,
        short=short,
        sentences=sentences,
        citations=[_cite(number, quote) for number, (_, quote) in enumerate(said, 1)],
        abstained=not said,
        confidence=confidence,
    )


def _answers() -> list[Answer]:
    q = QUESTIONS
    return [
        _answer(q[0], (PARK, PARK), short="12亿元", confidence=0.9),
        _answer(q[1], (PARK, PARK), short="12亿元"),
        _answer(q[2], (SIGNED, SIGNED), (PORT, PORT), short="2023年5月8日"),
        _answer(q[3], (RUN_BY, SIGNED)),
        _answer(q[4], ("包括冷链物流和茶叶加工。", FIRST)),
        _answer(q[5], (f"是。{PORT}", PORT), short="是"),
        _answer(q[6], confidence=0.1),
        _answer(q[7], confidence=0.1),
        _answer(q[8], confidence=0.0),
        _answer(q[9], (RUN_BY, RUN_BY), confidence=0.3),
        _answer(q[10], confidence=0.0),
        _answer(q[11], (RAILWAY, RAILWAY), short="2026年"),
    ]


class Twelve:
    """An assistant that knows the twelve questions."""

    def __init__(self) -> None:
        self.answers = {each.question: each for each in _answers()}
        self.asked: list[str] = []

    def ask(self, question: str, *, history: list[dict[str, str]]) -> Answer:
        """Give the scripted answer."""
        self.asked.append(question)
        return self.answers[question]

    def search(self, question: str, *, top_k: int) -> Sequence[Hit]:
        """Give the scripted hits."""
        number = next(at for at, each in enumerate(QUESTIONS, 1) if each.question == question)
        return [_hit(text) for text in _FOUND[number][:top_k]]

    def article(self, article_id: str) -> Article:
        """Give a stored article."""
        for article in ARTICLES:
            if article.id == article_id:
                return article
        raise ArticleNotFound(article_id)


def _hit(text: str) -> Hit:
    article = article_of(text)
    start = article.text.index(text)
    return Hit(Chunk(article.id, text, start, start + len(text)), 1.0, None, None)
