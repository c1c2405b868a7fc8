// ECDSA over P-256 with SHA-256, by WebCrypto; that s is low; and the DER form that certificates have.

import { type Bytes, numberOf } from './bytes.js';
import { type Element, only, partsOf, TAG } from './der.js';

/** Half the order of P-256. */
const HALF_ORDER = 0x7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8n;

/** Whether s, the second half of r ‖ s, is at most half the order. */
export const isLowS = (signature: Uint8Array): boolean => numberOf(signature.subarray(32)) <= HALF_ORDER;

/** Whether r ‖ s is the signature of the key at this uncompressed point. A point that is not on the curve signs nothing. */
export async function verifies(point: Bytes, message: Bytes, signature: Bytes): Promise<boolean> {
  const key = await keyAt(point);
  if (!key || signature.length !== 64) return false;
  return crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, signature, message);
}

/** Keys of certificates that are held, each imported once. */
const keys = new WeakMap<Bytes, Promise<CryptoKey | undefined>>();

function keyAt(point: Bytes): Promise<CryptoKey | undefined> {
  const known = keys.get(point);
  if (known) return known;
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const key = crypto.subtle.importKey('raw', point, algorithm, false, ['verify']).catch(() => undefined);
  keys.set(point, key);
  return key;
}

/** The same for the DER form: a sequence of r and s. */
export async function verifiesDer(point: Bytes, message: Bytes, der: Bytes): Promise<boolean> {
  const [r, s, ...more] = partsOf(only(der, TAG.sequence)) ?? [];
  const [high, low] = [numberIn(r), numberIn(s)];
  if (!high || !low || more.length > 0) return false;
  const signature = new Uint8Array(64);
  signature.set(high, 32 - high.length);
  signature.set(low, 64 - low.length);
  return verifies(point, message, signature);
}

/** The bytes of a positive number of at most 32 bytes. */
function numberIn(element: Element | undefined): Bytes | undefined {
  if (element?.tag !== TAG.integer || element.value[0]! >= 0x80) return undefined;
  const value = element.value[0] === 0 ? element.value.slice(1) : element.value.slice();
  return value.length <= 32 ? value : undefined;
}
