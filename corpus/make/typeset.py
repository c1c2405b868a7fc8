"""TeX, groff, Typst and Apache FOP."""

import json

from collection import debian, python, run
from words import ARABIC, CHINESE, CYRILLIC, GREEK, HEBREW, LATIN, LINES, TABLE, TITLE

PLAIN = "\n\n".join(LINES)
ROWS = " \\\\\n".join(" & ".join(row) for row in TABLE)
BODY = f"\\section{{{TITLE}}}\n{PLAIN}\n\n\\begin{{tabular}}{{lrr}}\n{ROWS}\n\\end{{tabular}}\n\\[ \\int_0^1 x^2\\,dx = \\frac13 \\]"
# No file of the same words differs but by its producer.
STILL = "\\ifdefined\\pdftrailerid\\pdftrailerid{}\\fi"
SCRIPTS = "\n\n".join([LATIN, GREEK, CYRILLIC])


def article(body, preamble="", options="a4paper"):
    return f"\\documentclass[{options}]{{article}}\n{STILL}\n{preamble}\n\\begin{{document}}\n{body}\n\\end{{document}}\n"


SLIDES = "\\documentclass{beamer}\n\\usetheme{Madrid}\n\\title{%s}\n\\begin{document}\n\\frame{\\titlepage}\n%s\n\\end{document}\n" % (
    TITLE,
    "\n".join(f"\\begin{{frame}}{{Slide {number}}}\n{line}\n\\pause\\par {line}\n\\end{{frame}}" for number, line in enumerate(LINES, 1)),
)
FORM = "\\begin{Form}\\TextField[name=name,width=6cm]{Name}\\par\\bigskip\\CheckBox[name=agreed]{Agreed}\\par\\bigskip\\ChoiceMenu[name=mark,combo]{Mark}{1,2,3}\\end{Form}"


def tex(corpus):
    version = debian("texlive-binaries")
    for name, program, source, special in [
        ("pdftex-article", "pdflatex", article(BODY), "object streams, Type 1 fonts, a formula"),
        ("pdftex-old", "pdflatex", article(BODY, "\\pdfminorversion=3\\pdfobjcompresslevel=0\\pdfcompresslevel=0"), "PDF 1.3, nothing packed"),
        ("pdftex-links", "pdflatex", article(f"\\tableofcontents\\newpage{BODY}\\newpage\\section{{Again}}{PLAIN}", "\\usepackage{hyperref}"), "links and an outline"),
        ("pdftex-form", "pdflatex", article(FORM, "\\usepackage{hyperref}"), "a form"),
        ("pdftex-beamer", "pdflatex", SLIDES, "slides of 128 × 96 mm with shadings"),
        ("xetex-scripts", "xelatex", article(SCRIPTS, "\\usepackage{fontspec}\\setmainfont{DejaVu Sans}"), "written by xdvipdfmx: Latin, Greek and Cyrillic"),
        ("luatex-article", "lualatex", article(BODY, "\\usepackage{fontspec}\\setmainfont{DejaVu Serif}"), "an OpenType font"),
    ]:
        name = f"tex-{name}"
        (corpus.scratch / f"{name}.tex").write_text(source)
        for _ in range(2):
            run(program, "-interaction=nonstopmode", "-halt-on-error", f"{name}.tex", cwd=corpus.scratch)
        producer = {"pdflatex": "pdfTeX", "xelatex": "XeTeX", "lualatex": "LuaTeX"}[program]
        corpus.add(name, producer, version, program, special, (corpus.scratch / f"{name}.pdf").read_bytes())
    (corpus.scratch / "dvi.tex").write_text(article(BODY))
    run("latex", "-interaction=nonstopmode", "dvi.tex", cwd=corpus.scratch)
    run("dvipdfmx", "-o", corpus.path("tex-dvipdfmx"), "dvi.dvi", cwd=corpus.scratch)
    corpus.add("tex-dvipdfmx", "dvipdfmx", version, "latex, dvipdfmx", "from DVI")
    run("dvips", "-q", "-o", "dvi.ps", "dvi.dvi", cwd=corpus.scratch)
    run("ps2pdf", "dvi.ps", corpus.path("ghostscript-dvips"), cwd=corpus.scratch)
    corpus.add("ghostscript-dvips", "Ghostscript", debian("ghostscript"), "latex, dvips, ps2pdf", "bitmapped or Type 1 fonts through PostScript")


def groff(corpus):
    source = f".TL\n{TITLE}\n" + "".join(f".PP\n{line}\n" for line in LINES * 12)
    data = run("groff", "-Tpdf", "-ms", "-P-pa4", input=source.encode())
    corpus.add("groff-ms", "groff", debian("groff"), "groff -Tpdf -ms", "gropdf, standard fonts that are not embedded", data)


def typst(corpus):
    import typst as compiler

    head = f'#set document(title: "{TITLE}", date: datetime(year: 2026, month: 7, day: 1))\n#set text(lang: "en")\n'
    cells = ", ".join(f"[{word}]" for row in TABLE for word in row)
    body = f"= {TITLE}\n\n" + "\n\n".join(LINES * 6) + f"\n\n#table(columns: 3, {cells})\n\n$ integral_0^1 x^2 dif x = 1/3 $\n"
    scripts = '#set text(font: ("DejaVu Sans", "Droid Sans Fallback"))\n' + "\n\n".join([LATIN, GREEK, ARABIC, HEBREW, CHINESE])
    for name, source, options, special in [
        ("article", head + body, {}, "tagged, object streams"),
        ("pdfa-2b", head + body, {"pdf_standards": "a-2b"}, "PDF/A-2b"),
        ("scripts", head + scripts, {}, "five scripts"),
        ("tiny", head + "#set page(width: 60mm, height: 45mm, margin: 4mm)\nA small page.", {}, "a page of 60 × 45 mm, hardly larger than a stamp"),
    ]:
        path = corpus.scratch / "page.typ"
        path.write_text(source)
        data = compiler.compile(str(path), format="pdf", **options)
        shown = " ".join(f"{key}={value}" for key, value in options.items())
        corpus.add(f"typst-{name}", "Typst", python("typst"), f"compile {shown}".strip(), special, data)


def fop(corpus):
    blocks = "".join(f"<fo:block space-after='4mm'>{line}</fo:block>" for line in LINES * 10)
    source = f"""<fo:root xmlns:fo="http://www.w3.org/1999/XSL/Format"><fo:layout-master-set>
<fo:simple-page-master master-name="one" page-width="210mm" page-height="297mm" margin="20mm"><fo:region-body/></fo:simple-page-master>
<fo:simple-page-master master-name="turned" page-width="210mm" page-height="297mm" margin="20mm" reference-orientation="90"><fo:region-body/></fo:simple-page-master>
</fo:layout-master-set>
<fo:page-sequence master-reference="one"><fo:flow flow-name="xsl-region-body">{blocks}</fo:flow></fo:page-sequence>
<fo:page-sequence master-reference="turned"><fo:flow flow-name="xsl-region-body"><fo:block>{TITLE}</fo:block></fo:flow></fo:page-sequence></fo:root>"""
    path = corpus.scratch / "page.fo"
    path.write_text(source)
    run("fop", "-q", path, corpus.path("fop-article"))
    corpus.add("fop-article", "Apache FOP", debian("fop"), "fop", "standard fonts that are not embedded, words that are turned")


def make(corpus):
    tex(corpus)
    groff(corpus)
    typst(corpus)
    fop(corpus)
