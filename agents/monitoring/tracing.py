"""Traces by OpenTelemetry, where ``TOCSIN_TRACES=otlp`` asks for them.

Where to, how many and under which name is said by OpenTelemetry's own variables, such as
``OTEL_EXPORTER_OTLP_ENDPOINT`` and ``OTEL_TRACES_SAMPLER``. Nothing of it is imported otherwise.
"""

import time
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

from agents.secret import hide
from agents.settings import Settings
from pipeline.phrase import Phrase
from pipeline.tracing import OFF, Came, Headers, Span, Stage, Tracing

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import SpanKind

EXTRA: Final = "otel"

_FIELDS: Final = ("traceparent", "tracestate")


class TracingError(RuntimeError):
    """Traces are asked for, and their library is not there."""


def open_tracing(settings: Settings, command: str, environ: Mapping[str, str]) -> Tracing:
    """Return what traces the process of ``command``; the last spans are sent as it ends.

    ``environ``: where OpenTelemetry's own variables are looked for, as its library does.

    Raises:
        TracingError: the library is not installed.
    """
    if settings.traces == "off":
        return OFF
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415
            OTLPSpanExporter,
        )
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ImportError as error:
        raise TracingError(
            Phrase(
                "TOCSIN_TRACES={traces} needs OpenTelemetry: pip install 'tocsin[{extra}]' ({why})",
                traces=settings.traces,
                extra=EXTRA,
                why=error,
            )
        ) from error
    about = {"service.version": version("tocsin"), "service.namespace": "tocsin"}
    if "OTEL_SERVICE_NAME" not in environ:
        about["service.name"] = f"tocsin-{command}"
    provider = TracerProvider(resource=Resource.create(about))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return OpenTelemetry(provider)


class OpenTelemetry(Tracing):
    """Traces through ``provider``, of OpenTelemetry's SDK."""

    is_on = True

    def __init__(self, provider: "TracerProvider") -> None:
        from opentelemetry import trace  # noqa: PLC0415 - an optional extra
        from opentelemetry.trace.propagation import tracecontext  # noqa: PLC0415

        self._trace = trace
        self._tracer = provider.get_tracer("tocsin", version("tocsin"))
        self._propagator = tracecontext.TraceContextTextMapPropagator()
        self._kinds: Mapping[Stage, SpanKind] = {
            "publish": trace.SpanKind.PRODUCER,
            "rollup": trace.SpanKind.CONSUMER,
            "judge": trace.SpanKind.CONSUMER,
            "deliver": trace.SpanKind.CONSUMER,
        }

    def now_ns(self) -> int:
        """The time of now."""
        return time.time_ns()

    def begin(
        self,
        stage: Stage,
        *,
        came: Came = None,
        also: Iterable[Came] = (),
        began_ns: int | None = None,
        **attributes: str | int,
    ) -> Span:
        """Begin a span, see ``Tracing``."""
        trace = self._trace
        others = (trace.get_current_span(self._context(one)).get_span_context() for one in also)
        span = self._tracer.start_span(
            stage,
            context=self._context(came),
            kind=self._kinds[stage],
            links=[trace.Link(one) for one in others if one.is_valid],
            start_time=began_ns,
            attributes={f"tocsin.{name}": value for name, value in attributes.items()},
        )
        carrier: dict[str, str] = {}
        self._propagator.inject(carrier, trace.set_span_in_context(span))
        headers = [(name, value.encode()) for name, value in carrier.items()]
        return _Span(span, headers, trace.StatusCode.ERROR)

    def _context(self, came: Came) -> "Context":
        """What the headers of a record say; nothing where they say nothing that can be read."""
        from opentelemetry.context import Context  # noqa: PLC0415

        pairs = came.items() if isinstance(came, Mapping) else came or ()
        carrier = {
            name: value.decode("ascii", "replace") if isinstance(value, bytes) else str(value)
            for name, value in pairs
            if name in _FIELDS
        }
        return self._propagator.extract(carrier, Context())


class _Span(Span):
    """A span of OpenTelemetry's."""

    def __init__(self, span: Any, headers: Headers, failed: Any) -> None:  # noqa: ANN401 - of the SDK
        self.headers = headers
        context = span.get_span_context()
        if context.trace_flags.sampled:  # what is not kept cannot be looked up
            self.exemplar = {"trace_id": f"{context.trace_id:032x}"}
        self._span, self._failed = span, failed

    def end(self, error: BaseException | None = None) -> None:
        if error is not None:
            # No traceback: it would carry what was posted, and perhaps a secret, out of the house.
            self._span.set_attribute("error.type", type(error).__name__)
            self._span.set_status(self._failed, hide(str(error)))
        self._span.end()
