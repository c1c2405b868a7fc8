// The first step: signed bytes and keys, nothing that changes with time (`spec/verification.md`, "integrity" and "issuer").

import { type Bytes, bytesOf } from './bytes.js';
import { type Certificate, readCertificate, referenceOf } from './certificate.js';
import { checkLeaf } from './chain.js';
import { type CredentialStatement, readCredential } from './credential.js';
import { verifies } from './ecdsa.js';
import { sha256 } from './hash.js';
import { CREDENTIAL, readJws } from './jws.js';
import { issuerOf, keyId } from './names.js';
import { readStatement, type SealStatement } from './own-seal.js';
import { attempt } from './refused.js';
import { readSeal, type Seal } from './seal.js';
import { checkStamp, genuineBeginning } from './stamp.js';
import { findKey, type Trust } from './trust.js';
import { REASONS, type Reason } from './words.js';

/** A credential or a seal whose signature was verified with a key under the root. */
export type Proved = ProvedCredential | ProvedSeal;

export interface ProvedCredential {
  readonly kind: 'credential';
  readonly statement: CredentialStatement;
  readonly certificateReference: string;
  readonly thumbprint: string;
  /** SHA-256 of its own text. */
  readonly digest: string;
}

export interface ProvedSeal {
  readonly kind: 'seal';
  readonly statement: SealStatement;
  readonly thumbprint: string;
  /** SHA-256 of its own bytes. */
  readonly digest: string;
}

/** The first check that did not pass. */
export interface Failure {
  readonly kind: 'failure';
  readonly check: 'integrity' | 'issuer';
  readonly reason: Reason;
  /** Beside `appended_after_stamp`: so many bytes from the start are a stamped file with a signed seal. */
  readonly genuine?: number;
}

const integrity = (reason: Reason, genuine?: number): Failure => ({
  kind: 'failure',
  check: 'integrity',
  reason,
  ...(genuine === undefined ? {} : { genuine }),
});
const issuer = (reason: Reason): Failure => ({ kind: 'failure', check: 'issuer', reason });

const JWS_REASONS: Readonly<Record<string, Reason>> = {
  too_large: 'credential_too_large',
  shape: 'malformed_credential',
  json: 'malformed_credential',
  encoding: 'encoding_not_canonical',
  duplicate_member: 'duplicate_member',
  algorithm: 'algorithm_not_allowed',
  critical: 'critical_header',
  embedded_key: 'embedded_key',
  type: 'wrong_type',
  header: 'header_not_allowed',
  high_s: 'high_s',
};

/** Verifies a credential up to the root. */
export async function proveCredential(text: string, trust: Trust): Promise<ProvedCredential | Failure> {
  const jws = await attempt(() => readJws(text, CREDENTIAL));
  if ('refused' in jws) return integrity(JWS_REASONS[jws.refused]!);
  const { kid, x5c, payload, isSignedBy } = jws.value;
  const thumbprint = await sha256(x5c[0]!);
  const listed = findKey(trust, thumbprint)?.key.certificate;
  const read = listed ? { value: listed } : await attempt(() => readCertificate(x5c[0]!));
  if ('refused' in read) return issuer('certificate_malformed');
  const leaf = read.value;
  if (!(await isSignedBy(leaf.point))) return integrity('signature_mismatch');
  const decoded = await attempt(() => readCredential(payload));
  if ('refused' in decoded) return integrity('malformed_statement');
  if (!listed && 'refused' in (await attempt(() => checkLeaf(leaf, trust.ca)))) return issuer('certificate_untrusted');
  const statement = decoded.value;
  const reason = misnamed(leaf, statement, kid);
  if (reason) return issuer(reason);
  if (!listed) return issuer('certificate_not_listed');
  return { kind: 'credential', statement, certificateReference: referenceOf(leaf), thumbprint, digest: await sha256(bytesOf(text)) };
}

/** Certificate, statement and key id speak of one issuer, one mode and one key. */
function misnamed(leaf: Certificate, { issuer, mode, baseUrl }: CredentialStatement, kid: string | undefined): Reason | undefined {
  const reference = referenceOf(leaf);
  if (issuerOf(reference) !== issuer) return 'issuer_mismatch';
  if (leaf.mode !== mode) return 'mode_mismatch';
  return kid === keyId(baseUrl, issuer, mode, reference) ? undefined : 'key_id_mismatch';
}

/** Verifies the bytes of a seal with the keys that are listed. */
export async function proveSeal(bytes: Bytes, trust: Trust): Promise<ProvedSeal | Failure> {
  const seal = await attempt(() => readSeal(bytes));
  if ('refused' in seal) return integrity(unread(seal.refused));
  return proveRead(seal.value, trust);
}

/** Verifies a stamped file: every byte against its seal, and the seal. */
export async function proveStamped(file: Bytes, trust: Trust): Promise<ProvedSeal | Failure> {
  const isSigned = async (seal: Seal) => (await proveRead(seal, trust)).kind === 'seal';
  const checked = await checkStamp(file, isSigned);
  if ('refused' in checked) return integrity(altered(checked.refused), checked.genuine);
  const proved = await proveRead(checked.seal, trust);
  if (proved.kind === 'seal' || REASONS[proved.reason] !== 'failed') return proved;
  // A stamp nobody signed, behind one that somebody did, is something that was appended.
  const genuine = await genuineBeginning(file, isSigned);
  return genuine === undefined ? proved : integrity('appended_after_stamp', genuine);
}

async function proveRead(seal: Seal, trust: Trust): Promise<ProvedSeal | Failure> {
  const read = await attempt(() => readStatement(seal));
  if ('refused' in read) return integrity(notOurs(read.refused));
  const statement = read.value;
  const named = trust.issuers.flatMap(({ keys }) => keys).filter(({ reference }) => reference === statement.certificateReference);
  if (named.length === 0) return integrity('certificate_unknown');
  for (const { certificate } of named) {
    if (!(await verifies(certificate.point, seal.signedBytes, seal.signature!))) continue;
    if (certificate.mode !== statement.mode) return issuer('mode_mismatch');
    return { kind: 'seal', statement, thumbprint: certificate.thumbprint, digest: await sha256(seal.bytes) };
  }
  return integrity('signature_mismatch');
}

const unread = (word: string): Reason => (word === 'magic' ? 'no_seal' : 'malformed_seal');

const notOurs = (word: string): Reason => (word === 'foreign' ? 'foreign_seal' : word === 'high_s' ? 'high_s' : 'malformed_seal');

function altered(word: string): Reason {
  const [step, ...cause] = word.split('.');
  switch (step) {
    case 'no_stamp':
      return 'no_seal';
    case 'appended':
      return 'appended_after_stamp';
    case 'seal':
      return unread(cause.join('.'));
    case 'statement':
      // Nobody else stamps files like this: something was put into the place of its seal.
      return cause[0] === 'foreign' ? 'stamp_altered' : notOurs(cause.join('.'));
    default:
      return 'stamp_altered';
  }
}
