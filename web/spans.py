"""OpenTelemetry spans of requests and their stages, for the exporter that the environment names."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from vectorstore import Stage, listen, request_id

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")


def exporter_of_environment() -> Any:
    """The OTLP exporter that OpenTelemetry's own variables name; None where they name none."""
    if not any(os.environ.get(name) for name in _ENDPOINTS):
        return None
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter

    return OTLPSpanExporter()


class Spans:
    """A span for each request, and below it one for each stage; no text of anybody is in them.

    Args:
        exporter: an OpenTelemetry `SpanExporter`. The provider is our own, not that of the process:
            what libraries would tell there is not sent along.
    """

    def __init__(self, exporter: Any) -> None:
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        self._provider = TracerProvider(resource=Resource.create({"service.name": "xieshou"}))
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("xieshou")
        listen(self.stage)

    @contextmanager
    def request(self, door: str, request: str) -> Iterator[None]:
        """The span of a request, for the time of the block."""
        attributes = {"xieshou.request": request}
        with self._tracer.start_as_current_span(door, attributes=attributes):
            yield

    def stage(self, stage: Stage) -> None:
        """The span of a stage that has ended, below that of its request."""
        from opentelemetry.trace import StatusCode

        span = self._tracer.start_span(
            stage.name, start_time=stage.began, attributes={"xieshou.request": request_id()}
        )
        if stage.failed:
            span.set_status(StatusCode.ERROR)
        span.end(stage.began + int(stage.seconds * 1e9))

    def flush(self) -> None:
        """Send what is waiting."""
        self._provider.force_flush()
