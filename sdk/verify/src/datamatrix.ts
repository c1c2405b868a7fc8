// Data Matrix ECC 200 (ISO/IEC 16022) as stamps have it: square, bytes in Base256, one way to write each payload (`spec/stamp.md`).

import { type Bytes, isEqual } from './bytes.js';
import { type Place, placesOf } from './placement.js';

export interface Size {
  readonly side: number;
  /** Codewords of data and of correction, and among how many blocks they are dealt. */
  readonly data: number;
  readonly correction: number;
  readonly blocks: number;
  /** How many regions stand beside each other. */
  readonly regions: number;
}

/** A symbol: its modules row by row from the top, 1 for a dark one. */
export interface Matrix {
  readonly side: number;
  readonly dark: Uint8Array;
}

const SIZES: readonly Size[] = [
  [10, 3, 5, 1, 1],
  [12, 5, 7, 1, 1],
  [14, 8, 10, 1, 1],
  [16, 12, 12, 1, 1],
  [18, 18, 14, 1, 1],
  [20, 22, 18, 1, 1],
  [22, 30, 20, 1, 1],
  [24, 36, 24, 1, 1],
  [26, 44, 28, 1, 1],
  [32, 62, 36, 1, 2],
  [36, 86, 42, 1, 2],
  [40, 114, 48, 1, 2],
  [44, 144, 56, 1, 2],
  [48, 174, 68, 1, 2],
  [52, 204, 84, 2, 2],
  [64, 280, 112, 2, 4],
  [72, 368, 144, 4, 4],
  [80, 456, 192, 4, 4],
  [88, 576, 224, 4, 4],
  [96, 696, 272, 4, 4],
  [104, 816, 336, 6, 4],
  [120, 1050, 408, 6, 6],
  [132, 1304, 496, 8, 6],
].map((row) => {
  const [side, data, correction, blocks, regions] = row as [number, number, number, number, number];
  return { side, data, correction, blocks, regions };
});

export const SIDES: readonly number[] = SIZES.map(({ side }) => side);

const LATCH = 231;
const PAD = 129;

/** The symbol of a payload, the smallest that holds it; undefined where none does. */
export function symbolOf(payload: Bytes): Matrix | undefined {
  const needed = payload.length + (payload.length <= 249 ? 2 : 3);
  const size = SIZES.find(({ data }) => needed <= data);
  if (!size || payload.length === 0) return undefined;
  const codewords = withCorrection(dataOf(payload, size.data), size);
  const places = placesOf(size);
  const isDark = (place: Place) => (typeof place === 'boolean' ? place : (codewords[place.codeword]! & place.mask) !== 0);
  return { side: size.side, dark: Uint8Array.from(places, (place) => Number(isDark(place))) };
}

/** The payload of a symbol that is drawn as it should be; undefined for any other. */
export function payloadOf(symbol: Matrix): Bytes | undefined {
  const size = SIZES.find(({ side }) => side === symbol.side);
  if (!size) return undefined;
  const data = new Uint8Array(size.data + size.correction);
  for (const [at, place] of placesOf(size).entries()) {
    if (symbol.dark[at] && typeof place !== 'boolean') data[place.codeword]! |= place.mask;
  }
  const plain = (place: number) => (data[place]! - noise(place + 1, 255) + 256) % 256;
  const first = plain(1);
  const [length, begin] = first < 250 ? [first, 2] : [(first - 249) * 250 + plain(2), 3];
  if (data[0] !== LATCH || begin + length > size.data) return undefined;
  const payload = Uint8Array.from({ length }, (_, at) => plain(begin + at));
  const again = symbolOf(payload);
  return again && again.side === symbol.side && isEqual(again.dark, symbol.dark) ? payload : undefined;
}

/** The randomising of the standard, for the codeword at a place counted from 1. */
const noise = (place: number, range: number): number => ((149 * place) % range) + 1;

function dataOf(payload: Bytes, capacity: number): Bytes {
  const out = new Uint8Array(capacity);
  let at = 0;
  const put = (value: number) => {
    out[at] = value;
    at += 1;
  };
  const putRandomised = (value: number) => put((value + noise(at + 1, 255)) % 256);
  put(LATCH);
  const length = payload.length;
  if (length > 249) putRandomised(Math.floor(length / 250) + 249);
  putRandomised(length > 249 ? length % 250 : length);
  payload.forEach(putRandomised);
  if (at < capacity) put(PAD);
  while (at < capacity) {
    const padded = PAD + noise(at + 1, 253);
    put(padded > 254 ? padded - 254 : padded);
  }
  return out;
}

// The field of 256 elements with the polynomial 12d, as powers of 2 and their logarithms.
const POWERS = new Uint8Array(510);
const LOGARITHMS = new Uint8Array(256);
for (let at = 0, power = 1; at < 255; at += 1) {
  POWERS[at] = POWERS[at + 255] = power;
  LOGARITHMS[power] = at;
  power <<= 1;
  if (power > 255) power ^= 0x12d;
}

const times = (a: number, b: number): number => (a === 0 || b === 0 ? 0 : POWERS[LOGARITHMS[a]! + LOGARITHMS[b]!]!);

/** The product of (x + 2^i) for i from 1, its highest coefficient left out. */
function generator(degree: number): Uint8Array {
  let coefficients = [1];
  for (let power = 1; power <= degree; power += 1) {
    const shifted = [...coefficients, 0];
    coefficients = shifted.map((own, at) => own ^ (at > 0 ? times(coefficients[at - 1]!, POWERS[power]!) : 0));
  }
  return Uint8Array.from(coefficients.slice(1));
}

/** Data and its Reed-Solomon correction (5.7 and Annex E), each block's codewords dealt out in turn. */
function withCorrection(data: Bytes, { correction, blocks }: Size): Uint8Array {
  const each = correction / blocks;
  const divisor = generator(each);
  const all = new Uint8Array(data.length + correction);
  all.set(data);
  for (let block = 0; block < blocks; block += 1) {
    const rest = new Uint8Array(each);
    for (let at = block; at < data.length; at += blocks) {
      const factor = data[at]! ^ rest[0]!;
      rest.copyWithin(0, 1);
      rest[each - 1] = 0;
      for (let place = 0; place < each; place += 1) rest[place]! ^= times(divisor[place]!, factor);
    }
    rest.forEach((codeword, place) => {
      all[data.length + block + place * blocks] = codeword;
    });
  }
  return all;
}
