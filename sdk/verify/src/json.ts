// JSON as signed texts have it: one value, in UTF-8, in which no object names a member twice (`spec/credential.md`). The parser of
// the language takes the last of two such members, and nobody could tell.

import { textOf } from './bytes.js';
import { refuse } from './refused.js';

/** Whole numbers that 64 bits hold are `bigint`, so that none is rounded; every other number is a `number`. */
export type Json = null | boolean | string | bigint | number | Json[] | JsonObject;
export type JsonObject = Map<string, Json>;

const DEEPEST = 127;

/** Reads a JSON object. Refuses as `json` or `duplicate_member`, whichever is met first. */
export function parseObject(bytes: Uint8Array): JsonObject {
  const reader = new Reader(bytes);
  const value = reader.value(0);
  reader.end();
  return value instanceof Map ? value : refuse('json');
}

class Reader {
  #at = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  value(depth: number): Json {
    this.#space();
    switch (this.#peek()) {
      case '{':
        return this.#object(depth + 1);
      case '[':
        return this.#array(depth + 1);
      case '"':
        return this.#string();
      case 't':
        return this.#word('true', true);
      case 'f':
        return this.#word('false', false);
      case 'n':
        return this.#word('null', null);
      default:
        return this.#number();
    }
  }

  end(): void {
    this.#space();
    if (this.#at !== this.#bytes.length) refuse('json');
  }

  #peek(): string {
    const byte = this.#bytes[this.#at];
    return byte === undefined ? '' : String.fromCharCode(byte);
  }

  #take(character: string): boolean {
    const isThere = this.#peek() === character;
    if (isThere) this.#at += 1;
    return isThere;
  }

  #expect(character: string): void {
    if (!this.#take(character)) refuse('json');
  }

  #space(): void {
    while (/^[ \t\r\n]$/.test(this.#peek())) this.#at += 1;
  }

  #object(depth: number): JsonObject {
    if (depth > DEEPEST) refuse('json');
    this.#expect('{');
    const members: JsonObject = new Map();
    this.#space();
    if (this.#take('}')) return members;
    do {
      this.#space();
      const name = this.#string();
      this.#space();
      this.#expect(':');
      const value = this.value(depth);
      if (members.has(name)) refuse('duplicate_member');
      members.set(name, value);
      this.#space();
    } while (this.#take(','));
    this.#expect('}');
    return members;
  }

  #array(depth: number): Json[] {
    if (depth > DEEPEST) refuse('json');
    this.#expect('[');
    const values: Json[] = [];
    this.#space();
    if (this.#take(']')) return values;
    do {
      values.push(this.value(depth));
      this.#space();
    } while (this.#take(','));
    this.#expect(']');
    return values;
  }

  #string(): string {
    this.#expect('"');
    let text = '';
    for (;;) {
      const begin = this.#at;
      while ((this.#bytes[this.#at] ?? 0) >= 0x20 && !/^["\\]$/.test(this.#peek())) this.#at += 1;
      text += textOf(this.#bytes.subarray(begin, this.#at)) ?? refuse('json');
      if (this.#take('"')) return text;
      this.#expect('\\');
      text += this.#escape();
    }
  }

  #escape(): string {
    const escape = this.#peek();
    this.#at += 1;
    if (escape !== 'u') return ESCAPES.get(escape) ?? refuse('json');
    const first = this.#unit();
    // Half of a pair is no character.
    if (first >= 0xdc00 && first < 0xe000) refuse('json');
    if (first < 0xd800 || first >= 0xe000) return String.fromCharCode(first);
    this.#expect('\\');
    this.#expect('u');
    const second = this.#unit();
    return second >= 0xdc00 && second < 0xe000 ? String.fromCharCode(first, second) : refuse('json');
  }

  #unit(): number {
    const digits = textOf(this.#bytes.subarray(this.#at, this.#at + 4)) ?? '';
    if (!/^[0-9A-Fa-f]{4}$/.test(digits)) refuse('json');
    this.#at += 4;
    return Number.parseInt(digits, 16);
  }

  #word<T extends boolean | null>(word: string, value: T): T {
    for (const character of word) this.#expect(character);
    return value;
  }

  #number(): bigint | number {
    const begin = this.#at;
    while (/^[-+.0-9eE]$/.test(this.#peek())) this.#at += 1;
    const text = textOf(this.#bytes.subarray(begin, this.#at)) ?? '';
    if (!/^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$/.test(text)) refuse('json');
    if (/^(?:0|-?[1-9][0-9]{0,19})$/.test(text)) {
      const whole = BigInt(text);
      if (whole >= -(2n ** 63n) && whole < 2n ** 64n) return whole;
    }
    const number = Number(text);
    return Number.isFinite(number) ? number : refuse('json');
  }
}

const ESCAPES = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);
