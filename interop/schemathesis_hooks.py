"""What keeps a run of schemathesis going: the key it asks with, and requests that are told apart."""

import itertools
import os
import re

import schemathesis

OWN = os.environ.get("ANANKE_KEY_ID")
DOCUMENTS = itertools.cycle(filter(None, os.environ.get("ANANKE_DOCUMENT_IDS", "").split(",")))
TEMPLATE = os.environ.get("ANANKE_TEMPLATE_ID")
UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
NUMBERS = itertools.count()


@schemathesis.hook
def before_call(context, case, kwargs):
    # Deleted, rolled without an overlap or ended soon, it would be refused from then on, and all later questions with it.
    if case.method.upper() != "GET" and (case.path_parameters or {}).get("id") == OWN:
        case.path_parameters["id"] = "000000000000"
    # Two requests of the same good Idempotency-Key are one request: its answer comes again, whatever was deleted
    # since. The key "0" is drawn often, and means a new request every time.
    for name, value in (case.headers or {}).items():
        if name.lower() == "idempotency-key" and 0 < len(value) < 200 and value.isascii() and value.isprintable():
            case.headers[name] = f"{value}{next(NUMBERS)}"
    # Drawn ids are nobody's. Of a key that is there more is asked: every second time it is the one that asks.
    body = case.body if isinstance(case.body, dict) else {}
    drawn = isinstance(body.get("keyId"), str) and re.fullmatch("[0-9A-Za-z]{12}", body["keyId"])
    if OWN and drawn and next(NUMBERS) % 2:
        case.body["keyId"] = OWN
    # The same of templates: the one that is there asks for no fields.
    drawn = isinstance(body.get("templateId"), str) and re.fullmatch(UUID, body["templateId"])
    if TEMPLATE and drawn and next(NUMBERS) % 2:
        case.body["templateId"] = TEMPLATE
    # The same of documents: what is asked of one that is there is answered well, until it was erased.
    path, id = case.path_parameters or {}, str((case.path_parameters or {}).get("id"))
    asked = case.operation.path
    reads = case.method.upper() == "GET" and asked.startswith("/v1/trust/issuances/{id}")
    changes = asked in ("/v1/trust/issuances/{id}/replace", "/v1/trust/issuances/{id}/lifecycle")
    if (reads or changes) and re.fullmatch(UUID, id) and next(NUMBERS) % 2:
        path["id"] = next(DOCUMENTS, id)
    # A part that is null, or a list of nothing, is not sent at all, and what was wrong with the form goes with it.
    if asked == "/v1/tcode/verify/image":
        for name, value in body.items():
            if value is None or value == []:
                case.body[name] = "nothing"
