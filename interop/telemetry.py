"""Reads what a server exports, with the definitions of those who made the formats, and prints it as JSON.

`telemetry.py metrics FILE` reads a page of /metrics with Prometheus' own parser, `telemetry.py spans FILE...` reads
bodies that a collector was sent with OpenTelemetry's own messages. Whatever does not fit fails.
"""

import json
import sys
from pathlib import Path


def metrics(path):
    from prometheus_client.parser import text_string_to_metric_families

    families = {}
    for family in text_string_to_metric_families(Path(path).read_text()):
        assert family.documentation, f"{family.name} does not say what it is"
        assert family.name not in families, f"{family.name} stands twice"
        families[family.name] = {
            "type": family.type,
            "samples": [[sample.name, sample.labels, sample.value] for sample in family.samples],
        }
    return families


def value(any_value):
    return getattr(any_value, any_value.WhichOneof("value"))


def attributes(pairs):
    names = [pair.key for pair in pairs]
    assert len(names) == len(set(names)), f"twice: {names}"
    return {pair.key: value(pair.value) for pair in pairs}


def spans(*paths):
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    found = []
    for path in paths:
        body = Path(path).read_bytes()
        request = ExportTraceServiceRequest.FromString(body)
        request.DiscardUnknownFields()
        assert request.ByteSize() == len(body), "it holds members nobody knows, or says something twice"
        for resource in request.resource_spans:
            for scope in resource.scope_spans:
                for span in scope.spans:
                    found.append(
                        {
                            "resource": attributes(resource.resource.attributes),
                            "scope": scope.scope.name,
                            "name": span.name,
                            "kind": span.kind,
                            "traceId": span.trace_id.hex(),
                            "spanId": span.span_id.hex(),
                            "parentSpanId": span.parent_span_id.hex(),
                            "begin": span.start_time_unix_nano,
                            "end": span.end_time_unix_nano,
                            "attributes": attributes(span.attributes),
                            "status": span.status.code,
                        }
                    )
    return found


if __name__ == "__main__":
    _, what, *files = sys.argv
    print(json.dumps({"metrics": metrics, "spans": spans}[what](*files)))
