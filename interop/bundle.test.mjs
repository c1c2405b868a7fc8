// The trust bundle, read with `jose` and `openssl`: it starts at the published root and lists who may sign.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { compactVerify, importX509 } from 'jose';
import { certificates, inDirectory, pem } from './programs.mjs';
import { issue, issuerCode, modes, parts, published } from './server.mjs';

for (const mode of modes) {
  test(`${mode}: the bundle is signed under the root and holds the signer`, async () => {
    const { header } = parts((await issue(mode)).credential);
    const code = await issuerCode(mode);
    const jws = (await (await published(`/trust/${mode}.jws`)).text()).trim();
    const [ca, root] = parts(jws).header.x5c;
    const publishedRoot = await (await published('/c/root.pem')).text();
    assert.deepEqual(certificates(publishedRoot), [root]);
    await inDirectory({ 'root.pem': publishedRoot, 'ca.pem': pem(ca) }, ({ run }) => {
      const verified = run('openssl', 'verify', '-x509_strict', '-CAfile', 'root.pem', 'ca.pem');
      assert.ok(verified.ok, verified.output);
    });

    const { payload, protectedHeader } = await compactVerify(jws, await importX509(pem(ca), 'ES256'));
    assert.equal(protectedHeader.typ, 'ananke-trust+jwt');
    const bundle = JSON.parse(new TextDecoder().decode(payload));
    assert.deepEqual([bundle.version, bundle.mode], [1, mode]);
    const issuer = bundle.issuers.find((listed) => listed.code === code);
    const reference = header.kid.split('#')[1];
    assert.equal(issuer.certificates.find((listed) => listed.reference === reference).x5c[0], header.x5c[0]);
    assert.equal(issuer.identity, 'self_asserted', 'nobody has proved a domain here');

    const fingerprint = createHash('sha256').update(Buffer.from(root, 'base64')).digest('hex');
    const page = await (await published(`/i/${code}`)).text();
    assert.ok(page.includes(fingerprint) || page.replace(/[\s:]/g, '').includes(fingerprint), 'shown on the issuer page');
  });

  test(`${mode}: the bundle holds nothing of the other mode`, async () => {
    const other = modes.find((name) => name !== mode);
    const { header } = parts((await issue(other)).credential);
    const { payload } = parts((await (await published(`/trust/${mode}.jws`)).text()).trim());
    assert.ok(!JSON.stringify(payload).includes(header.x5c[0]));
  });
}
