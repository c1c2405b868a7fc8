// The doors: a file, a credential, a seal, a stamped PDF, a reference, a hash. Each answers with a verdict, whatever it is given.

import { answerOf, type Verification } from './answer.js';
import { type Bytes, bytesOf, textOf } from './bytes.js';
import { parseHash, sha256 } from './hash.js';
import { type Facts, judge, placeOf, type StatusEvidence } from './judge.js';
import { listAddress } from './names.js';
import { believedBy, instantFrom, type Trust } from './opened.js';
import { type Failure, type Proved, proveCredential, proveSeal, proveStamped } from './proof.js';
import { checkReference } from './reference.js';
import { attempt } from './refused.js';
import { isMarked } from './stamp.js';
import { readList, type StatusList } from './status.js';
import type { Trust as Believed } from './trust.js';

/** Bytes, wherever they are. They are copied before they are looked at. */
export type FileLike = Blob | ArrayBuffer | Uint8Array;

/** What a verdict rests on. */
export interface Evidence {
  readonly trust: Trust;
  /** Status lists as they were fetched; `statusListAddress` says which one a document names. */
  readonly statusLists?: readonly string[];
  /** Whether documents under test certificates count. */
  readonly allowTest?: boolean;
  /** The time, where it is not that of the clock. */
  readonly now?: Date | string;
}

/** The same, with the record that belongs to a reference, a hash or a file: a credential, or the bytes of a seal. */
export interface EvidenceWithRecord extends Evidence {
  readonly record?: string | Uint8Array;
}

/** The same, with the file a barcode was read from, or its SHA-256 in hexadecimal. */
export interface EvidenceOfBarcode extends Evidence {
  readonly readFrom?: FileLike | string;
}

/** SHA-256 of a file in hexadecimal, by which a server finds its document. The file goes nowhere. */
export const hashFile = async (file: FileLike): Promise<string> => sha256(await bytesIn(file));

/** Verifies a credential: a compact JWS. */
export async function verifyCredential(credential: string, evidence: Evidence): Promise<Verification> {
  return judged(evidence, (trust) => proveCredential(credential, trust));
}

/** Verifies the bytes of a barcode. Of a picture or a paper that is all that is judged: whoever has it compares the fields. */
export async function verifySeal(seal: Uint8Array, evidence: EvidenceOfBarcode): Promise<Verification> {
  const bytes = new Uint8Array(seal);
  const { readFrom } = evidence;
  const file = readFrom === undefined ? undefined : typeof readFrom === 'string' ? hashIn(readFrom) : await hashFile(readFrom);
  return judged(evidence, (trust) => proveSeal(bytes, trust), { file });
}

/** Verifies a stamped PDF, byte for byte. */
export async function verifyStamped(file: FileLike, evidence: Evidence): Promise<Verification> {
  const bytes = await bytesIn(file);
  return judged(evidence, (trust) => proveStamped(bytes, trust));
}

/** Verifies what a person typed. Without the document's record nothing is known of it. */
export async function verifyReference(typed: string, evidence: EvidenceWithRecord): Promise<Verification> {
  const { reference } = checkReference(typed);
  if (reference === null) return judged(evidence, () => nothing('malformed_reference'));
  return judged(evidence, (trust) => proveRecord(evidence.record, trust), { reference });
}

/** Verifies a file by its SHA-256, 64 hexadecimal digits. Without the document's record nothing is known of it. */
export async function verifyHash(hash: string, evidence: EvidenceWithRecord): Promise<Verification> {
  const file = hashIn(hash);
  return judged(evidence, (trust) => proveRecord(evidence.record, trust), { file });
}

/** Verifies a file: a credential by itself or in JSON, the bytes of a seal, a stamped PDF, or the PDF that belongs to a record. */
export async function verifyFile(file: FileLike, evidence: EvidenceWithRecord): Promise<Verification> {
  const bytes = await bytesIn(file);
  const credential = credentialIn(bytes);
  if (credential !== undefined) return verifyCredential(credential, evidence);
  if (isSeal(bytes)) return verifySeal(bytes, evidence);
  if (isMarked(bytes)) return verifyStamped(bytes, evidence);
  return verifyHash(await sha256(bytes), evidence);
}

/**
 * The address of the status list that a record names: a credential, the bytes of a seal, or a stamped PDF. `null` where the record
 * is not proved, and so names nothing.
 */
export async function statusListAddress(record: string | FileLike, trust: Trust): Promise<string | null> {
  const believed = believedBy(trust);
  const bytes = typeof record === 'string' ? bytesOf(record) : await bytesIn(record);
  const credential = credentialIn(bytes);
  const proved = await (credential !== undefined
    ? proveCredential(credential, believed)
    : isSeal(bytes)
      ? proveSeal(bytes, believed)
      : proveStamped(bytes, believed));
  const place = proved.kind === 'failure' ? undefined : placeOf(proved, believed);
  return place ? listAddress(place.list, 'token') : null;
}

function hashIn(text: string): string {
  const hash = parseHash(text.trim().toLowerCase());
  if (hash === undefined) throw new TypeError('a hash is 64 hexadecimal digits');
  return hash;
}

/** No symbol holds more: a larger file that begins so is something else. */
const isSeal = (bytes: Bytes): boolean => bytes[0] === 0xdc && bytes.length <= 4096;

type Subject = Facts['subject'];

const nothing = (reason: 'malformed_reference' | 'document_not_at_hand'): Subject => ({ kind: 'nothing', reason });

function proveRecord(record: string | Uint8Array | undefined, trust: Believed): Subject | Promise<Proved | Failure> {
  if (record === undefined) return nothing('document_not_at_hand');
  return typeof record === 'string' ? proveCredential(record, trust) : proveSeal(new Uint8Array(record), trust);
}

async function judged(
  { trust, statusLists = [], allowTest = false, now }: Evidence,
  prove: (trust: Believed) => Subject | Promise<Subject>,
  asked: Pick<Facts, 'reference' | 'file'> = {},
): Promise<Verification> {
  const believed = believedBy(trust);
  const instant = instantFrom(now);
  const [subject, status] = [await prove(believed), await evidenceOf(statusLists, believed)];
  const facts: Facts = { subject, trust: believed, status, now: instant, allowTest, ...asked };
  return answerOf(judge(facts), facts);
}

/** The lists that can be believed; a refusal only where none of those given can. */
async function evidenceOf(texts: readonly string[], trust: Believed): Promise<StatusEvidence> {
  const lists: StatusList[] = [];
  let refused: string | undefined;
  for (const text of texts) {
    const list = await attempt(() => readList(text, trust));
    if ('value' in list) lists.push(list.value);
    else refused ??= list.refused;
  }
  if (lists.length > 0) return { kind: 'lists', lists };
  return refused === undefined ? { kind: 'unavailable' } : { kind: 'refused', word: refused };
}

async function bytesIn(file: FileLike): Promise<Bytes> {
  if (ArrayBuffer.isView(file)) return new Uint8Array(file);
  return new Uint8Array('arrayBuffer' in file ? await file.arrayBuffer() : (file as ArrayBuffer).slice(0));
}

/** A credential by itself, as a JSON text, in the answer of an issuance, or enveloped as the data model of W3C does it. */
function credentialIn(bytes: Bytes): string | undefined {
  const text = textOf(bytes)?.trim();
  if (text === undefined || isCompact(text)) return text;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { credential, id } = (typeof json === 'object' && json !== null ? json : {}) as { credential?: unknown; id?: unknown };
  const enveloped = typeof id === 'string' && id.startsWith('data:application/vc+jwt,') ? id.slice(24) : undefined;
  const found = typeof json === 'string' ? json : typeof credential === 'string' ? credential : enveloped;
  return found !== undefined && isCompact(found) ? found : undefined;
}

/** Three parts and the beginning of a JSON object: good or not, it wants to be a JWS. */
const isCompact = (text: string): boolean => /^eyJ[\w=-]*\.[\w=-]*\.[\w=-]*$/.test(text);
