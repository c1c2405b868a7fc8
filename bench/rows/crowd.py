"""Growth in the other directions: many tenants, many API keys."""

import statistics

import correct
from contestants import Product
from load import wrk
from measure import Gate
from rows.growth import sample

TENANTS = 10_000
FEW_KEYS = 1_000


def middle(gate, run, answer):
    """Processor time of a request: the median of three runs."""
    runs = [one for one in (gate.quiet(run) for _ in range(3)) if one]
    for one in runs:
        correct.answered(one, answer)
    return statistics.median([one.cpu_micros for one in runs] or [float("nan")])


def tenants(options, report):
    """One tenant's requests, when it is alone and when it is one of many."""
    gate = Gate()
    server = Product()
    try:
        correct.answered(wrk(server, "issue", 64, 2), "201")
        references = sample(server)
        seen = []
        for count in (1, TENANTS):
            for number in range(len(server.query("SELECT code FROM tenants")), count):
                server.operator("POST", "/tenants", {"name": f"Tenant {number}", "code": f"T{number:05}", "timeZone": "UTC"})
            server.halt()
            server.start()
            verify = lambda: wrk(server, "verify", 64, 2, REFERENCES=references)
            verify()
            seen.append((middle(gate, verify, "valid"), middle(gate, lambda: wrk(server, "issue", 64, 2), "201")))
        (verify_alone, issue_alone), (verify_among, issue_among) = seen
        report.value("G", f"verify: processor time, one tenant among {TENANTS:,}, times", verify_among / verify_alone, at_most=1.15)
        report.value("G", f"issue: processor time, one tenant among {TENANTS:,}, times", issue_among / issue_alone, at_most=1.5)
    finally:
        server.stop()
    report.refused(gate)


def keys(options, report):
    """A key check, with few keys and with many: each request with another one."""
    gate = Gate()
    many = 1_000_000 if options.full else 100_000
    server = Product()
    made = server.dir / "keys"
    count = lambda: int(server.query("SELECT count(*) FROM api_keys")[0][0])
    try:
        seen = []
        for wanted in (FEW_KEYS, many):
            while count() < wanted:
                correct.answered(wrk(server, "keys", 64, 1 if wanted == FEW_KEYS else 10, MADE=made), "201")
            # In no order, and no more of them than were there to be chosen from.
            all_keys = made.read_text().splitlines()
            asked = server.dir / "asked"
            asked.write_text("".join(f"{key}\n" for key in sorted(all_keys, key=lambda key: key[-6:])))
            check = lambda: wrk(server, "whoami", 64, 2, REFERENCES=asked)
            check()
            seen.append((count(), middle(gate, check, "200")))
        (few, first), (most, last) = seen
        report.value("G", f"key check: processor time, from {few:,} to {most:,} keys, times", last / first, at_most=1.5, micros=last)
    finally:
        server.stop()
    report.refused(gate)
