"""Articles for the shelf of the page, and files to be added there."""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assistant import Assistant, Settings
from tests.invented import article, title

DIRTY = (
    "<html><head><title>青溪携手白沙</title><script>var a = 1;</script></head><body>"
    "<ul><li><a href='/'>首页</a></li><li><a href='/n'>新闻</a></li></ul><h1>青溪携手白沙</h1>"
    "<p>来源：云川日报 2022-03-04</p><p>青溪市与白沙市日前签署对口合作协议，双方将在五年内共建两个产业园区。</p>"
    "<p>首批项目共12个，总投资36.5亿元，涉及装备制造、现代农业和文化旅游。</p></body></html>"
)


def records(numbers: range) -> str:
    """Lines of JSON, an invented article in each."""
    lines = (
        {
            "id": f"n{number}",
            "title": title(number),
            "text": article(number),
            "publisher": "云川晚报" if number % 3 else "石桥日报",
            "published": f"{2020 + number % 4}-05-0{1 + number % 9}",
        }
        for number in numbers
    )
    return "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)


@contextlib.contextmanager
def shelved(folder: Path) -> Iterator[Assistant]:
    """An assistant with sixty invented articles, and a dirty page with its reprint."""
    settings = Settings(data_dir=folder / "data", mode="extractive", api_key="", upload_megabytes=1)
    with Assistant(settings) as made:
        (folder / "some.jsonl").write_text(records(range(60)), "utf-8")
        made.add(folder / "some.jsonl")
        for name in ("dirty.html", "again.html"):
            (folder / name).write_text(DIRTY, "utf-8")
            made.add(folder / name)
        yield made


def file(name: str, data: str | bytes) -> dict[str, Any]:
    """A file as the browser is given it."""
    body = data if isinstance(data, bytes) else data.encode()
    return {"name": name, "mimeType": "application/octet-stream", "buffer": body}
