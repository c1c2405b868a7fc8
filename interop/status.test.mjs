// Two libraries nobody here wrote decode the status lists, and agree with each other on every entry.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { decodeList } from '@digitalbazaar/vc-bitstring-status-list';
import { getListFromStatusListJWT, getStatusListFromJWT } from '@sd-jwt/jwt-status-list';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { at, issue, issuerPath, lifecycle, modes, parts, published } from './server.mjs';

const entries = 131072;
const [valid, invalid, suspended, expiredEarly] = [0, 1, 2, 3];
// A change shows in the lists within 5 s; the rest is for a busy machine.
const patience = 15_000;

/** The three lists a credential points to, verified with the status keys the instance publishes. */
async function lists(mode, credential) {
  const statusKeys = createRemoteJWKSet(new URL(at(`${issuerPath('000000', mode)}/jwks.json`)));
  const { uri } = getStatusListFromJWT(credential);
  const entriesOf = parts(credential).payload.credentialStatus;
  const listed = async (purpose) => {
    const { statusListCredential } = entriesOf.find(({ statusPurpose }) => statusPurpose === purpose);
    const jws = (await (await published(statusListCredential)).text()).trim();
    const { payload } = await jwtVerify(jws, statusKeys, { algorithms: ['ES256'], typ: 'vc+jwt' });
    assert.equal(payload.id, statusListCredential);
    assert.ok(payload.type.includes('BitstringStatusListCredential'));
    const { type, statusPurpose, encodedList } = payload.credentialSubject;
    assert.deepEqual([type, statusPurpose], ['BitstringStatusList', purpose]);
    return decodeList({ encodedList });
  };

  const response = await published(uri);
  assert.equal(response.headers.get('content-type'), 'application/statuslist+jwt');
  const jws = (await response.text()).trim();
  const { payload } = await jwtVerify(jws, statusKeys, { algorithms: ['ES256'], typ: 'statuslist+jwt' });
  assert.deepEqual([payload.sub, payload.ttl, payload.exp - payload.iat], [uri, 300, 24 * 3600]);
  assert.equal(payload.status_list.bits, 2);
  return {
    token: getListFromStatusListJWT(jws).statusList,
    revocation: await listed('revocation'),
    suspension: await listed('suspension'),
  };
}

/** What the W3C lists say of an entry, in the words of the token list: an early expiry stands as revocation. */
function agrees({ token, revocation, suspension }, index) {
  const revoked = [invalid, expiredEarly].includes(token[index]);
  return revocation.getStatus(index) === revoked && suspension.getStatus(index) === (token[index] === suspended);
}

function disagreements(three) {
  return Array.from({ length: entries }, (_, index) => index).filter((index) => !agrees(three, index));
}

/** Reads the lists until they say what is wanted of each index, and agree, or time is up. */
async function settled(mode, credential, wanted) {
  const deadline = Date.now() + patience;
  for (;;) {
    const three = await lists(mode, credential);
    const said = Object.fromEntries(Object.keys(wanted).map((index) => [index, three.token[index]]));
    const wrong = disagreements(three);
    if (wrong.length === 0 && Object.keys(wanted).every((index) => said[index] === wanted[index])) {
      return three;
    }
    if (Date.now() > deadline) {
      assert.deepEqual(said, wanted);
      assert.deepEqual(wrong, [], 'entries on which the libraries differ');
    }
    await pause(500);
  }
}

for (const mode of modes) {
  test(`${mode}: both libraries read the same status for all entries, before and after changes`, async () => {
    const names = ['untouched', 'revoked', 'suspended', 'expired', 'reinstated'];
    const documents = {};
    for (const name of names) {
      documents[name] = await issue(mode, { recipientName: name });
    }
    const index = {};
    const { uri } = getStatusListFromJWT(documents.untouched.credential);
    for (const name of names) {
      const entry = getStatusListFromJWT(documents[name].credential);
      assert.equal(entry.uri, uri, 'five documents in a row stand in one list');
      index[name] = entry.idx;
      for (const { statusListIndex } of parts(documents[name].credential).payload.credentialStatus) {
        assert.equal(statusListIndex, String(entry.idx), 'one index for all three lists');
      }
    }
    assert.equal(new Set(Object.values(index)).size, names.length);

    const fresh = Object.fromEntries(names.map((name) => [index[name], valid]));
    const before = await settled(mode, documents.untouched.credential, fresh);
    assert.ok(before.token.length >= entries);
    assert.equal(before.revocation.length, entries);
    assert.equal(before.suspension.length, entries);

    await lifecycle(mode, documents.revoked, 'revoke', 'issuedInError');
    await lifecycle(mode, documents.suspended, 'suspend');
    await lifecycle(mode, documents.expired, 'expire');
    await lifecycle(mode, documents.reinstated, 'suspend');
    const changed = { [index.revoked]: invalid, [index.suspended]: suspended, [index.expired]: expiredEarly };
    await settled(mode, documents.untouched.credential, { ...fresh, ...changed, [index.reinstated]: suspended });
    await lifecycle(mode, documents.reinstated, 'reinstate');
    const after = await settled(mode, documents.untouched.credential, { ...fresh, ...changed });

    const moved = before.token.flatMap((status, at) => (status === after.token[at] ? [] : [at]));
    const ours = [index.revoked, index.suspended, index.expired].sort((a, b) => a - b);
    assert.deepEqual(moved, ours, 'nobody else changed');
  });
}
