"""Files that pyHanko signed. The keys are made here and forgotten; `corpus/test-root.pem` is the root of the certificates, and protects nothing."""

import asyncio
import datetime
import io

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.stamp import TextStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from collection import CORPUS, python

BEGIN, END = (datetime.datetime(year, 1, 1, tzinfo=datetime.timezone.utc) for year in (2020, 2056))


def certificate(name, key, issuer=None, issuer_key=None):
    """A root without an issuer, else somebody who signs documents."""
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    is_root = issuer is None
    usage = {name: False for name in ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")}
    usage |= {"key_cert_sign": True} if is_root else {"digital_signature": True, "content_commitment": True}
    signing = issuer_key or key
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if is_root else issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(BEGIN)
        .not_valid_after(END)
        .add_extension(x509.BasicConstraints(is_root, None), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False)
    )
    return built.sign(signing, hashes.SHA256())


def as_pyhanko(certificate):
    from asn1crypto import x509 as asn1

    return asn1.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


def signer(name, root, root_key):
    from asn1crypto import keys

    key = rsa.generate_private_key(65537, 2048)
    der = key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    store = SimpleCertificateStore()
    store.register(as_pyhanko(root))
    return signers.SimpleSigner(signing_cert=as_pyhanko(certificate(name, key, root, root_key)), signing_key=keys.PrivateKeyInfo.load(der), cert_registry=store)


def signed(data, by, field, box=None, **settings):
    writer = IncrementalPdfFileWriter(io.BytesIO(data), strict=False)
    spec = fields.SigFieldSpec(field, on_page=0, box=box) if box else fields.SigFieldSpec(field)
    style = TextStampStyle(stamp_text="Signed by %(signer)s") if box else None
    metadata = signers.PdfSignatureMetadata(field_name=field, md_algorithm="sha256", **settings)
    pdf = signers.PdfSigner(metadata, signer=by, stamp_style=style, new_field_spec=spec)
    return asyncio.run(pdf.async_sign_pdf(writer)).getvalue()


def make(corpus):
    root_key = rsa.generate_private_key(65537, 2048)
    root = certificate("Corpus test root, protects nothing", root_key)
    (CORPUS / "test-root.pem").write_bytes(root.public_bytes(serialization.Encoding.PEM))
    first, second = (signer(f"Corpus test signer {number}", root, root_key) for number in (1, 2))
    pades = {"subfilter": fields.SigSeedSubFilter.PADES}
    # Forms of ReportLab and LibreOffice are not among them: whatever follows a signature in one, be it a second one of pyHanko's own, its
    # judge ends in an error (0.34).
    for name, source, settings, special in [
        ("plain", "reportlab-canvas", {}, "signed, nothing of it is seen"),
        ("visible", "chromium-page", {"box": (60, 60, 260, 110)}, "signed, with a box on the first page"),
        ("pades", "typst-article", pades, "signed as PAdES B-B, a cross-reference stream"),
        ("pades-linearized", "qpdf-linearized", pades, "signed as PAdES B-B behind a linearised file"),
        ("form", "pdf-lib-form", {}, "a form that is signed"),
        ("certified-forms", "pdf-lib-form", {"certify": True, "docmdp_permissions": fields.MDPPerm.FILL_FORMS}, "certified: forms may be filled in, nothing else"),
        ("certified", "libreoffice-writer-pdfa-2b", {"certify": True, "docmdp_permissions": fields.MDPPerm.NO_CHANGES}, "certified: nothing may be changed"),
    ]:
        data = signed(corpus.path(source).read_bytes(), first, "Signature1", **settings)
        corpus.add(f"pyhanko-{name}", "pyHanko", python("pyhanko"), f"async_sign_pdf of {source}.pdf", special, data)
    twice = signed(corpus.path("pyhanko-plain").read_bytes(), second, "Signature2", **pades)
    corpus.add("pyhanko-twice", "pyHanko", python("pyhanko"), "async_sign_pdf of pyhanko-plain.pdf", "signed by two, one after the other", twice)
