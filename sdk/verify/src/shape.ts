// What a value of JSON must be: exactly these members, each of its kind. Anything else is refused as `payload`.

import type { Json, JsonObject } from './json.js';
import { refuse } from './refused.js';

/** The members of an object that has exactly these, and those marked with `?` or not. */
export function members(value: Json | undefined, ...names: readonly string[]): (name: string) => Json | undefined {
  if (!(value instanceof Map)) refuse('payload');
  const object: JsonObject = value;
  const needed = names.filter((name) => !name.endsWith('?'));
  const known = names.map((name) => name.replace(/\?$/, ''));
  if (needed.some((name) => !object.has(name)) || [...object.keys()].some((name) => !known.includes(name))) refuse('payload');
  return (name) => object.get(name);
}

export const text = (value: Json | undefined): string => (typeof value === 'string' ? value : refuse('payload'));

export const list = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : refuse('payload'));

export const whole = (value: Json | undefined): bigint => (typeof value === 'bigint' ? value : refuse('payload'));

/** What `read` gives of a value that is not null. */
export const orNull = <T>(value: Json | undefined, read: (value: Json | undefined) => T): T | null => (value === null ? null : read(value));

/** A list of exactly these texts. */
export function exactly(value: Json | undefined, ...texts: readonly string[]): void {
  const values = list(value);
  if (values.length !== texts.length || values.some((value, at) => value !== texts[at])) refuse('payload');
}

/** One of these words. */
export function word<T extends string>(value: Json | undefined, words: readonly T[]): T {
  return words.find((known) => known === value) ?? refuse('payload');
}

/** A text that `read` takes. */
export function read<T>(value: Json | undefined, read: (text: string) => T | undefined): T {
  return read(text(value)) ?? refuse('payload');
}
