// Stamped files, checked byte for byte against their seal (`spec/stamp.md`). No PDF is read.

import { type Bytes, bytesOf, concat, indexOf, isEqual, lastIndexOf, textOf } from './bytes.js';
import { payloadOf, SIDES, type Matrix } from './datamatrix.js';
import { sha256 } from './hash.js';
import { readStatement, type SealStatement } from './own-seal.js';
import { attempt, refuse, within } from './refused.js';
import { readSeal, type Seal } from './seal.js';

const MARK = bytesOf('%Ananke-Stamp-1 ');
const END = bytesOf('\n%%EOF\n');
const TRAILER = /^%Ananke-Stamp-1 ([0-9]{10}) ([0-9]{10}) ([0-9]{10})\nstartxref\n[1-9][0-9]{0,9}\n%%EOF\n$/;
/** The trailer with ten digits in the second part. */
const LONGEST_TRAILER = 16 + 33 + 10 + 10 + 7;
/** How many trailers are tried, from the end. */
const EARLIER = 8;

/** A file that is what its seal says. */
export interface Stamped {
  readonly seal: Seal;
  readonly statement: SealStatement;
  readonly originalLength: number;
}

/** What a file was refused as: a step of `spec/stamp.md`, or `appended` and how many bytes of it pass. */
export type StampRefusal = { readonly refused: string; readonly genuine?: number };

/** Whether a seal was signed by a key that counts. */
export type IsSigned = (seal: Seal) => Promise<boolean>;

/** Checks a file. */
export async function checkStamp(file: Bytes, isSigned: IsSigned): Promise<Stamped | StampRefusal> {
  const checked = await attempt(() => checkWhole(file));
  if ('value' in checked) return checked.value;
  const genuine = await genuineBeginning(file, isSigned);
  return genuine === undefined ? checked : { refused: 'appended', genuine };
}

/** How many bytes from the start are a stamped file whose seal is signed; undefined where there is no such beginning. */
export async function genuineBeginning(file: Bytes, isSigned: IsSigned): Promise<number | undefined> {
  let mark = lastIndexOf(file, MARK, file.length);
  for (let tried = 0; tried < EARLIER && mark !== -1; tried += 1) {
    const end = indexOf(file, END, mark);
    const length = end + END.length;
    if (end !== -1 && length < file.length) {
      const checked = await attempt(() => checkWhole(file.subarray(0, length)));
      if ('value' in checked && (await isSigned(checked.value.seal))) return length;
    }
    mark = lastIndexOf(file, MARK, mark);
  }
  return undefined;
}

/** Whether the bytes that begin a trailer are anywhere in a file. */
export const isMarked = (file: Bytes): boolean => indexOf(file, MARK) !== -1;

async function checkWhole(file: Bytes): Promise<Stamped> {
  const { originalLength, begin, length } = layoutOf(file);
  const hole = file.subarray(begin, begin + length);
  const payload = payloadOf(drawn(hole)) ?? refuse('symbol');
  const { seal, statement } = await readOurs(payload);
  const original = file.subarray(0, originalLength);
  if ((await sha256(original)) !== statement.original) refuse('original');
  const size = new Uint8Array(8);
  new DataView(size.buffer).setBigUint64(0, BigInt(originalLength));
  const blank = new Uint8Array(length).fill(0x20);
  const signed = concat(size, file.subarray(originalLength, begin), blank, file.subarray(begin + length));
  if ((await sha256(signed)) !== statement.stamp) refuse('update');
  return { seal, statement, originalLength };
}

async function readOurs(payload: Bytes): Promise<{ seal: Seal; statement: SealStatement }> {
  const seal = await within('seal', () => readSeal(payload));
  return { seal, statement: await within('statement', () => readStatement(seal)) };
}

function layoutOf(file: Bytes): { originalLength: number; begin: number; length: number } {
  const from = lastIndexOf(file, MARK, file.length);
  const tail = from === -1 || file.length - from > LONGEST_TRAILER ? refuse('no_stamp') : file.subarray(from);
  const found = TRAILER.exec(textOf(tail) ?? '') ?? refuse('no_stamp');
  const [originalLength, begin, length] = found.slice(1).map(Number) as [number, number, number];
  return originalLength <= begin && begin + length <= from ? { originalLength, begin, length } : refuse('no_stamp');
}

/** How long the hole of a symbol with so many modules a side is. */
const holeLength = (side: number): number => (side < 100 ? 13 : 16) * ((side * side) / 4 + 4 * side);

/** DRAW_v1 and the spaces behind it; undefined where the drawing is longer than the hole. */
export function draw({ side, dark }: Matrix): Bytes | undefined {
  let text = '';
  for (let row = 0; row < side; row += 1) {
    for (let column = 0; column < side; column += 1) {
      const begin = column;
      while (column < side && dark[row * side + column]) column += 1;
      if (column > begin) text += `${begin} ${side - 1 - row} ${column - begin} 1 re\n`;
    }
  }
  text += 'f\n';
  return text.length <= holeLength(side) ? bytesOf(text.padEnd(holeLength(side))) : undefined;
}

/** The symbol that a hole draws, in the one way there is. */
function drawn(hole: Bytes): Matrix {
  const side = SIDES.find((known) => holeLength(known) === hole.length) ?? refuse('hole');
  const dark = new Uint8Array(side * side);
  for (const line of (textOf(hole) ?? refuse('hole')).split('\n')) {
    if (line === 'f') break;
    const found = /^([0-9]{1,3}) ([0-9]{1,3}) ([0-9]{1,3}) 1 re$/.exec(line) ?? refuse('hole');
    const [x, y, width] = found.slice(1).map(Number) as [number, number, number];
    if (y >= side || x + width > side) refuse('hole');
    dark.fill(1, (side - 1 - y) * side + x, (side - 1 - y) * side + x + width);
  }
  const symbol = { side, dark };
  const again = draw(symbol);
  return again && isEqual(again, hole) ? symbol : refuse('hole');
}
