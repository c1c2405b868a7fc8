// What a seal of this system says, and nothing else (`spec/seal.md`, "Ours").

import { type Bytes, numberOf, textOf, toHex } from './bytes.js';
import { LIST_LENGTH } from './credential.js';
import { isLowS } from './ecdsa.js';
import { dayOf, endOf, type Instant, midnightOf, parseInstant } from './instant.js';
import { type Mode, parseCertificateReference } from './names.js';
import { parseReference } from './reference.js';
import { refuse } from './refused.js';
import type { Seal } from './seal.js';

/** What a seal says. */
export interface SealStatement {
  readonly mode: Mode;
  readonly certificateReference: string;
  readonly reference: string;
  /** List number × 131,072 + index. */
  readonly status: bigint;
  /** SHA-256 of the original file. */
  readonly original: string;
  readonly issuedAt: Instant;
  /** The first instant at which it is no longer valid. */
  readonly expiresAt: Instant | undefined;
  readonly typeCode: string;
  /** What binds the stamped file. */
  readonly stamp: string;
  readonly fields: readonly { readonly position: number; readonly value: string }[];
}

const TAG = { template: 0x00, validTo: 0x02, status: 0x06, reference: 0x0a, original: 0x0b, issuedAt: 0x0c, type: 0x0d, stamp: 0x0e };
const FIRST_FIELD = 0x0f;
const LONGEST_TYPE = 64;

/** Reads a seal of this system; refuses as `foreign`, `profile`, `unsigned` or `high_s`. */
export function readStatement(seal: Seal): SealStatement {
  const { country, signer } = seal.header;
  const mode = country === 'XAA' ? ({ XA01: 'live', XA0T: 'test' } as const)[signer] : undefined;
  if (mode === undefined) refuse('foreign');
  const statement = profile(seal, mode);
  if (seal.signature === undefined) refuse('unsigned');
  if (!isLowS(seal.signature)) refuse('high_s');
  return statement;
}

/** The number of the list and the index in it; undefined beyond every list. */
export function listPlace(status: bigint): { number: number; index: number } | undefined {
  const length = BigInt(LIST_LENGTH);
  const number = status / length;
  return number < 2n ** 32n ? { number: Number(number), index: Number(status % length) } : undefined;
}

function profile(seal: Seal, mode: Mode): SealStatement {
  const { header, fields, hasByteLengths } = seal;
  const find = (tag: number) => fields.find((field) => field.tag === tag)?.value;
  const needed = <T>(tag: number, read: (value: Bytes) => T | undefined): T => read(find(tag) ?? refuse('profile')) ?? refuse('profile');
  const text = (value: Bytes, read: (text: string) => string | number | undefined) => {
    const found = textOf(value);
    return found === undefined ? undefined : read(found);
  };
  const known = Object.values(TAG);
  const template = find(TAG.template);
  const validTo = find(TAG.validTo);
  const day = validTo && (readDay(validTo) ?? refuse('profile'));
  const issuedAt = needed(TAG.issuedAt, (value) => text(value, parseInstant)) as Instant;
  const isOurs =
    header.version === 4 &&
    header.featureDefinition === 0x01 &&
    header.typeCategory === 0xc9 &&
    header.issued === dayOf(issuedAt) &&
    header.signed === header.issued &&
    !hasByteLengths &&
    fields.every(({ tag }) => tag >= FIRST_FIELD || known.includes(tag)) &&
    (template === undefined || template.length === 16);
  if (!isOurs) refuse('profile');
  return {
    mode,
    certificateReference: parseCertificateReference(header.reference) ?? refuse('profile'),
    reference: needed(TAG.reference, (value) => text(value, ownReference)) as string,
    status: needed(TAG.status, number),
    original: needed(TAG.original, hash),
    issuedAt,
    expiresAt: day === undefined ? undefined : endOf(day),
    typeCode: needed(TAG.type, (value) => text(value, typeCode)) as string,
    stamp: needed(TAG.stamp, hash),
    fields: fields
      .filter(({ tag }) => tag >= FIRST_FIELD)
      .map(({ tag, value }) => ({ position: tag - FIRST_FIELD, value: textOf(value) || refuse('profile') })),
  };
}

const ownReference = (text: string): string | undefined => (text.startsWith('TCR-') ? parseReference(text) : undefined);

const typeCode = (text: string): string | undefined => (text !== '' && [...text].length <= LONGEST_TYPE ? text : undefined);

const hash = (value: Bytes): string | undefined => (value.length === 32 ? toHex(value) : undefined);

/** At most eight bytes without leading zeros; zero is one byte. */
const number = (value: Bytes): bigint | undefined =>
  value.length > 0 && value.length <= 8 && (value.length === 1 || value[0] !== 0) ? numberOf(value) : undefined;

/** `YYYYMMDD` as `YYYY-MM-DD`. */
function readDay(value: Bytes): string | undefined {
  const found = /^([0-9]{4})([0-9]{2})([0-9]{2})$/.exec(textOf(value) ?? '');
  if (!found || midnightOf(Number(found[1]), Number(found[2]), Number(found[3])) === undefined) return undefined;
  return `${found[1]}-${found[2]}-${found[3]}`;
}
