"""No answer before its flush: what the kernel saw, read from strace."""

import re
import shutil
import subprocess
from dataclasses import dataclass

import correct
import machine
from contestants import Product
from load import wrk

LINE = re.compile(r"^(\d+) +(\d+\.\d+) (.*)$")
CALLS = "fsync,fdatasync,read,recvfrom,write,writev,sendto"


@dataclass
class Call:
    """One call, from when it was made to when it came back."""

    name: str
    began: float
    ended: float
    text: str


def calls(lines):
    """Calls from lines of `strace -f -ttt`; one that others interrupt stands on two of them."""
    begun, found = {}, []
    for line in lines:
        match = LINE.match(line)
        if not match:
            continue
        pid, at, rest = match[1], float(match[2]), match[3]
        if rest.endswith("<unfinished ...>"):
            begun[pid] = (at, rest)
            continue
        began, text = at, rest
        if rest.startswith("<... "):
            if pid not in begun:
                continue
            began, first = begun.pop(pid)
            text = first + rest
        name = text.partition("(")[0]
        duration = re.search(r"<(\d+\.\d+)>$", rest)
        ended = at if rest.startswith("<... ") else at + float(duration[1] if duration else 0)
        found.append(Call(name, began, ended, text))
    return found


def descriptor(text):
    """What a call is about, as strace -yy writes it: a file or a connection."""
    match = re.search(r"\((\d+<[^>]*(?:->[^>]*)?>)", text)
    return match[1] if match else ""


def without_flush(found):
    """Answers with 201 between whose request and first byte no flush of the log began and ended. Also: how many there are."""
    flushes = [call for call in found if call.name in ("fsync", "fdatasync") and "ananke.db-wal" in call.text and "= 0" in call.text]
    requests, early, answers = {}, 0, 0
    for call in sorted(found, key=lambda call: call.began):
        if "POST /v1/trust/issuances" in call.text:
            requests[descriptor(call.text)] = call.ended
        elif "HTTP/1.1 201" in call.text:
            answers += 1
            asked = requests.pop(descriptor(call.text), None)
            if asked is None or not any(asked <= flush.began and flush.ended <= call.began for flush in flushes):
                early += 1
    return early, answers


def row(options, report):
    """One client after the other, then eight at once."""
    trace = machine.BUILT / "strace"
    server = Product()
    watcher = None
    try:
        words = ["strace", "-f", "-ttt", "-T", "-yy", "-s", "48", "-e", f"trace={CALLS}", "-o", trace, "-p", str(server.process.pid)]
        watcher = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
        watcher.stderr.readline()
        for connections in (1, 8):
            correct.answered(wrk(server, "issue", connections, 2), "201")
        watcher.terminate()
        watcher.wait()
        found = calls(trace.read_text(errors="replace").splitlines())
        early, answers = without_flush(found)
        if not answers:
            raise correct.Void("strace saw no answer")
        report.value("P1", "answers before their flush, by strace", early, at_most=0, answers=answers)
    finally:
        if watcher and watcher.poll() is None:
            watcher.kill()
        server.stop()
        shutil.rmtree(trace, ignore_errors=True)
