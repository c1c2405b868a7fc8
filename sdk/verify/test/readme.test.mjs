// README.md is a promise: its blocks are compiled as one module and run, in order, against a real server; and what this package says of
// that server's documents is what the server says.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openTrust, statusListAddress, verifyCredential, verifyFile } from '@ananke/verify';
import { compiled, install, run } from '../../typescript/test/installed.mjs';
import { AnankeClient, serve, withoutServer } from '../../typescript/test/served.mjs';
import { readPem } from '../dist/esm/certificate.js';

const home = fileURLToPath(new URL('..', import.meta.url));

// What the page leaves to its reader: to hand over a file.
const harness = `
import { readFileSync } from 'node:fs';
import assert from 'node:assert/strict';

const file = new File([readFileSync('stamped.pdf')], 'stamped.pdf');
const seen = await dropped(file);
assert.deepEqual([seen.verdict, seen.issuer], ['valid', 'My organisation']);
assert.equal((await issued(readFileSync('credential.jws', 'utf8'))).verdict, 'valid');
console.log('all of it');
`;

const server = withoutServer ? undefined : await serve();
test.after(() => server?.stop());

/** A document and a stamped PDF of the server, live. */
async function documents() {
  const client = new AnankeClient({ baseUrl: server.url, apiKey: server.liveKey });
  const template = await client.trust.templates.create({ name: 'a', docType: 'certificate' });
  const issued = await client.trust.documents.issue({ templateId: template.id, recipientName: 'Ada Lovelace', fields: [] });
  const seal = await client.tcode.templates.create({ name: 'b', schema: [{ key: 'holder', label: 'Holder', required: true, maxLength: 40 }] });
  const pdf = await client.trust.documents.getPdf(issued.id);
  const fields = [{ key: 'holder', value: 'Ada Lovelace' }];
  const stamp = await client.tcode.documents.stamp({ name: 'c', documentTypeCode: 'CER', tdocTemplateId: seal.id, fields, pdf });
  return { client, issued, stamp, stamped: await client.tcode.documents.getPdf(stamp.id) };
}

const text = async (address) => (await fetch(address)).text();
const rootOf = async () => `sha256:${(await readPem(await text(`${server.url}/c/root.pem`))).thumbprint}`;

test('every block of README.md compiles and runs', { skip: withoutServer }, async (context) => {
  const { folder, remove } = await install(home);
  context.after(remove);
  const { issued, stamped } = await documents();
  writeFileSync(join(folder, 'stamped.pdf'), stamped);
  writeFileSync(join(folder, 'credential.jws'), issued.credential);
  const page = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const blocks = [...page.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, block]) => block);
  assert.equal(blocks.length, 2);
  const code = [...blocks, harness].join('\n').replace('https://docs.example.com', server.url).replace(/sha256:[0-9a-f]{64}/, await rootOf());
  writeFileSync(join(folder, 'readme.mts'), code);
  const options = { module: 'node16', moduleResolution: 'node16', lib: ['ES2022', 'DOM'] };
  const script = await compiled(folder, 'readme', 'readme.mts', options);
  const { stdout } = await run(process.execPath, [script], { cwd: folder });
  assert.match(stdout, /^check\nindeterminate document_not_at_hand\n[0-9a-f]{64}\nall of it\n$/);
});

test('what it says of documents of a server is what the server says', { skip: withoutServer }, async () => {
  const { client, issued, stamp, stamped } = await documents();
  const trust = await openTrust(await text(`${server.url}/trust/live.jws`), { root: await rootOf() });
  // What only a server knows, and whose clock and lists differ.
  const signed = ({ server: _, statusAsOf: __, trustAnchor: ___, matches: ____, fields, ...said }) => ({
    ...said,
    ...(fields && { fields: fields.map(({ position, value }) => ({ position, value })) }),
  });
  const same = async () => {
    const list = await statusListAddress(issued.credential, trust);
    const credential = await verifyCredential(issued.credential, { trust, statusLists: [await text(list)] });
    assert.deepEqual(signed(credential), signed(JSON.parse(JSON.stringify(await client.trust.verify.byReference(issued.reference)))));
    const sealList = await statusListAddress(stamped, trust);
    const file = await verifyFile(stamped, { trust, statusLists: [await text(sealList)] });
    assert.deepEqual(signed(file), signed(JSON.parse(JSON.stringify(await client.tcode.verify.byImage(stamped)))));
    return [credential.verdict, file.verdict];
  };
  assert.deepEqual(await same(), ['valid', 'valid']);
  await client.trust.documents.suspend(issued.id);
  await client.tcode.documents.revoke(stamp.id, { reason: 'fraud' });
  // Lists are at most five seconds behind.
  await new Promise((resolve) => setTimeout(resolve, 5_500));
  assert.deepEqual(await same(), ['suspended', 'revoked']);
});
