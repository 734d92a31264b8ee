"""Three invented paragraphs, and a set made of cases, for the tests of the reader's benchmark."""

from benchmarks.reader.cases import Case, CaseSet

HARBOUR = (
    "潮汐港建于1987年，由当地渔民集资修成。港内可停泊二百多艘渔船。"
    "2004年港口扩建，耗资3.2亿元。如今它是沿岸最大的渔港。"
)
LIGHTHOUSE = "白石灯塔高41米，1911年点亮。守塔人叫林望海，他在塔上住了三十年。"
WEATHER = "明天白天多云转晴，东北风三到四级。夜间气温下降，请注意添衣。"


def made(*cases: Case, key: str = "toy") -> CaseSet:
    """A set of `cases` that is made from no file."""
    return CaseSet(key, list(cases), ())
