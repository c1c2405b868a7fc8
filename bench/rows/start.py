"""P11: from nothing to the first answer, and memory when idle."""

import machine
from contestants import Peer, Product
from measure import Gate, Ratio, abba
from rows.issue import running


def p11(options, report):
    """A database that is there already; the peers' PostgreSQL runs all the time."""
    gate = Gate()

    def again(server):
        server.halt()
        return server.start()

    with running(Product, lambda: Peer("express"), lambda: Peer("fastify")) as (ours, *others):
        for peer in others:
            ratio, times = Ratio(), []
            for mine, other in abba(options.rounds, lambda: again(ours), lambda: again(peer), gate):
                ratio.add(sum(other), sum(mine))
                times += mine
            report.row("P11", f"first answer after a start, beside {peer.name}", ratio, goal=4.0, ms=1e3 * min(times, default=float("nan")))
        report.value("P11", "memory when idle, MB", machine.memory([ours.process.pid]) / 1e6, at_most=20)
    report.refused(gate)
