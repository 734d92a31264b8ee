"""The endpoint for Gradio's client, over a socket, with the real client."""

from pathlib import Path
from typing import Any

import pytest

from tests.chromium import served
from tests.serving import ASKED, over_samples

gradio_client = pytest.importorskip("gradio_client")


def connected(address: str, **given: Any) -> Any:
    return gradio_client.Client(address, verbose=False, **given)


def test_the_client_asks_and_gets_a_cited_answer(tmp_path: Path) -> None:
    with over_samples(tmp_path) as assistant, served(assistant) as address:
        client = connected(address)
        described = client.view_api(return_format="dict", print_info=False)
        assert list(described["named_endpoints"]) == ["/ask"]
        answer = client.predict(ASKED, api_name="/ask")
        assert "60" in answer["text"]
        [first, *_] = answer["citations"]
        article = assistant.article(first["article_id"])
        assert article.text[first["start"] : first["end"]] == first["quote"]
        assert "空" in client.predict("  ", api_name="/ask")["error"]["message"]
        # What belongs to the page is not called from outside, by name or by number.
        for call in ({"api_name": "/show"}, {"api_name": "/respond"}):
            with pytest.raises(ValueError, match="api_name"):
                client.predict("x", **call)


def test_with_a_login_it_needs_the_user_or_the_key(tmp_path: Path) -> None:
    settings = {"ui_auth": "wang:yi-er-san-si", "api_key": "k" * 20}
    with over_samples(tmp_path, **settings) as assistant, served(assistant) as address:
        for given in (
            {},
            {"auth": ("wang", "wrong")},
            {"headers": {"Authorization": "Bearer wrong"}},
        ):
            with pytest.raises((ValueError, gradio_client.exceptions.AuthenticationError)):
                connected(address, **given)
        for given in (
            {"auth": ("wang", "yi-er-san-si")},
            {"headers": {"Authorization": f"Bearer {'k' * 20}"}},
        ):
            answer = connected(address, **given).predict(ASKED, api_name="/ask")
            assert "60" in answer["text"]
