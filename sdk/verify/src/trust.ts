// What a verifier believes before it looks at a document, read from a trust bundle (`spec/trust.md`).

import { fromBase64 } from './base64.js';
import type { Bytes } from './bytes.js';
import { type Certificate, covers, readCertificate, referenceOf } from './certificate.js';
import { checkCa, checkLeaf, checkRoot } from './chain.js';
import { type Instant, parseInstant } from './instant.js';
import type { Json, JsonObject } from './json.js';
import { readJws, TRUST_BUNDLE } from './jws.js';
import { INSTANCE, issuerOf, type Mode, MODES, parseBaseUrl, parseCertificateReference, parseIssuerCode } from './names.js';
import { attempt, refuse, within } from './refused.js';
import * as shape from './shape.js';

export const SOURCES = ['pinned', 'succession', 'bundle_file', 'first_use', 'server'] as const;
/** Why a root is believed. */
export type TrustSource = (typeof SOURCES)[number];

export const IDENTITIES = ['self_asserted', 'domain_proved'] as const;

export interface TrustedIssuer {
  readonly code: string;
  readonly name: string;
  readonly domain: string | null;
  readonly identity: (typeof IDENTITIES)[number];
  readonly provedAt: Instant | null;
  readonly keys: readonly TrustedKey[];
}

export interface TrustedKey {
  readonly certificate: Certificate;
  readonly reference: string;
  readonly validFrom: Instant;
  readonly validUntil: Instant;
  readonly retiredAt: Instant | null;
  readonly compromisedAt: Instant | null;
}

/** A root, the CA under it, and the keys that are listed. */
export interface Trust {
  readonly root: Certificate;
  readonly ca: Certificate;
  readonly fingerprint: string;
  readonly source: TrustSource;
  readonly asOf: Instant;
  /** None where the keys do not come from a bundle. */
  readonly expires: Instant | undefined;
  readonly sequence: bigint;
  readonly mode: Mode;
  readonly baseUrls: readonly string[];
  readonly issuers: readonly TrustedIssuer[];
  readonly statusKeys: readonly TrustedKey[];
}

/** The fingerprint a root must have, if it must have one, and what the verdict calls that. */
export interface Pin {
  readonly source: TrustSource;
  readonly fingerprint?: string;
}

export const fingerprintOf = (root: Certificate): string => `sha256:${root.thumbprint}`;

/** Opens a bundle; refuses with the words of kind `trust`. */
export async function readBundle(text: string, pin: Pin, lastSequence?: bigint): Promise<Trust> {
  const jws = await within('jws', () => readJws(text, TRUST_BUNDLE));
  const ca = await within('authority', () => readCertificate(jws.x5c[0]!));
  const root = await within('authority', () => readCertificate(jws.x5c[1]!));
  if (pin.fingerprint !== undefined && pin.fingerprint !== fingerprintOf(root)) refuse('root');
  await within('authority', async () => {
    await checkRoot(root);
    await checkCa(ca, root);
  });
  if (!(await jws.isSignedBy(ca.point))) refuse('jws.signature');
  const bundle = readPayload(jws.payload);
  if (bundle.mode !== ca.mode) refuse('mode');
  if (lastSequence !== undefined && bundle.sequence < lastSequence) refuse('sequence');
  if (bundle.expires <= bundle.asOf || !covers(ca, bundle.asOf) || !covers(root, bundle.asOf)) refuse('dates');
  const keys = await admitAll(bundle, ca);
  return { ...bundle, ...keys, root, ca, fingerprint: fingerprintOf(root), source: pin.source };
}

/** The issuer's key with this certificate. */
export function findKey(trust: Trust, thumbprint: string): { issuer: TrustedIssuer; key: TrustedKey } | undefined {
  for (const issuer of trust.issuers) {
    const key = issuer.keys.find(({ certificate }) => certificate.thumbprint === thumbprint);
    if (key) return { issuer, key };
  }
  return undefined;
}

/** Whether a key's interval covers an instant: that of all three certificates, and its own. */
export function keyCovers(trust: Trust, key: TrustedKey, at: Instant): boolean {
  const chain = [key.certificate, trust.ca, trust.root];
  return chain.every((certificate) => covers(certificate, at)) && key.validFrom <= at && at <= key.validUntil;
}

/** Whether a key was retired by then. */
export const isRetired = (key: TrustedKey, at: Instant): boolean => key.retiredAt !== null && at >= key.retiredAt;

interface ListedKey extends Omit<TrustedKey, 'certificate'> {
  readonly der: Bytes;
}

type ListedIssuer = Omit<TrustedIssuer, 'keys'> & { readonly keys: readonly ListedKey[] };

interface Bundle {
  readonly mode: Mode;
  readonly sequence: bigint;
  readonly asOf: Instant;
  readonly expires: Instant;
  readonly baseUrls: readonly string[];
  readonly issuers: readonly ListedIssuer[];
  readonly statusKeys: readonly ListedKey[];
}

const instant = (value: Json | undefined): Instant => shape.read(value, parseInstant);

function readPayload(payload: JsonObject): Bundle {
  const member = shape.members(
    payload,
    ...['version', 'mode', 'sequence', 'issuedAt', 'expires', 'baseUrls', 'issuers', 'statusKeys', 'logKey'],
  );
  const sequence = shape.whole(member('sequence'));
  const baseUrls = shape.list(member('baseUrls')).map((url) => shape.read(url, parseBaseUrl));
  if (member('version') !== 1n || sequence < 0n || baseUrls.length === 0) refuse('payload');
  return {
    mode: shape.word(member('mode'), MODES),
    sequence,
    asOf: instant(member('issuedAt')),
    expires: instant(member('expires')),
    baseUrls,
    issuers: shape.list(member('issuers')).map(listedIssuer),
    statusKeys: shape.list(member('statusKeys')).map(listedKey),
  };
}

function listedIssuer(value: Json): ListedIssuer {
  const member = shape.members(value, 'code', 'name', 'domain', 'identity', 'provedAt', 'certificates');
  return {
    code: shape.read(member('code'), parseIssuerCode),
    name: shape.text(member('name')),
    domain: shape.orNull(member('domain'), shape.text),
    identity: shape.word(member('identity'), IDENTITIES),
    provedAt: shape.orNull(member('provedAt'), instant),
    keys: shape.list(member('certificates')).map(listedKey),
  };
}

function listedKey(value: Json): ListedKey {
  const member = shape.members(value, 'reference', 'x5c', 'validFrom', 'validUntil', 'retiredAt', 'compromisedAt');
  const [der, ...more] = shape.list(member('x5c')).map((entry) => shape.read(entry, fromBase64));
  return {
    reference: shape.read(member('reference'), parseCertificateReference),
    der: der !== undefined && more.length === 0 ? der : refuse('payload'),
    validFrom: instant(member('validFrom')),
    validUntil: instant(member('validUntil')),
    retiredAt: shape.orNull(member('retiredAt'), instant),
    compromisedAt: shape.orNull(member('compromisedAt'), instant),
  };
}

/** Goes key by key, status keys first; one bad certificate refuses the whole bundle. */
async function admitAll({ issuers, statusKeys }: Bundle, ca: Certificate): Promise<Pick<Trust, 'issuers' | 'statusKeys'>> {
  const seen = new Set<string>();
  const admit = async ({ der, ...listed }: ListedKey, isTheirs: (issuer: string) => boolean): Promise<TrustedKey> => {
    if (seen.has(listed.reference)) refuse('twice');
    seen.add(listed.reference);
    const admitted = await attempt(async () => {
      const certificate = await readCertificate(der);
      if (referenceOf(certificate) !== listed.reference) refuse('serial');
      await checkLeaf(certificate, ca);
      return certificate;
    });
    if ('refused' in admitted || !isTheirs(issuerOf(listed.reference))) refuse('key');
    return { ...listed, certificate: admitted.value };
  };
  const trustedStatusKeys: TrustedKey[] = [];
  for (const key of statusKeys) trustedStatusKeys.push(await admit(key, (issuer) => issuer === INSTANCE));
  const trustedIssuers: TrustedIssuer[] = [];
  for (const listed of issuers) {
    if (trustedIssuers.some(({ code }) => code === listed.code)) refuse('twice');
    const keys: TrustedKey[] = [];
    for (const key of listed.keys) keys.push(await admit(key, (issuer) => issuer === listed.code && issuer !== INSTANCE));
    trustedIssuers.push({ ...listed, keys });
  }
  return { issuers: trustedIssuers, statusKeys: trustedStatusKeys };
}
