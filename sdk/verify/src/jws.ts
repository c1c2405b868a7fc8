// Signed texts: compact JWS in one narrow form (`spec/credential.md`, "Signed texts in general").

import { fromBase64, fromBase64url } from './base64.js';
import { type Bytes, bytesOf } from './bytes.js';
import { isLowS, verifies } from './ecdsa.js';
import { type JsonObject, parseObject } from './json.js';
import { refuse } from './refused.js';

interface Kind {
  readonly typ: string;
  readonly cty?: string;
  readonly hasKid: boolean;
  readonly certificates: number;
  readonly longest: number;
}

const KIB = 1024;
export const CREDENTIAL: Kind = { typ: 'vc+jwt', cty: 'vc', hasKid: true, certificates: 1, longest: 1024 * KIB };
export const STATUS_LIST: Kind = { typ: 'statuslist+jwt', hasKid: true, certificates: 1, longest: 256 * KIB };
export const LIFECYCLE: Kind = { typ: 'ananke-lifecycle+jwt', hasKid: true, certificates: 1, longest: 64 * KIB };
export const HEAD: Kind = { typ: 'ananke-head+jwt', hasKid: true, certificates: 1, longest: 64 * KIB };
export const TRUST_BUNDLE: Kind = { typ: 'ananke-trust+jwt', hasKid: false, certificates: 2, longest: 64 * KIB * KIB };
export const KINDS = [CREDENTIAL, STATUS_LIST, LIFECYCLE, TRUST_BUNDLE, HEAD];

/** A signed text that was read and not verified yet. */
export interface Jws {
  readonly kid: string | undefined;
  /** The certificates of `x5c`, DER. They locate a key and prove nothing. */
  readonly x5c: readonly Bytes[];
  readonly payload: JsonObject;
  /** Whether the key at this point signed it. */
  isSignedBy(point: Bytes): Promise<boolean>;
}

/** Reads a text of one kind. */
export function readJws(text: string, kind: Kind): Jws {
  // A text of so many UTF-16 units has at least as many bytes.
  if (text.length > kind.longest || bytesOf(text).length > kind.longest) refuse('too_large');
  const parts = text.split('.');
  if (parts.length !== 3) refuse('shape');
  const [header, payload, signature] = parts.map((part) => fromBase64url(part) ?? refuse('encoding')) as [Bytes, Bytes, Bytes];
  const { kid, x5c } = readHeader(parseObject(header), kind);
  if (signature.length !== 64) refuse('shape');
  if (!isLowS(signature)) refuse('high_s');
  const signed = bytesOf(text.slice(0, text.lastIndexOf('.')));
  return { kid, x5c, payload: parseObject(payload), isSignedBy: (point) => verifies(point, signed, signature) };
}

function readHeader(header: JsonObject, kind: Kind): Pick<Jws, 'kid' | 'x5c'> {
  if (header.has('crit')) refuse('critical');
  if (['jwk', 'jku', 'x5u'].some((name) => header.has(name))) refuse('embedded_key');
  if (header.get('alg') !== 'ES256') refuse('algorithm');
  if (header.get('typ') !== kind.typ || header.get('cty') !== kind.cty) refuse('type');
  const [kid, x5c] = [header.get('kid'), header.get('x5c')];
  const isKid = kind.hasKid ? typeof kid === 'string' : !header.has('kid');
  const known = ['alg', 'typ', 'cty', 'kid', 'x5c'];
  const isKnown = [...header.keys()].every((name) => known.includes(name));
  if (!isKid || !isKnown || !Array.isArray(x5c) || x5c.length !== kind.certificates) refuse('header');
  const certificates = x5c.map((entry) => fromBase64(typeof entry === 'string' ? entry : refuse('header')) ?? refuse('encoding'));
  return { kid: typeof kid === 'string' ? kid : undefined, x5c: certificates };
}
