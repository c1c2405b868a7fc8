// Changing only what nobody else changed meanwhile.

import type { CallOptions } from '../transport.js';

/** Options of an update. */
export interface UpdateOptions extends CallOptions {
  /** The version that was read, or the `etag` of the answer it came in: another one by now is refused with 412. */
  ifMatch?: number | string | undefined;
}

/** The header for it. */
export function ifMatch(options: UpdateOptions | undefined): Record<string, string | undefined> {
  const version = options?.ifMatch;
  return { 'if-match': typeof version === 'number' ? `"${version}"` : version };
}
