// Bytes, and what is done with them in more than one place.

import { refuse } from './refused.js';

/** Bytes of our own: nobody else changes them while they are looked at. */
export type Bytes = Uint8Array<ArrayBuffer>;

export const bytesOf = (text: string): Bytes => new TextEncoder().encode(text);

/** UTF-8, strictly; undefined where it is none. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

export function concat(...parts: readonly Uint8Array[]): Bytes {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

/** Whether `part` stands here. */
function isAt(bytes: Uint8Array, part: Uint8Array, at: number): boolean {
  let place = 0;
  while (place < part.length && bytes[at + place] === part[place]) place += 1;
  return place === part.length;
}

/** Where `part` stands in `bytes`, from `from` on; -1 where it does not. */
export function indexOf(bytes: Uint8Array, part: Uint8Array, from = 0): number {
  for (let at = from; at + part.length <= bytes.length; at += 1) {
    if (isAt(bytes, part, at)) return at;
  }
  return -1;
}

/** Where `part` stands last, so that it ends at `end` or before; -1 where it does not. */
export function lastIndexOf(bytes: Uint8Array, part: Uint8Array, end: number): number {
  for (let at = end - part.length; at >= 0; at -= 1) {
    if (isAt(bytes, part, at)) return at;
  }
  return -1;
}

export const toHex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Hexadecimal digits in lower case, two per byte. */
export function fromHex(text: string): Bytes {
  if (!/^(?:[0-9a-f]{2})*$/.test(text)) refuse('hex');
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** A number of bytes, the highest first. */
export function numberOf(bytes: Uint8Array): bigint {
  return bytes.reduce((number, byte) => (number << 8n) | BigInt(byte), 0n);
}
