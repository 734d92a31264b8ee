"""What a first visit is made of: compressed and lasting files, hints, words before the first sight."""

import gzip
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from fake_assistant import FakeAssistant
from starlette.testclient import TestClient

import ui
from web.front import Files, head_of
from web.words import _TABLE

HAN = re.compile(r"[一-鿿]")


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(ui.page(FakeAssistant()), base_url="http://127.0.0.1") as client:
        yield client


def hinted(html: str) -> list[str]:
    return re.findall(r'<link rel="(?:module)?preload"[^>]* href="([^"]+)"', html)


def test_what_is_hinted_is_there_compressed_and_for_ever(client: TestClient) -> None:
    links = hinted(client.get("/").text)
    assert len(links) > 40
    for link in links:
        answer = client.get(f"/{link.removeprefix('./')}", headers={"accept-encoding": "gzip, br"})
        assert answer.status_code == 200, link
        assert answer.headers["content-encoding"] == "gzip"
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["content-type"].startswith(("text/javascript", "text/css"))
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_file_is_the_same_however_it_is_sent(client: TestClient) -> None:
    for path in ("/page.js", "/page.css", f"/{hinted(client.get('/').text)[2][2:]}"):
        plain = client.get(path, headers={"accept-encoding": "identity"})
        assert "content-encoding" not in plain.headers
        packed = Files().response(path, {"accept-encoding": "gzip"})
        assert gzip.decompress(packed.body) == plain.content
    # Without its digest in the address it is asked for again.
    assert client.get("/page.js").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    [
        "/assets/../index.html",
        "/assets/%2e%2e/index.html",
        "/assets/none.js",
        "/assets",
        "/web.css",
    ],
)
def test_nothing_else_is_served(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code in (400, 403, 404)


def test_another_gradio_only_loads_more_slowly(tmp_path: Any) -> None:
    files = Files()
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text('<script src="./assets/index-a1.js"></script>')
    (tmp_path / "assets" / "index-a1.js").write_text("import('./else.js')")
    files._gradio = tmp_path / "assets"
    assert files.hints(["markdown"]) == ["index-a1.js"]
    (tmp_path / "index.html").write_text("")
    assert files.hints(["markdown"]) == []


def test_no_word_of_the_head_ends_its_script() -> None:
    head = head_of(Files(), [], {1: {"value": "</script><script>alert(1)"}})
    assert head.count("</script>") == 1
    assert "\\u003c/script>" in head


def test_every_component_with_our_words_has_english_ones(client: TestClient) -> None:
    html = client.get("/").text
    config = json.loads(re.search(r"window\.gradio_config = (\{.*?\});</script>", html)[1])
    english = json.loads(re.search(r"const ENGLISH = (\{.*\});\n", html)[1])
    # In a question, and in names, Chinese stays.
    kept = re.compile(r"携手问答|中文</a>|&#\d+;")
    for component in config["components"]:
        if component["type"] == "button" and not component["props"].get("elem_id"):
            continue
        props = component["props"] | english.get(str(component["id"]), {})
        shown = [props.get(name) for name in ("label", "value", "placeholder", "choices")]
        assert not HAN.search(kept.sub("", json.dumps(shown, ensure_ascii=False))), component


def test_every_word_of_the_page_has_its_english() -> None:
    chinese = [key for key, (_, english) in _TABLE.items() if HAN.search(english)]
    assert chinese == ["other"]
    slots = re.compile(r"\{\w*\}")
    unlike = [
        key
        for key, both in _TABLE.items()
        if key != "answer.working" and len({tuple(sorted(slots.findall(one))) for one in both}) > 1
    ]
    assert unlike == []
