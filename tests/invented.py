"""Invented articles in Chinese, and a tiny embedding model, for the tests of the store."""

import json
from pathlib import Path

PLACES = [
    "云川",
    "石桥",
    "青岭",
    "白河",
    "南屏",
    "东浦",
    "长宁",
    "望海",
    "西坪",
    "北固",
    "临溪",
    "安陆",
    "金沙",
    "玉门",
]
FIELDS = [
    "水稻育种",
    "港口物流",
    "职业教育",
    "中药种植",
    "冷链仓储",
    "文化旅游",
    "数字医院",
    "光伏电站",
]
_EVENTS = (
    "{one}市与{two}市在{month}月签下{field}协议，{one}方面负责资金，{two}方面提供场地。",
    "{code}工程总投资{money}亿元，计划分{stages}期建成，首期占地{area}亩。",
    "“我们等这一天等了{years}年。”{two}市一位姓{name}的村支书说，“路通了，货就走得出去！”",
    "到年底，已有{firms}家企业落户，带动{jobs}名农户就业。",
    "负责人表示，下一步还要把{field}的经验推广到{third}，争取明年再添{more}个示范点。",
)


def code(number: int) -> str:
    """Two characters that name the works of an article and stand in no other."""
    return chr(0x6100 + number * 3) + chr(0x7200 + number * 7)


def title(number: int) -> str:
    """The title of an invented article."""
    one, two, _ = _places(number)
    field = FIELDS[number % len(FIELDS)]
    return f"{one}{two}携手发展{field}，{code(number)}工程第{number}号通讯"


def _places(number: int) -> tuple[str, str, str]:
    one, two, third = (PLACES[(number * step + step) % len(PLACES)] for step in (1, 3, 5))
    return one, two, third


def article(number: int, sentences: int = 15) -> str:
    """The text of an invented article; each number gives another one, with figures of its own."""
    one, two, third = _places(number)
    field = FIELDS[number % len(FIELDS)]
    lines = [title(number), ""]
    for row in range(sentences):
        seed = number * 31 + row * 7
        values = {
            "month": seed % 12 + 1,
            "money": f"{seed % 97 + 3}.{number % 10}",
            "stages": seed % 4 + 2,
            "area": seed * 3 + 100,
            "years": seed % 9 + 2,
            "name": "赵钱孙李周吴郑王"[seed % 8],
            "firms": seed + 5,
            "jobs": seed * 11 + 200,
            "more": seed % 6 + 3,
            "code": code(number),
        }
        text = _EVENTS[row % len(_EVENTS)]
        lines.append(text.format(one=one, two=two, third=third, field=field, **values))
    return "\n".join(lines) + "\n"


def write_articles(folder: Path, numbers: range) -> Path:
    """Write invented articles as text files into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in numbers:
        (folder / f"{number:03}.txt").write_text(article(number), "utf-8")
    return folder


def record(identifier: str, text: str, **fields: str) -> str:
    """A line of a .jsonl file."""
    line = {"id": identifier, "title": f"第{identifier}条", "text": text, **fields}
    return json.dumps(line, ensure_ascii=False) + "\n"


def write_tiny_model(folder: Path, dimensions: int = 8) -> Path:
    """Write a StaticEmbedding model over single characters, in sentence-transformers' layout."""
    import numpy as np
    from safetensors.numpy import save_file
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Split

    folder.mkdir(parents=True, exist_ok=True)
    characters = sorted(set("".join(article(number) for number in range(20))) - {"\n"})
    vocabulary = {"[UNK]": 0} | {character: row for row, character in enumerate(characters, 1)}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Split("", "isolated")
    tokenizer.save(str(folder / "tokenizer.json"))
    table = np.random.default_rng(0).normal(size=(len(vocabulary), dimensions))
    save_file({"embedding.weight": table.astype(np.float32)}, folder / "model.safetensors")
    modules = [
        {"idx": 0, "name": "0", "path": "", "type": "modules.StaticEmbedding"},
        {"idx": 1, "name": "1", "path": "1_Normalize", "type": "modules.Normalize"},
    ]
    (folder / "modules.json").write_text(json.dumps(modules), "utf-8")
    return folder
