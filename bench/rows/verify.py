"""P3: verify by reference over HTTP, at 64 connections."""

import correct
from contestants import Peer, Product
from load import wrk
from measure import Gate, Ratio, abba, total
from rows.issue import median, running

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
        cold = Ratio(), Ratio()
        runs = []
        for mine, other in abba(options.rounds, anew, lambda: verify(theirs), gate):
            cold[0].add(total(mine, "rate"), total(other, "rate"))
            cold[1].add(total(other, "cpu_micros"), total(mine, "cpu_micros"))
            runs += [(run, peer) for run, peer in zip(mine, other)]
        report.row(
            "P3", "verify by reference, every signature checked, 64 connections, beside fastify", cold[0], goal=3.0,
            cpu_ratio=str(cold[1]), rate=median([run for run, _ in runs], "rate"),
            cpu_micros=median([run for run, _ in runs], "cpu_micros"), peer_rate=median([peer for _, peer in runs], "rate"),
            peer_cpu_micros=median([peer for _, peer in runs], "cpu_micros"),
        )
        few = ours.dir / "few"
        few.write_text("".join(files[ours].read_text().splitlines(keepends=True)[:KNOWN]))
        files[ours] = few
        verify(ours)
        warm, runs = (Ratio(), Ratio()), []
        for mine, other in abba(options.rounds, lambda: verify(ours), lambda: verify(theirs), gate):
            warm[0].add(total(mine, "rate"), total(other, "rate"))
            warm[1].add(total(other, "cpu_micros"), total(mine, "cpu_micros"))
            runs += mine
        report.row(
            "P3", "the same, verified before in this process", warm[0], goal=10.0, cpu_ratio=str(warm[1]),
            rate=median(runs, "rate"), cpu_micros=median(runs, "cpu_micros"),
        )
    report.refused(gate)
