// Which module of a symbol shows what (ISO/IEC 16022, 5.8 and Annex F): finder patterns, clock tracks, and bits of codewords.

import type { Size } from './datamatrix.js';

/** A bit of a codeword, or a module that is always the same. */
export type Place = { readonly codeword: number; readonly mask: number } | boolean;

const known = new Map<number, readonly Place[]>();

/** The modules of a symbol, row by row from the top. */
export function placesOf(size: Size): readonly Place[] {
  let places = known.get(size.side);
  if (!places) {
    places = placed(size);
    known.set(size.side, places);
  }
  return places;
}

function placed({ side, regions }: Size): Place[] {
  const region = side / regions;
  const inner = region - 2;
  const width = inner * regions;
  const map = mapping(width);
  return Array.from({ length: side * side }, (_, at) => {
    const [row, column] = [Math.floor(at / side), at % side];
    const [y, x] = [row % region, column % region];
    if (x === 0 || y === region - 1) return true;
    if (y === 0) return x % 2 === 0;
    if (x === region - 1) return y % 2 === 1;
    const [mapRow, mapColumn] = [Math.floor(row / region) * inner + y - 1, Math.floor(column / region) * inner + x - 1];
    return map[mapRow * width + mapColumn] ?? false;
  });
}

type Cell = readonly [row: number, column: number];

/** The standard's walk over the square without its patterns: codeword after codeword, up to the right and down to the left. */
function mapping(n: number): (Place | undefined)[] {
  const map: (Place | undefined)[] = new Array(n * n).fill(undefined);
  const shift = 4 - ((n + 4) % 8);
  const index = (row: number, column: number): number => {
    // What leaves at one side comes back at the other, moved.
    if (row < 0) [row, column] = [row + n, column + shift];
    if (column < 0) [row, column] = [row + shift, column + n];
    return row * n + column;
  };
  const isFree = (row: number, column: number) => map[index(row, column)] === undefined;
  let codeword = 0;
  const put = (cells: readonly Cell[]) => {
    for (const [bit, [row, column]] of cells.entries()) map[index(row, column)] = { codeword, mask: 0x80 >> bit };
    codeword += 1;
  };

  let [row, column] = [4, 0];
  while (row < n || column < n) {
    const corner = cornerAt(n, row, column);
    if (corner) put(corner);
    do {
      if (row < n && column >= 0 && isFree(row, column)) put(shapeAt(row, column));
      row -= 2;
      column += 2;
    } while (row >= 0 && column < n);
    row += 1;
    column += 3;
    do {
      if (row >= 0 && column < n && isFree(row, column)) put(shapeAt(row, column));
      row += 2;
      column -= 2;
    } while (row < n && column >= 0);
    row += 3;
    column += 1;
  }
  // Some sizes leave a corner of four modules.
  if (isFree(n - 1, n - 1)) {
    map[n * n - 1] = map[(n - 1) * n - 2] = true;
    map[n * n - 2] = map[(n - 1) * n - 1] = false;
  }
  return map;
}

/** A codeword whose last bit is here. */
const shapeAt = (row: number, column: number): readonly Cell[] => [
  [row - 2, column - 2],
  [row - 2, column - 1],
  [row - 1, column - 2],
  [row - 1, column - 1],
  [row - 1, column],
  [row, column - 2],
  [row, column - 1],
  [row, column],
];

/** The four codewords that are bent around corners. */
function cornerAt(n: number, row: number, column: number): readonly Cell[] | undefined {
  const right: readonly Cell[] = [
    [0, n - 1],
    [1, n - 1],
  ];
  const down: readonly Cell[] = [
    [2, n - 1],
    [3, n - 1],
  ];
  const left: readonly Cell[] = [
    [n - 3, 0],
    [n - 2, 0],
    [n - 1, 0],
  ];
  if (row === n && column === 0) {
    return [[n - 1, 0], [n - 1, 1], [n - 1, 2], [0, n - 2], ...right, ...down];
  }
  if (row === n - 2 && column === 0 && n % 8 === 4) return [...left, [0, n - 2], ...right, ...down];
  if (row === n - 2 && column === 0 && n % 4 !== 0) return [...left, [0, n - 4], [0, n - 3], [0, n - 2], ...right];
  if (row === n + 4 && column === 2 && n % 8 === 0) {
    return [[n - 1, 0], [n - 1, n - 1], [0, n - 3], [0, n - 2], [0, n - 1], [1, n - 3], [1, n - 2], [1, n - 1]];
  }
  return undefined;
}
