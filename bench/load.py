"""Load from outside: wrk, and what it and the processes behind the address used meanwhile."""

import json
import os
import subprocess
from dataclasses import dataclass

import machine


@dataclass
class Run:
    """What one run gave."""

    requests: int
    seconds: float
    cpu: float
    p50: float
    p99: float
    answers: dict

    @property
    def rate(self):
        return self.requests / self.seconds

    @property
    def cpu_micros(self):
        """Processor time of server and database for one request."""
        return 1e6 * self.cpu / self.requests


def wrk(server, mode, connections, seconds, **variables):
    """Runs wrk against a server; `variables` are those of load.lua."""
    env = dict(os.environ, MODE=mode, API_KEY=server.key, TEMPLATE=server.template)
    env |= {name: str(value) for name, value in variables.items()}
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "-s", machine.HERE / "load.lua", server.url]
    before = machine.cpu_seconds(server.pids)
    done = subprocess.run(list(map(str, command)), env=env, capture_output=True, text=True)
    cpu = machine.cpu_seconds(server.pids) - before
    line = next((line for line in done.stdout.splitlines() if line.startswith("JSON ")), None)
    if line is None:
        raise SystemExit(f"bench: wrk said nothing: {done.stdout}{done.stderr}")
    said = json.loads(line[5:])
    answers = dict(said["answers"])
    if said["errors"]:
        answers["error"] = said["errors"]
    return Run(said["requests"], said["micros"] / 1e6, cpu, said["p50"] / 1e6, said["p99"] / 1e6, answers)
