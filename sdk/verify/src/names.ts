// Issuer codes, certificate references, public URLs and the addresses that follow from them (`spec/README.md`).

export type Mode = 'live' | 'test';
export const MODES = ['live', 'test'] as const;
/** The code of the instance itself. */
export const INSTANCE = '000000';

const LONGEST_URL = 200;

export const parseIssuerCode = (text: string): string | undefined => (/^[0-9A-Z]{6}$/.test(text) ? text : undefined);

export const parseCertificateReference = (text: string): string | undefined => (/^[0-9A-Z]{8}$/.test(text) ? text : undefined);

/** The issuer code a certificate reference begins with. */
export const issuerOf = (certificateReference: string): string => certificateReference.slice(0, 6);

/** A public URL, unchanged, in its one spelling; refusals have a word each. */
export function readBaseUrl(text: string): { url: string } | { refused: string } {
  const found = /^(https?):\/\/(.*)$/s.exec(text);
  if (!found) return { refused: 'scheme' };
  if (new TextEncoder().encode(text).length > LONGEST_URL) return { refused: 'length' };
  const rest = found[2]!;
  const slash = rest.indexOf('/');
  const authority = slash === -1 ? rest : rest.slice(0, slash);
  const colon = authority.indexOf(':');
  const host = colon === -1 ? authority : authority.slice(0, colon);
  if (!host.split('.').every((label) => /^(?!-)[0-9a-z-]{1,63}(?<!-)$/.test(label))) return { refused: 'host' };
  if (colon !== -1) {
    const port = authority.slice(colon + 1);
    const own = found[1] === 'https' ? '443' : '80';
    if (!/^[1-9][0-9]{0,4}$/.test(port) || Number(port) > 65_535 || port === own) return { refused: 'port' };
  }
  const isSegment = (segment: string) => /^[0-9A-Za-z._~-]+$/.test(segment) && segment !== '.' && segment !== '..';
  if (slash !== -1 && !rest.slice(slash + 1).split('/').every(isSegment)) return { refused: 'path' };
  return { url: text };
}

export function parseBaseUrl(text: string): string | undefined {
  const read = readBaseUrl(text);
  return 'url' in read ? read.url : undefined;
}

/** The did of an issuer. */
export function did(baseUrl: string, issuer: string, mode: Mode): string {
  const place = baseUrl.replace(/^https?:\/\//, '').replaceAll(':', '%3A').replaceAll('/', ':');
  return `did:web:${place}:i:${issuer}${mode === 'test' ? ':test' : ''}`;
}

/** The key id of an issuer's certificate. */
export const keyId = (baseUrl: string, issuer: string, mode: Mode, certificateReference: string): string =>
  `${did(baseUrl, issuer, mode)}#${certificateReference}`;

export const PURPOSES = ['token', 'revocation', 'suspension'] as const;
export type Purpose = (typeof PURPOSES)[number];

/** Which status list. */
export interface ListId {
  readonly baseUrl: string;
  readonly issuer: string;
  readonly mode: Mode;
  readonly number: number;
}

/** The address of a list. */
export function listAddress(list: ListId, purpose: Purpose): string {
  const address = `${list.baseUrl}/s/${list.issuer}/${list.mode}/${list.number}`;
  return purpose === 'token' ? address : `${address}/${purpose}`;
}

/** The list of an address in its one spelling; undefined for any other text. */
export function parseListAddress(text: string): { list: ListId; purpose: Purpose } | undefined {
  const found = /^(.*)\/s\/([0-9A-Z]{6})\/(live|test)\/(0|[1-9][0-9]{0,9})(?:\/(revocation|suspension))?$/s.exec(text);
  if (!found) return undefined;
  const baseUrl = parseBaseUrl(found[1]!);
  const number = Number(found[4]);
  if (baseUrl === undefined || number >= 2 ** 32) return undefined;
  const list = { baseUrl, issuer: found[2]!, mode: found[3] as Mode, number };
  return { list, purpose: (found[5] ?? 'token') as Purpose };
}
