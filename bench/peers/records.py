"""`records.py LIBRARY sign|verify SECONDS`: a record of the same content, in this process.

`hand` is what one writes with `cryptography` alone, `sd-jwt` the library of that name.
"""

import base64
import json
import os
import sys
import time

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

KEY = serialization.load_pem_private_key(os.environ["SIGNING_KEY"].encode(), None)
PUBLIC = KEY.public_key()
ALGORITHM = ec.ECDSA(hashes.SHA256())
CLAIMS = json.loads(os.environ["CLAIMS"])


def base64url(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


HEADER = base64url(json.dumps({"alg": "ES256", "typ": "vc+jwt", "kid": "acme#01"}).encode())


def hand():
    def sign():
        signed = HEADER + b"." + base64url(json.dumps(CLAIMS).encode())
        r, s = utils.decode_dss_signature(KEY.sign(signed, ALGORITHM))
        return signed + b"." + base64url(r.to_bytes(32, "big") + s.to_bytes(32, "big"))

    record = sign()

    def verify():
        signed, _, signature = record.rpartition(b".")
        raw = base64.urlsafe_b64decode(signature + b"==")
        der = utils.encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        PUBLIC.verify(der, signed, ALGORITHM)
        return json.loads(base64.urlsafe_b64decode(signed.rpartition(b".")[2] + b"=="))

    return sign, verify


def sd_jwt():
    from jwcrypto.jwk import JWK
    from sd_jwt.issuer import SDJWTIssuer
    from sd_jwt.verifier import SDJWTVerifier

    key = JWK.from_pem(os.environ["SIGNING_KEY"].encode())

    def sign():
        return SDJWTIssuer(dict(CLAIMS), key).sd_jwt_issuance

    record = sign()

    def verify():
        return SDJWTVerifier(record, lambda *_: key).get_verified_payload()

    return sign, verify


library, what, seconds = sys.argv[1:]
once = dict(zip(("sign", "verify"), {"hand": hand, "sd-jwt": sd_jwt}[library]()))[what]
end = time.monotonic() + float(seconds)
count = 0
while time.monotonic() < end:
    for _ in range(16):
        once()
    count += 16
print(count)
