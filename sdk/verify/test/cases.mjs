// The files of vectors/: headers, an empty line, the input (vectors/README.md).

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const vectors = fileURLToPath(new URL('../../../vectors/', import.meta.url));

/** A file of `pki/`, as bytes, and as a text without its last line break. */
export const bytesGiven = (name) => new Uint8Array(readFileSync(`${vectors}pki/${name}`));
export const given = (name) => readFileSync(`${vectors}pki/${name}`, 'utf8').trimEnd();
export const namesGiven = () => readdirSync(`${vectors}pki`);
export const foreign = (name) => readFileSync(`${vectors}vds/${name}`, 'utf8');

export const fromHex = (text) => new Uint8Array(Buffer.from(text, 'hex'));

/** Every vector. Folders that hold none: `pki` and `vds`. */
export function allCases() {
  const kinds = readdirSync(vectors, { withFileTypes: true }).filter((entry) => entry.isDirectory() && !['pki', 'vds'].includes(entry.name));
  return kinds.flatMap(({ name: kind }) => readdirSync(`${vectors}${kind}`).map((file) => readCase(kind, file)));
}

function readCase(kind, file) {
  const path = `${kind}/${file}`;
  const text = readFileSync(vectors + path, 'utf8');
  const [head, ...rest] = text.split('\n\n');
  const headers = new Map();
  for (const line of head.split('\n')) {
    const at = line.indexOf(': ');
    if (at === -1 || headers.has(line.slice(0, at))) throw new Error(`${path}: broken header ${line}`);
    headers.set(line.slice(0, at), line.slice(at + 2));
  }
  const header = (name) => headers.get(name) ?? (() => { throw new Error(`${path}: no header ${name}`); })();
  if (header('kind') !== kind) throw new Error(`${path}: lies in another kind's folder`);
  return { path, kind, headers, header, find: (name) => headers.get(name), input: rest.join('\n\n').replace(/\n$/, '') };
}

/** A file of `pki/`, after what each line of the input says was done to it. */
export function changed(input, name) {
  let file = [...bytesGiven(name)];
  for (const line of input.split('\n').filter(Boolean)) {
    const [word, first, second] = line.split(' ');
    const at = Number(first);
    if (word === 'cut') file = file.slice(0, at);
    else if (word === 'append') file.push(...fromHex(first));
    else if (word === 'put') fromHex(second).forEach((byte, place) => (file[at + place] = byte));
    else if (word === 'insert') file.splice(at, 0, ...fromHex(second));
    else if (word === 'remove') file.splice(at, Number(second));
    else throw new Error(line);
  }
  return Uint8Array.from(file);
}
