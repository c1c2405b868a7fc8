"""What pyHanko says of the signatures in PDFs: a root certificate and files as arguments.

Writes a line for each signature, in their order, with tabs between: the file, whether what was signed is unchanged, whether the
signature is the signer's, whether its certificate leads to the root, how much of the file it covers, and what was changed behind it.
"""

import logging
import sys

from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

# It is told by the line that is written.
logging.disable(logging.CRITICAL)

root, *files = sys.argv[1:]
for name in files:
    with open(name, "rb") as file:
        for signature in PdfFileReader(file, strict=False).embedded_signatures:
            context = ValidationContext(trust_roots=[load_cert_from_pemder(root)], allow_fetching=False)
            status = validate_pdf_signature(signature, context)
            answers = ["yes" if answer else "no" for answer in (status.intact, status.valid, status.trusted)]
            level = status.modification_level
            print(name, *answers, status.coverage.name, level.name if level else "UNTOLD", sep="\t")
