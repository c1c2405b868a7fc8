"""Who runs: the product as its users start it, and the peers."""

import atexit
import http.client
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import time
import urllib.request

import machine
from cluster import Cluster

API_KEY = "bench-key-of-the-peers"
PEERS = machine.HERE / "peers"


def signing_key():
    """A P-256 key, as PEM."""
    words = ["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


def free_port():
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(url):
    """Whether somebody is ready there."""
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=5) as response:
            return response.status == 200
    except OSError:
        return False


class Server:
    """A server process and its database."""

    key, template, url = "", "", ""

    def __init__(self, name, storage, env):
        self.name, self.env = name, env
        self.dir = machine.place(storage)
        self.cluster, self.process = None, None
        atexit.register(self.stop)

    @property
    def pids(self):
        database = [self.cluster.process.pid] if self.cluster else []
        return [self.process.pid, *database]

    def begin(self, command, env, cwd=None):
        """Starts it; gives the seconds until its first answer."""
        began = time.perf_counter()
        log = open(self.dir / "log", "a")
        self.process = subprocess.Popen(
            [str(word) for word in command], env=dict(os.environ, **self.env, **env), cwd=cwd or self.dir, stdout=log, stderr=log
        )
        while not answers(self.url):
            if self.process.poll() is not None:
                raise SystemExit(f"bench: {self.name} ended: {(self.dir / 'log').read_text()[-2000:]}")
            time.sleep(0.002)
        return time.perf_counter() - began

    def query(self, text):
        """What a statement gives in its database: the bench looks inside, clients cannot."""
        return [line.split("|") for line in self.cluster.sql(text).splitlines()]

    def documents(self):
        """How many there are."""
        return int(self.query("SELECT count(*) FROM documents")[0][0])

    def halt(self):
        """Ends the process only."""
        if self.process:
            self.process.terminate()
            self.process.wait()
            self.process = None

    def stop(self):
        """Ends it and takes its files away."""
        self.halt()
        if self.cluster:
            self.cluster.stop()
            self.cluster = None
        shutil.rmtree(self.dir, ignore_errors=True)


class Product(Server):
    """The server of this repository, with its own defaults but for the rate limits: history, events and log are on."""

    LIMITS = ["PUBLIC_PER_MINUTE", "PUBLIC_BURST", "KEY_READS_PER_SECOND", "KEY_WRITES_PER_SECOND", "KEY_FILES_PER_SECOND", "TENANT_PER_SECOND"]

    def __init__(self, storage="tmpfs", env=None, engine="sqlite"):
        super().__init__("ananke" if engine == "sqlite" else "ananke on PostgreSQL", storage, env or {})
        if engine == "postgres":
            self.cluster = Cluster(storage, self.env)
        self.url = f"http://127.0.0.1:{free_port()}"
        self.start()
        ready_file = self.dir / "ready.json"
        while not ready_file.exists():
            time.sleep(0.002)
        ready = json.loads(ready_file.read_text())
        self.key, self.issuer = ready["liveKey"], ready["issuerCode"]
        fields = [{"key": "course", "label": "Course", "required": True, "type": "text"}]
        made = self.call("POST", "/v1/trust/templates", {"name": "Diploma", "docType": "certificate", "schema": fields})
        self.template = made["id"]

    def start(self):
        """Starts it; gives the seconds until its first answer."""
        # Rate limits count as ever, and refuse nothing.
        env = {f"ANANKE__LIMITS__{name}": str(10**9) for name in self.LIMITS}
        if self.cluster:
            env["ANANKE__DATA__DATABASE"] = self.cluster.url
        command = [machine.TARGET / "ananke", "serve", "--listen", self.url.removeprefix("http://"), "--ready-file", "ready.json"]
        return self.begin(command, env)

    def call(self, method, path, body=None, key=None):
        """One request; gives the answer's JSON."""
        headers = {"X-API-Key": key or self.key, "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(urllib.request.Request(self.url + path, data, headers, method=method)) as response:
            return json.loads(response.read())

    def operator(self, method, path, body=None):
        """One request over the operator's socket; gives the answer's JSON."""
        connection = http.client.HTTPConnection("localhost")
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.connect(str(self.dir / "ananke-data" / "operator.sock"))
        connection.request(method, path, None if body is None else json.dumps(body), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        if answer.status >= 300:
            raise SystemExit(f"bench: {method} {path}: {answer.status} {text[:500]}")
        return json.loads(text)

    def query(self, text):
        if self.cluster:
            return super().query(text)
        with sqlite3.connect(f"file:{self.dir}/ananke-data/ananke.db?mode=ro", uri=True) as database:
            return database.execute(text).fetchall()

    def bytes(self):
        """What the database takes on its disk."""
        return sum(path.stat().st_size for path in (self.dir / "ananke-data").glob("ananke.db*"))


class Peer(Server):
    """The same unit of work as somebody else would build it, with PostgreSQL."""

    COMMANDS = {
        "fastify": ["node", "fastify.mjs"],
        "express": ["node", "express.mjs"],
        "fastapi": [PEERS / ".venv/bin/uvicorn", "fastapi_app:app", "--workers", "2", "--log-level", "error", "--no-access-log"],
    }
    template = "0190f000-0000-7000-8000-000000000000"

    def __init__(self, name, storage="tmpfs", env=None):
        super().__init__(name, storage, env or {})
        self.cluster = Cluster(storage, self.env)
        self.cluster.sql((PEERS / "schema.sql").read_text())
        self.key, self.port = API_KEY, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.pem = signing_key()
        self.start()

    def start(self):
        """Starts it; gives the seconds until its first answer."""
        command = self.COMMANDS[self.name]
        if self.name == "fastapi":
            command = [*command, "--host", "127.0.0.1", "--port", str(self.port)]
        database = f"postgres://bench@/postgres?host={self.cluster.dir}"
        env = {"PORT": str(self.port), "API_KEY": API_KEY, "SIGNING_KEY": self.pem, "DATABASE_URL": database, "NODE_ENV": "production"}
        return self.begin(command, env, PEERS)
