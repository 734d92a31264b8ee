"""The words of an invented article for pages to be cleaned, and what cleaning made of a page."""

from vectorstore.cleaning.clean import clean
from vectorstore.schema import Article, RawPage

BODY = (
    "青溪市与白沙市日前签署对口合作协议，双方将在五年内共建两个产业园区。",
    "青溪市发展和改革委员会主任周明远介绍，首批项目共12个，总投资36.5亿元，涉及装备制造、现代农业和文化旅游。",
    "“两地一山一海，优势互补。”白沙市副市长林晓说，白沙市每年将安排2000万元专项资金，用于人才交流和职业教育。",
    "据了解，两市还将开通直达班列，青溪市的茶叶、菌菇到白沙市的时间由原来的三天缩短到一天。",
    "下一步，双方将每季度召开一次联席会议，对照清单逐项推进，确保合作事项落到实处。",
)
WHOLE = "\n".join(BODY)


def read(text: str, kind: str = "text", **metadata: str) -> Article:
    return clean(RawPage("/pages/one.txt", kind, text, metadata))


def kinds(article: Article) -> set[str]:
    return {receipt.kind for receipt in article.dropped}
