"""Growth: one store from 10^3 to 10^6 documents, to 10^7 with --full."""

import statistics

import correct
from contestants import Product
from load import wrk
from measure import Gate

SAMPLE = 20_000


def issue_until(server, documents):
    """Issues until there are so many, a little more often."""
    while (have := server.documents()) < documents:
        run = wrk(server, "issue", 64, max(1, min(20, (documents - have) // 20_000)))
        correct.answered(run, "201")


def sample(server):
    """References from everywhere in the store, in no order."""
    count = server.documents()
    step = max(1, count // SAMPLE)
    rows = server.query(f"SELECT reference FROM documents WHERE rowid % {step} = 0 ORDER BY reference LIMIT {SAMPLE}")
    path = server.dir / "sample"
    path.write_text("".join(f"{row[0]}\n" for row in rows))
    return path


def signed(server):
    """Bytes of the payload and the signature of a document."""
    newest = server.call("GET", "/v1/trust/issuances?limit=1")["items"][0]
    _, payload, signature = newest["credential"].split(".")
    return sum(len(part) * 3 // 4 for part in (payload, signature))


def at_size(server, gate):
    """Processor time of an issuance and a verification, and the rest, at this size."""
    references = sample(server)
    verified, starts = [], []
    for _ in range(3):
        server.halt()
        starts.append(server.start())
        verified.append(gate.quiet(lambda: wrk(server, "verify", 64, 1, REFERENCES=references)))
    for run in filter(None, verified):
        correct.answered(run, "valid")
    issued = [gate.quiet(lambda: wrk(server, "issue", 64, 1)) for _ in range(3)]
    for run in filter(None, issued):
        correct.answered(run, "201")
    middle = lambda runs: statistics.median([run.cpu_micros for run in runs if run] or [float("nan")])
    return {"verify_micros": middle(verified), "issue_micros": middle(issued), "start_ms": 1e3 * min(starts)}


def row(options, report):
    """Slopes over the sizes."""
    gate = Gate()
    most = 10**7 if options.full else options.documents
    sizes = [size for size in (10**exponent for exponent in range(3, 8)) if size <= most]
    server = Product("disk" if options.full else "tmpfs")
    try:
        seen = {}
        for size in sizes:
            issue_until(server, size)
            before = server.documents()
            seen[before] = at_size(server, gate)
            report.note("G", f"{before:,} documents", **seen[before])
        fewest, most = min(seen), max(seen)
        first, last = seen[fewest], seen[most]
        grown = f"from {fewest:,} to {most:,} documents"
        for what, goal in (("verify", 1.15), ("issue", 1.5)):
            slope = last[f"{what}_micros"] / first[f"{what}_micros"]
            report.value("G", f"{what}: processor time, {grown}, times", slope, at_most=goal)
        report.value("G", f"start with {most:,} documents, ms", last["start_ms"], at_most=200)
        count, payload = server.documents(), signed(server)
        server.halt()
        taken = server.bytes() / count
        report.value("G", "bytes per document beside payload and signature", taken - payload, at_most=600, signed=payload, all=taken)
    finally:
        server.stop()
    report.refused(gate)
