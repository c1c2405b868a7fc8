"""P4, P5: sign and verify a record in process, beside the bare operation and other libraries. One thread each."""

import json
import os

import machine
from contestants import PEERS, signing_key
from measure import Gate, Ratio, abba

CLAIMS = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "type": ["VerifiableCredential"],
    "issuer": {"id": "https://docs.example.com/i/ACME01", "name": "Acme Academy"},
    "validFrom": "2026-06-01T10:00:00.000Z",
    "credentialSubject": {
        "reference": "T0000000000000000", "documentType": "certificate", "documentTitle": "Diploma",
        "recipientName": "Person 1234567", "fields": [{"key": "course", "label": "Course", "value": "Distributed systems"}],
    },
    "credentialStatus": {"type": "TokenStatusList", "index": 42},
}


def peers():
    """Loops of others, by name."""
    env = dict(os.environ, SIGNING_KEY=signing_key(), CLAIMS=json.dumps(CLAIMS))
    python = PEERS / ".venv/bin/python"

    def loop(*command):
        return lambda what, seconds: machine.timed([*command, what, str(seconds)], env, PEERS)[0]

    return {
        "hand-written Python": loop(python, "records.py", "hand"),
        "sd-jwt": loop(python, "records.py", "sd-jwt"),
        "jose": loop("node", "records.mjs"),
    }


def records(row, what, share, options, report):
    gate = Gate()
    seconds = options.seconds / 2
    ours = lambda: machine.limit(f"record-{what}", seconds)
    ratio, rates = Ratio(), []
    for mine, other in abba(options.rounds, ours, lambda: machine.limit(what, seconds), gate):
        ratio.add(sum(mine), sum(other))
        rates += mine
    report.row(row, f"{what} a record, of the bare operation", ratio, goal=share, rate=max(rates, default=float("nan")))
    for name, loop in peers().items():
        ratio = Ratio()
        for mine, other in abba(max(1, options.rounds // 2), ours, lambda: loop(what, seconds), gate):
            ratio.add(sum(mine), sum(other))
        report.row(row, f"{what} a record, beside {name}", ratio)
    report.refused(gate)


def p4(options, report):
    """Sign a record."""
    records("P4", "sign", 0.95, options, report)


def p5(options, report):
    """Verify a record."""
    records("P5", "verify", 0.93, options, report)
