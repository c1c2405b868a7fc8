// DEFLATE (RFC 1951) in the wrappings of zlib (RFC 1950) and gzip (RFC 1952). The decompressor of browsers does not tell where a stream
// ended, and unpacks as much as there is; a list must end where it should, and is never unpacked further than its length.

import type { Bytes } from './bytes.js';
import { refuse } from './refused.js';

/** The bytes of a zlib stream that is exactly so long; refuses as `compression` or `length`. */
export function unzlib(bytes: Uint8Array, length: number): Bytes {
  const [method, flags] = [bytes[0] ?? 0, bytes[1] ?? 0];
  const isZlib = (method & 15) === 8 && method >> 4 < 8 && (method * 256 + flags) % 31 === 0 && (flags & 0x20) === 0;
  if (!isZlib) refuse('compression');
  const { out, end } = inflate(bytes, 2, length);
  if (bytes.length < end + 4 || wordAt(bytes, end, 'big') !== adler32(out)) refuse('compression');
  return ended(bytes, end + 4, out, length);
}

/** The same of gzip. */
export function gunzip(bytes: Uint8Array, length: number): Bytes {
  const flags = bytes[3] ?? 0;
  const isGzip = bytes.length >= 10 && bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8 && (flags & 0xe0) === 0;
  if (!isGzip) refuse('compression');
  let at = 10;
  if (flags & 4) {
    if (bytes.length < at + 2) refuse('compression');
    at += 2 + bytes[at]! + bytes[at + 1]! * 256;
  }
  for (const flag of [8, 16]) {
    if (!(flags & flag)) continue;
    const zero = bytes.indexOf(0, at);
    at = zero === -1 ? refuse('compression') : zero + 1;
  }
  if (flags & 2) {
    if (bytes.length < at + 2 || bytes[at]! + bytes[at + 1]! * 256 !== (crc32(bytes.subarray(0, at)) & 0xffff)) refuse('compression');
    at += 2;
  }
  const { out, end } = inflate(bytes, at, length);
  const isWhole = bytes.length >= end + 8 && wordAt(bytes, end, 'little') === crc32(out) && wordAt(bytes, end + 4, 'little') === out.length;
  if (!isWhole) refuse('compression');
  return ended(bytes, end + 8, out, length);
}

function ended(bytes: Uint8Array, end: number, out: Bytes, length: number): Bytes {
  return end === bytes.length && out.length === length ? out : refuse('length');
}

function wordAt(bytes: Uint8Array, at: number, order: 'big' | 'little'): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(at, order === 'little');
}

function adler32(bytes: Uint8Array): number {
  let [a, b] = [1, 0];
  // So many bytes at once do not leave the numbers that are exact.
  for (let at = 0; at < bytes.length; at += 4096) {
    for (const byte of bytes.subarray(at, at + 4096)) {
      a += byte;
      b += a;
    }
    [a, b] = [a % 65_521, b % 65_521];
  }
  return b * 65_536 + a;
}

/** What each byte does to a checksum. */
const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  return crc;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = CRC[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/** How many codes have each length, and the symbols in the order of their codes. */
interface Code {
  readonly counts: Uint16Array;
  readonly symbols: Uint16Array;
}

const LENGTHS = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
const LENGTH_BITS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const DISTANCES = [
  ...[1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097],
  ...[6145, 8193, 12289, 16385, 24577],
];
const DISTANCE_BITS = [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13];
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

const FIXED = {
  literals: codeOf(Uint8Array.from({ length: 288 }, (_, symbol) => (symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8))),
  distances: codeOf(new Uint8Array(30).fill(5)),
};

function codeOf(lengths: Uint8Array): Code {
  const counts = new Uint16Array(16);
  for (const length of lengths) counts[length]! += 1;
  const places = new Uint16Array(16);
  for (let length = 1; length < 15; length += 1) places[length + 1] = places[length]! + counts[length]!;
  const symbols = new Uint16Array(lengths.length);
  for (const [symbol, length] of lengths.entries()) {
    if (length > 0) {
      symbols[places[length]!] = symbol;
      places[length]! += 1;
    }
  }
  return { counts, symbols };
}

/** How many codes of 15 bits are left over: none in a code that is complete, fewer than none in one that is too full. */
function left({ counts }: Code): number {
  let free = 1;
  for (let length = 1; length < 16; length += 1) free = free * 2 - counts[length]!;
  return free;
}

/** Unpacks from `at` on; stops as `length` one byte beyond the longest. */
function inflate(bytes: Uint8Array, at: number, longest: number): { out: Bytes; end: number } {
  const out = new Uint8Array(longest + 1);
  let size = 0;
  let [held, count, place] = [0, 0, at];

  const bits = (wanted: number): number => {
    while (count < wanted) {
      held |= (bytes[place] ?? refuse('compression')) << count;
      place += 1;
      count += 8;
    }
    const value = held & ((1 << wanted) - 1);
    held >>>= wanted;
    count -= wanted;
    return value;
  };
  const symbol = ({ counts, symbols }: Code): number => {
    let [code, first, index] = [0, 0, 0];
    for (let length = 1; length < 16; length += 1) {
      code |= bits(1);
      const here = counts[length]!;
      if (code - here < first) return symbols[index + code - first]!;
      index += here;
      first = (first + here) << 1;
      code <<= 1;
    }
    return refuse('compression');
  };
  const push = (byte: number): void => {
    out[size] = byte;
    size += 1;
    if (size > longest) refuse('length');
  };
  const stored = (): void => {
    [held, count] = [0, 0];
    const [low, high, lowNot, highNot] = [bits(8), bits(8), bits(8), bits(8)];
    if (low !== (~lowNot & 0xff) || high !== (~highNot & 0xff)) refuse('compression');
    for (let rest = high * 256 + low; rest > 0; rest -= 1) push(bits(8));
  };
  const dynamic = (): { literals: Code; distances: Code } => {
    const [literals, distances, lengths] = [bits(5) + 257, bits(5) + 1, bits(4) + 4];
    if (literals > 286 || distances > 30) refuse('compression');
    const own = new Uint8Array(19);
    for (const symbol of ORDER.slice(0, lengths)) own[symbol] = bits(3);
    const code = codeOf(own);
    if (left(code) !== 0) refuse('compression');
    const all = new Uint8Array(literals + distances);
    for (let index = 0; index < all.length; ) {
      const found = symbol(code);
      let [value, times] = [found, 1];
      if (found === 16) [value, times] = [all[index - 1] ?? refuse('compression'), 3 + bits(2)];
      if (found > 16) [value, times] = [0, found === 17 ? 3 + bits(3) : 11 + bits(7)];
      if (index + times > all.length) refuse('compression');
      all.fill(value, index, index + times);
      index += times;
    }
    const read = { literals: codeOf(all.subarray(0, literals)), distances: codeOf(all.subarray(literals)) };
    // A code of one symbol is not complete and needs not be.
    const isGood = (code: Code, size: number) => left(code) === 0 || (left(code) > 0 && size - code.counts[0]! <= 1);
    return all[256] !== 0 && isGood(read.literals, literals) && isGood(read.distances, distances) ? read : refuse('compression');
  };
  const block = ({ literals, distances }: { literals: Code; distances: Code }): void => {
    for (;;) {
      const found = symbol(literals);
      if (found === 256) return;
      if (found < 256) {
        push(found);
        continue;
      }
      const length = (LENGTHS[found - 257] ?? refuse('compression')) + bits(LENGTH_BITS[found - 257]!);
      const code = symbol(distances);
      const distance = (DISTANCES[code] ?? refuse('compression')) + bits(DISTANCE_BITS[code]!);
      if (distance > size) refuse('compression');
      for (let rest = length; rest > 0; rest -= 1) push(out[size - distance]!);
    }
  };

  for (let isLast = false; !isLast; ) {
    isLast = bits(1) === 1;
    const kind = bits(2);
    if (kind === 3) refuse('compression');
    if (kind === 0) stored();
    else block(kind === 1 ? FIXED : dynamic());
  }
  return { out: out.slice(0, size), end: place };
}
