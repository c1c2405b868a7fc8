// The one hash: SHA-256.

import { type Bytes, toHex } from './bytes.js';

/** SHA-256 in hexadecimal. */
export const sha256 = async (bytes: Bytes): Promise<string> => toHex(await digest(bytes));

export const digest = async (bytes: Bytes): Promise<Bytes> => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));

/** A SHA-256 as it is written: 64 hexadecimal digits in lower case; undefined for anything else. */
export const parseHash = (text: string): string | undefined => (/^[0-9a-f]{64}$/.test(text) ? text : undefined);
