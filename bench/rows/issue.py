"""P1, P2, P12: issue over HTTP, durable; every flush takes the same time for everybody."""

import statistics
import subprocess
import sys
from contextlib import contextmanager

import correct
import machine
from contestants import Peer, Product
from load import wrk
from measure import Compared, Gate, abba, median

FLUSH_MICROS = 1000


@contextmanager
def running(*servers):
    """Servers that are ended afterwards, whatever happens."""
    made = []
    try:
        for make in servers:
            made.append(make())
        yield made
    finally:
        for server in made:
            server.stop()


def flushing():
    """Variables under which a flush takes a millisecond."""
    return {"LD_PRELOAD": str(machine.flush_library()), "FLUSH_MICROS": str(FLUSH_MICROS)}


def flush_seconds(env):
    """How long a flush really takes there: the median of 500."""
    code = """if True:
        import os, time, sys
        file = os.open(sys.argv[1] + "/probe", os.O_CREAT | os.O_WRONLY)
        for _ in range(500):
            os.pwrite(file, b"x" * 4096, 0)
            began = time.perf_counter()
            os.fdatasync(file)
            print(time.perf_counter() - began)"""
    words = [sys.executable, "-c", code, machine.place("tmpfs")]
    done = subprocess.run(words, env=env, capture_output=True, text=True, check=True)
    return statistics.median(map(float, done.stdout.split()))


class Sides:
    """Runs the same load against servers, and remembers what each acknowledged."""

    def __init__(self, seconds):
        self.seconds, self.acknowledged = seconds, {}

    def run(self, server, connections):
        run = wrk(server, "issue", connections, self.seconds)
        correct.answered(run, "201")
        self.acknowledged[server] = self.acknowledged.get(server, 0) + run.requests
        return run

    def checked(self):
        """Compares with what is stored; gives how many signatures OpenSSL checked."""
        for server, count in self.acknowledged.items():
            correct.stored(server, count)
        return sum(correct.by_openssl(server) for server in self.acknowledged)


def against(ours, theirs, connections, sides, rounds, gate):
    """Pairs of runs of two servers."""
    return Compared(abba(rounds, lambda: sides.run(ours, connections), lambda: sides.run(theirs, connections), gate))


def p1(options, report):
    """Issue at 64 connections beside each peer."""
    env = flushing()
    gate, sides = Gate(), Sides(options.seconds)
    raw = machine.limit("sign", 1)
    peers = [lambda name=name: Peer(name, env=env) for name in ("fastify", "express", "fastapi")]
    with running(lambda: Product(env=env), *peers) as (ours, *others):
        for server in (ours, *others):
            sides.run(server, 64)  # warm
        for peer in others:
            rounds = options.rounds if peer.name == "fastify" else 1
            compared = against(ours, peer, 64, sides, rounds, gate)
            goal = 4.0 if peer.name == "fastify" else None
            report.row("P1", f"issue, 64 connections, beside {peer.name}", compared.rate, goal, **compared.figures())
        memory = {server.name: machine.memory([server.process.pid]) for server in (ours, *others)}
        report.note("P11", "memory after issuing at 64 connections, the peers' without their database", **memory)
        report.value("P11", "memory after P1, of that of fastify", memory["ananke"] / memory["fastify"], at_most=0.7)
        report.note("P1", "one bare signature", micros=1e6 / raw)
        report.note("P1", "signatures checked by OpenSSL", count=sides.checked())
    report.refused(gate)


def p2(options, report):
    """Issue at one connection: how long beyond one flush."""
    env = flushing()
    gate, sides = Gate(), Sides(options.seconds)
    with running(lambda: Product(env=env), lambda: Peer("fastify", env=env)) as (ours, theirs):
        for server in (ours, theirs):
            sides.run(server, 1)
        flush = flush_seconds(env)
        compared = against(ours, theirs, 1, sides, options.rounds, gate)
        mine, other = compared.mine, compared.other
        report.value(
            "P2", "issue, 1 connection: p50 beyond one flush, ms", 1e3 * (median(mine, "p50") - flush), at_most=0.2,
            flush_ms=1e3 * flush, p50_ms=1e3 * median(mine, "p50"), fastify_p50_ms=1e3 * median(other, "p50"),
        )
        sides.checked()
    report.refused(gate)


def p12(options, report):
    """PostgreSQL beside Fastify, and beside SQLite."""
    env = flushing()
    gate, sides = Gate(), Sides(options.seconds)
    three = (lambda: Product(env=env, engine="postgres"), lambda: Peer("fastify", env=env), lambda: Product(env=env))
    with running(*three) as (ours, theirs, sqlite):
        for server in (ours, theirs, sqlite):
            sides.run(server, 64)
        for other, goal in ((theirs, 3.5), (sqlite, 0.8)):
            compared = against(ours, other, 64, sides, options.rounds, gate)
            beside = "SQLite" if other is sqlite else other.name
            what = f"issue on PostgreSQL, 64 connections, beside {beside}"
            report.row("P12", what, compared.rate, goal, **compared.figures())
        report.note("P12", "signatures checked by OpenSSL", count=sides.checked())
    report.refused(gate)
