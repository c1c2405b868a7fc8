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

/** One element: its tag, its value, and all of its bytes. */
export interface Element {
  readonly tag: number;
  readonly value: Bytes;
  readonly all: Bytes;
}

/** The one element that these bytes are; undefined where they are anything else, or it has another tag. */
export function only(bytes: Bytes, tag: number): Element | undefined {
  const element = take(bytes);
  return element && element.all.length === bytes.length && element.tag === tag && isCanonical(element) ? element : undefined;
}

/** The elements that a value is made of; undefined where it is anything else. Those from `free` on may hold whatever they like. */
export function partsOf(element: Element | undefined, free = Infinity): Element[] | undefined {
  if (!element) return undefined;
  const all: Element[] = [];
  for (let rest = element.value; rest.length > 0; ) {
    const part = take(rest);
    if (!part || (all.length < free && !isCanonical(part))) return undefined;
    all.push(part);
    rest = rest.subarray(part.all.length);
  }
  return all;
}

function take(bytes: Bytes): Element | undefined {
  const [tag, first] = bytes;
  if (tag === undefined || first === undefined || !isTag(tag)) return undefined;
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
  return { tag, value: bytes.subarray(head, head + length), all: bytes.subarray(0, head + length) };
}

/** A tag of one byte: of another class, or one of those that X.680 knows, sequences and sets constructed and the others not. */
function isTag(tag: number): boolean {
  if ((tag & 0x1f) === 0x1f) return false;
  return tag >= 0x40 || tag === TAG.sequence || tag === TAG.set || UNIVERSAL.includes(tag);
}

const UNIVERSAL = [0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x09, 0x0a, 0x0c, 0x0d, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x1a, 0x1b, 0x1e];

function isCanonical({ tag, value }: Element): boolean {
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
