"""Overload, in quick forms: slow clients, idle connections, too few file descriptors."""

import asyncio
import resource
import subprocess
import time

import correct
import machine
from contestants import Product
from load import wrk

SLOW = 5_000
IDLE = 10_000
FEW = 200


def endpoint(server):
    host, port = server.url.removeprefix("http://").split(":")
    return host, int(port)


class Slow:
    """Clients that send one byte of a request every ten seconds, in a process of their own threads' loop."""

    def __init__(self, server, count):
        self.endpoint, self.count, self.cut = endpoint(server), count, []

    async def one(self):
        began = time.perf_counter()
        reader, writer = await asyncio.open_connection(*self.endpoint)
        # Cut is what reads as the end, or as an answer to something that was none.
        end = asyncio.ensure_future(reader.read(64))
        for byte in b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n":
            writer.write(bytes([byte]))
            done, _ = await asyncio.wait([end], timeout=10)
            if done:
                # How it ended does not matter; that it did is said by the time.
                end.exception()
                self.cut.append(time.perf_counter() - began)
                break
        writer.close()

    async def all(self):
        # Not all in one moment: the queue of new connections is shorter.
        async def later(n):
            await asyncio.sleep(n / 5_000)
            await self.one()

        await asyncio.gather(*(later(n) for n in range(self.count)))


def slow_clients(options, report):
    """G-15: all are cut within 15 s, and the others hardly notice."""
    server = Product()
    try:
        references = server.dir / "references"
        correct.answered(wrk(server, "issue", 16, 2), "201")
        references.write_text("".join(f"{row[0]}\n" for row in server.query("SELECT reference FROM documents LIMIT 10000")))
        good = lambda: wrk(server, "verify", 16, 8, REFERENCES=references)
        good()
        before = good()
        code = f"""if True:
            import asyncio, sys
            sys.path.insert(0, {str(machine.HERE)!r})
            from rows.overload import Slow
            class Server: url = {server.url!r}
            slow = Slow(Server, {SLOW})
            asyncio.run(slow.all())
            print(len(slow.cut), max(slow.cut))"""
        clients = subprocess.Popen(["python3", "-c", code], stdout=subprocess.PIPE, text=True)
        time.sleep(2)
        during = good()
        count, longest = clients.communicate()[0].split()
        if int(count) != SLOW:
            raise correct.Void(f"only {count} of {SLOW} slow clients were cut")
        for run in (before, during):
            correct.answered(run, "valid")
        report.value("G-15", f"seconds until the last of {SLOW:,} slow clients was cut", float(longest), at_most=15, cut=int(count))
        report.value(
            "G-15", "p99 of the others meanwhile, times", during.p99 / before.p99, at_most=2,
            before_ms=1e3 * before.p99, meanwhile_ms=1e3 * during.p99,
        )
    finally:
        server.stop()


def idle_connections(options, report):
    """G-16, without TLS, which comes later: what an idle connection holds."""
    server = Product()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    try:
        async def hold():
            before = machine.memory([server.process.pid])

            async def one():
                # With one request each, so that they are known as good ones.
                reader, writer = await asyncio.open_connection(*endpoint(server))
                writer.write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
                await reader.readuntil(b"\r\n\r\n")
                return writer

            writers = []
            for _ in range(0, IDLE, 500):
                writers += await asyncio.gather(*(one() for _ in range(500)))
            held = machine.memory([server.process.pid])
            if any(writer.transport.is_closing() for writer in writers):
                raise correct.Void("some were cut before all were there")
            for writer in writers:
                writer.close()
            return (held - before) / IDLE

        report.value("G-16", f"bytes of each of {IDLE:,} idle connections, without TLS", asyncio.run(hold()), at_most=40_000)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        server.stop()


def few_descriptors(options, report):
    """G-16: where the server may open no more files it waits, and goes on when it may again."""
    server = Product()
    try:
        resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (FEW, FEW))

        async def crowd():
            streams = [await asyncio.open_connection(*endpoint(server)) for _ in range(2 * FEW)]
            began, cpu = time.perf_counter(), machine.cpu_seconds([server.process.pid])
            await asyncio.sleep(3)
            busy = (machine.cpu_seconds([server.process.pid]) - cpu) / (time.perf_counter() - began)
            for _, writer in streams:
                writer.close()
            return busy

        busy = asyncio.run(crowd())
        report.value("G-16", "processors used while no file could be opened", busy, at_most=0.2)
        server.call("GET", "/v1/whoami")
    finally:
        server.stop()


def row(options, report):
    """All of them."""
    slow_clients(options, report)
    idle_connections(options, report)
    few_descriptors(options, report)
