// References: names of documents that people read, type and say (`spec/reference.md`).

import { refuse } from './refused.js';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CONSTANTS: Readonly<Record<string, number>> = { 'TRF-': 1, 'TCR-': 2 };
const BODY = 13;
const LONGEST = 64;

/** The canonical spelling. Refuses as `prefix`, `length`, `character` or `check`. */
export function readReference(text: string): string {
  const prefix = text.slice(0, 4);
  const constant = CONSTANTS[prefix];
  if (constant === undefined) refuse('prefix');
  if (new TextEncoder().encode(text).length > LONGEST) refuse('length');
  let body = '';
  let sum = 0;
  for (const character of text.slice(4)) {
    if (character === ' ' || character === '-') continue;
    const value = valueOf(character);
    if (value === -1) refuse('character');
    if (body.length === BODY) refuse('length');
    body += ALPHABET[value]!;
    sum = timesAlpha(sum) ^ value;
  }
  if (body.length !== BODY) refuse('length');
  if (sum !== constant) refuse('check');
  return prefix + body;
}

/** The same for what a person typed. */
export function readTyped(text: string): string {
  const trimmed = text.replace(/^\p{White_Space}+|\p{White_Space}+$/gu, '');
  return readReference(trimmed.slice(0, 4).replace(/[a-z]/g, (letter) => letter.toUpperCase()) + trimmed.slice(4));
}

/** A reference in its canonical spelling; undefined for any other text. */
export function parseReference(text: string): string | undefined {
  try {
    return readReference(text) === text ? text : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Checks what a person typed, before anything is asked: typing errors are found by the check character. Gives the reference in its
 * canonical spelling, or why it is none: `prefix`, `length`, `character` or `check`.
 */
export function checkReference(typed: string): { reference: string; problem: null } | { reference: null; problem: string } {
  try {
    return { reference: readTyped(typed), problem: null };
  } catch (error) {
    return { reference: null, problem: (error as { word: string }).word };
  }
}

function valueOf(character: string): number {
  // Only ASCII has letters here: others must not become one by being raised.
  const raised = /^[a-z]$/.test(character) ? character.toUpperCase() : character;
  return ALPHABET.indexOf(raised === 'I' || raised === 'L' ? '1' : raised === 'O' ? '0' : raised);
}

function timesAlpha(value: number): number {
  const shifted = value << 1;
  return shifted & 0x20 ? shifted ^ 0b10_0101 : shifted;
}
