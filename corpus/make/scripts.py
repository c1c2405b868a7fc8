"""Libraries of Ruby, Perl, PHP and Java, as Debian has them."""

import json

from collection import EPOCH, debian, run
from words import CYRILLIC, GREEK, LATIN, LINES, SANS, TITLE

RUBY = """
require "json"; require "prawn"
given = JSON.parse(ARGV[1])
Prawn::Document.generate(ARGV[0], page_size: "A4", info: { Title: given["title"], CreationDate: Time.at(given["epoch"]).utc }) do
  font given["sans"]
  text given["title"], size: 18
  given["lines"].each { |line| text line }
  fill_color "336699"; fill_rectangle [100, 400], 120, 60
  transparent(0.4) { fill_color "cc6600"; fill_circle [220, 380], 50 }
  start_new_page layout: :landscape
  text "A page that lies"
  number_pages "<page> of <total>", at: [0, 0]
end
"""
PERL = """
use PDF::API2; use JSON::PP;
my $given = decode_json($ARGV[1]);
my $pdf = PDF::API2->new(compress => 'flate');
$pdf->info(Title => $given->{title});
for my $turn (0, 90) {
  my $page = $pdf->page; $page->mediabox('A4'); $page->rotate($turn);
  my $text = $page->text; $text->font($pdf->corefont('Helvetica'), 14);
  my $y = 780;
  for my $line ($given->{title}, @{$given->{lines}}) { $text->translate(60, $y); $text->text($line); $y -= 22; }
  my $shape = $page->gfx; $shape->fillcolor('#336699'); $shape->circle(300, 400, 60); $shape->fill;
}
$pdf->saveas($ARGV[0]);
"""
TCPDF = """<?php
require "/usr/share/php/tcpdf/autoload.php";
$given = json_decode($argv[2], true);
$pdf = new TCPDF("P", "mm", "A4", true, "UTF-8", false);
$pdf->setDocCreationTimestamp($given["epoch"]); $pdf->setDocModificationTimestamp($given["epoch"]);
$pdf->SetTitle($given["title"]); $pdf->setFont("dejavusans", "", 12);
for ($page = 0; $page < 3; $page++) { $pdf->AddPage(); foreach ($given["lines"] as $line) $pdf->Write(8, $line, "", false, "", true); }
$pdf->Output($argv[1], "F");
"""
FPDF = """<?php
require "/usr/share/php/fpdf/fpdf.php";
$given = json_decode($argv[2], true);
$pdf = new FPDF(); $pdf->SetTitle($given["title"]); $pdf->AddPage(); $pdf->SetFont("Courier", "", 12);
foreach ($given["lines"] as $line) $pdf->Cell(0, 8, $line, 0, 1);
$pdf->AddPage("L", [100, 150]); $pdf->Cell(0, 8, "A page of 150 x 100 mm");
$pdf->Output("F", $argv[1]);
"""


def make(corpus):
    given = json.dumps({"title": TITLE, "lines": LINES, "scripts": [LATIN, GREEK, CYRILLIC], "sans": SANS, "epoch": EPOCH})

    def wrote(name, program, source):
        path = corpus.scratch / "program"
        path.write_text(source)
        run(*program, path, corpus.path(name), given)

    wrote("prawn-pages", ["ruby"], RUBY)
    corpus.add("prawn-pages", "Prawn", debian("ruby-prawn"), "Prawn::Document", "opacity, A4 that stands and lies")
    wrote("pdf-api2-pages", ["perl"], PERL)
    corpus.add("pdf-api2-pages", "PDF::API2", debian("libpdf-api2-perl"), "PDF::API2", "standard fonts, a page turned by 90°")
    wrote("tcpdf-pages", ["php"], TCPDF)
    corpus.add("tcpdf-pages", "TCPDF", debian("php-tcpdf"), "TCPDF", "three pages, a font of Unicode")
    wrote("fpdf-pages", ["php"], FPDF)
    corpus.add("fpdf-pages", "FPDF", debian("php-fpdf"), "FPDF", "A4, and a page of 150 × 100 mm")
    version = debian("pdftk-java")
    run("pdftk", corpus.path("tex-pdftex-article"), "stamp", corpus.path("cairo-rsvg"), "output", corpus.path("pdftk-stamp"))
    corpus.add("pdftk-stamp", "pdftk", version, "stamp cairo-rsvg.pdf on tex-pdftex-article.pdf", "another program's stamp over the whole page")
    run("pdftk", corpus.path("chromium-header"), "cat", "end-1", "1east", "output", corpus.path("pdftk-cat"))
    corpus.add("pdftk-cat", "pdftk", version, "cat end-1 1east of chromium-header.pdf", "pages backwards, the first one again and turned at the end")
    fields = corpus.scratch / "fields.fdf"
    fields.write_text("%FDF-1.2\n1 0 obj<</FDF<</Fields[<</T(name)/V(Filled in)>>]>>>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")
    run("pdftk", corpus.path("reportlab-form"), "fill_form", fields, "output", corpus.path("pdftk-form"))
    corpus.add("pdftk-form", "pdftk", version, "fill_form of reportlab-form.pdf", "a form that was filled in")
