"""P3: verify by reference over HTTP, at 64 connections."""

import correct
from contestants import Peer, Product
from load import wrk
from measure import Compared, Gate, abba
from rows.issue import running

DOCUMENTS = 100_000
KNOWN = 10_000


def fill(server, documents):
    """Issues until there are so many; gives a file of their references."""
    while (have := server.documents()) < documents:
        run = wrk(server, "issue", 64, max(1, min(10, (documents - have) // 10_000)))
        correct.answered(run, "201")
    path = server.dir / "references"
    path.write_text("".join(f"{row[0]}\n" for row in server.query(f"SELECT reference FROM documents LIMIT {documents}")))
    return path


def p3(options, report):
    """Each reference once since the start, so that every signature is checked; then the same few again and again."""
    gate = Gate()
    with running(Product, lambda: Peer("fastify")) as (ours, theirs):
        files = {server: fill(server, DOCUMENTS) for server in (ours, theirs)}

        def verify(server):
            run = wrk(server, "verify", 64, options.seconds, REFERENCES=files[server])
            correct.answered(run, "valid")
            return run

        def anew():
            ours.halt()
            ours.start()
            run = verify(ours)
            if run.requests > DOCUMENTS:
                raise correct.Void("references were asked about twice")
            return run

        verify(theirs)
        cold = Compared(abba(options.rounds, anew, lambda: verify(theirs), gate))
        what = "verify by reference, every signature checked, 64 connections, beside fastify"
        report.row("P3", what, cold.rate, 3.0, **cold.figures())
        few = ours.dir / "few"
        few.write_text("".join(files[ours].read_text().splitlines(keepends=True)[:KNOWN]))
        files[ours] = few
        verify(ours)
        warm = Compared(abba(options.rounds, lambda: verify(ours), lambda: verify(theirs), gate))
        report.row("P3", "the same, verified before in this process", warm.rate, 10.0, **warm.figures())
    report.refused(gate)
