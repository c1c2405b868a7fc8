"""The machine: processor time and memory of processes, probes, temporary places, and what it is."""

import atexit
import os
import platform
import shutil
import subprocess
import tempfile
from pathlib import Path

TICK = 1 / os.sysconf("SC_CLK_TCK")
HERE = Path(__file__).parent
ROOT = HERE.parent
TARGET = ROOT / "target" / "release"
BUILT = ROOT / "target" / "bench"


def tree(pid):
    """A process and all below it."""
    children = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            after = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(after[1]), []).append(int(path.parent.name))
    found, at = [pid], 0
    while at < len(found):
        found += children.get(found[at], [])
        at += 1
    return found


def cpu_seconds(pids):
    """Processor time of processes and everything below them, in user and system mode, ended children included."""
    total = 0
    for pid in {one for pid in pids for one in tree(pid)}:
        try:
            after = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += sum(map(int, after[11:15]))
    return total * TICK


def memory(pids, name="Pss"):
    """Bytes that processes and everything below them hold; what they share counts once."""
    total = 0
    for pid in {one for pid in pids for one in tree(pid)}:
        try:
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith(f"{name}:"))
    return total * 1024


def place(kind):
    """A new directory on `tmpfs` or on the real `disk`, gone with this process at the latest."""
    made = Path(tempfile.mkdtemp(prefix="ananke-bench-", dir="/dev/shm" if kind == "tmpfs" else BUILT))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


def limit(loop, seconds, *more):
    """Rounds per second of processor time of a loop of `ananke-limits`."""
    return timed([TARGET / "ananke-limits", loop, str(seconds), *map(str, more)])[0]


def timed(command, env=None, cwd=None):
    """Runs a loop that prints its rounds: rounds per second of processor time, and rounds."""
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, env=env, cwd=cwd)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"bench: {command} ended with {process.returncode}")
    rounds = int(output)
    return rounds / (usage.ru_utime + usage.ru_stime), rounds


def flush_library():
    """The disk whose every flush takes the same time (flush.c), built where it is not yet."""
    BUILT.mkdir(parents=True, exist_ok=True)
    library, source = BUILT / "flush.so", HERE / "flush.c"
    if not library.exists() or library.stat().st_mtime < source.stat().st_mtime:
        subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", library, source], check=True)
        library.chmod(0o755)
    # Servers of other users load it too.
    public = place("tmpfs") / "flush.so"
    public.parent.chmod(0o755)
    shutil.copy(library, public)
    return public


def description():
    """What it is, for the table."""
    model = next((line.partition(":")[2].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "?")
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    changed = subprocess.run(["git", "status", "--porcelain"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    return {
        "processor": f"{os.cpu_count()} x {model}",
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "commit": commit + ("+" if changed else ""),
    }
