// `node stamps.mjs SECONDS PDF PICTURE OUT`: a picture of a symbol and a line of text put on the last page with `pdf-lib`, in this
// process. The file is hashed before and after; nothing is signed, and the symbol is drawn already.

import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { PDFDocument, StandardFonts } from 'pdf-lib';

const [seconds, source, picture, out] = process.argv.slice(2);
const file = readFileSync(source);
const image = readFileSync(picture);
const hash = (bytes) => createHash('sha256').update(bytes).digest();

async function once() {
  const document = await PDFDocument.load(file, { updateMetadata: false });
  const page = document.getPages().at(-1);
  const font = await document.embedFont(StandardFonts.Helvetica);
  page.drawImage(await document.embedPng(image), { x: page.getWidth() - 108, y: 18, width: 90, height: 90 });
  page.drawText('TCR-0000000000000', { x: page.getWidth() - 108, y: 8, size: 6, font });
  return document.save({ useObjectStreams: false });
}

const end = Date.now() + Number(seconds) * 1000;
let count = 0;
let made;
while (Date.now() < end) {
  hash(file);
  made = await once();
  hash(made);
  count += 1;
}
writeFileSync(out, made);
console.log(count);
