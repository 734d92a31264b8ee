"""Faults in words, and which of them pass by themselves."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import SimpleNamespace

import pytest

from assistant.writing.faults import is_passing, retry_after, translated


class StatusError(Exception):
    """An error of a client that carries a status, and perhaps what the endpoint asked for."""

    def __init__(self, status: int, wait: str | None = None) -> None:
        super().__init__("bad key sk-CANARY")
        self.status_code = status
        headers = {} if wait is None else {"retry-after": wait}
        self.response = SimpleNamespace(headers=headers)


@pytest.mark.parametrize(
    ("error", "passing"),
    [
        pytest.param(StatusError(429), True, id="429"),
        pytest.param(StatusError(500), True, id="500"),
        pytest.param(StatusError(503), True, id="503"),
        pytest.param(StatusError(401), False, id="401"),
        pytest.param(StatusError(403), False, id="403"),
        pytest.param(StatusError(404), False, id="404"),
        pytest.param(StatusError(400), False, id="400"),
        pytest.param(StatusError(501), False, id="501"),
        pytest.param(ConnectionRefusedError(), True, id="refused"),
        pytest.param(ConnectionResetError(), True, id="reset"),
        pytest.param(TimeoutError(), False, id="timeout"),
        pytest.param(ValueError("bad JSON"), False, id="bad-json"),
    ],
)
def test_what_passes(error: Exception, passing: bool) -> None:
    assert is_passing(error) is passing


@pytest.mark.parametrize(
    ("wait", "least", "most"),
    [
        pytest.param(None, 0, 0, id="none"),
        pytest.param("2", 2, 2, id="seconds"),
        pytest.param("soon", 0, 0, id="words"),
        pytest.param("-3", 0, 0, id="negative"),
        pytest.param("", 0, 0, id="empty"),
    ],
)
def test_how_long_to_wait(wait: str | None, least: float, most: float) -> None:
    assert least <= retry_after(StatusError(429, wait)) <= most


@pytest.mark.parametrize(
    ("seconds", "least", "most"),
    [pytest.param(40, 30, 41, id="to-come"), pytest.param(-40, 0, 0, id="past")],
)
def test_how_long_to_wait_until_a_date(seconds: int, least: float, most: float) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)
    assert least <= retry_after(StatusError(429, date)) <= most


@pytest.mark.parametrize("started", [True, False], ids=["in-the-middle", "at-once"])
@pytest.mark.parametrize(
    "error",
    [StatusError(418, "9"), StatusError(429, "9"), OSError("sk-CANARY"), ValueError("sk-CANARY")],
    ids=["other-status", "busy", "refused", "nonsense"],
)
def test_no_word_of_the_endpoint_gets_through(error: Exception, started: bool) -> None:
    line = str(translated(error, started=started))
    assert line
    assert "\n" not in line
    assert "CANARY" not in line
