"""The REST door does what its description says, to requests that schemathesis makes up from it."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from tests.serving import over_samples, serving
from web.app import create_app

schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed")


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with (
        over_samples(tmp_path_factory.mktemp("schema")) as assistant,
        serving(create_app(assistant)) as address,
    ):
        yield schemathesis.openapi.from_url(f"{address}api/openapi.json")


OPERATIONS = [
    ("POST", "/ask"), ("POST", "/search"), ("GET", "/articles"), ("GET", "/articles/{article_id}"),
]  # fmt: skip


def test_every_operation_is_tried(described: Any) -> None:
    operations = [one.ok() for one in described.get_all_operations()]
    assert sorted((one.method.upper(), one.path) for one in operations) == sorted(OPERATIONS)


@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=lambda part: part.strip("/"))
def test_it_does_what_it_says(described: Any, method: str, path: str, mode: Any) -> None:
    if mode.is_negative and path == "/articles/{article_id}":
        pytest.skip("every text may be an id")
    statuses = set()

    @given(case=described[path][method].as_strategy(generation_mode=mode))
    @settings(
        max_examples=20,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def check(case: Any) -> None:
        statuses.add(case.call_and_validate().status_code)

    check()
    assert 400 in statuses if mode.is_negative else statuses <= {200, 404}
