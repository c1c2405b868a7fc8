"""The files that were made, and what is written down of each."""

import importlib.metadata
import json
import os
import pathlib
import shutil
import subprocess
import tempfile

MAKE = pathlib.Path(__file__).resolve().parent
CORPUS = MAKE.parent
# 2026-07-01T10:00:00Z, for whoever asks the environment for the time.
EPOCH = 1782900000
os.environ.update(SOURCE_DATE_EPOCH=str(EPOCH), TZ="UTC", LC_ALL="C.UTF-8", FORCE_SOURCE_DATE="1")


class Collection:
    """A row for each file: its name, who wrote it, in which version, how, and what is special about it."""

    def __init__(self, keep):
        self.rows = []
        self.folder = CORPUS / "pdf"
        self.folder.mkdir(exist_ok=True)
        self.is_part = bool(keep)
        for old in [] if keep else self.folder.glob("*.pdf"):
            old.unlink()
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="corpus-"))

    def path(self, name):
        return self.folder / f"{name}.pdf"

    def add(self, name, producer, version, how, special, data=None):
        """Notes a file, and writes it unless its producer did."""
        path = self.path(name)
        if data is not None:
            path.write_bytes(data)
        if not path.read_bytes().startswith(b"%PDF-"):
            raise SystemExit(f"{name}: not a PDF")
        cells = [path.name, producer, version, how, special]
        if any("\t" in cell or "\n" in cell or not cell for cell in cells):
            raise SystemExit(f"{name}: cells are one line each: {cells}")
        self.rows.append(cells)
        print(f"{path.stat().st_size:9}  {path.name}")

    def close(self):
        shutil.rmtree(self.scratch)
        if not self.is_part:
            lines = [["file", "producer", "version", "made by", "special"], *sorted(self.rows)]
            text = "".join("\t".join(line) + "\n" for line in lines)
            (CORPUS / "list.tsv").write_text(text)


def run(*command, **options):
    """Runs a program, which has to succeed, and gives what it wrote."""
    done = subprocess.run([str(word) for word in command], capture_output=True, **options)
    if done.returncode:
        raise SystemExit(f"{command}: {done.stdout.decode()}{done.stderr.decode()}")
    return done.stdout


def debian(package):
    """The version of a Debian package."""
    return run("dpkg-query", "-W", "-f", "${Version}", package).decode()


def python(package):
    return importlib.metadata.version(package)


def node(package):
    return json.loads((MAKE / "node_modules" / package / "package.json").read_text())["version"]
