"""Three invented sources with figures, pairs and traditional script, for the tests of citations."""

from datetime import date

from assistant.writing.context import Source
from vectorstore import Chunk, Hit

TEA = (
    "去年4月，杭州市与恩施州签署《东西部协作2023年行动方案》。双方共建茶叶加工园，总投资3.2亿元，占地200多亩。"
    "今年6月12日，两地开通直达航班，飞行时间缩短2小时。"
)
CARE = (
    "寧波市與涼山州的『山海醫療聯盟』覆蓋17個縣，其中九成以上的門診不再需要轉診。"
    "就業人數增長12%，失業人數下降0.5個百分點。"
)
PAIRS = (
    "近日，嘉兴与丽水、湖州与衢州相继结对。"
    "嘉兴设立公司12家，衢州设立公司9家，签约额分别为1.5万亿元和80亿元。"
)


def source(number: int, text: str, title: str, published: date, start: int = 50) -> Source:
    """A source whose chunk begins at `start` of its article."""
    chunk = Chunk(f"a{number}", text, start, start + len(text))
    hit = Hit(chunk, 1.0, 1, number, title, "示例日报", published, "https://example.org")
    return Source(number, hit, text)


SOURCES = [
    source(1, TEA, "杭州恩施携手种茶", date(2024, 7, 1)),
    source(2, CARE, "山海醫療聯盟", date(2022, 3, 9), start=0),
    source(3, PAIRS, "两对城市结对", date(2021, 1, 5), start=7),
]
