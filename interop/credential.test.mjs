// `jose` verifies what we issued, knowing nothing but the key set the issuer publishes.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { createRemoteJWKSet, importJWK, jwtVerify } from 'jose';
import { at, call, issue, issuerCode, issuerPath, modes, parts, published } from './server.mjs';
import { smallestPdf } from './pdf.mjs';

const rules = { algorithms: ['ES256'], typ: 'vc+jwt' };
const halfOfTheOrder = 0x7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8n;

async function keySet(mode) {
  return createRemoteJWKSet(new URL(at(`${issuerPath(await issuerCode(mode), mode)}/jwks.json`)));
}

for (const mode of modes) {
  test(`${mode}: jose verifies a credential with the published key set only`, async () => {
    const issued = await issue(mode);
    const answer = await call(mode, 'GET', `/v1/trust/issuances/${issued.id}/credential`);
    const credential = (await answer.text()).trim();
    assert.equal(credential, issued.credential, 'the answer at issuance and the stored record are the same bytes');

    const { payload, protectedHeader } = await jwtVerify(credential, await keySet(mode), rules);
    assert.equal(protectedHeader.cty, 'vc');
    assert.deepEqual(payload.type, ['VerifiableCredential', 'IssuedDocument']);
    assert.equal(payload.id, issued.verificationUrl);
    assert.equal(payload.validFrom, issued.issuedAt);
    assert.equal(payload.credentialSubject.name, issued.recipientName);
    assert.equal(payload.issuer.id, protectedHeader.kid.split('#')[0]);

    const digest = createHash('sha256').update(credential, 'ascii').digest('hex');
    assert.equal(issued.contentHash, digest, 'without a PDF the content hash is that of the credential');
    const s = BigInt(`0x${parts(credential).signature.subarray(32).toString('hex')}`);
    assert.ok(s <= halfOfTheOrder, 'low s');
  });

  test(`${mode}: jose refuses an altered credential`, async () => {
    const { credential } = await issue(mode);
    const [header, payload, signature] = credential.split('.');
    const altered = Buffer.from(payload, 'base64url').toString('utf8').replace('Zoë', 'Eve');
    const forged = [header, Buffer.from(altered).toString('base64url'), signature].join('.');
    await assert.rejects(jwtVerify(forged, await keySet(mode), rules), {
      code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    });
  });

  test(`${mode}: the key set of the other mode does not know the key`, async () => {
    const { credential } = await issue(mode);
    const other = modes.find((name) => name !== mode);
    await assert.rejects(jwtVerify(credential, await keySet(other), rules), { code: 'ERR_JWKS_NO_MATCHING_KEY' });
  });

  test(`${mode}: the DID document holds the same key`, async () => {
    const { credential } = await issue(mode);
    const { header, payload } = parts(credential);
    const code = await issuerCode(mode);
    const document = await (await published(`${issuerPath(code, mode)}/did.json`)).json();
    assert.equal(document.id, payload.issuer.id);
    assert.ok(document.assertionMethod.includes(header.kid), 'the key may make assertions');
    const method = document.verificationMethod.find(({ id }) => id === header.kid);
    await jwtVerify(credential, await importJWK(method.publicKeyJwk, 'ES256'), rules);
  });

  test(`${mode}: the digest of an attached PDF is inside the signed record`, async () => {
    const pdf = smallestPdf(`attached in ${mode} mode`);
    const issued = await issue(mode, { pdf: pdf.toString('base64') });
    const { payload } = await jwtVerify(issued.credential, await keySet(mode), rules);
    const digest = createHash('sha256').update(pdf);
    const bytes = digest.digest();
    assert.equal(issued.contentHash, bytes.toString('hex'));
    assert.deepEqual(payload.relatedResource, [
      {
        id: `urn:sha256:${bytes.toString('hex')}`,
        digestSRI: `sha256-${bytes.toString('base64')}`,
        mediaType: 'application/pdf',
      },
    ]);
    const delivered = await call(mode, 'GET', `/v1/trust/issuances/${issued.id}/pdf`);
    assert.deepEqual(Buffer.from(await delivered.arrayBuffer()), pdf, 'the file comes back byte for byte');
  });
}
