// `openssl` verifies the certificates behind a signature, up to the published root; live and test stay apart.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { certificates, inDirectory } from './programs.mjs';
import { issue, issuerCode, modes, parts, published } from './server.mjs';

async function pemOf(path) {
  return (await published(path)).text();
}

for (const mode of modes) {
  test(`${mode}: openssl verifies the chain of a signer up to the root`, async () => {
    const { header } = parts((await issue(mode)).credential);
    const reference = header.kid.split('#')[1];
    const chain = await pemOf(`/c/${reference}.pem`);
    const [leaf, ...above] = certificates(chain);
    assert.equal(above.length, 2, 'leaf, CA, root');
    assert.equal(leaf, header.x5c[0], 'the published leaf is the one in the signature');
    const der = Buffer.from(await (await published(`/c/${reference}`)).arrayBuffer());
    assert.equal(der.toString('base64'), leaf, 'DER and PEM are one certificate');

    const crl = Buffer.from(await (await published(`/c/${mode}.crl`)).arrayBuffer());
    const other = await pemOf(`/c/ca-${modes.find((name) => name !== mode)}.pem`);
    const files = { 'chain.pem': chain, 'root.pem': await pemOf('/c/root.pem'), 'list.crl': crl, 'other.pem': other };
    await inDirectory({ ...files, 'ca.pem': await pemOf(`/c/ca-${mode}.pem`) }, ({ run }) => {
      const toRoot = ['verify', '-x509_strict', '-CAfile', 'root.pem'];
      const verified = run('openssl', ...toRoot, '-untrusted', 'chain.pem', 'chain.pem');
      assert.ok(verified.ok, verified.output);

      const foreign = run('openssl', ...toRoot, '-untrusted', 'other.pem', 'chain.pem');
      assert.ok(!foreign.ok, 'the CA of the other mode did not sign it');

      const list = run('openssl', 'crl', '-inform', 'DER', '-in', 'list.crl', '-CAfile', 'ca.pem', '-out', 'crl.pem');
      assert.match(list.output, /verify OK/);
      const unrevoked = run('openssl', ...toRoot, '-crl_check', '-CRLfile', 'crl.pem', '-untrusted', 'ca.pem', 'chain.pem');
      assert.ok(unrevoked.ok, unrevoked.output);
    });
  });

  test(`${mode}: subject and serial number name issuer and certificate`, async () => {
    const { header } = parts((await issue(mode)).credential);
    const reference = header.kid.split('#')[1];
    const code = await issuerCode(mode);
    assert.match(reference, new RegExp(`^${code}[0-9A-Z]{2}$`));
    await inDirectory({ 'chain.pem': await pemOf(`/c/${reference}.pem`) }, ({ run }) => {
      const shown = run('openssl', 'x509', '-in', 'chain.pem', '-noout', '-subject', '-serial', '-nameopt', 'RFC2253');
      const [subject, serial] = shown.stdout.trim().split('\n');
      assert.equal(serial, `serial=${Buffer.from(reference, 'ascii').toString('hex').toUpperCase()}`);
      const names = subject.replace('subject=', '').split(',').sort();
      assert.deepEqual(names, ['C=XA', 'CN=01', `O=${code}`, ...(mode === 'test' ? ['OU=TEST'] : [])]);
    });
  });
}
