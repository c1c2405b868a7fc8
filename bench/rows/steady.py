"""An open loop of load, which does not wait for answers, and the real disk."""

import asyncio
import json
import os
import statistics
import time

import correct
from contestants import Peer, Product
from load import wrk
from measure import Compared, Gate, abba
from rows.issue import Sides, flushing, running

PER_SECOND = 400
CONNECTIONS = 64


class OpenLoop:
    """So many documents a second, at times that do not depend on when the answers come."""

    def __init__(self, server, seconds):
        self.server, self.count = server, PER_SECOND * seconds
        self.took, self.answers = [], {}

    def body(self, number):
        document = {"recipientName": f"Person {number}", "fields": [{"key": "course", "value": "Steadiness"}]}
        return json.dumps({"templateId": self.server.template, **document}).encode()

    async def one(self, number, due, idle):
        """Sends one when it is due, over whichever connection is idle; late is counted from when it was due."""
        await asyncio.sleep(max(0, due - time.perf_counter()))
        reader, writer = await idle.get()
        body = self.body(number)
        head = f"POST /v1/trust/issuances HTTP/1.1\r\nHost: localhost\r\nX-API-Key: {self.server.key}\r\n"
        writer.write(f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        answer = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next(line for line in answer.lower().split("\r\n") if line.startswith("content-length:"))
        await reader.readexactly(int(length.split(":")[1]))
        self.took.append(time.perf_counter() - due)
        status = answer.split(" ")[1]
        self.answers[status] = self.answers.get(status, 0) + 1
        idle.put_nowait((reader, writer))

    async def all(self):
        host, port = self.server.url.removeprefix("http://").split(":")
        idle = asyncio.Queue()
        for _ in range(CONNECTIONS):
            idle.put_nowait(await asyncio.open_connection(host, int(port)))
        began = time.perf_counter() + 0.1
        await asyncio.gather(*(self.one(n, began + n / PER_SECOND, idle) for n in range(self.count)))
        while not idle.empty():
            idle.get_nowait()[1].close()

    def run(self):
        """Gives p50 and p99 in milliseconds."""
        asyncio.run(self.all())
        if set(self.answers) != {"201"}:
            raise correct.Void(f"other answers than 201: {self.answers}")
        cuts = statistics.quantiles(self.took, n=100)
        return 1e3 * cuts[49], 1e3 * cuts[98]


def open_loop(options, report):
    """Latency at a steady rate far below the most, beside Fastify: medians over the rounds."""
    env = flushing()
    with running(lambda: Product(env=env), lambda: Peer("fastify", env=env)) as servers:
        for server in servers:
            correct.answered(wrk(server, "issue", CONNECTIONS, 1), "201")
        rounds = {server.name: [] for server in servers}
        for _ in range(options.rounds):
            for server in servers:
                rounds[server.name].append(OpenLoop(server, options.seconds).run())
        middle = {name: [statistics.median(values) for values in zip(*seen)] for name, seen in rounds.items()}
        (p50, p99), (peer_p50, peer_p99) = middle["ananke"], middle["fastify"]
        report.note(
            "P1", f"issue, {PER_SECOND} a second whatever comes back, ms", p50=p50, p99=p99, fastify_p50=peer_p50, fastify_p99=peer_p99
        )


def flush_histogram(place):
    """How long flushes take on the real disk, in milliseconds."""
    took = []
    with open(place / "probe", "wb", buffering=0) as file:
        for _ in range(500):
            file.write(b"x" * 4096)
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            took.append(1e3 * (time.perf_counter() - began))
    cuts = statistics.quantiles(took, n=100)
    return {"p10_ms": cuts[9], "p50_ms": cuts[49], "p90_ms": cuts[89], "p99_ms": cuts[98], "most_ms": max(took)}


def disk(options, report):
    """P1 where both store on the real disk, and how its flushes were meanwhile."""
    gate, sides = Gate(), Sides(options.seconds)
    with running(lambda: Product("disk"), lambda: Peer("fastify", "disk")) as (ours, theirs):
        for server in (ours, theirs):
            sides.run(server, 64)
        report.note("P1", "flushes of the real disk, before", **flush_histogram(ours.dir))
        run = lambda server: lambda: sides.run(server, 64)
        compared = Compared(abba(options.rounds, run(ours), run(theirs), gate))
        report.row("P1", "issue on the real disk, 64 connections, beside fastify", compared.rate, **compared.figures())
        report.note("P1", "flushes of the real disk, after", **flush_histogram(ours.dir))
        sides.checked()
    report.refused(gate)


def row(options, report):
    """Both."""
    open_loop(options, report)
    disk(options, report)
