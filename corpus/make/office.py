"""LibreOffice: flat documents of ours, exported with the settings people use."""

import json

from collection import debian, run
from words import LINES, SCRIPTS, TABLE, TITLE

NAMES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in {
        "office": "office", "style": "style", "text": "text", "table": "table", "draw": "drawing",
        "fo": "xsl-fo-compatible", "svg": "svg-compatible", "form": "form", "presentation": "presentation",
    }.items()
) + ' xmlns:xlink="http://www.w3.org/1999/xlink"'
PAGES = """
<style:page-layout style:name="upright"><style:page-layout-properties fo:page-width="210mm" fo:page-height="297mm"
 fo:margin="20mm" style:print-orientation="portrait"/></style:page-layout>
<style:page-layout style:name="lying"><style:page-layout-properties fo:page-width="297mm" fo:page-height="210mm"
 fo:margin="20mm" style:print-orientation="landscape"/></style:page-layout>"""
STYLES = """
<style:default-style style:family="paragraph"><style:paragraph-properties fo:margin-bottom="3mm"/>
<style:text-properties style:font-name="DejaVu Sans" fo:font-family="DejaVu Sans" fo:font-size="11pt"/></style:default-style>
<style:style style:name="Heading_20_1" style:display-name="Heading 1" style:family="paragraph" style:default-outline-level="1">
<style:text-properties fo:font-size="18pt" fo:font-weight="bold"/></style:style>"""


def document(kind, body, automatic="", masters=""):
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document {NAMES} office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.{kind}">
<office:styles>{STYLES}</office:styles>
<office:automatic-styles>{PAGES}{automatic}</office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="upright"/>
<style:master-page style:name="Lying" style:page-layout-name="lying"/>{masters}</office:master-styles>
<office:body>{body}</office:body></office:document>"""


def heading(words):
    return f'<text:h text:style-name="Heading_20_1" text:outline-level="1">{words}</text:h>'


def paragraphs(lines, style=None):
    style = f' text:style-name="{style}"' if style else ""
    return "".join(f"<text:p{style}>{line}</text:p>" for line in lines)


def table(rows):
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    rows = ("<table:table-row>" + "".join(cell.format(word) for word in row) + "</table:table-row>" for row in rows)
    return f'<table:table table:name="Courses"><table:table-column table:number-columns-repeated="3"/>{"".join(rows)}</table:table>'


def text(body, automatic="", before=""):
    return document("text", f"<office:text>{before}{body}</office:text>", automatic)


BREAK = """<style:style style:name="{}" style:family="paragraph" style:parent-style-name="Standard"
 style:master-page-name="{}"><style:paragraph-properties style:page-number="auto"/></style:style>"""
FORM = """<office:forms form:apply-design-mode="false"><form:form form:name="form" form:control-implementation="ooo:com.sun.star.form.component.Form" xmlns:ooo="http://openoffice.org/2004/office">
<form:text form:name="name" form:id="name" xml:id="name" form:control-implementation="ooo:com.sun.star.form.component.TextField"/>
<form:checkbox form:name="agreed" form:id="agreed" xml:id="agreed" form:label="Agreed" form:control-implementation="ooo:com.sun.star.form.component.CheckBox"/>
</form:form></office:forms>"""
CONTROLS = "".join(
    f"""<text:p><draw:control text:anchor-type="paragraph" draw:control="{name}" svg:x="10mm" svg:y="{y}mm" svg:width="70mm" svg:height="8mm"/></text:p>"""
    for name, y in (("name", 5), ("agreed", 20))
)
SHAPES = """
<draw:rect svg:x="20mm" svg:y="30mm" svg:width="60mm" svg:height="40mm" draw:style-name="filled"/>
<draw:ellipse svg:x="60mm" svg:y="50mm" svg:width="70mm" svg:height="50mm" draw:style-name="glass"/>
<draw:line svg:x1="20mm" svg:y1="120mm" svg:x2="180mm" svg:y2="140mm"/>"""
FILLS = """
<style:style style:name="filled" style:family="graphic"><style:graphic-properties draw:fill="solid" draw:fill-color="#336699"/></style:style>
<style:style style:name="glass" style:family="graphic"><style:graphic-properties draw:fill="solid" draw:fill-color="#cc6600" draw:opacity="50%"/></style:style>"""


def frame(words, y=20):
    return f"""<draw:frame svg:x="20mm" svg:y="{y}mm" svg:width="150mm" svg:height="20mm"><draw:text-box><text:p>{words}</text:p></draw:text-box></draw:frame>"""


def make(corpus):
    version = debian("libreoffice-core-nogui")
    letter = text(heading(TITLE) + paragraphs(LINES) + table(TABLE))
    long = text(heading(TITLE) + paragraphs(LINES * 8) + heading("Courses") + table(TABLE * 4))
    mixed = text(
        heading(TITLE) + paragraphs(LINES) + paragraphs(["A page that lies."], "toLying") + paragraphs(LINES)
        + paragraphs(["A page that stands again."], "toUpright"),
        BREAK.format("toLying", "Lying") + BREAK.format("toUpright", "Standard"),
    )
    drawing = f'<office:drawing><draw:page draw:name="one" draw:master-page-name="Lying">{frame(TITLE, 5)}{SHAPES}</draw:page></office:drawing>'
    slides = "".join(
        f'<draw:page draw:name="{number}" draw:master-page-name="Lying">{frame(line)}{SHAPES}</draw:page>'
        for number, line in enumerate(LINES)
    )
    sheet = f"<office:spreadsheet>{table(TABLE * 12)}</office:spreadsheet>"
    for name, extension, source, settings, special in [
        ("writer", "fodt", letter, {}, "a page with a table"),
        ("writer-tagged", "fodt", long, {"UseTaggedPDF": True, "ExportBookmarks": True}, "tagged, with an outline"),
        ("writer-pdfa-1b", "fodt", letter, {"SelectPdfVersion": 1}, "PDF/A-1b: no object streams, an output intent"),
        ("writer-pdfa-2b", "fodt", long, {"SelectPdfVersion": 2}, "PDF/A-2b"),
        ("writer-pdfa-3b", "fodt", letter, {"SelectPdfVersion": 3}, "PDF/A-3b"),
        ("writer-pdfua", "fodt", long, {"PDFUACompliance": True}, "PDF/UA"),
        ("writer-form", "fodt", text(heading(TITLE) + CONTROLS, before=FORM), {"ExportFormFields": True}, "a form with a text field and a box to tick"),
        ("writer-mixed", "fodt", mixed, {}, "pages that stand and lie"),
        ("writer-scripts", "fodt", text(heading(TITLE) + paragraphs(SCRIPTS)), {}, "Latin, Greek, Cyrillic, Arabic, Hebrew, Chinese, Japanese and Korean"),
        ("calc", "fods", document("spreadsheet", sheet), {}, "a sheet"),
        ("impress", "fodp", document("presentation", f"<office:presentation>{slides}</office:presentation>", FILLS), {}, "slides with shapes one sees through"),
        ("draw", "fodg", document("graphics", drawing, FILLS), {}, "a drawing"),
    ]:
        name = f"libreoffice-{name}"
        path = corpus.scratch / f"{name}.{extension}"
        path.write_text(source)
        module = {"fodt": "writer", "fods": "calc", "fodp": "impress", "fodg": "draw"}[extension]
        values = {key: {"type": "boolean" if isinstance(value, bool) else "long", "value": str(value).lower()} for key, value in settings.items()}
        target = f"pdf:{module}_pdf_Export" + (f":{json.dumps(values)}" if values else "")
        run("soffice", f"-env:UserInstallation=file://{corpus.scratch}/office", "--headless", "--convert-to", target, "--outdir", corpus.folder, path)
        shown = " ".join(f"{key}={value}" for key, value in settings.items())
        corpus.add(name, "LibreOffice", version, f"{module} export {shown}".strip(), special)
