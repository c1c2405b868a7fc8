// DER, as much of it as certificates need: every length in its one form, every number and truth value in its.

import { type Bytes, isEqual } from './bytes.js';

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8: 0x0c,
  printable: 0x13,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** One element: its tag, its value, all of its bytes, and of a constructed one its parts. */
export interface Element {
  readonly tag: number;
  readonly value: Bytes;
  readonly all: Bytes;
  readonly children: readonly Element[];
}

const DEEPEST = 16;

/** The one element that these bytes are; undefined where they are anything else, or it has another tag. */
export function only(bytes: Bytes, tag: number): Element | undefined {
  const element = take(bytes, 0);
  return element && element.all.length === bytes.length && element.tag === tag ? element : undefined;
}

function take(bytes: Bytes, depth: number): Element | undefined {
  const [tag, first] = bytes;
  // Tags of more than one byte do not occur.
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f || depth > DEEPEST) return undefined;
  let length = first;
  let head = 2;
  if (first >= 0x80) {
    const count = first & 0x7f;
    if (count === 0 || count > 3 || bytes.length < 2 + count) return undefined;
    length = 0;
    for (let at = 0; at < count; at += 1) length = length * 256 + bytes[2 + at]!;
    if (length < 0x80 || length < 256 ** (count - 1)) return undefined;
    head += count;
  }
  if (bytes.length < head + length) return undefined;
  const value = bytes.subarray(head, head + length);
  const children = tag & 0x20 ? parts(value, depth + 1) : [];
  if (!children || !isCanonical(tag, value)) return undefined;
  return { tag, value, all: bytes.subarray(0, head + length), children };
}

function parts(bytes: Bytes, depth: number): Element[] | undefined {
  const all: Element[] = [];
  for (let rest = bytes; rest.length > 0; ) {
    const element = take(rest, depth);
    if (!element) return undefined;
    all.push(element);
    rest = rest.subarray(element.all.length);
  }
  return all;
}

function isCanonical(tag: number, value: Bytes): boolean {
  switch (tag) {
    case TAG.boolean:
      return value.length === 1 && (value[0] === 0 || value[0] === 0xff);
    case TAG.integer: {
      const [first, second] = value;
      if (first === undefined) return false;
      // A first byte that only repeats the sign is one too many.
      return second === undefined || !((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80));
    }
    case TAG.bitString:
      return value.length > 0 && value[0]! < 8 && (value.length > 1 || value[0] === 0);
    case TAG.null:
      return value.length === 0;
    case TAG.oid:
      return isIdentifier(value);
    default:
      return true;
  }
}

/** Numbers below 2^32, the first two of them in one byte, none with leading zeros; at most 39 bytes (`spec/trust.md`). */
function isIdentifier(value: Bytes): boolean {
  if (value.length === 0 || value.length > 39 || value[0]! >= 120 || value.at(-1)! >= 0x80) return false;
  let number = 0;
  for (let at = 1; at < value.length; at += 1) {
    const isFirst = value[at - 1]! < 0x80;
    if (isFirst && value[at] === 0x80) return false;
    number = (isFirst ? 0 : number) * 128 + (value[at]! & 0x7f);
    if (number >= 2 ** 32) return false;
  }
  return true;
}

/** The content of a bit string of whole bytes. */
export function wholeBits(element: Element | undefined): Bytes | undefined {
  return element?.tag === TAG.bitString && element.value[0] === 0 ? element.value.slice(1) : undefined;
}

/** Whether this is the object identifier with these bytes, in hexadecimal. */
export const isOid = (element: Element | undefined, bytes: Uint8Array): boolean =>
  element?.tag === TAG.oid && isEqual(element.value, bytes);
