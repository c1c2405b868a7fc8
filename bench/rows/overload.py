"""Overload, in quick forms: slow clients, idle connections, too few file descriptors, a crowd, many uploads."""

import asyncio
import base64
import http.client
import json
import resource
import statistics
import subprocess
import threading
import time

import correct
import machine
from contestants import Product
from load import wrk

SLOW = 5_000
IDLE = 10_000
FEW = 200
CROWD = 4_000
UPLOADS = 64
UPLOAD_BYTES = 10 * 1024 * 1024


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


class Asking(threading.Thread):
    """One who asks the same again and again, a little later each time; notes status and time of each answer."""

    def __init__(self, server, method, path, body, pause):
        super().__init__()
        self.server, self.question, self.pause = server, (method, path, json.dumps(body)), pause
        self.over, self.seen = threading.Event(), []

    def run(self):
        headers = {"Content-Type": "application/json", "X-API-Key": self.server.key}
        connection = http.client.HTTPConnection(*endpoint(self.server), timeout=30)
        while not self.over.wait(self.pause):
            began = time.perf_counter()
            connection.request(*self.question, headers)
            answer = connection.getresponse()
            answer.read()
            self.seen.append((answer.status, time.perf_counter() - began))
        connection.close()

    def end(self):
        """What came back."""
        self.over.set()
        self.join()
        return self.seen


def crowd(options, report):
    """G-17: many more ask for documents than can be issued, each again as soon as it was refused."""
    server = Product()
    try:
        issue = lambda connections: wrk(server, "issue", connections, 6)
        correct.answered(issue(64), "201")
        peak = issue(64)
        correct.answered(peak, "201")
        reference = server.query("SELECT reference FROM documents LIMIT 1")[0][0]
        question = {"templateId": server.template, "recipientName": "One more", "fields": [{"key": "course", "value": "Queues"}]}
        asking = Asking(server, "POST", "/v1/trust/issuances", question, 0.02)
        verifying = Asking(server, "POST", "/v1/trust/verify/by-reference", {"reference": reference}, 0.02)
        for one in (asking, verifying):
            one.start()
        run = issue(CROWD)
        issued, verified = asking.end(), verifying.end()
        if set(run.answers) - {"201", "503"} or {status for status, _ in issued} - {201, 503} or {status for status, _ in verified} != {200}:
            raise correct.Void(f"other answers than 201 and 503: {run.answers}")
        refused = run.answers.get("503", 0)
        report.value(
            "G-17", f"documents per second with {CROWD:,} connections, of those with 64", run.answers["201"] / run.seconds / peak.rate,
            at_least=0.8, offered_times=run.rate / peak.rate, refused=refused,
        )
        late = [seconds for status, seconds in issued if status == 503]
        if late:
            report.value("G-17", "a refusal then, median ms", 1e3 * statistics.median(late), at_most=10, count=len(late))
        report.note("G-17", "a verification then, ms", median=1e3 * statistics.median(s for _, s in verified), count=len(verified))
    finally:
        server.stop()


def uploads(options, report):
    """G-18: many of the largest files at once; what the server holds then, it would need under a limit too."""
    server = Product()
    try:
        file = b"%PDF-1.7\n" + b" " * (UPLOAD_BYTES - 15) + b"%%EOF\n"
        body = server.dir / "upload.json"
        fields = [{"key": "course", "value": "Weight"}]
        body.write_text(json.dumps({"templateId": server.template, "recipientName": "Heavy", "fields": fields, "pdf": base64.b64encode(file).decode()}))
        run = wrk(server, "upload", UPLOADS, 8, UPLOAD=body)
        if set(run.answers) - {"201", "503"} or "201" not in run.answers:
            raise correct.Void(f"other answers than 201 and 503: {run.answers}")
        status = open(f"/proc/{server.process.pid}/status").read()
        peak = 1024 * int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])
        report.value(
            "G-18", f"memory at most with {UPLOADS} uploads of 10 MB at once, MB", peak / 1e6, at_most=512,
            stored=run.answers["201"], refused=run.answers.get("503", 0), p50_ms=1e3 * run.p50,
        )
    finally:
        server.stop()


def row(options, report):
    """All of them."""
    slow_clients(options, report)
    idle_connections(options, report)
    few_descriptors(options, report)
    crowd(options, report)
    uploads(options, report)
