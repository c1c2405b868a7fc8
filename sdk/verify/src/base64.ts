// Base64 in which each value has one spelling (`spec/README.md`).

import type { Bytes } from './bytes.js';

const COMMON = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const STANDARD = `${COMMON}+/`;
const URL_SAFE = `${COMMON}-_`;

/** Base64url without padding; undefined for every other spelling. */
export const fromBase64url = (text: string): Bytes | undefined => decode(text, URL_SAFE);

export const toBase64url = (bytes: Uint8Array): string => encode(bytes, URL_SAFE);

/** Base64 with padding; undefined for every other spelling. */
export function fromBase64(text: string): Bytes | undefined {
  if (text.length % 4 !== 0) return undefined;
  const body = text.replace(/={1,2}$/, '');
  // What is padded has not a whole group before it.
  return body.length % 4 === 0 && body.length !== text.length ? undefined : decode(body, STANDARD);
}

export const toBase64 = (bytes: Uint8Array): string => {
  const text = encode(bytes, STANDARD);
  return text.padEnd(Math.ceil(text.length / 4) * 4, '=');
};

function decode(text: string, alphabet: string): Bytes | undefined {
  if (text.length % 4 === 1) return undefined;
  const out = new Uint8Array(Math.floor((text.length * 3) / 4));
  const values = valuesOf(alphabet);
  let bits = 0;
  let held = 0;
  let at = 0;
  for (let place = 0; place < text.length; place += 1) {
    const value = values[text.charCodeAt(place)];
    if (value === undefined) return undefined;
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out[at] = (held >> bits) & 0xff;
      at += 1;
    }
  }
  // Bits left over are zero, or there would be a second spelling.
  return (held & ((1 << bits) - 1)) === 0 ? out : undefined;
}

function encode(bytes: Uint8Array, alphabet: string): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [a, b, c] = [bytes[at]!, bytes[at + 1], bytes[at + 2]];
    text += alphabet[a >> 2]! + alphabet[((a & 3) << 4) | ((b ?? 0) >> 4)]!;
    if (b !== undefined) text += alphabet[((b & 15) << 2) | ((c ?? 0) >> 6)]!;
    if (c !== undefined) text += alphabet[c & 63]!;
  }
  return text;
}

const known = new Map<string, (number | undefined)[]>();

function valuesOf(alphabet: string): (number | undefined)[] {
  let values = known.get(alphabet);
  if (values === undefined) {
    values = [];
    for (let value = 0; value < 64; value += 1) values[alphabet.charCodeAt(value)] = value;
    known.set(alphabet, values);
  }
  return values;
}
