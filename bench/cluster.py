"""A throw-away PostgreSQL cluster, tuned as one would for a server of its own, with everything durable."""

import os
import pwd
import shutil
import subprocess
from glob import glob
from pathlib import Path

import machine

SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "512MB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "30min",
    "wal_compression": "off",
    "max_connections": "200",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
}


class Cluster:
    """A running cluster in a directory of its own, reached by a socket there."""

    def __init__(self, storage, env):
        found = sorted(glob("/usr/lib/postgresql/*/bin/initdb"))
        if not found:
            raise SystemExit("bench: PostgreSQL is not installed")
        self.bin, self.dir = Path(found[-1]).parent, machine.place(storage)
        # PostgreSQL does not run as root.
        self.user = "nobody" if os.getuid() == 0 else None
        if self.user:
            os.chown(self.dir, pwd.getpwnam(self.user).pw_uid, -1)
        data = self.dir / "data"
        self.run("initdb", "--no-sync", "--auth=trust", "--username=bench", "--encoding=UTF8", "--locale=C.UTF-8", "-D", data)
        settings = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
        self.process = subprocess.Popen(
            [self.bin / "postgres", "-D", data, "-k", self.dir, *settings],
            user=self.user, env=dict(os.environ, **env), cwd=self.dir, stdout=subprocess.DEVNULL,
            stderr=open(self.dir / "log", "w"),
        )
        self.run("pg_isready", "-q", "-h", self.dir, "-U", "bench", "-t", "60", tries=200)

    def run(self, program, *words, tries=1):
        """Runs one of PostgreSQL's programs."""
        for attempt in range(tries):
            done = subprocess.run([self.bin / program, *words], user=self.user, cwd=self.dir, capture_output=True, text=True)
            if done.returncode == 0:
                return done.stdout
            if attempt + 1 < tries:
                subprocess.run(["sleep", "0.05"])
        raise SystemExit(f"bench: {program}: {done.stdout}{done.stderr}")

    def sql(self, text):
        """What a statement gives, a line to a row."""
        return self.run("psql", "-h", self.dir, "-U", "bench", "-d", "postgres", "-qAtX", "-v", "ON_ERROR_STOP=1", "-c", text)

    @property
    def url(self):
        return f"postgres://bench@localhost/postgres?host={self.dir}"

    def stop(self):
        """Ends it and takes its files away."""
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.dir)
