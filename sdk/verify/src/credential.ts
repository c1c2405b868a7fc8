// Credentials: what one says, read from a payload in which everything that is said twice agrees (`spec/credential.md`).

import { toBase64 } from './base64.js';
import { fromHex } from './bytes.js';
import { type Instant, parseDate, parseInstant } from './instant.js';
import type { Json, JsonObject } from './json.js';
import { parseHash } from './hash.js';
import { did, INSTANCE, type ListId, listAddress, type Mode, parseBaseUrl, parseIssuerCode, parseListAddress, type Purpose } from './names.js';
import { parseReference } from './reference.js';
import { refuse } from './refused.js';
import * as shape from './shape.js';

/** One field of a document. */
export interface CredentialField {
  readonly key: string;
  readonly label: string;
  readonly value: string;
}

/** What a credential says. */
export interface CredentialStatement {
  readonly baseUrl: string;
  readonly reference: string;
  readonly issuer: string;
  readonly issuerName: string;
  readonly mode: Mode;
  readonly documentType: string;
  readonly documentTitle: string | undefined;
  readonly recipientName: string;
  readonly fields: readonly CredentialField[];
  readonly awardedOn: string | undefined;
  readonly issuedAt: Instant;
  readonly expiresAt: Instant | undefined;
  /** SHA-256 of the PDF that belongs to it. */
  readonly pdf: string | undefined;
  readonly list: ListId;
  readonly index: number;
}

export const LIST_LENGTH = 131_072;
const VC = 'https://www.w3.org/ns/credentials/v2';

/** Reads a payload; refuses as `payload`. */
export function readCredential(payload: JsonObject): CredentialStatement {
  const member = shape.members(
    payload,
    ...['@context', 'id', 'type', 'issuer', 'validFrom', 'validUntil?', 'credentialSubject', 'relatedResource?'],
    ...['credentialStatus', 'status'],
  );
  shape.exactly(member('@context'), VC, 'https://www.w3.org/ns/credentials/undefined-terms/v2');
  shape.exactly(member('type'), 'VerifiableCredential', 'IssuedDocument');
  const { baseUrl, reference } = shape.read(member('id'), named);
  const issuer = shape.members(member('issuer'), 'id', 'name');
  const { code, mode } = shape.read(issuer('id'), (text) => issuerIn(text, baseUrl));
  const { list, index } = statusOf(member('status'), member('credentialStatus'));
  if (list.baseUrl !== baseUrl || list.issuer !== code || list.mode !== mode) refuse('payload');
  const issuedAt = shape.read(member('validFrom'), parseInstant);
  const expiresAt = optional(member('validUntil'), (value) => shape.read(value, parseInstant));
  if (code === INSTANCE || (expiresAt !== undefined && expiresAt <= issuedAt)) refuse('payload');
  return {
    baseUrl,
    reference,
    issuer: code,
    issuerName: needed(issuer('name')),
    mode,
    ...subjectOf(member('credentialSubject')),
    issuedAt,
    expiresAt,
    pdf: optional(member('relatedResource'), resource),
    list,
    index,
  };
}

/** What is left out is undefined; null is something else, and refused. */
const optional = <T>(value: Json | undefined, read: (value: Json) => T): T | undefined => (value === undefined ? undefined : read(value));

/** A text without U+0000. */
function plain(value: Json | undefined): string {
  const text = shape.text(value);
  return text.includes('\0') ? refuse('payload') : text;
}

/** The same, and not empty. */
const needed = (value: Json | undefined): string => plain(value) || refuse('payload');

function named(id: string): { baseUrl: string; reference: string } | undefined {
  const at = id.lastIndexOf('/v/');
  const [baseUrl, reference] = [parseBaseUrl(id.slice(0, Math.max(at, 0))), parseReference(id.slice(at + 3))];
  return at !== -1 && baseUrl !== undefined && reference !== undefined ? { baseUrl, reference } : undefined;
}

function issuerIn(text: string, baseUrl: string): { code: string; mode: Mode } | undefined {
  const mode = text.endsWith(':test') ? 'test' : 'live';
  const code = parseIssuerCode(text.replace(/:test$/, '').slice(-6));
  return code !== undefined && did(baseUrl, code, mode) === text ? { code, mode } : undefined;
}

function subjectOf(value: Json | undefined) {
  const member = shape.members(value, 'name', 'documentType', 'title?', 'awardedOn?', 'fields');
  const fields = shape.list(member('fields')).map((field) => {
    const part = shape.members(field, 'key', 'label', 'value');
    return { key: needed(part('key')), label: plain(part('label')), value: plain(part('value')) };
  });
  if (new Set(fields.map(({ key }) => key)).size !== fields.length) refuse('payload');
  return {
    recipientName: needed(member('name')),
    documentType: needed(member('documentType')),
    documentTitle: optional(member('title'), plain),
    awardedOn: optional(member('awardedOn'), (date) => shape.read(date, parseDate)),
    fields,
  };
}

function resource(value: Json): string {
  const [only, ...more] = shape.list(value);
  const member = shape.members(only, 'id', 'digestSRI', 'mediaType');
  const hash = shape.read(member('id'), (id) => (id.startsWith('urn:sha256:') ? parseHash(id.slice(11)) : undefined));
  const isSame = member('digestSRI') === `sha256-${toBase64(fromHex(hash))}` && member('mediaType') === 'application/pdf';
  return isSame && more.length === 0 ? hash : refuse('payload');
}

function statusOf(claim: Json | undefined, entries: Json | undefined): { list: ListId; index: number } {
  const claimed = shape.members(shape.members(claim, 'status_list')('status_list'), 'idx', 'uri');
  const index = Number(shape.whole(claimed('idx')));
  const address = shape.read(claimed('uri'), parseListAddress);
  const [revocation, suspension, ...more] = shape.list(entries);
  if (index < 0 || index >= LIST_LENGTH || address.purpose !== 'token' || more.length > 0) refuse('payload');
  checkEntry(revocation, address.list, 'revocation', index);
  checkEntry(suspension, address.list, 'suspension', index);
  return { list: address.list, index };
}

function checkEntry(value: Json | undefined, list: ListId, purpose: Purpose, index: number): void {
  const address = listAddress(list, purpose);
  const expected = {
    id: `${address}#${index}`,
    type: 'BitstringStatusListEntry',
    statusPurpose: purpose,
    statusListIndex: String(index),
    statusListCredential: address,
  };
  const member = shape.members(value, ...Object.keys(expected));
  if (Object.entries(expected).some(([name, text]) => member(name) !== text)) refuse('payload');
}
