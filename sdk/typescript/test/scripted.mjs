// A server that answers what a test tells it to, on loopback, and keeps what it was asked.

import { createServer } from 'node:http';
import { AnankeClient } from '../dist/esm/index.js';

/** A key in the form of one. It opens nothing. */
export const someKey = `ak_test_${'0123456789ab'}${'S3cr3t'.repeat(5)}xx000000`;
export const otherKey = `ak_test_${'ba9876543210'}${'0th3rS'.repeat(5)}yy000000`;

/** The body of an error answer. */
export function problem(status, code, more = {}) {
  const body = { type: `/errors/${code}`, title: code, status, detail: `it is ${code}`, code, message: `it is ${code}` };
  return { ...body, traceId: 'trace', requestId: 'request', ...more };
}

/**
 * Starts it. Each step is `{status, headers, body, wait}`, a body that is an object is sent as JSON; or a function of
 * request and response. The last step is repeated.
 */
export async function scripted(context, ...steps) {
  const seen = [];
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    seen.push({ method: request.method, url: request.url, headers: request.headers, body: Buffer.concat(chunks) });
    const step = steps[Math.min(seen.length, steps.length) - 1];
    if (typeof step === 'function') return step(request, response);
    const { status = 200, headers = {}, body = {}, wait = 0 } = step;
    await new Promise((resolve) => setTimeout(resolve, wait));
    const isText = typeof body === 'string' || body instanceof Uint8Array;
    response.writeHead(status, { 'content-type': isText ? 'text/plain' : 'application/json', ...headers });
    response.end(status === 204 ? undefined : isText ? body : JSON.stringify(body));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${server.address().port}`;
  return { url, seen, client: (options) => new AnankeClient({ baseUrl: url, apiKey: someKey, ...options }) };
}

/** What the promise is rejected with. */
export async function failure(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
}
