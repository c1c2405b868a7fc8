"""`stamps.py LIBRARY SECONDS PDF PICTURE OUT`: a picture of a symbol and a line of text put on the last page, in this process.

The file is hashed before and after, as for a stamp that is to be found again; nothing is signed, and the symbol is drawn already.
"""

import hashlib
import io
import sys
import time

library, seconds, source, picture, out = sys.argv[1:]
file = open(source, "rb").read()
image = open(picture, "rb").read()
WORDS = "TCR-0000000000000"


def pymupdf():
    import pymupdf

    def once():
        document = pymupdf.open(stream=file, filetype="pdf")
        page = document[-1]
        width = page.rect.width
        page.insert_image(pymupdf.Rect(width - 108, page.rect.height - 108, width - 18, page.rect.height - 18), stream=image)
        page.insert_text((width - 108, page.rect.height - 8), WORDS, fontsize=6)
        return document.tobytes()

    return once


def overlay():
    """A page with the same on it, made once, for those that draw nothing themselves."""
    import pymupdf

    document = pymupdf.open()
    page = document.new_page(width=108, height=108)
    page.insert_image(pymupdf.Rect(0, 0, 90, 90), stream=image)
    page.insert_text((0, 100), WORDS, fontsize=6)
    return document.tobytes()


def pikepdf():
    import pikepdf

    stamp = pikepdf.open(io.BytesIO(overlay()))

    def once():
        document = pikepdf.open(io.BytesIO(file))
        page = document.pages[-1]
        width = float(page.mediabox[2])
        page.add_overlay(stamp.pages[0], pikepdf.Rectangle(width - 108, 0, width, 108))
        made = io.BytesIO()
        document.save(made)
        return made.getvalue()

    return once


def pypdf():
    import pypdf

    stamp = pypdf.PdfReader(io.BytesIO(overlay())).pages[0]

    def once():
        writer = pypdf.PdfWriter(io.BytesIO(file), incremental=True)
        page = writer.pages[-1]
        page.merge_translated_page(stamp, float(page.mediabox.width) - 108, 0)
        made = io.BytesIO()
        writer.write(made)
        return made.getvalue()

    return once


once = {"pymupdf": pymupdf, "pikepdf": pikepdf, "pypdf": pypdf}[library]()
end = time.monotonic() + float(seconds)
count = 0
while time.monotonic() < end:
    hashlib.sha256(file).digest()
    made = once()
    hashlib.sha256(made).digest()
    count += 1
open(out, "wb").write(made)
print(count)
