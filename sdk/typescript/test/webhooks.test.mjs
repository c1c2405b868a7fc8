// Webhooks: believed when they are signed and fresh, and not otherwise.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { AnankeClient, AnankeUsageError, AnankeWebhookError } from '../dist/esm/index.js';
import { failure } from './scripted.mjs';

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const { webhooks } = new AnankeClient({ webhookSecret: secret });
const body = '{"type":"alert_channel.tested","timestamp":"2026-01-01T00:00:00Z","data":{"message":"é"}}';
const now = () => Math.floor(Date.now() / 1000);

function signature(id, timestamp, text, bytes = Buffer.alloc(32, 7)) {
  return `v1,${createHmac('sha256', bytes).update(`${id}.${timestamp}.${text}`).digest('base64')}`;
}

function signed(timestamp = now(), id = 'msg_1') {
  return { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': signature(id, timestamp, body) };
}

test('a signed message is unwrapped, text or bytes, headers of any framework', async () => {
  const headers = signed();
  const upper = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), [value]]));
  for (const form of [headers, new Headers(headers), upper]) {
    assert.equal((await webhooks.unwrap(body, form)).data.message, 'é');
  }
  assert.equal((await webhooks.unwrap(Buffer.from(body), headers)).type, 'alert_channel.tested');
  assert.equal((await new AnankeClient().webhooks.unwrap(body, headers, secret)).type, 'alert_channel.tested');
});

test('while a secret is rotated either signature is enough', async () => {
  const headers = signed();
  const other = signature('msg_1', headers['webhook-timestamp'], body, Buffer.alloc(32, 8));
  for (const both of [
    `${other} ${headers['webhook-signature']}`,
    `${headers['webhook-signature']} ${other}`,
    `v2,x ${headers['webhook-signature']}`,
  ]) {
    await webhooks.unwrap(body, { ...headers, 'webhook-signature': both });
  }
});

test('changed, unsigned, old and early messages are refused', async () => {
  const headers = signed();
  const refused = [
    [body.replace('é', 'e'), headers],
    [body, { ...headers, 'webhook-id': 'msg_2' }],
    [body, { ...headers, 'webhook-timestamp': String(now() - 1) }],
    [body, { ...headers, 'webhook-signature': signature('msg_1', headers['webhook-timestamp'], body, Buffer.alloc(32, 8)) }],
    [body, { ...headers, 'webhook-signature': 'v1,' }],
    [body, { ...headers, 'webhook-signature': headers['webhook-signature'].replace('v1,', 'v1a,') }],
    [body, { ...headers, 'webhook-signature': undefined }],
    [body, {}],
    [body, signed(now() - 301)],
    [body, signed(now() + 301)],
    [body, signed('soon')],
  ];
  for (const [text, form] of refused) assert.ok((await failure(webhooks.unwrap(text, form))) instanceof AnankeWebhookError);
  await webhooks.unwrap(body, signed(now() - 290));
});

test('a parsed body and a secret that is none are mistakes of the receiver', async () => {
  for (const call of [
    webhooks.unwrap(JSON.parse(body), signed()),
    webhooks.unwrap(body, signed(), 'hunter2'),
    new AnankeClient().webhooks.unwrap(body, signed()),
  ]) {
    const error = await failure(call);
    assert.ok(error instanceof AnankeUsageError, String(error));
    assert.ok(!error.message.includes('hunter2'));
  }
});

test('the example of the specification of Standard Webhooks, but for its age', async () => {
  const headers = {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  };
  const error = await failure(webhooks.unwrap('{"test": 2432232314}', headers, 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'));
  assert.match(error.message, /five minutes/);
});
