// Libraries of JavaScript: writes PDFs into a folder, and a line for each: file, package, how, what is special, with tabs between.

import { createWriteStream, readFileSync, writeFileSync } from "node:fs";
import { finished } from "node:stream/promises";
import { createElement as element } from "react";
import { Document, Page, Text, View, renderToFile } from "@react-pdf/renderer";
import { jsPDF } from "jspdf";
import { PDFDocument, StandardFonts, degrees, rgb } from "pdf-lib";
import PDFKit from "pdfkit";
import pdfmake from "pdfmake";

const [folder, given] = process.argv.slice(2);
const { title, lines, table, scripts, sans, epoch } = JSON.parse(given);
const date = new Date(epoch * 1000);
const path = (name) => `${folder}/${name}.pdf`;
const add = (...cells) => console.log(cells.join("\t"));

const stated = (document) => {
  document.setTitle(title);
  document.setCreationDate(date);
  document.setModificationDate(date);
};

async function pdfLib() {
  const made = await PDFDocument.create();
  stated(made);
  const font = await made.embedFont(StandardFonts.TimesRoman);
  const page = made.addPage([595.28, 841.89]);
  [title, ...lines].forEach((line, at) => page.drawText(line, { x: 60, y: 780 - 22 * at, size: 12, font }));
  page.drawEllipse({ x: 200, y: 400, xScale: 90, yScale: 50, color: rgb(0.2, 0.5, 0.3), opacity: 0.5 });
  page.drawText("aslant", { x: 300, y: 300, size: 20, font, rotate: degrees(40) });
  writeFileSync(path("pdf-lib-page"), await made.save());
  add("pdf-lib-page", "pdf-lib", "PDFDocument.create, save", "object streams, opacity");
  writeFileSync(path("pdf-lib-plain"), await made.save({ useObjectStreams: false }));
  add("pdf-lib-plain", "pdf-lib", "save useObjectStreams=false", "a table instead of object streams");

  const asked = await PDFDocument.create();
  stated(asked);
  const sheet = asked.addPage([595.28, 841.89]);
  const form = asked.getForm();
  form.createTextField("name").addToPage(sheet, { x: 60, y: 700, width: 200, height: 20 });
  form.createCheckBox("agreed").addToPage(sheet, { x: 60, y: 660, width: 16, height: 16 });
  const mark = form.createDropdown("mark");
  mark.addOptions(["1", "2", "3"]);
  mark.addToPage(sheet, { x: 60, y: 620, width: 80, height: 20 });
  form.getTextField("name").setText("Filled in");
  writeFileSync(path("pdf-lib-form"), await asked.save());
  add("pdf-lib-form", "pdf-lib", "getForm", "a form that was filled in");

  const changed = await PDFDocument.load(readFileSync(path("chromium-mixed")));
  stated(changed);
  changed.getPages().forEach((one) => one.setRotation(degrees(270)));
  changed.insertPage(0, [300, 300]).drawText("In front", { x: 40, y: 200 });
  writeFileSync(path("pdf-lib-turned"), await changed.save());
  add("pdf-lib-turned", "pdf-lib", "setRotation and insertPage on chromium-mixed.pdf", "pages turned by 270°, one put in front");
}

async function pdfKit() {
  for (const [name, options, special] of [
    ["page", {}, "standard fonts, a path, a link"],
    ["tagged", { tagged: true, pdfVersion: "1.7", lang: "en", displayTitle: true }, "tagged, with an outline"],
    ["pdfa-2b", { subset: "PDF/A-2b", pdfVersion: "1.7", tagged: true, font: sans }, "PDF/A-2b"],
    ["buffered", { bufferPages: true, layout: "landscape", size: "LETTER", compress: false }, "Letter that lies, nothing packed"],
  ]) {
    const document = new PDFKit({ ...options, info: { Title: title, CreationDate: date } });
    const out = document.pipe(createWriteStream(path(`pdfkit-${name}`)));
    if (options.subset) document.font(sans);
    const write = (tag, words) => {
      if (!options.tagged) return document.text(words);
      document.addStructure(document.struct(tag, () => document.text(words)));
    };
    write("H1", title);
    lines.forEach((line) => write("P", line));
    if (options.subset) scripts.slice(0, 3).forEach((line) => write("P", line));
    if (name === "page") document.moveTo(100, 500).bezierCurveTo(200, 400, 300, 600, 400, 500).stroke("#900").text("elsewhere", 100, 550, { link: "https://documents.example.org/" });
    if (name === "tagged") document.outline.addItem(title);
    document.addPage();
    write("P", "The second page");
    document.end();
    await finished(out);
    const shown = Object.entries(options).filter(([key]) => key !== "font").map(([key, value]) => `${key}=${value}`);
    add(`pdfkit-${name}`, "pdfkit", ["PDFDocument", ...shown].join(" "), special);
  }
}

function jsPdf() {
  for (const [name, options, special] of [
    ["page", {}, "nothing packed, fonts that are named only"],
    ["packed", { compress: true, orientation: "landscape", format: "a5" }, "packed, A5 that lies"],
  ]) {
    const document = new jsPDF(options);
    document.setCreationDate(date);
    document.setFileId("00112233445566778899AABBCCDDEEFF");
    document.text([title, ...lines], 15, 20);
    document.setFillColor(30, 90, 160).circle(60, 90, 20, "F");
    writeFileSync(path(`jspdf-${name}`), Buffer.from(document.output("arraybuffer")));
    const shown = Object.entries(options).map(([key, value]) => `${key}=${value}`);
    add(`jspdf-${name}`, "jspdf", ["jsPDF", ...shown].join(" "), special);
  }
}

async function pdfMake() {
  pdfmake.setFonts({ Sans: { normal: sans, bold: sans, italics: sans, bolditalics: sans } });
  const content = [{ text: title, fontSize: 18 }, ...lines, ...scripts.slice(0, 3), { table: { body: table } }];
  const document = pdfmake.createPdf({ content, defaultStyle: { font: "Sans" }, info: { title, creationDate: date }, watermark: { text: "copy", opacity: 0.2 } });
  writeFileSync(path("pdfmake-page"), await document.getBuffer());
  add("pdfmake-page", "pdfmake", "createPdf", "a table, a watermark");
}

async function reactPdf() {
  const words = [title, ...lines].map((line, key) => element(Text, { key, style: { margin: 6 } }, line));
  const pages = ["A4", "A3"].map((size) => element(Page, { key: size, size, style: { padding: 40 } }, element(View, null, words)));
  await renderToFile(element(Document, { title, creationDate: date }, pages), path("react-pdf-pages"));
  add("react-pdf-pages", "@react-pdf/renderer", "renderToFile", "A4 and A3");
}

await pdfLib();
await pdfKit();
jsPdf();
await pdfMake();
await reactPdf();
