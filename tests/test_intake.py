"""The way in for articles: what becomes of files and URLs, and that nothing else is left of them."""

import ast
import json
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

import vectorstore
from assistant import Assistant, Settings
from tests.serving import serving
from web.app import create_app
from web.intake import clear_uploads, safe_name
from web.reasons import skip_reason
from web.words import CHINESE, ENGLISH

TEXT = "石桥市与白河市签署对口合作协议，共建产业园区。\n\n双方商定，园区总投资3.2亿元，分两期建成。"
PAGE = f"<html><head><title>石桥携手白河</title></head><body><p>{TEXT}</p></body></html>"


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    settings = Settings(
        data_dir=tmp_path / "data", mode="extractive", api_key="", upload_megabytes=2
    )
    with Assistant(settings) as made:
        yield made


@pytest.fixture
def client(assistant: Assistant) -> Iterator[httpx.Client]:
    with (
        serving(create_app(assistant)) as address,
        httpx.Client(base_url=address, timeout=60) as made,
    ):
        yield made


def told(response: httpx.Response) -> list[dict[str, Any]]:
    assert response.status_code == 200, response.text
    return [json.loads(line) for line in response.text.splitlines()]


def add(client: httpx.Client, name: str, data: bytes | str) -> dict[str, Any]:
    body = data if isinstance(data, bytes) else data.encode()
    return told(client.post(f"/shelf/add?name={quote(name)}", content=body))[-1]


def awaited(done: Callable[[], bool]) -> bool:
    """Whether something comes to be so within twenty seconds."""
    for _ in range(400):
        if done():
            return True
        threading.Event().wait(0.05)
    return False


def left(assistant: Assistant) -> list[str]:
    """Files of uploads that are still there, wherever in the data folder."""
    folder = assistant.settings.data_dir / "uploads"
    return [path.name for path in folder.rglob("*") if path.is_file()]


def test_a_file_becomes_an_article_and_nothing_else_stays(
    client: httpx.Client, assistant: Assistant
) -> None:
    assert add(client, "新园区.html", PAGE)["added"] == 1
    [article] = assistant.articles()
    assert article.title == "石桥携手白河"
    assert "3.2亿元" in assistant.ask("园区总投资多少？").text
    assert left(assistant) == []
    again = add(client, "新园区.html", PAGE)
    assert (again["added"], again["unchanged"]) == (0, 1)
    assert add(client, "别名.html", PAGE)["unchanged"] == 1
    [article] = assistant.articles()
    assert [Path(uri).name for uri in article.also_in] == ["别名.html"]
    assert left(assistant) == []


def test_records_tell_how_far_they_are(client: httpx.Client, assistant: Assistant) -> None:
    lines = [
        json.dumps({"id": f"n{n}", "title": f"第{n}号", "text": TEXT.replace("3.2", str(n))})
        for n in range(30)
    ]
    lines[4], lines[7] = "{", '{"id": "n7"}'
    response = client.post("/shelf/add?name=a.jsonl", content="\n".join(lines).encode())
    *steps, end = told(response)
    assert steps
    assert all(step["total"] == 30 and 1 <= step["done"] <= 30 for step in steps)
    assert end["added"] + end["unchanged"] == 28
    reasons = {each["source"]: each["reason"] for each in end["skipped"]}
    assert reasons == {
        "a.jsonl#5": "第 5 行不是 JSON",
        "a.jsonl#8": "第 8 行没有 text 字段或正文为空",
    }


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        pytest.param("a.exe", b"MZ", "这种文件不能收入", id="type"),
        pytest.param("", b"x", "这种文件不能收入", id="no-name"),
        pytest.param("a.txt", b"", "文件是空的", id="empty"),
        pytest.param("a.txt", b"\x00\x01\x02" * 99, "不是文本", id="binary"),
        pytest.param("a.pdf", b"%PDF-1.4 broken", "PDF 已损坏", id="pdf"),
        pytest.param("a.docx", b"PK\x03\x04", "DOCX 已损坏", id="docx"),
        pytest.param("a.html", b"<script>1</script>", "没有剩下正文", id="no-text"),
    ],
)
def test_what_is_skipped_says_why(
    client: httpx.Client, assistant: Assistant, name: str, data: bytes, reason: str
) -> None:
    end = add(client, name, data)
    assert end["skipped_count"] == 1
    assert reason in end["skipped"][0]["reason"]
    assert left(assistant) == []


NAMES = [
    pytest.param("../../etc/cron.d/a.txt", "a.txt", id="traversal"),
    pytest.param("..\\..\\windows\\a.txt", "a.txt", id="backslashes"),
    pytest.param("/etc/passwd.txt", "passwd.txt", id="absolute"),
    pytest.param("C:\\a.txt", "a.txt", id="drive"),
    pytest.param("%2e%2e%2fa.txt", "_2e_2e_2fa.txt", id="encoded-twice"),
    pytest.param("a\0b.txt", "ab.txt", id="nul"),
    pytest.param(" ..a..txt", "a.txt", id="dots"),
    pytest.param(".env.txt", "env.txt", id="hidden"),
    pytest.param("-rf.txt", "rf.txt", id="dash"),
    pytest.param("CON.txt", "_CON.txt", id="device"),
    pytest.param("\u202egpj.txt", "gpj.txt", id="right-to-left"),
    pytest.param("报告#3?*.TXT", "报告_3__.txt", id="marks"),
    pytest.param("长" * 300 + ".txt", "长" * 58 + ".txt", id="long"),
    pytest.param("👨\u200d👩.txt", "👨👩.txt", id="emoji"),
]


@pytest.mark.parametrize(("name", "safe"), NAMES)
def test_names_are_labels(name: str, safe: str) -> None:
    assert safe_name(name) == safe
    assert safe_name(safe) == safe


def test_odd_names_write_nowhere_else(
    client: httpx.Client, assistant: Assistant, tmp_path: Path
) -> None:
    add(client, "first.txt", TEXT)
    before = {path for path in tmp_path.rglob("*") if "uploads" not in path.parts}
    for number, parameter in enumerate(NAMES):
        name = str(parameter.values[0])
        end = add(client, name, TEXT.replace("石桥", f"青岭第{number}"))
        assert end["added"] + end["unchanged"] == 1, name
    after = {path for path in tmp_path.rglob("*") if path.suffix == ".txt"}
    assert after <= before
    assert left(assistant) == []


def test_urls_go_through_the_guarded_fetch(client: httpx.Client, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(TEXT, "utf-8")
    for url, reason in {
        "http://127.0.0.1:1/a": "80 与 443",
        "http://127.0.0.1/a": "不是公网地址",
        "http://[::1]/a": "不是公网地址",
        f"file://{secret}": "不是有效的网址",
        str(secret): "不是有效的网址",
        "gopher://x/": "不是有效的网址",
        "http://a b/": "空白或反斜杠",
        "http://u:p@example.org/": "不能带用户名",
    }.items():
        end = told(client.post(f"/shelf/add?url={quote(url, safe='')}", content=b""))[-1]
        assert reason in end["skipped"][0]["reason"], url
        assert end["added"] == 0


def test_a_url_is_added(tmp_path: Path) -> None:
    from fastapi import FastAPI
    from fastapi.responses import HTMLResponse

    site = FastAPI()
    site.add_api_route("/a.html", lambda: HTMLResponse(PAGE))
    with serving(site) as there:
        host = there.removeprefix("http://").rstrip("/")
        settings = Settings(data_dir=tmp_path, mode="extractive", api_key="", allow_hosts=[host])
        with Assistant(settings) as assistant, serving(create_app(assistant)) as at:
            [end] = told(
                httpx.post(f"{at}shelf/add?url={quote(there, safe='')}a.html", timeout=60)
            )[-1:]
            assert end["added"] == 1
            assert assistant.articles()[0].url == f"{there}a.html"


def test_too_large_and_without_length(client: httpx.Client, assistant: Assistant) -> None:
    assert client.post("/shelf/add?name=a.txt", content=b"x" * 2_000_001).status_code == 413
    assert client.post("/shelf/add?name=a.txt", content=iter([b"x"])).status_code == 411
    # Only there: everything else stays small.
    assert client.post("/api/ask", content=b"x" * 1_000_001).status_code == 413
    evil = {"origin": "https://evil.test"}
    assert client.post("/shelf/add?name=a.txt", content=b"x", headers=evil).status_code == 403
    assert left(assistant) == []


def test_another_owner_of_the_folder_is_told(client: httpx.Client, assistant: Assistant) -> None:
    import subprocess
    import sys

    code = (
        "import sys, time; from assistant import Assistant, Settings;"
        "a = Assistant(Settings(data_dir=sys.argv[1])); a.own(); print(1, flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(assistant.settings.data_dir)]
    with subprocess.Popen(command, stdin=-1, stdout=-1) as other:
        assert other.stdout
        assert other.stdout.readline()
        end = add(client, "a.txt", TEXT)
        assert "另一个进程正在写" in end["problem"]
        assert left(assistant) == []
        assert other.stdin
        other.stdin.close()
    assert add(client, "a.txt", TEXT)["added"] == 1


def test_who_goes_away_leaves_nothing(client: httpx.Client, assistant: Assistant) -> None:
    def half() -> Iterator[bytes]:
        yield b"x" * 1000
        # Not before something of it is there.
        assert awaited(lambda: bool(left(assistant)))
        raise ConnectionError

    with pytest.raises(ConnectionError):
        client.post("/shelf/add?name=a.txt", content=half(), headers={"content-length": "2000"})
    assert awaited(lambda: not left(assistant))


def test_what_a_kill_left_is_cleared(tmp_path: Path) -> None:
    (tmp_path / "uploads" / "ab").mkdir(parents=True)
    (tmp_path / "uploads" / "ab" / "x.txt").touch()
    clear_uploads(tmp_path)
    assert list(tmp_path.iterdir()) == []
    clear_uploads(tmp_path)


def reasons() -> list[str]:
    """Every reason that the store's code gives, with a 3 in the place of each value."""
    found = []
    for path in sorted(Path(vectorstore.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                name = node.func.id
                said = node.args[-1] if node.args else None
                if name in ("SourceUnreadable", "FetchRefused", "Skipped"):
                    found += [] if said is None else [_spelt(said)]
    return sorted({each for each in found if each})


def _spelt(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(
            _spelt(part) if isinstance(part, ast.Constant) else "3" for part in node.values
        )
    return ""


# Of files that lie on the server, and so are never met with on the page; the last is what stands
# behind the name of a host that is not public, which another test has.
_ELSEWHERE = re.compile("link|folder|hidden|regular file|^3: 3$")


@pytest.mark.parametrize("reason", [each for each in reasons() if not _ELSEWHERE.search(each)])
def test_every_reason_is_said_in_chinese(reason: str) -> None:
    said = skip_reason(reason, CHINESE)
    assert not said.startswith("不能收入：")
    assert re.search(r"[一-鿿]", said)
    assert not re.search(r"[一-鿿]", skip_reason(reason, ENGLISH))


def test_the_reasons_were_found() -> None:
    assert len(reasons()) > 30
    assert skip_reason("sunspots", CHINESE) == "不能收入：sunspots"
    assert skip_reason("https://a.example/b: no such host", ENGLISH) == "no such host"
