// GET /api/verify?reference=TRF-…: the verdict on a document, for a page of yours to show.

import { AnankeClient, AnankeError, AnankeRateLimitError } from '@ananke/sdk';
import { checkReference } from '@ananke/sdk/verify';
import { behindProxy, secondsToWait } from '../../../../visitors.mjs';

// Without ANANKE_API_KEY it is made all the same, so `next build` needs no secret. Verification needs none either; with a key this
// server has the limits of its key, without one those of a single visitor of Ananke's.
const client = new AnankeClient({ apiKey: process.env.ANANKE_API_KEY! });

export async function GET(request: Request): Promise<Response> {
  const wait = secondsToWait(behindProxy(request.headers.get('x-forwarded-for')));
  if (wait > 0) return answer(429, { error: 'too_many_requests' }, wait);

  // Typing errors are found by the check character, before anybody is asked.
  const { reference, problem } = checkReference(new URL(request.url).searchParams.get('reference') ?? '');
  if (reference === null) return answer(400, { error: 'no_reference', problem });

  try {
    // Somebody is waiting: sooner than the 30 seconds and two more tries of a job at night.
    const { verdict, mode, issuer, recipientName } = await client.trust.verify.byReference(reference, { timeout: 5000, maxRetries: 1 });
    return answer(200, { verdict, mode, issuer: issuer?.name ?? null, recipientName });
  } catch (error) {
    if (!(error instanceof AnankeError)) throw error;
    // Nobody could be asked, which says nothing of the document: no verdict, and never `not_found`. The reason is for the log.
    console.error(`${error.name}: ${error.message}`);
    return answer(503, { error: 'try_again_later' }, error instanceof AnankeRateLimitError ? error.retryAfter : undefined);
  }
}

/** What a verdict says is of now: nobody may keep it. */
function answer(status: number, body: object, retryAfter = 10): Response {
  const again: HeadersInit = status < 429 ? {} : { 'retry-after': String(retryAfter) };
  return Response.json(body, { status, headers: { 'cache-control': 'no-store', ...again } });
}
