// Seals: header, message and signature, read so that what is read, written again, gives the same bytes (`spec/seal.md`).

import type { Bytes } from './bytes.js';
import { packedLength, unpack } from './c40.js';
import { midnightOf } from './instant.js';
import { refuse } from './refused.js';

export interface SealHeader {
  readonly version: 3 | 4;
  readonly country: string;
  readonly signer: string;
  readonly reference: string;
  /** The day of issue, `YYYY-MM-DD`. */
  readonly issued: string;
  /** The day of the signature. */
  readonly signed: string;
  readonly featureDefinition: number;
  readonly typeCategory: number;
}

export interface SealField {
  readonly tag: number;
  readonly value: Bytes;
}

/** A seal of this system or of another one. Nothing of it is proved. */
export interface Seal {
  readonly header: SealHeader;
  readonly fields: readonly SealField[];
  /** Whether a length is written as ICAO does it, in one byte from 128 on. */
  readonly hasByteLengths: boolean;
  /** r ‖ s; undefined where the seal has none. */
  readonly signature: Bytes | undefined;
  /** All of it, and what is signed of it. */
  readonly bytes: Bytes;
  readonly signedBytes: Bytes;
}

const SIGNATURE = 0xff;
const LONGEST_REFERENCE = 64;

/** Reads a seal; refuses with the words of kind `seal`. */
export function readSeal(bytes: Bytes): Seal {
  const reader = new Reader(bytes);
  const header = readHeader(reader);
  const { fields, hasByteLengths } = readMessage(reader);
  const signedBytes = bytes.subarray(0, reader.at);
  const rest = reader.rest();
  if (rest.length > 0 && (rest[0] !== SIGNATURE || rest[1] !== 0x40 || rest.length !== 66)) refuse('signature');
  return { header, fields, hasByteLengths, signature: rest.length > 0 ? rest.slice(2) : undefined, bytes, signedBytes };
}

class Reader {
  at = 0;
  readonly #bytes: Bytes;

  constructor(bytes: Bytes) {
    this.#bytes = bytes;
  }

  peek(length: number): Bytes {
    return this.at + length <= this.#bytes.length ? this.#bytes.subarray(this.at, this.at + length) : refuse('truncated');
  }

  take(length: number): Bytes {
    const taken = this.peek(length);
    this.at += length;
    return taken;
  }

  byte(): number {
    return this.take(1)[0]!;
  }

  rest(): Bytes {
    return this.#bytes.subarray(this.at);
  }
}

function readHeader(reader: Reader): SealHeader {
  if (reader.rest()[0] !== 0xdc) refuse('magic');
  reader.take(1);
  const version = ({ 2: 3, 3: 4 } as const)[reader.byte()] ?? refuse('version');
  const country = unpack(reader.take(2), 3) ?? refuse('c40');
  if (!/^(?:[A-Z]<<|[A-Z]{2}<|[A-Z]{3})$/.test(country)) refuse('country');
  const { signer, reference } = version === 3 ? readFixed(reader) : readCounted(reader);
  if (!/^[0-9A-Z]{4}$/.test(signer) || !/^[0-9A-Z]+$/.test(reference)) refuse('reference');
  const [issued, signed] = [readDate(reader.take(3)), readDate(reader.take(3))];
  return { version, country, signer, reference, issued, signed, featureDefinition: reader.byte(), typeCategory: reader.byte() };
}

/** Version 3: four characters and five. */
function readFixed(reader: Reader): { signer: string; reference: string } {
  const text = unpack(reader.take(packedLength(9)), 9) ?? refuse('c40');
  return { signer: text.slice(0, 4), reference: text.slice(4) };
}

/** Version 4: two of the characters say how many there are behind them. */
function readCounted(reader: Reader): { signer: string; reference: string } {
  const first = unpack(reader.peek(4), 6) ?? refuse('c40');
  const [signer, count] = [first.slice(0, 4), first.slice(4)];
  const isDecimal = signer === 'DEZV';
  if (!(isDecimal ? /^[0-9]{2}$/ : /^[0-9A-F]{2}$/).test(count)) refuse('reference');
  const length = Number.parseInt(count, isDecimal ? 10 : 16);
  if (length < 1 || length > LONGEST_REFERENCE) refuse('reference');
  const text = unpack(reader.take(packedLength(6 + length)), 6 + length) ?? refuse('c40');
  return { signer, reference: text.slice(6) };
}

function readDate(bytes: Bytes): string {
  const number = (bytes[0]! << 16) | (bytes[1]! << 8) | bytes[2]!;
  const [year, month, day] = [number % 10_000, Math.floor(number / 1_000_000), Math.floor(number / 10_000) % 100];
  if (midnightOf(year, month, day) === undefined) refuse('date');
  const digits = (part: number, count: number) => String(part).padStart(count, '0');
  return `${digits(year, 4)}-${digits(month, 2)}-${digits(day, 2)}`;
}

function readMessage(reader: Reader): Pick<Seal, 'fields' | 'hasByteLengths'> {
  const fields: SealField[] = [];
  let form: 'der' | 'byte' | undefined;
  while (reader.rest().length > 0 && reader.rest()[0] !== SIGNATURE) {
    const tag = reader.byte();
    if (fields.length > 0 && fields.at(-1)!.tag >= tag) refuse('order');
    const read = readLength(reader);
    if (read.form !== undefined && form !== undefined && read.form !== form) refuse('length');
    form ??= read.form;
    fields.push({ tag, value: reader.take(read.length).slice() });
  }
  return { fields, hasByteLengths: form === 'byte' };
}

/** A length, and which form it has if it tells. */
function readLength(reader: Reader): { length: number; form?: 'der' | 'byte' } {
  const first = reader.byte();
  if (first < 0x80) return { length: first };
  if (first === SIGNATURE) refuse('length');
  if (first !== 0x81 && first !== 0x82) return { length: first, form: 'byte' };
  const length = first === 0x81 ? reader.byte() : reader.byte() * 256 + reader.byte();
  // What is shorter has a shorter form.
  return length >= (first === 0x81 ? 0x80 : 0x100) ? { length, form: 'der' } : refuse('length');
}
