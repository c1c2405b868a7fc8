"""What a file can be inside: qpdf's variants, and builds of ours that no producer above makes."""

import io

import pikepdf

from collection import debian, python, run
from words import LINES, TITLE

Name, Array, Dictionary = pikepdf.Name, pikepdf.Array, pikepdf.Dictionary
A4 = "/MediaBox [0 0 595 842]"
FONT = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
WORDS = "BT /F1 12 Tf 60 780 Td 18 TL " + " ".join(f"({line}) '" for line in [TITLE, *LINES]) + " ET"


def qpdf(corpus):
    version = debian("qpdf")
    of = corpus.path
    for name, source, arguments, special in [
        ("linearized", "libreoffice-writer-tagged", ["--linearize"], "linearised"),
        ("linearized-streams", "chromium-header", ["--linearize", "--object-streams=generate"], "linearised, object streams"),
        ("object-streams", "chromium-page", ["--object-streams=generate"], "object streams"),
        ("no-object-streams", "typst-article", ["--object-streams=disable"], "a table instead of object streams"),
        ("qdf", "reportlab-platypus", ["--qdf"], "written out to be read by people"),
        ("unpacked", "cairo-gnuplot", ["--stream-data=uncompress", "--compress-streams=n"], "nothing packed"),
        ("newline", "tex-pdftex-article", ["--newline-before-endstream", "--object-streams=disable"], "a line feed before each endstream"),
        ("version-2.0", "libreoffice-writer", ["--force-version=2.0"], "says that it is PDF 2.0"),
        ("turned-90", "libreoffice-writer", ["--rotate=90"], "pages turned by 90°"),
        ("turned-180", "chromium-page", ["--rotate=180"], "pages turned by 180°"),
        ("turned-270", "tex-pdftex-article", ["--rotate=270"], "pages turned by 270°"),
        ("flattened", "qpdf-turned-90", ["--flatten-rotation"], "turned pages, written as if they were not"),
        ("flat-form", "pdf-lib-form", ["--flatten-annotations=all"], "a form made part of the page"),
        ("overlaid", "libreoffice-writer", ["--overlay", of("cairo-rsvg"), "--repeat=1", "--"], "another file laid over each page"),
        ("pages", "tex-pdftex-links", ["--pages", ".", "2-1", "--"], "pages backwards, links that lead nowhere"),
        ("300-pages", "groff-ms", ["--pages", *[of("groff-ms"), "1"] * 150, of("reportlab-300-pages"), "1-150", "--", "--object-streams=generate"], "300 pages of two files"),
    ]:
        name = f"qpdf-{name}"
        shown = [word for word in arguments if isinstance(word, str)][:4]
        run("qpdf", "--deterministic-id", of(source), *arguments, of(name))
        corpus.add(name, "qpdf", version, " ".join([*shown, f"of {source}.pdf"]), special)


def opened(change):
    """A page of words by pikepdf, changed."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(595, 842))
    font = pdf.make_indirect(pikepdf.Object.parse(FONT.encode()))
    page.Resources = Dictionary(Font=Dictionary(F1=font))
    page.Contents = pikepdf.Stream(pdf, WORDS.encode())
    change(pdf, page)
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True)
    return out.getvalue()


def layers(pdf, page):
    shown, hidden = (pdf.make_indirect(Dictionary(Type=Name.OCG, Name=name)) for name in ("Shown", "Hidden"))
    pdf.Root.OCProperties = Dictionary(OCGs=Array([shown, hidden]), D=Dictionary(ON=Array([shown]), OFF=Array([hidden]), Order=Array([shown, hidden])))
    page.Resources.Properties = Dictionary(L1=shown, L2=hidden)
    drawn = b" /OC /L1 BDC 0.2 0.5 0.8 rg 80 300 200 100 re f EMC /OC /L2 BDC 0 g 300 300 200 100 re f EMC"
    page.Contents = pikepdf.Stream(pdf, WORDS.encode() + drawn)


def boxes(pdf, page):
    page.MediaBox = Array([-100, -50, 595, 842])
    page.CropBox = Array([-50, 30, 545, 800])
    page.obj.BleedBox, page.obj.TrimBox, page.obj.ArtBox = (Array([at, at, 500, 700]) for at in (0, 20, 60))


def unit(pdf, page):
    page.obj.UserUnit = 2.5


def labels(pdf, page):
    for _ in range(4):
        pdf.pages.append(page)
    pdf.Root.PageLabels = Dictionary(Nums=Array([0, Dictionary(S=Name.r), 2, Dictionary(S=Name.D, P="A-")]))


def attachment(pdf, page):
    pdf.attachments["data.csv"] = pikepdf.AttachedFileSpec(pdf, b"course,hours\nDrawing,24\n", mime_type="text/csv", creation_date="", mod_date="")
    pdf.Root.AF = Array([pdf.attachments["data.csv"].obj])


def transparency(pdf, page):
    page.obj.Group = Dictionary(Type=Name.Group, S=Name.Transparency, CS=Name.DeviceCMYK, I=True, K=False)
    page.Resources.ExtGState = Dictionary(G1=Dictionary(BM=Name.Multiply, ca=0.5, OP=True, op=True, OPM=1))
    page.Contents = pikepdf.Stream(pdf, WORDS.encode() + b" /G1 gs 0 1 1 0 k 100 100 300 300 re f 1 0 0 0 k 250 200 300 200 re f")


def several(pdf, page):
    parts = [b"q 0.9 g 100 100 200 200 re", b"f Q BT /F1 12", WORDS[len("BT /F1 12"):].encode()]
    page.Contents = Array([pdf.make_indirect(pikepdf.Stream(pdf, part)) for part in parts])


def embedded_image(pdf, page):
    image = b" q 90 0 0 90 200 300 cm BI /W 3 /H 3 /CS /G /BPC 8 /F /AHx ID 00 80 FF 80 FF 00 FF 00 80> EI Q"
    page.Contents = pikepdf.Stream(pdf, WORDS.encode() + image)


def turned_back(pdf, page):
    page.obj.Rotate = -450
    page.MediaBox = Array([595, 842, 0, 0])


def written_by_pikepdf(corpus):
    for change, name, special in [
        (layers, "layers", "layers, one of them hidden"),
        (boxes, "boxes", "five boxes, the page not at the origin"),
        (unit, "user-unit", "units of 2.5 points"),
        (labels, "labels", "five pages that share their drawing, with labels"),
        (attachment, "attachment", "a file attached, as PDF/A-3 does"),
        (transparency, "transparency", "a group of CMYK, overprint, a blend"),
        (several, "several-streams", "a drawing in three streams, cut between operator and operand"),
        (embedded_image, "inline-image", "an image within the drawing"),
        (turned_back, "turned-back", "turned by -450°, the corners of its box in another order"),
    ]:
        corpus.add(f"pikepdf-{name}", "pikepdf", python("pikepdf"), "Pdf.save", special, opened(change))


class Builder:
    """A file written by hand, update by update."""

    def __init__(self, version="1.4"):
        self.out = f"%PDF-{version}\n%\u00e2\u00e3\u00cf\u00d3\n".encode("latin-1")
        self.offsets, self.size, self.last = {}, 1, None

    def object(self, number, body):
        self.offsets[number] = len(self.out)
        self.size = max(self.size, number + 1)
        self.out += f"{number} 0 obj\n{body}\nendobj\n".encode()

    def stream(self, number, data, entries=""):
        self.object(number, f"<< {entries} /Length {len(data)} >>\nstream\n{data}\nendstream")

    def end(self, more="", absent=(), eol=" \n"):
        """A table of what is new, and a trailer."""
        rows = {0: "0000000000 65535 f", **{number: f"{at:010} 00000 n" for number, at in self.offsets.items()}}
        rows |= {number: "0000000000 00001 f" for number in absent}
        table = len(self.out)
        self.out += b"xref\n"
        for number, row in sorted(rows.items()):
            self.out += f"{number} 1\n{row}{eol}".encode()
        previous = f" /Prev {self.last}" if self.last else ""
        identifier = "/ID [<0011223344556677> <8899aabbccddeeff>]"
        self.out += f"trailer\n<< /Size {self.size} /Root 1 0 R {identifier}{previous}{more} >>\nstartxref\n{table}\n%%EOF\n".encode()
        self.offsets, self.last = {}, table
        return self


def simple(pages="<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page="", version="1.4"):
    file = Builder(version)
    file.object(1, "<< /Type /Catalog /Pages 2 0 R >>")
    file.object(2, pages)
    file.object(3, f"<< /Type /Page /Parent 2 0 R {page or f'{A4} /Resources << /Font << /F1 5 0 R >> >>'} /Contents 4 0 R >>")
    file.stream(4, WORDS)
    file.object(5, FONT)
    return file


def updated():
    file = simple().end()
    for number in range(3):
        file.stream(4, WORDS + f" {60 + 100 * number} 300 80 80 re f")
        file.object(6, "<< /Title (Update) >>")
        file.end(" /Info 6 0 R")
    return file


def hybrid():
    file = simple(version="1.5")
    del file.offsets[5]
    held = f"5 0 {FONT}"
    file.stream(6, held, "/Type /ObjStm /N 1 /First 4")
    beside = len(file.out)
    row = "\x02\x00\x06\x00"
    file.stream(7, row, "/Type /XRef /Size 8 /W [1 2 1] /Index [5 1] /Root 1 0 R")
    return file.end(f" /XRefStm {beside}", absent=[5])


def inherited():
    return simple(f"<< /Type /Pages /Kids [3 0 R] /Count 1 {A4} /Rotate 90 /Resources << /Font << /F1 5 0 R >> >> >>", " ").end()


def nested():
    file = Builder()
    file.object(1, "<< /Type /Catalog /Pages 2 0 R >>")
    file.object(2, f"<< /Type /Pages /Kids [6 0 R 7 0 R] /Count 3 {A4} /Resources 8 0 R >>")
    file.object(6, "<< /Type /Pages /Parent 2 0 R /Kids [3 0 R 9 0 R] /Count 2 /CropBox [20 20 575 822] >>")
    file.object(7, "<< /Type /Pages /Parent 2 0 R /Kids [10 0 R] /Count 1 /MediaBox [0 0 400 500] >>")
    for number, parent in ((3, 6), (9, 6), (10, 7)):
        file.object(number, f"<< /Type /Page /Parent {parent} 0 R /Contents 4 0 R >>")
    file.stream(4, WORDS)
    file.object(5, FONT)
    file.object(8, "<< /Font << /F1 5 0 R >> >>")
    return file.end()


def returns():
    """Lines that end with a carriage return, as old programs of one maker write them."""
    file = simple()
    head, _, rest = file.out.partition(b"\n")
    file.out = head + b"\r" + rest.replace(b"\n", b"\r")
    # A stream begins behind a line feed, whoever writes it.
    file.out = file.out.replace(b">>\rstream\r", b">> stream\n")
    for number in file.offsets:
        file.offsets[number] = file.out.index(f"{number} 0 obj".encode())
    return file.end(eol="\r\n")


def written_by_hand(corpus):
    for build, name, special in [
        (updated, "updates", "three updates behind the file, with tables"),
        (hybrid, "hybrid", "a table for old readers and a stream beside it"),
        (inherited, "inherited", "size, rotation and fonts come from the tree"),
        (nested, "nested", "a tree of two levels, a drawing that three pages share"),
        (returns, "returns", "lines that end with a carriage return"),
    ]:
        corpus.add(f"by-hand-{name}", "by hand", "1", "corpus/make/structure.py", special, bytes(build().out))


def make(corpus):
    qpdf(corpus)
    written_by_pikepdf(corpus)
    written_by_hand(corpus)
