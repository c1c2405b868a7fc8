// Status lists: token lists, and those of W3C (`spec/status.md`).

import { fromBase64url } from './base64.js';
import type { Bytes } from './bytes.js';
import { LIST_LENGTH } from './credential.js';
import { sha256 } from './hash.js';
import { gunzip, unzlib } from './inflate.js';
import { type Instant, instantOf, parseInstant } from './instant.js';
import { CREDENTIAL, type Jws, readJws, STATUS_LIST } from './jws.js';
import { did, INSTANCE, keyId, type ListId, listAddress, parseListAddress, type Purpose } from './names.js';
import { attempt, refuse, within } from './refused.js';
import * as shape from './shape.js';
import { isRetired, keyCovers, type Trust, type TrustedKey } from './trust.js';

/** A list that a status key signed. */
export interface StatusList {
  readonly id: ListId;
  readonly purpose: Purpose;
  readonly issuedAt: Instant;
  readonly expires: Instant;
  /** 0 valid, 1 invalid, 2 suspended, 3 expired early. */
  valueAt(index: number): number;
}

interface Claims extends Omit<StatusList, 'valueAt'> {
  readonly packed: Bytes;
}

/** Reads a list; refuses with the words of kind `status`. */
export async function readList(text: string, trust: Trust): Promise<StatusList> {
  const { jws, claims } = await readSigned(text);
  const { id, purpose, issuedAt, expires, packed } = claims;
  if (issuedAt >= expires) refuse('payload');
  const key = await within('key', () => checkStatusKey(jws, trust, issuedAt));
  if (key.certificate.mode !== id.mode) refuse('mode');
  if (jws.kid !== keyId(id.baseUrl, INSTANCE, id.mode, key.reference)) refuse('key.key_id');
  // Unpacked last: only what a believed key signed costs memory.
  const valueAt = await within('table', () => (purpose === 'token' ? tableOf(packed) : bitsOf(packed, purpose)));
  return { id, purpose, issuedAt, expires, valueAt };
}

/** The key of this trust that signed a text of the instance at that time; refuses with the words behind `key.`. */
export async function checkStatusKey(jws: Jws, trust: Trust, at: Instant): Promise<TrustedKey> {
  const thumbprint = await sha256(jws.x5c[0]!);
  const key = trust.statusKeys.find(({ certificate }) => certificate.thumbprint === thumbprint) ?? refuse('unknown');
  const kid = jws.kid ?? '';
  if (!kid.includes('#') || kid.slice(kid.lastIndexOf('#') + 1) !== key.reference) refuse('key_id');
  if (key.compromisedAt !== null) refuse('compromised');
  if (!keyCovers(trust, key, at) || isRetired(key, at)) refuse('interval');
  return (await jws.isSignedBy(key.certificate.point)) ? key : refuse('signature');
}

async function readSigned(text: string): Promise<{ jws: Jws; claims: Claims }> {
  const token = await attempt(() => readJws(text, STATUS_LIST));
  if ('value' in token) return { jws: token.value, claims: tokenClaims(token.value) };
  if (token.refused !== 'type') refuse(`jws.${token.refused}`);
  const jws = await within('jws', () => readJws(text, CREDENTIAL));
  return { jws, claims: bitstringClaims(jws) };
}

function tokenClaims({ payload }: Jws): Claims {
  const member = shape.members(payload, 'sub', 'iat', 'exp', 'ttl', 'status_list');
  const values = shape.members(member('status_list'), 'bits', 'lst');
  const { list: id, purpose } = shape.read(member('sub'), parseListAddress);
  const seconds = (name: string) => {
    const value = shape.whole(member(name));
    return value < 2n ** 63n ? value : refuse('payload');
  };
  const ttl = seconds('ttl');
  const [issuedAt, expires] = [instantOf(seconds('iat')), instantOf(seconds('exp'))];
  const isList = purpose === 'token' && values('bits') === 2n && ttl > 0n && issuedAt !== undefined && expires !== undefined;
  const packed = shape.read(values('lst'), fromBase64url);
  return isList ? { id, purpose, issuedAt, expires, packed } : refuse('payload');
}

function bitstringClaims({ payload }: Jws): Claims {
  const member = shape.members(payload, '@context', 'id', 'type', 'issuer', 'validFrom', 'validUntil', 'credentialSubject');
  const subject = shape.members(member('credentialSubject'), 'id', 'type', 'statusPurpose', 'ttl', 'encodedList');
  shape.exactly(member('@context'), 'https://www.w3.org/ns/credentials/v2');
  shape.exactly(member('type'), 'VerifiableCredential', 'BitstringStatusListCredential');
  const { list: id, purpose } = shape.read(member('id'), parseListAddress);
  const ttl = shape.whole(subject('ttl'));
  const fits =
    purpose !== 'token' &&
    member('issuer') === did(id.baseUrl, INSTANCE, id.mode) &&
    subject('id') === `${listAddress(id, purpose)}#list` &&
    subject('type') === 'BitstringStatusList' &&
    subject('statusPurpose') === purpose &&
    ttl > 0n &&
    ttl < 2n ** 63n;
  const packed = shape.read(subject('encodedList'), (text) => (text.startsWith('u') ? fromBase64url(text.slice(1)) : undefined));
  const [issuedAt, expires] = [shape.read(member('validFrom'), parseInstant), shape.read(member('validUntil'), parseInstant)];
  return fits ? { id, purpose, issuedAt, expires, packed } : refuse('payload');
}

/** The table of a token list, from its zlib. Kind `status-table`. */
export function tableOf(packed: Bytes): (index: number) => number {
  const table = unzlib(packed, LIST_LENGTH / 4);
  return (index) => ((table[index >> 2] ?? refuse('index')) >> (2 * (index & 3))) & 3;
}

function bitsOf(packed: Bytes, purpose: Purpose): (index: number) => number {
  const bits = gunzip(packed, LIST_LENGTH / 8);
  const set = purpose === 'suspension' ? 2 : 1;
  return (index) => ((bits[index >> 3] ?? refuse('index')) & (0x80 >> (index & 7)) ? set : 0);
}
