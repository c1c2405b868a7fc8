// node/: the route, the page and the form, asked as by visitors and staff.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { AnankeClient } from '@ananke/sdk';
import { answers, ask, away, limits, visitor } from './routes.mjs';
import { organisation, started, withoutServer } from './started.mjs';

describe('plain Node', { skip: withoutServer }, () => {
  let org, program, page, route, texts;
  before(async () => {
    org = await organisation();
    program = await start();
    page = `${program.url}/verify`;
    route = `${program.url}/api/verify`;
    texts = [];
  });
  after(async () => {
    await program?.stop();
    await org?.stop();
  });

  const start = (variables) => {
    const settings = { ANANKE_BASE_URL: org.url, ANANKE_API_KEY: org.liveKey, ANANKE_TEMPLATE_ID: org.template.id };
    return started(['node/server.mjs'], { ...settings, ISSUE_PASSWORD: 'päss', BEHIND_PROXY: '1', ASKS_PER_MINUTE: '20', ...variables });
  };

  async function visit(url, options = {}) {
    const response = await fetch(url, { redirect: 'manual', ...options, headers: { ...visitor(), ...options.headers } });
    const text = await response.text();
    texts.push(text);
    return { status: response.status, headers: response.headers, text };
  }

  test('the route: valid, revoked, not found, and 400 for what is no reference', async () => {
    texts.push(...(await answers(route, org)));
  });

  test('the route: one visitor is limited with 429, others are not', () => limits(route, 20));

  test('the page: every verdict has its word, and what a document says is escaped', async () => {
    const document = await org.issue('Ada <b>"Lovelace"</b>');
    const said = async (reference) => (await visit(`${page}?${new URLSearchParams({ reference })}`)).text;
    const valid = await said(document.reference);
    assert.match(valid, /<h1 id="verdict">Valid<\/h1>/);
    assert.match(valid, /Ada &lt;b&gt;&quot;Lovelace&quot;&lt;\/b&gt;/);
    assert.match(valid, /Diploma &lt;i&gt;/);
    assert.match(valid, /Who its issuer is was not proved/);
    await org.client.trust.documents.suspend(document.id);
    assert.match(await said(document.reference), /<h1 id="verdict">Suspended<\/h1>.*<li class="failed">Its issuer has taken it/s);
    await org.client.trust.documents.reactivate(document.id);
    await org.client.trust.documents.expire(document.id);
    assert.match(await said(document.reference), /<h1 id="verdict">Expired<\/h1>/);
    await org.client.trust.documents.revoke(document.id, { reason: 'fraud' });
    assert.match(await said(document.reference), /<h1 id="verdict">Revoked<\/h1>/);
    assert.match(await said('TRF-0000000000001'), /<h1 id="verdict">Not found<\/h1>/);
  });

  test('the page: a test document is called one', async () => {
    const { reference } = await org.issue('Test', new AnankeClient({ apiKey: org.testKey, baseUrl: org.url }));
    assert.match((await visit(`${page}?reference=${reference}`)).text, /A test document\. It certifies nothing\./);
    assert.equal((await ask(route, reference)).body().mode, 'test');
  });

  test('the page: 400 with what is wrong, what was typed escaped, and a label for the input', async () => {
    const { status, text, headers } = await visit(`${page}?${new URLSearchParams({ reference: '"><script>alert(1)</script>' })}`);
    assert.equal(status, 400);
    assert.ok(!text.includes('<script'), text);
    assert.match(text, /value="&quot;&gt;&lt;script&gt;alert\(1\)&lt;\/script&gt;"/);
    assert.match(text, /<label for="reference">.*role="alert">A reference begins with TRF-\..*aria-invalid="true"/s);
    assert.match(headers.get('content-security-policy'), /^default-src 'none'; style-src 'self'; form-action 'self'/);
    assert.equal((await visit(page)).status, 200);
  });

  test('the page: 429 in words, and how long', async () => {
    const one = { headers: visitor() };
    for (let times = 0; times < 20; times++) await visit(`${page}?reference=x`, one);
    const { status, headers, text } = await visit(`${page}?reference=x`, one);
    assert.equal(status, 429);
    assert.match(text, new RegExp(`Try again in ${headers.get('retry-after')} seconds`));
  });

  const sender = { authorization: `Basic ${Buffer.from('staff:päss').toString('base64')}`, 'sec-fetch-site': 'same-origin' };
  const form = () => visit(`${program.url}/issue`, { headers: sender });
  const send = (members, headers = sender) =>
    visit(`${program.url}/issue`, { method: 'POST', headers, body: new URLSearchParams(members) });
  const onceOf = ({ text }) => /name="once" value="([\w-]{36})"/.exec(text)[1];

  test('the form: made from the template, labelled, for staff only', async () => {
    const shown = await form();
    assert.equal(shown.status, 200);
    assert.match(shown.text, /<label for="field\.degree">Degree &lt;u&gt;<\/label>\s*<p class="hint" id="field\.degree\.hint">As on the &quot;transcript&quot;/);
    assert.match(shown.text, /<input id="field\.degree" name="field\.degree" required aria-describedby="field\.degree\.hint" type="text" value="" maxlength="40"/);
    assert.match(shown.text, /<select id="field\.level" name="field\.level"><option value=""><\/option><option>B&quot;A<\/option>/);
    for (const authorization of ['', 'Basic', `Basic ${Buffer.from('staff:pass').toString('base64')}`, 'Bearer pass']) {
      const { status, headers } = await send({ recipientName: 'X' }, { ...sender, authorization });
      assert.equal(status, 401);
      assert.match(headers.get('www-authenticate'), /^Basic /);
    }
    for (const site of ['cross-site', 'same-site', 'none', '']) {
      assert.equal((await send({ recipientName: 'X' }, { ...sender, 'sec-fetch-site': site })).status, 403, site);
    }
    assert.equal((await send({ recipientName: 'X'.repeat(200_000) })).status, 413);
  });

  test('the form: issues, once however often it is sent', async () => {
    const once = onceOf(await form());
    const members = { once, recipientName: 'Grace <Hopper>', 'field.degree': 'Computing', 'field.level': 'B"A' };
    const [first, second] = await Promise.all([send(members), send(members)]);
    // Who comes while the first is under way is told to come again; what was issued is one document.
    const again = await send(members);
    const [location] = new Set([first, second, again].filter(({ status }) => status === 303).map(({ headers }) => headers.get('location')));
    assert.match(location, /^\/issue\?issued=TRF-[0-9A-Z]{13}$/);
    assert.equal(again.headers.get('location'), location);
    const done = await visit(program.url + location, { headers: sender });
    const [, reference] = /Issued: <a href="\/verify\?reference=(TRF-\w{13})">/.exec(done.text);
    assert.match((await visit(`${page}?reference=${reference}`)).text, /Grace &lt;Hopper&gt;/);
    const all = await org.client.trust.documents.listAll();
    assert.equal(all.filter(({ recipientName }) => recipientName === 'Grace <Hopper>').length, 1);
    // Another document under the same name is none, and what was typed is kept.
    const other = await send({ ...members, recipientName: 'Somebody else' });
    assert.deepEqual([other.status, other.text.includes('value="Somebody else"')], [422, true]);
    assert.notEqual(onceOf(other), once);
  });

  test('the form: 422 beside the inputs at fault, with what was typed', async () => {
    const members = { once: onceOf(await form()), recipientName: '<Ada>', 'field.level': 'none', 'field.degree': 'x'.repeat(41) };
    const { status, text } = await send(members);
    assert.equal(status, 422);
    assert.match(text, /<p class="fault" id="field\.degree\.fault">has 41 characters; at most 40/);
    assert.match(text, /<select id="field\.level" name="field\.level" aria-describedby="field\.level\.fault" aria-invalid="true">/);
    assert.match(text, /name="recipientName" required type="text" value="&lt;Ada&gt;"/);
    const empty = await send({ once: onceOf(await form()) });
    assert.equal(empty.status, 422);
    assert.match(empty.text, /`degree` \(Degree &lt;u&gt;\) is required.*id="recipientName\.fault">is required/s);
  });

  test('without a password there is no form, and nothing else is served', async () => {
    const closed = await start({ ISSUE_PASSWORD: '' });
    try {
      for (const path of ['/issue', '//', '/../package.json', '/server.mjs', '/verify/']) {
        assert.equal((await visit(closed.url + path, { headers: sender })).status, 404, path);
      }
      assert.equal((await visit(`${closed.url}/verify`, { method: 'DELETE' })).status, 404);
    } finally {
      await closed.stop();
    }
  });

  test('the server is away: 503 of its own from the route, the page and the form; the key is in nothing that was answered or logged', async () => {
    const shown = await form();
    await org.stop();
    texts.push(await away(route));
    const { status, text, headers } = await visit(`${page}?reference=TRF-0000000000001`);
    assert.deepEqual([status, headers.get('retry-after')], [503, '10']);
    assert.match(text, /says nothing of your document/);
    assert.ok(!/id="verdict"/.test(text));
    assert.equal((await send({ once: onceOf(shown), recipientName: 'X', 'field.degree': 'Y' })).status, 503);
    assert.match(program.said(), /AnankeConnectionError: cannot reach/);
    assert.ok(texts.length > 40);
    for (const told of [...texts, program.said()]) assert.ok(!/ak_(live|test)_/.test(told), told);
  });
});
