// README.md is a promise: its blocks are compiled as one module and run, in order, against a real server.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { compiled, install, run } from './installed.mjs';
import { serve, withoutServer } from './served.mjs';

// What the page leaves to its reader: to call the routes.
const harness = `
import assert from 'node:assert/strict';

const verified = await (await GET(new Request(\`https://your.example/?reference=\${once.reference}\`))).json();
assert.deepEqual(verified, { verdict: 'valid', mode: 'live', issuer: 'My organisation', recipientName: 'Grace Hopper' });
for (const wrong of ['', 'A'.repeat(65)]) {
  assert.equal((await GET(new Request(\`https://your.example/?reference=\${wrong}\`))).status, 400);
}
assert.equal(verification.verdict, 'valid');
assert.equal(scanned.verdict, 'valid');
const message = JSON.parse(process.env.MESSAGE!);
assert.equal((await POST(new Request('https://your.example/', { method: 'POST', ...message }))).status, 204);
const forged = new Request('https://your.example/', { method: 'POST', ...message, body: '{}' });
await assert.rejects(POST(forged), { name: 'AnankeWebhookError' });
console.log('all of it');
`;

test('every block of README.md compiles and runs', { skip: withoutServer }, async (context) => {
  const { folder, remove } = await install();
  context.after(remove);
  const server = await serve();
  context.after(server.stop);

  const page = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const blocks = [...page.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, block]) => block);
  assert.ok(blocks.length > 8, String(blocks.length));
  writeFileSync(join(folder, 'readme.mts'), [...blocks, harness].join('\n'));
  const script = await compiled(folder, 'readme', 'readme.mts', { module: 'node16', moduleResolution: 'node16' });

  const keyFile = join(folder, 'key');
  writeFileSync(keyFile, `${server.liveKey}\n`);
  const body = '{"type":"alert.raised","timestamp":"","data":{"kind":"leaked_key","message":"a key leaked"}}';
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', Buffer.alloc(32, 7)).update(`msg_1.${timestamp}.${body}`).digest('base64');
  const headers = { 'webhook-id': 'msg_1', 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
  const env = {
    ...process.env,
    ANANKE_API_KEY: server.liveKey,
    ANANKE_API_KEY_FILE: keyFile,
    ANANKE_BASE_URL: server.url,
    ANANKE_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
    MESSAGE: JSON.stringify({ headers, body }),
  };
  const { stdout } = await run(process.execPath, [script], { cwd: folder, env });
  for (const said of [/^TRF-\S+ http/m, /^revoked issuedInError$/m, /^valid live My organisation self_asserted$/m, /^ak_live_\S{12}$/m, /^recipientName /m, /^leaked_key a key leaked$/m, /^all of it$/m]) {
    assert.match(stdout, said);
  }
});
