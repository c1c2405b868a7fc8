"""What draws: Cairo, Ghostscript, matplotlib, and programs that stand on them."""

from collection import debian, python, run
from words import LINES, TITLE

SVG = f"""<svg xmlns="http://www.w3.org/2000/svg" width="210mm" height="297mm" viewBox="0 0 210 297">
<defs><linearGradient id="g"><stop offset="0" stop-color="#369"/><stop offset="1" stop-color="#fc6"/></linearGradient>
<mask id="m"><circle cx="60" cy="90" r="40" fill="#fff" opacity=".7"/></mask></defs>
<text x="20" y="30" font-family="DejaVu Sans" font-size="8">{TITLE}</text>
<rect x="20" y="50" width="170" height="80" fill="url(#g)" mask="url(#m)"/>
<path d="M20 150 C60 120 100 220 190 160" fill="none" stroke="#060" stroke-width="2" stroke-dasharray="6 3"/>
<g opacity=".5"><rect x="30" y="180" width="60" height="40" fill="red"/><rect x="60" y="200" width="60" height="40" fill="blue"/></g></svg>"""
A0 = SVG.replace('width="210mm" height="297mm"', 'width="841mm" height="1189mm"')
POSTSCRIPT = f"""%!PS-Adobe-3.0
%%Pages: 2
/Times-Roman findfont 14 scalefont setfont
%%Page: 1 1
<< /PageSize [595 842] >> setpagedevice
72 760 moveto ({TITLE}) show
{" ".join(f"72 {740 - 20 * at} moveto ({line}) show" for at, line in enumerate(LINES))}
gsave 0.2 0.5 0.3 setrgbcolor 100 400 200 150 rectfill grestore
300 300 80 0 360 arc stroke showpage
%%Page: 2 2
<< /PageSize [842 595] >> setpagedevice
72 500 moveto (A page that lies) show
0 0.8 0.2 0.1 setcmykcolor 100 100 300 200 rectfill showpage
"""


def ghostscript(corpus):
    version = debian("ghostscript")
    source = corpus.scratch / "page.ps"
    source.write_text(POSTSCRIPT)
    drawn = corpus.scratch / "drawn.pdf"
    run("rsvg-convert", "-f", "pdf", "-o", drawn, input=SVG.encode())
    write = ["-sDEVICE=pdfwrite"]
    for name, arguments, special in [
        ("1.3", [*write, "-dCompatibilityLevel=1.3", source], "PDF 1.3, two sizes of page, CMYK"),
        ("1.4-screen", [*write, "-dCompatibilityLevel=1.4", "-dPDFSETTINGS=/screen", drawn], "PDF 1.4 of a PDF with transparency"),
        ("1.5-unpacked", [*write, "-dCompatibilityLevel=1.5", "-dCompressPages=false", source], "drawings that are not packed"),
        ("1.7-prepress", [*write, "-dCompatibilityLevel=1.7", "-dPDFSETTINGS=/prepress", source], "PDF 1.7, fonts embedded whole"),
        ("2.0", [*write, "-dCompatibilityLevel=2.0", source], "PDF 2.0"),
        ("gray", [*write, "-sColorConversionStrategy=Gray", source], "grey only"),
        ("linearized", [*write, "-dFastWebView=true", source], "linearised by Ghostscript"),
        ("pictures", ["-sDEVICE=pdfimage24", "-r72", source], "each page one picture"),
        ("pictures-gray", ["-sDEVICE=pdfimage8", "-r60", "-sCompression=JPEG", source], "each page one grey picture, JPEG"),
    ]:
        name = f"ghostscript-{name}"
        run("gs", "-q", "-dBATCH", "-dNOPAUSE", "-dSAFER", "-o", corpus.path(name), *arguments)
        shown = " ".join(word for word in arguments if isinstance(word, str))
        corpus.add(name, "Ghostscript", version, shown, special)


def cairo(corpus):
    version = debian("libcairo2")
    corpus.add("cairo-rsvg", "Cairo", version, f"rsvg-convert {debian('librsvg2-bin')}", "a gradient, a mask, a group", run("rsvg-convert", "-f", "pdf", input=SVG.encode()))
    corpus.add("cairo-a0", "Cairo", version, f"rsvg-convert {debian('librsvg2-bin')}", "a page of size A0", run("rsvg-convert", "-f", "pdf", input=A0.encode()))
    plot = f'set term pdfcairo font "DejaVu Sans,10" size 21cm,14.8cm\nset title "{TITLE}"\nplot sin(x), x**2/100 with points\n'
    corpus.add("cairo-gnuplot", "Cairo", version, f"gnuplot {debian('gnuplot-nox')}, pdfcairo", "a page of 21 × 14.8 cm", run("gnuplot", input=plot.encode()))
    graph = 'digraph { node [fontname="DejaVu Sans"]; issue -> stamp -> verify; verify -> issue; stamp -> "read back"; size="4,6" }'
    corpus.add("cairo-graphviz", "Cairo", version, f"graphviz {debian('graphviz')}, dot -Tpdf", "a page that is as large as its graph", run("dot", "-Tpdf", "-Gmargin=1.2", input=graph.encode()))
    run("pdftocairo", "-pdf", corpus.path("ghostscript-1.3"), corpus.path("cairo-pdftocairo"))
    corpus.add("cairo-pdftocairo", "Cairo", version, f"pdftocairo {debian('poppler-utils')} of ghostscript-1.3.pdf", "pages of two sizes, drawn again")
    run("pdfunite", corpus.path("ghostscript-1.3"), corpus.path("cairo-rsvg"), corpus.path("poppler-pdfunite"))
    corpus.add("poppler-pdfunite", "Poppler", debian("poppler-utils"), "pdfunite of ghostscript-1.3.pdf and cairo-rsvg.pdf", "two producers in one file")


def matplotlib(corpus):
    import matplotlib as library

    library.use("pdf")
    from matplotlib import pyplot

    for name, kind, special in [("type3", 3, "Type 3 fonts"), ("type42", 42, "TrueType fonts, an alpha channel")]:
        library.rcParams["pdf.fonttype"] = kind
        figure, axes = pyplot.subplots(figsize=(7, 5))
        axes.plot([0, 1, 2, 3], [1, 3, 2, 4], label="marks")
        axes.imshow([[0, 1], [1, 0]], extent=(0, 3, 1, 4), alpha=0.3, aspect="auto")
        axes.set_title(TITLE)
        axes.legend()
        figure.savefig(corpus.path(f"matplotlib-{name}"))
        pyplot.close(figure)
        corpus.add(f"matplotlib-{name}", "matplotlib", python("matplotlib"), f"savefig, pdf.fonttype={kind}", special)


def mupdf(corpus):
    version = debian("mupdf-tools")
    page = corpus.scratch / "page.txt"
    lines = "".join(f"0 -20 Td ({line}) Tj\n" for line in LINES)
    page.write_text(f"%%MediaBox 0 0 595 842\n%%Font F1 Helvetica\nBT /F1 12 Tf 72 780 Td ({TITLE}) Tj\n{lines}ET\n")
    run("mutool", "create", "-o", corpus.path("mupdf-create"), page, page)
    corpus.add("mupdf-create", "MuPDF", version, "mutool create", "two pages of a text file")
    run("mutool", "clean", "-g", "-z", corpus.path("tex-pdftex-article"), corpus.path("mupdf-clean"))
    corpus.add("mupdf-clean", "MuPDF", version, "mutool clean -g -z of tex-pdftex-article.pdf", "what nobody uses is taken out")
    html = corpus.scratch / "page.html"
    html.write_text(f"<html><body><h1>{TITLE}</h1>" + "".join(f"<p>{line}</p>" for line in LINES * 6) + "</body></html>")
    run("mutool", "convert", "-F", "pdf", "-o", corpus.path("mupdf-convert"), html)
    corpus.add("mupdf-convert", "MuPDF", version, "mutool convert of HTML", "pages of 450 × 600 pt")


def make(corpus):
    ghostscript(corpus)
    cairo(corpus)
    matplotlib(corpus)
    mupdf(corpus)
