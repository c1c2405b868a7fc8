"""What voids a row: an answer that was not the good one, a document that is not there, a signature OpenSSL refuses."""

import base64
import json
import subprocess

import machine
from contestants import Product

EVERY = 1000


class Void(Exception):
    """The numbers of this row say nothing."""


def answered(run, *good):
    """Every answer of a run is one of these."""
    others = {word: count for word, count in run.answers.items() if word not in good}
    if others or not run.requests:
        raise Void(f"answers that are no {' or '.join(good)}: {others or 'none at all'}")


def stored(server, acknowledged):
    """At least as many documents as were acknowledged; gives how many there are."""
    found = server.documents()
    if found < acknowledged:
        raise Void(f"{server.name}: {acknowledged} acknowledged, {found} stored")
    return found


def der_integer(raw):
    """A number of an ECDSA signature as DER."""
    raw = raw.lstrip(b"\0") or b"\0"
    raw = b"\0" + raw if raw[0] & 0x80 else raw
    return bytes([2, len(raw)]) + raw


def unpadded(text):
    """Base64url without its padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def by_openssl(server):
    """OpenSSL checks the signature of every 1,000th document; gives how many."""
    # A peer's are in its table; ours are asked for like by anybody.
    column = "reference" if isinstance(server, Product) else "credential"
    rows = server.query(
        f"SELECT {column} FROM (SELECT {column}, row_number() OVER (ORDER BY id) AS n FROM documents) AS d WHERE n % {EVERY} = 1"
    )
    if isinstance(server, Product):
        rows = [(server.call("GET", f"/v1/trust/issuances?reference={reference}")["items"][0]["credential"],) for (reference,) in rows]
    folder = machine.place("tmpfs")
    certified = isinstance(server, Product)
    if not certified:
        (folder / "key.pem").write_text(server.pem)
        subprocess.run(["openssl", "pkey", "-in", folder / "key.pem", "-pubout", "-out", folder / "public.pem"], check=True)
    for (credential,) in rows:
        header, payload, signature = credential.split(".")
        raw = unpadded(signature)
        numbers = der_integer(raw[:32]) + der_integer(raw[32:])
        (folder / "signature").write_bytes(bytes([0x30, len(numbers)]) + numbers)
        (folder / "message").write_text(f"{header}.{payload}")
        if certified:
            (folder / "leaf.der").write_bytes(base64.b64decode(json.loads(unpadded(header))["x5c"][0]))
            words = ["openssl", "x509", "-inform", "DER", "-in", folder / "leaf.der", "-pubkey", "-noout", "-out", folder / "public.pem"]
            subprocess.run(words, check=True)
        words = ["openssl", "dgst", "-sha256", "-verify", "public.pem", "-signature", "signature", "message"]
        done = subprocess.run(words, cwd=folder, capture_output=True, text=True)
        if done.returncode:
            raise Void(f"{server.name}: OpenSSL refuses a signature: {done.stdout}{done.stderr}")
    return len(rows)
