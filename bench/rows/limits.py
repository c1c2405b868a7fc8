"""What this machine can do at best, in the same run: the loops of `ananke-limits`."""

import subprocess

import machine
from load import wrk


class Hello:
    """The smallest server there is with the product's HTTP library."""

    key = template = ""

    def __init__(self):
        words = [machine.TARGET / "ananke-limits", "hello"]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        self.url, self.pids = self.process.stdout.readline().strip(), [self.process.pid]


def row(options, report):
    """Per second of processor time, one thread; `hello` over HTTP with 64 connections."""
    for loop in ("sign", "verify", "sha256"):
        what = f"{loop} of 100 kB" if loop == "sha256" else loop
        report.note("L", what, per_second=machine.limit(loop, options.seconds))
    rows = machine.limit("insert", options.seconds, machine.place("tmpfs") / "limit.db")
    report.note("L", "rows of a document's size, 256 to a commit, on a tmpfs", per_second=rows)
    server = Hello()
    try:
        run = wrk(server, "get", 64, options.seconds)
        report.note("L", "hello over HTTP, 64 connections", rate=run.rate, cpu_micros=run.cpu_micros)
    finally:
        server.process.kill()
        server.process.wait()
