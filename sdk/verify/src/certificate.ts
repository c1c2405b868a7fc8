// Certificates, read strictly in the one profile of `spec/trust.md`. Refusals have the words of its kind `certificate`.

import { fromBase64 } from './base64.js';
import { type Bytes, fromHex, isEqual, textOf } from './bytes.js';
import { type Element, isOid, only, partsOf, TAG, wholeBits } from './der.js';
import { sha256 } from './hash.js';
import { floorSecond, type Instant, midnightOf } from './instant.js';
import type { Mode } from './names.js';
import { parseCertificateReference } from './names.js';
import { refuse } from './refused.js';

/** The attributes of a subject. */
export interface Subject {
  readonly country?: string;
  readonly organization?: string;
  readonly unit?: string;
  readonly commonName?: string;
}

export interface Certificate {
  readonly der: Bytes;
  /** What its issuer signed. */
  readonly tbs: Bytes;
  readonly signature: Bytes;
  /** SHA-256 of `der`, hexadecimal. */
  readonly thumbprint: string;
  readonly serial: Bytes;
  readonly subject: Subject;
  readonly subjectDer: Bytes;
  readonly issuerDer: Bytes;
  /** The uncompressed point of its key. */
  readonly point: Bytes;
  readonly notBefore: Instant;
  readonly notAfter: Instant;
  readonly isCa: boolean;
  readonly pathLength: number | undefined;
  /** Bits of the key usage, the first of them 0. */
  readonly usages: ReadonlySet<number>;
  readonly mode: Mode;
}

const ECDSA_WITH_SHA256 = fromHex('2a8648ce3d040302');
const EC_PUBLIC_KEY = fromHex('2a8648ce3d0201');
const P256 = fromHex('2a8648ce3d030107');
const BASIC_CONSTRAINTS = fromHex('551d13');
const KEY_USAGE = fromHex('551d0f');
const ATTRIBUTES = [
  ['country', fromHex('550406')],
  ['organization', fromHex('55040a')],
  ['unit', fromHex('55040b')],
  ['commonName', fromHex('550403')],
] as const;

/** Reads one certificate with nothing behind it. */
export async function readCertificate(der: Bytes): Promise<Certificate> {
  const certificate = only(der, TAG.sequence) ?? refuse('malformed');
  const [tbs, algorithm, bits, ...more] = partsIn(certificate);
  if (tbs?.tag !== TAG.sequence || algorithm?.tag !== TAG.sequence || bits?.tag !== TAG.bitString || more.length > 0) {
    refuse('malformed');
  }
  const body = bodyOf(tbs);
  const { oid, parameters } = algorithmOf(algorithm);
  const signature = wholeBits(bits) ?? refuse('malformed');
  // Until here it is no certificate; from here on it is none of this system's.
  const isAlgorithm = body.isVersion3 && isEqual(body.algorithm.all, algorithm.all) && isOid(oid, ECDSA_WITH_SHA256);
  if (!isAlgorithm || parameters.length > 0) refuse('algorithm');
  const subject = subjectOf(body.subject);
  return {
    der,
    tbs: tbs.all,
    signature,
    thumbprint: await sha256(der),
    serial: body.serial.value,
    subject,
    subjectDer: body.subjectDer,
    issuerDer: body.issuer.all,
    point: pointOf(body.key),
    notBefore: body.notBefore,
    notAfter: body.notAfter,
    ...usageOf(body.extensions),
    mode: subject.unit === undefined ? 'live' : 'test',
  };
}

const PEM =
  /^-----BEGIN CERTIFICATE-----\r?\n((?:[A-Za-z0-9+/]{64}\r?\n)*[A-Za-z0-9+/=]{1,64})\r?\n-----END CERTIFICATE-----(?:\r?\n)?$/;

/** Reads a certificate in PEM. */
export async function readPem(pem: string): Promise<Certificate> {
  const found = PEM.exec(pem);
  return readCertificate(fromBase64(found?.[1]?.replace(/\s/g, '') ?? '=') ?? refuse('malformed'));
}

/** The reference that the serial number is. */
export function referenceOf(certificate: Certificate): string {
  return parseCertificateReference(textOf(certificate.serial) ?? '') ?? refuse('serial');
}

/** Whether a certificate is valid at an instant. */
export const covers = (certificate: Certificate, at: Instant): boolean =>
  certificate.notBefore <= at && floorSecond(at) <= certificate.notAfter;

interface Body {
  readonly isVersion3: boolean;
  readonly serial: Element;
  readonly algorithm: Element;
  readonly issuer: Element;
  readonly notBefore: Instant;
  readonly notAfter: Instant;
  readonly subject: readonly Attribute[][];
  readonly subjectDer: Bytes;
  readonly key: Key;
  readonly extensions: readonly Extension[];
}

interface Attribute {
  readonly oid: Element;
  readonly value: Element;
}

interface Key {
  readonly oid: Element;
  readonly parameters: readonly Element[];
  readonly bits: Element;
}

interface Extension {
  readonly oid: Element;
  readonly isCritical: boolean;
  readonly value: Bytes;
}

const partsIn = (element: Element, free?: number): Element[] => partsOf(element, free) ?? refuse('malformed');

function bodyOf(tbs: Element): Body {
  const parts = partsIn(tbs);
  const optional = (tag: number) => (parts[0]?.tag === tag ? parts.shift() : undefined);
  const needed = (tag: number) => optional(tag) ?? refuse('malformed');
  const version = optional(0xa0);
  const serial = needed(TAG.integer);
  if (serial.value.length > 21) refuse('malformed');
  const [algorithm, issuer, validity, subject, key] = [0, 1, 2, 3, 4].map(() => needed(TAG.sequence)) as [
    Element,
    Element,
    Element,
    Element,
    Element,
  ];
  namesIn(issuer);
  algorithmOf(algorithm);
  const [notBefore, notAfter, ...times] = partsIn(validity);
  optional(0x81);
  optional(0x82);
  const extensions = optional(0xa3);
  const [number, ...others] = version ? partsIn(version) : [];
  if (parts.length > 0 || times.length > 0 || others.length > 0 || (version && !isVersion(number))) refuse('malformed');
  const [sequence, ...further] = extensions ? partsIn(extensions) : [];
  if (extensions && (sequence?.tag !== TAG.sequence || further.length > 0)) refuse('malformed');
  const isVersion3 = number !== undefined && isEqual(number.value, Uint8Array.of(2));
  return {
    isVersion3,
    serial,
    algorithm,
    issuer,
    notBefore: timeOf(notBefore),
    notAfter: timeOf(notAfter),
    subject: namesIn(subject),
    subjectDer: subject.all,
    key: keyIn(key),
    extensions: (sequence ? partsIn(sequence) : []).map(extensionOf),
  };
}

/** Version 2 or 3: the first is left out. */
const isVersion = (number: Element | undefined): boolean =>
  number?.tag === TAG.integer && number.value.length === 1 && [1, 2].includes(number.value[0]!);

function algorithmOf(algorithm: Element): Omit<Key, 'bits'> {
  const [oid, ...parameters] = partsIn(algorithm, 1);
  return oid?.tag === TAG.oid && parameters.length < 2 ? { oid, parameters } : refuse('malformed');
}

function keyIn(info: Element): Key {
  const [algorithm, bits, ...more] = partsIn(info);
  if (algorithm?.tag !== TAG.sequence || bits?.tag !== TAG.bitString || more.length > 0) refuse('malformed');
  return { ...algorithmOf(algorithm), bits };
}

/** The attributes of a name, each in its RDN. */
function namesIn(name: Element): Attribute[][] {
  return partsIn(name).map((rdn) => {
    const attributes = rdn.tag === TAG.set ? partsIn(rdn) : [];
    if (attributes.length === 0) refuse('malformed');
    return attributes.map((attribute) => {
      const [oid, value, ...more] = attribute.tag === TAG.sequence ? partsIn(attribute, 1) : [];
      return oid?.tag === TAG.oid && value && more.length === 0 ? { oid, value } : refuse('malformed');
    });
  });
}

function subjectOf(names: readonly Attribute[][]): Subject {
  const subject: { -readonly [K in keyof Subject]: string } = {};
  for (const [attribute, ...others] of names) {
    const { oid, value } = attribute!;
    const place = ATTRIBUTES.find(([, known]) => isOid(oid, known))?.[0];
    if (others.length > 0 || place === undefined || place in subject) refuse('name');
    const text = textOf(value.value);
    const isText = value.tag === TAG.utf8 || (value.tag === TAG.printable && /^[A-Za-z0-9 '()+,./:=?-]*$/.test(text ?? '#'));
    if (!isText || text === undefined) refuse('name');
    subject[place] = text;
  }
  if (subject.unit !== undefined && subject.unit !== 'TEST') refuse('name');
  return subject;
}

function timeOf(time: Element | undefined): Instant {
  const text = textOf(time?.value ?? new Uint8Array()) ?? '';
  const found = /^([0-9]{2}|[0-9]{4})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})Z$/.exec(text);
  const digits = time?.tag === TAG.utcTime ? 2 : time?.tag === TAG.generalizedTime ? 4 : 0;
  if (!found || found[1]!.length !== digits) refuse('malformed');
  const [year, month, day, hour, minute, second] = found.slice(1).map(Number) as [number, number, number, number, number, number];
  const full = digits === 4 ? year : year + (year < 50 ? 2000 : 1900);
  // Up to 2049 a date has the shorter form.
  const isYear = digits === 4 ? full >= 2050 : full >= 1970;
  const midnight = midnightOf(full, month, day);
  if (midnight === undefined || !isYear || hour > 23 || minute > 59 || second > 59) refuse('malformed');
  return midnight + ((hour * 60 + minute) * 60 + second) * 1000;
}

function pointOf({ oid, parameters, bits }: Key): Bytes {
  const point = wholeBits(bits);
  if (!isOid(oid, EC_PUBLIC_KEY) || !isOid(parameters[0], P256)) refuse('key');
  return point?.length === 65 && point[0] === 4 ? point : refuse('key');
}

function usageOf(extensions: readonly Extension[]): Pick<Certificate, 'isCa' | 'pathLength' | 'usages'> {
  let constraints: Pick<Certificate, 'isCa' | 'pathLength'> | undefined;
  let usages: ReadonlySet<number> | undefined;
  for (const [at, { oid, isCritical, value }] of extensions.entries()) {
    if (extensions.slice(0, at).some((before) => isEqual(before.oid.value, oid.value))) refuse('extension');
    if (isOid(oid, BASIC_CONSTRAINTS)) {
      constraints = (isCritical ? constraintsIn(value) : undefined) ?? refuse('basic_constraints');
    } else if (isOid(oid, KEY_USAGE)) {
      usages = (isCritical ? usagesIn(value) : undefined) ?? refuse('key_usage');
    } else if (isCritical) {
      refuse('extension');
    }
  }
  return { ...(constraints ?? refuse('basic_constraints')), usages: usages ?? refuse('key_usage') };
}

function extensionOf(extension: Element): Extension {
  const parts = partsIn(extension);
  const oid = parts.shift();
  const critical = parts.length === 2 ? parts.shift() : undefined;
  const value = parts.shift();
  const isShape = extension.tag === TAG.sequence && oid?.tag === TAG.oid && value?.tag === TAG.octetString && parts.length === 0;
  // What is not critical leaves the word out.
  const isSaid = critical === undefined || (critical.tag === TAG.boolean && critical.value[0] === 0xff);
  return isShape && isSaid ? { oid, isCritical: critical !== undefined, value: value.value } : refuse('malformed');
}

function constraintsIn(value: Bytes): Pick<Certificate, 'isCa' | 'pathLength'> | undefined {
  const parts = partsOf(only(value, TAG.sequence));
  if (!parts) return undefined;
  const ca = parts[0]?.tag === TAG.boolean ? parts.shift() : undefined;
  const length = parts.shift();
  if (parts.length > 0 || (length && (length.tag !== TAG.integer || length.value[0]! >= 0x80))) return undefined;
  const pathLength = length?.value.reduce((number, byte) => number * 256 + byte, 0);
  return pathLength !== undefined && pathLength > 255 ? undefined : { isCa: ca?.value[0] === 0xff, pathLength };
}

function usagesIn(value: Bytes): ReadonlySet<number> | undefined {
  const bits = only(value, TAG.bitString)?.value;
  if (!bits) return undefined;
  const set = new Set<number>();
  for (let bit = 0; bit < (bits.length - 1) * 8; bit += 1) {
    if (bits[1 + (bit >> 3)]! & (0x80 >> (bit & 7))) set.add(bit);
  }
  return set;
}
