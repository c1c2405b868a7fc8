// The running server these tests judge, reached as any customer would: by HTTP and an API key.
//
// ANANKE_URL, ANANKE_LIVE_KEY and ANANKE_TEST_KEY name it; without them the tests fail, they are never skipped.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';

export const modes = ['live', 'test'];

const url = required('ANANKE_URL').replace(/\/$/, '');
const keys = { live: required('ANANKE_LIVE_KEY'), test: required('ANANKE_TEST_KEY') };

function required(name) {
  const value = process.env[name];
  assert.ok(value, `${name} is not set: start a server and hand its address and keys over`);
  return value;
}

/** An absolute address on the server. */
export function at(path) {
  return `${url}${path}`;
}

/** GET of something public; `address` is absolute, or a path. */
export async function published(address) {
  const response = await fetch(address.startsWith('http') ? address : at(address));
  assert.equal(response.status, 200, `${address}: ${response.status}`);
  return response;
}

/** A request with the key of `mode`; the answer must have the status that `method` promises. */
export async function call(mode, method, path, body) {
  const response = await fetch(at(path), {
    method,
    headers: {
      'x-api-key': keys[mode],
      ...(body && { 'content-type': 'application/json', 'idempotency-key': randomUUID() }),
    },
    body: body && JSON.stringify(body),
  });
  if (!response.ok) {
    assert.fail(`${method} ${path}: ${response.status} ${await response.text()}`);
  }
  return response;
}

/** The issuer behind the key. */
export async function issuerCode(mode) {
  return (await (await call(mode, 'GET', '/v1/whoami')).json()).issuerCode;
}

/** Where the issuer's things of one mode are published. */
export function issuerPath(code, mode) {
  return mode === 'live' ? `/i/${code}` : `/i/${code}/test`;
}

/** Issues one document from a template of its own. */
export async function issue(mode, more = {}) {
  const template = await call(mode, 'POST', '/v1/trust/templates', {
    name: `Interop ${randomUUID()}`,
    docType: 'certificate',
    schema: [{ key: 'course', label: 'Course', required: true, type: 'text' }],
  });
  const issued = await call(mode, 'POST', '/v1/trust/issuances', {
    templateId: (await template.json()).id,
    recipientName: 'Zoë Ångström',
    documentTitle: 'Diploma of Careful Reading',
    fields: [{ key: 'course', value: 'Signatures, and who believes them' }],
    ...more,
  });
  return issued.json();
}

/** One lifecycle action on an issued document. */
export async function lifecycle(mode, issued, action, reason) {
  await call(mode, 'POST', `/v1/trust/issuances/${issued.id}/lifecycle`, { action, reason });
}

/** Header and payload of a compact JWS, unverified. */
export function parts(jws) {
  const [header, payload, signature] = jws.split('.');
  const json = (part) => JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  return { header: json(header), payload: json(payload), signature: Buffer.from(signature, 'base64url') };
}
