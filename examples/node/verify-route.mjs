// GET /api/verify?reference=TRF-…: the verdict on a document, for a page of yours to show.

import { asked, verify } from './verifying.mjs';

export async function verifyRoute(request, response) {
  const { status, verification, problem, wait } = await verify(request, asked(request) ?? '');
  const body = {
    200: () => {
      const { verdict, mode, issuer, recipientName } = verification;
      return { verdict, mode, issuer: issuer?.name ?? null, recipientName };
    },
    400: () => ({ error: 'no_reference', problem }),
    429: () => ({ error: 'too_many_requests' }),
    503: () => ({ error: 'try_again_later' }),
  }[status]();
  response.writeHead(status, { 'content-type': 'application/json', ...(wait && { 'retry-after': wait }) });
  response.end(JSON.stringify(body));
}
