// Seals of other systems, against a certificate that somebody names (`spec/seal.md`).

import { fromBase64 } from './base64.js';
import { type Bytes, fromHex } from './bytes.js';
import { isOid, only, partsOf, TAG, wholeBits } from './der.js';
import { verifies } from './ecdsa.js';
import { attempt } from './refused.js';
import { readSeal } from './seal.js';
import type { CheckResult } from './words.js';

/** Whether the key of a certificate signed a seal. */
export interface ForeignSealCheck {
  readonly result: CheckResult;
  readonly reason: 'no_seal' | 'malformed_seal' | 'signature_mismatch' | 'certificate_malformed' | 'unsupported_algorithm' | null;
}

const EC = fromHex('2a8648ce3d0201');
const P256 = fromHex('2a8648ce3d030107');
const BRAINPOOL_P256R1 = fromHex('2b2403030208010107');

/** Checks a seal against a certificate in PEM. WebCrypto has P-256 and not brainpoolP256r1: that is `unsupported_algorithm`. */
export async function checkForeignSeal(seal: Uint8Array, certificate: string): Promise<ForeignSealCheck> {
  const read = await attempt(() => readSeal(new Uint8Array(seal)));
  if ('refused' in read) return { result: 'failed', reason: read.refused === 'magic' ? 'no_seal' : 'malformed_seal' };
  const { signature, signedBytes } = read.value;
  if (!signature) return { result: 'failed', reason: 'malformed_seal' };
  const point = pointOf(certificate);
  if (point === undefined || point === 'brainpool') {
    return { result: 'not_checked', reason: point ? 'unsupported_algorithm' : 'certificate_malformed' };
  }
  return (await verifies(point, signedBytes, signature))
    ? { result: 'passed', reason: null }
    : { result: 'failed', reason: 'signature_mismatch' };
}

function pointOf(pem: string): Bytes | 'brainpool' | undefined {
  const body = /-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----/.exec(pem)?.[1]?.replace(/\s/g, '');
  const der = body === undefined ? undefined : fromBase64(body);
  const parts = partsOf(partsOf(der && only(der, TAG.sequence))?.[0]) ?? [];
  // A version, where there is one, stands before serial number, algorithm, issuer, validity and subject.
  const [algorithm, bits] = partsOf(parts[parts[0]?.tag === 0xa0 ? 6 : 5]) ?? [];
  const [oid, curve] = partsOf(algorithm) ?? [];
  const point = wholeBits(bits);
  if (!isOid(oid, EC) || point?.[0] !== 4 || point.length !== 65) return undefined;
  if (isOid(curve, BRAINPOOL_P256R1)) return 'brainpool';
  return isOid(curve, P256) ? point : undefined;
}
