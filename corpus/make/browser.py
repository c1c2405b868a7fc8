"""Chromium and wkhtmltopdf print pages of HTML, WeasyPrint lays them out."""

from collection import debian, python, run
from words import LINES, SCRIPTS, TABLE, TITLE

STYLE = "body{font:11pt 'DejaVu Sans','Droid Sans Fallback'} h1{font-size:18pt} td{border:1px solid #888;padding:2mm} "


def page(body, style="", lang="en"):
    return f"<!doctype html><html lang={lang}><head><meta charset=utf-8><title>{TITLE}</title><style>{STYLE}{style}</style></head><body>{body}</body></html>"


PARAGRAPHS = "".join(f"<p>{line}</p>" for line in LINES)
ROWS = "".join("<tr>" + "".join(f"<td>{word}</td>" for word in row) + "</tr>" for row in TABLE)
LETTER = f"<h1>{TITLE}</h1>{PARAGRAPHS}<table>{ROWS}</table>"
LONG = "".join(f"<h1>Part {part}</h1>{PARAGRAPHS * 6}" for part in range(1, 6))
LINKS = f"<h1 id=top>{TITLE}</h1>{PARAGRAPHS}<p><a href='#top'>To the top</a> <a href='https://documents.example.org/'>Elsewhere</a></p>"
GRAPHICS = f"""<h1>{TITLE}</h1>{PARAGRAPHS}
<div style="width:150mm;height:40mm;background:linear-gradient(90deg,#369,#fc6);opacity:.7"></div>
<svg width="300" height="160"><defs><radialGradient id="g"><stop offset="0" stop-color="#fff"/><stop offset="1" stop-color="#063"/></radialGradient>
<pattern id="p" width="12" height="12" patternUnits="userSpaceOnUse"><path d="M0 0 12 12" stroke="#900"/></pattern></defs>
<circle cx="80" cy="80" r="70" fill="url(#g)"/><rect x="120" y="20" width="150" height="120" fill="url(#p)" stroke="#000" opacity=".6"/></svg>
<div style="mix-blend-mode:multiply;background:#ff0;width:80mm;height:20mm;margin-top:-30mm">blended</div>"""
SCRIPT_ROWS = "".join(f"<p dir=auto>{line}</p>" for line in SCRIPTS)
FORM = f"<h1>{TITLE}</h1><form><p>Name <input name=name value=''></p><p>Agreed <input type=checkbox name=agreed></p></form>"
LYING = "@page{size:A4 landscape}"
MIXED = "@page{size:A4} @page wide{size:A3 landscape} .wide{page:wide;break-before:page}"


def chromium(corpus):
    version = debian("chromium")
    for name, html, flags, special in [
        ("page", page(LETTER), [], "a page with a table"),
        ("header", page(LONG), ["header"], "several pages with a header and a footer"),
        ("tagged", page(LONG), ["--generate-pdf-document-outline"], "tagged, with an outline"),
        ("untagged", page(LETTER), ["--disable-pdf-tagging"], "not tagged"),
        ("landscape", page(LETTER, LYING), [], "A4 that lies"),
        ("mixed", page(f"{LETTER}<div class=wide>{LETTER}</div>", MIXED), [], "A4 that stands and A3 that lies"),
        ("scripts", page(SCRIPT_ROWS), [], "eight scripts, two of them from the right"),
        ("graphics", page(GRAPHICS), [], "gradients, a pattern, transparency, a blend"),
        ("links", page(LINKS), [], "links within and to elsewhere"),
    ]:
        source = corpus.scratch / "page.html"
        source.write_text(html)
        name = f"chromium-{name}"
        shown = [flag for flag in flags if flag.startswith("--")]
        quiet = [] if "header" in flags else ["--no-pdf-header-footer"]
        # No sandbox: the page is ours, and root has none.
        run("chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={corpus.scratch}/chromium", *quiet, *shown, f"--print-to-pdf={corpus.path(name)}", source)
        corpus.add(name, "Chromium", version, " ".join(["--print-to-pdf", *quiet, *shown]), special)


def wkhtmltopdf(corpus):
    source = corpus.scratch / "page.html"
    source.write_text(page(LETTER))
    run("wkhtmltopdf", "--quiet", "--disable-javascript", source, corpus.path("wkhtmltopdf-page"), env={"QT_QPA_PLATFORM": "offscreen", "PATH": "/usr/bin:/bin", "HOME": str(corpus.scratch)})
    corpus.add("wkhtmltopdf-page", "wkhtmltopdf", debian("wkhtmltopdf"), "a page of HTML", "written by Qt")


def weasyprint(corpus):
    import weasyprint as weasy

    for name, html, options, special in [
        ("page", page(LETTER), {}, "a page with a table"),
        ("form", page(FORM), {"pdf_forms": True}, "a form"),
        ("pdfa-3b", page(LONG), {"pdf_variant": "pdf/a-3b"}, "PDF/A-3b"),
        ("pdfua", page(LONG), {"pdf_variant": "pdf/ua-1"}, "PDF/UA, tagged"),
    ]:
        data = weasy.HTML(string=html).write_pdf(**options)
        shown = " ".join(f"{key}={value}" for key, value in options.items())
        corpus.add(f"weasyprint-{name}", "WeasyPrint", python("weasyprint"), f"write_pdf {shown}".strip(), special, data)


def make(corpus):
    chromium(corpus)
    wkhtmltopdf(corpus)
    weasyprint(corpus)
