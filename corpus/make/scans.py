"""Pages that are pictures, as scanners and fax machines send them: JPEG, JPEG 2000, CCITT, JBIG2, deflate; and one with its words behind it."""

import io
import struct

import img2pdf
import pikepdf
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from collection import EPOCH, debian, python, run
from words import LATIN, LINES, SANS, TITLE

DPI = 100


def paper(noise=True):
    """A page of words as a scanner sees it."""
    page = Image.new("L", (827, 1169), 255)
    draw = ImageDraw.Draw(page)
    for at, line in enumerate([TITLE, *LINES, LATIN]):
        draw.text((80, 80 + 34 * at), line, font=ImageFont.truetype(SANS, 17), fill=20)
    draw.rectangle((80, 400, 500, 620), outline=0, width=3)
    if noise:
        page = page.rotate(0.6, fillcolor=250, resample=Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(0.6))
    return page


def encoded(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, dpi=(DPI, DPI), **options)
    return out.getvalue()


def fax(image):
    """Rows of bits in the coding of ITU T.6, one strip."""
    tiff = Image.open(io.BytesIO(encoded(image, "TIFF", compression="group4", tiffinfo={278: image.height})))
    begin, length = tiff.tag_v2[273][0], tiff.tag_v2[279][0]
    return tiff.fp.getbuffer()[begin : begin + length].tobytes()


def jbig2(image):
    """A page and one generic region of it in T.6, as segments without a file header (ISO 14492)."""
    width, height = image.size
    region = struct.pack(">IIIIBB", width, height, 0, 0, 0, 1) + fax(image.point(lambda value: 255 - value))
    page = struct.pack(">IIIIBH", width, height, 0, 0, 0, 0)
    return b"".join(struct.pack(">IBBBI", number, kind, 0, 1, len(data)) + data for number, kind, data in ((0, 48, page), (1, 38, region)))


def by_pikepdf(stream, entries):
    """A page of one picture."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(595.44, 841.68))
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Scan=pikepdf.Stream(pdf, stream, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=827, Height=1169, **entries)))
    page.Contents = pikepdf.Stream(pdf, b"q 595.44 0 0 841.68 0 0 cm /Scan Do Q")
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True)
    return out.getvalue()


def make(corpus):
    import datetime

    grey, bits = paper(), paper(noise=False).convert("1", dither=Image.Dither.NONE)
    colour = Image.merge("RGB", (grey, grey.point(lambda value: value * 240 // 255), grey.point(lambda value: value * 220 // 255)))
    date = datetime.datetime.fromtimestamp(EPOCH, datetime.timezone.utc)
    version = python("img2pdf")
    for name, pictures, special in [
        ("jpeg", [encoded(colour, "JPEG", quality=70), encoded(grey, "JPEG", quality=60)], "two scanned pages, JPEG"),
        ("jpeg-cmyk", [encoded(colour.convert("CMYK"), "JPEG", quality=60)], "JPEG of CMYK"),
        ("jpx", [encoded(grey, "JPEG2000", quality_mode="rates", quality_layers=[12])], "JPEG 2000"),
        ("fax", [encoded(bits, "TIFF", compression="group4")], "CCITT, black and white"),
        ("png", [encoded(grey.quantize(16), "PNG")], "a palette, deflate with predictors"),
    ]:
        data = img2pdf.convert(pictures, creationdate=date, moddate=date)
        corpus.add(f"img2pdf-{name}", "img2pdf", version, "img2pdf.convert", special, data)
    name = pikepdf.Name
    data = by_pikepdf(jbig2(bits), {"ColorSpace": name.DeviceGray, "BitsPerComponent": 1, "Filter": name.JBIG2Decode})
    corpus.add("pikepdf-jbig2", "pikepdf", python("pikepdf"), "a JBIG2 region of ours", "JBIG2, black and white; poppler 22 draws some of its rows wrong", data)
    for suffix, pictures, options, special in [
        ("jpeg", [grey.convert("RGB"), grey], {"quality": 60}, "two scanned pages, JPEG"),
        ("turned", [bits.rotate(90, expand=True)], {}, "a fax that lies"),
    ]:
        first, *others = pictures
        first.save(corpus.path(f"pillow-{suffix}"), "PDF", resolution=DPI, save_all=True, append_images=others, title=TITLE, creationDate=date.timetuple(), modDate=date.timetuple(), **options)
        corpus.add(f"pillow-{suffix}", "Pillow", python("pillow"), "Image.save", special)
    for suffix, source, options, special in [
        ("fax", encoded(bits, "TIFF", compression="group4"), [], "a fax, CCITT"),
        ("jpeg", encoded(grey, "TIFF"), ["-j", "-q", "60"], "a scan, JPEG"),
    ]:
        scan = corpus.scratch / "scan.tiff"
        scan.write_bytes(source)
        run("tiff2pdf", *options, "-e", "20260701100000", "-o", corpus.path(f"tiff2pdf-{suffix}"), scan)
        corpus.add(f"tiff2pdf-{suffix}", "tiff2pdf", debian("libtiff-tools"), " ".join(["tiff2pdf", *options]), special)
    scan = corpus.scratch / "scan.png"
    scan.write_bytes(encoded(grey, "PNG"))
    run("tesseract", scan, corpus.path("tesseract-words").with_suffix(""), "--dpi", DPI, "pdf")
    corpus.add("tesseract-words", "Tesseract", debian("tesseract-ocr"), "tesseract pdf", "a scan with its words behind it, which nobody sees")
