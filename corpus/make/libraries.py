"""Libraries that programs write PDFs with: those of Python here, those of JavaScript in libraries.mjs."""

import io
import json

from collection import EPOCH, MAKE, node, python, run
from words import ARABIC, BOLD, CHINESE, CYRILLIC, GREEK, HEBREW, JAPANESE, LATIN, LINES, SANS, TABLE, TITLE


def reportlab(corpus):
    from reportlab import rl_config
    from reportlab.lib import colors, pagesizes, styles
    from reportlab.pdfbase import cidfonts, pdfmetrics, ttfonts
    from reportlab.pdfgen import canvas
    from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Table

    rl_config.invariant = 1
    version = python("reportlab")

    def drawn(draw, **options):
        out = io.BytesIO()
        page = canvas.Canvas(out, pagesize=pagesizes.A4, **options)
        draw(page)
        page.save()
        return out.getvalue()

    def plain(page):
        page.setFont("Helvetica", 14)
        page.drawString(72, 780, TITLE)
        for at, line in enumerate(LINES):
            page.drawString(72, 750 - 18 * at, line)
        page.linearGradient(72, 500, 300, 600, (colors.red, colors.blue), extend=False)

    def form(page):
        page.drawString(72, 780, TITLE)
        page.acroForm.textfield(name="name", x=72, y=700, width=200, height=20, value="")
        page.acroForm.checkbox(name="agreed", x=72, y=660, size=16)
        page.acroForm.choice(name="mark", x=72, y=620, width=80, height=20, options=["1", "2", "3"], value="1")
        page.acroForm.radio(name="kind", value="a", x=72, y=580, selected=True)
        page.acroForm.radio(name="kind", value="b", x=102, y=580)

    def asian(page):
        for face in ("HeiseiMin-W3", "STSong-Light"):
            pdfmetrics.registerFont(cidfonts.UnicodeCIDFont(face))
        pdfmetrics.registerFont(ttfonts.TTFont("DejaVu", SANS))
        for at, (face, line) in enumerate([("HeiseiMin-W3", JAPANESE), ("STSong-Light", CHINESE), ("DejaVu", GREEK), ("DejaVu", CYRILLIC)]):
            page.setFont(face, 14)
            page.drawString(72, 760 - 24 * at, line)

    def many(page):
        for number in range(1, 301):
            page.drawString(72, 780, f"{TITLE}, page {number} of 300")
            page.drawString(72, 760, LINES[number % len(LINES)])
            page.showPage()

    for name, draw, options, special in [
        ("canvas", plain, {"pageCompression": 0}, "drawings that are not packed, a shading"),
        ("form", form, {}, "a form of five fields with their looks"),
        ("cid-fonts", asian, {}, "Japanese and Chinese fonts that are named and not embedded"),
        ("300-pages", many, {"pageCompression": 1}, "300 pages"),
    ]:
        shown = " ".join(f"{key}={value}" for key, value in options.items())
        corpus.add(f"reportlab-{name}", "ReportLab", version, f"Canvas {shown}".strip(), special, drawn(draw, **options))
    style = styles.getSampleStyleSheet()
    out = io.BytesIO()
    story = [Paragraph(TITLE, style["Title"]), *(Paragraph(line, style["Normal"]) for line in LINES), Table(TABLE), PageBreak(), Paragraph(TITLE, style["Title"])]
    SimpleDocTemplate(out, title=TITLE).build(story)
    corpus.add("reportlab-platypus", "ReportLab", version, "SimpleDocTemplate", "drawings in ASCII 85", out.getvalue())


def fpdf2(corpus):
    import datetime

    import fpdf

    version = python("fpdf2")
    for name, options, special in [("page", {}, "a table, a font of ours"), ("pdfa-3b", {"enforce_compliance": "PDF/A-3B"}, "PDF/A-3b")]:
        page = fpdf.FPDF(**options)
        page.set_creation_date(datetime.datetime.fromtimestamp(EPOCH, datetime.timezone.utc))
        page.set_title(TITLE)
        page.set_lang("en")
        page.add_font("DejaVu", fname=SANS)
        page.add_font("DejaVu", style="B", fname=BOLD)
        page.set_font("DejaVu", size=12)
        page.add_page()
        for line in [*LINES, LATIN, GREEK, CYRILLIC]:
            page.multi_cell(0, 8, line, new_x="LMARGIN", new_y="NEXT")
        with page.table() as rows:
            for row in TABLE:
                rows.row(row)
        corpus.add(f"fpdf2-{name}", "fpdf2", version, f"FPDF {options.get('enforce_compliance', '')}".strip(), special, bytes(page.output()))
    page = fpdf.FPDF(orientation="landscape", format="A5")
    page.set_creation_date(datetime.datetime.fromtimestamp(EPOCH, datetime.timezone.utc))
    page.set_text_shaping(False)
    page.add_page()
    page.set_font("helvetica", size=12)
    page.cell(text=TITLE)
    with page.rotation(30, 100, 70):
        page.text(60, 70, LINES[0])
    with page.local_context(fill_opacity=0.4):
        page.set_fill_color(200, 80, 0)
        page.ellipse(20, 40, 60, 40, style="F")
    page.add_page(orientation="portrait")
    page.text(20, 20, "A page that stands")
    corpus.add("fpdf2-a5", "fpdf2", version, "FPDF orientation=landscape format=A5", "A5 that lies and stands, words aslant, opacity", bytes(page.output()))


def pypdf(corpus):
    import pypdf as library
    from pypdf import annotations

    version = python("pypdf")

    def written(writer):
        out = io.BytesIO()
        writer.write(out)
        return out.getvalue()

    merged = library.PdfWriter()
    for name in ("chromium-page", "tex-pdftex-article", "reportlab-canvas"):
        merged.append(corpus.path(name))
    corpus.add("pypdf-merged", "pypdf", version, "append of chromium-page.pdf, tex-pdftex-article.pdf and reportlab-canvas.pdf", "three producers in one file", written(merged))
    noted = library.PdfWriter(clone_from=corpus.path("reportlab-canvas"))
    noted.add_annotation(0, annotations.FreeText(text="A remark", rect=(72, 400, 250, 440), font_size="12pt", border_color="ff0000"))
    noted.add_annotation(0, annotations.Highlight(rect=(72, 692, 300, 708), quad_points=library.generic.ArrayObject(map(library.generic.FloatObject, (72, 708, 300, 708, 72, 692, 300, 692)))))
    noted.add_annotation(0, annotations.Line(p1=(72, 380), p2=(300, 380), rect=(72, 370, 300, 390), text="A line"))
    noted.add_attachment("note.txt", TITLE.encode())
    corpus.add("pypdf-annotations", "pypdf", version, "add_annotation, add_attachment on reportlab-canvas.pdf", "remarks on the page, a file attached", written(noted))
    grown = library.PdfWriter(io.BytesIO(corpus.path("reportlab-platypus").read_bytes()), incremental=True)
    grown.add_blank_page(width=400, height=300)
    grown.add_metadata({"/Title": "Grown"})
    corpus.add("pypdf-incremental", "pypdf", version, "incremental update of reportlab-platypus.pdf", "an update behind the file that adds an empty page", written(grown))
    turned = library.PdfWriter(clone_from=corpus.path("fpdf2-a5"))
    turned.pages[0].rotate(90)
    turned.pages[1].transfer_rotation_to_content()
    turned.pages[1].scale_by(0.8)
    turned.pages[1].cropbox = library.generic.RectangleObject((20, 30, 300, 400))
    corpus.add("pypdf-cropped", "pypdf", version, "rotate, scale_by and a crop box on fpdf2-a5.pdf", "a turned page and a cropped one", written(turned))


def javascript(corpus):
    name = MAKE / "libraries.mjs"
    for line in run("node", name, corpus.folder, json.dumps({"title": TITLE, "lines": LINES, "table": TABLE, "scripts": [LATIN, GREEK, CYRILLIC, ARABIC, HEBREW], "sans": SANS, "epoch": EPOCH})).decode().splitlines():
        name, package, how, special = line.split("\t")
        corpus.add(name, package, node(package), how, special)


def make(corpus):
    reportlab(corpus)
    fpdf2(corpus)
    pypdf(corpus)
    javascript(corpus)
