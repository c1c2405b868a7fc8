"""FastAPI and asyncpg in front of the same unit of work: key check, signature, one durable row."""

import base64
import hashlib
import json
import os
import secrets
import time
from contextlib import asynccontextmanager
from datetime import datetime, timezone

import asyncpg
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from fastapi import FastAPI, Header, HTTPException
from pydantic import BaseModel

KEY = serialization.load_pem_private_key(os.environ["SIGNING_KEY"].encode(), None)
PUBLIC = KEY.public_key()
ALGORITHM = ec.ECDSA(hashes.SHA256())
KEYS = {hashlib.sha256(os.environ["API_KEY"].encode()).digest(): "acme"}


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


HEADER = base64url(json.dumps({"alg": "ES256", "typ": "JWT", "kid": "acme#01"}).encode())


@asynccontextmanager
async def lifespan(app: FastAPI):
    connections = int(os.environ.get("CONNECTIONS", "32"))
    app.state.pool = await asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=4, max_size=connections)
    yield
    await app.state.pool.close()


app = FastAPI(lifespan=lifespan)


class Field(BaseModel):
    key: str
    value: str


class Request(BaseModel):
    templateId: str
    recipientName: str
    fields: list[Field]


class Document(BaseModel):
    id: str
    reference: str
    recipientName: str
    fields: list[Field]
    status: str
    contentHash: str
    issuedAt: str


class Question(BaseModel):
    reference: str


def new_id() -> str:
    """UUIDv7: rows arrive in the order of their primary key."""
    value = int(time.time() * 1000) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


@app.post("/v1/trust/issuances", status_code=201)
async def issue(request: Request, x_api_key: str = Header()) -> Document:
    tenant = KEYS.get(hashlib.sha256(x_api_key.encode()).digest())
    if tenant is None:
        raise HTTPException(401)
    reference = secrets.token_hex(10).upper()
    issued_at = datetime.now(timezone.utc)
    fields = [{"key": field.key, "value": field.value} for field in request.fields]
    payload = {
        "iss": tenant,
        "jti": reference,
        "templateId": request.templateId,
        "recipientName": request.recipientName,
        "fields": fields,
        "issuedAt": issued_at.isoformat(),
    }
    signed = f"{HEADER}.{base64url(json.dumps(payload).encode())}"
    r, s = utils.decode_dss_signature(KEY.sign(signed.encode(), ALGORITHM))
    credential = f"{signed}.{base64url(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"
    digest = hashlib.sha256(credential.encode())
    document_id = new_id()
    await app.state.pool.execute(
        """INSERT INTO documents (id, tenant, reference, recipient, fields, credential, content_hash, status, issued_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, 'active', $8)""",
        document_id, tenant, reference, request.recipientName, json.dumps(fields), credential, digest.digest(), issued_at,
    )
    return Document(
        id=document_id, reference=reference, recipientName=request.recipientName, fields=request.fields,
        status="active", contentHash=digest.hexdigest(), issuedAt=issued_at.isoformat(),
    )


@app.post("/v1/trust/verify/by-reference")
async def check(question: Question) -> dict:
    row = await app.state.pool.fetchrow(
        "SELECT credential, status, recipient, issued_at FROM documents WHERE reference = $1", question.reference
    )
    if row is None:
        return {"verdict": "not_found", "reference": question.reference}
    signed, _, signature = row["credential"].rpartition(".")
    raw = base64.urlsafe_b64decode(signature + "==")
    der = utils.encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    try:
        PUBLIC.verify(der, signed.encode(), ALGORITHM)
        verdict = "valid" if row["status"] == "active" else row["status"]
    except InvalidSignature:
        verdict = "invalid"
    return {
        "verdict": verdict,
        "reference": question.reference,
        "recipientName": row["recipient"],
        "issuedAt": row["issued_at"].isoformat(),
    }


@app.get("/healthz")
async def healthz() -> dict:
    return {"status": "ok"}
