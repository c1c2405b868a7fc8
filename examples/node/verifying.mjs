// What the route and the page have in common: may this visitor ask, is this a reference, and what is the verdict.

import { AnankeClient, AnankeError, AnankeRateLimitError } from '@ananke/sdk';
import { checkReference } from '@ananke/sdk/verify';
import { behindProxy, network, secondsToWait } from '../visitors.mjs';

/** The one client of this program. It reads ANANKE_BASE_URL and ANANKE_API_KEY. */
export const client = new AnankeClient();

/** The `reference` of the query; `undefined` where none was asked for. */
export const asked = (request) => new URLSearchParams(request.url.split('?')[1]).get('reference') ?? undefined;

/** Seconds that who asks has to wait; 0 where it may go on. */
export function toWait(request) {
  const { BEHIND_PROXY } = process.env;
  return secondsToWait(BEHIND_PROXY ? behindProxy(request.headers['x-forwarded-for']) : network(request.socket.remoteAddress));
}

/** The answer as `status` and, by it: 200 `verification`, 400 `problem`, 429 and 503 `wait` in seconds. */
export async function verify(request, typed) {
  const wait = toWait(request);
  if (wait > 0) return { status: 429, wait };

  // Typing errors are found by the check character, before anybody is asked.
  const { reference, problem } = checkReference(typed);
  if (reference === null) return { status: 400, problem };

  try {
    // Somebody is waiting: sooner than the 30 seconds and two more tries of a job at night.
    return { status: 200, verification: await client.trust.verify.byReference(reference, { timeout: 5000, maxRetries: 1 }) };
  } catch (error) {
    if (!(error instanceof AnankeError)) throw error;
    // Nobody could be asked, which says nothing of the document: no verdict, and never `not_found`. The reason is for the log.
    console.error(`${error.name}: ${error.message}`);
    return { status: 503, wait: (error instanceof AnankeRateLimitError && error.retryAfter) || 10 };
  }
}
