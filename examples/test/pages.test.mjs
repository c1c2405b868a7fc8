// The page and the form of node/ as people meet them: in Chromium without JavaScript, 320 pixels wide, light and dark.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { faint, fits, opened, withoutBrowser } from './chromium.mjs';
import { organisation, started, withoutServer } from './started.mjs';

describe('pages in Chromium, without JavaScript', { skip: withoutServer || withoutBrowser }, () => {
  let org, program;
  before(async () => {
    org = await organisation();
    const settings = { ANANKE_BASE_URL: org.url, ANANKE_API_KEY: org.liveKey, ANANKE_TEMPLATE_ID: org.template.id };
    program = await started(['node/server.mjs'], { ...settings, ISSUE_PASSWORD: 'pass', ASKS_PER_MINUTE: '1000' });
  });
  after(async () => {
    await program?.stop();
    await org?.stop();
  });

  for (const colorScheme of ['light', 'dark']) {
    test(`a document is issued by the form and verified on the page, ${colorScheme}`, async () => {
      const httpCredentials = { username: 'staff', password: 'pass' };
      const { page, complaints, requests, close } = await opened({ colorScheme, httpCredentials, javaScriptEnabled: false });
      const looked = async (title) => {
        // What was clicked is under way.
        for (let tries = 0; (await page.title().catch(() => '')) !== title && tries < 300; tries++) await page.waitForTimeout(50);
        assert.equal(await page.title(), title);
        await page.waitForLoadState();
        await fits(page);
        assert.deepEqual(await faint(page), [], title);
      };
      await page.goto(`${program.url}/issue`);
      await looked('Issue a document');
      await page.getByLabel('Recipient').fill('Ada <b>Lovelace</b>, whose name is so long that it has to be broken');
      await page.getByLabel('Degree <u>').fill(' ');
      await page.getByRole('button').click();
      await looked('Please correct');
      assert.match(await page.getByRole('alert').innerText(), /Nothing was issued/);
      await page.getByLabel('Degree <u>').fill('Mathematics');
      await page.getByLabel('Level').selectOption('B"A');
      await page.getByRole('button').click();
      await looked('Issue a document');
      const reference = await page.getByRole('link').innerText();
      await page.getByRole('link').click();
      await looked(`Valid: ${reference}`);
      assert.equal(await page.getByRole('heading', { level: 1 }).innerText(), 'Valid');
      assert.ok(await page.getByText('Ada <b>Lovelace</b>', { exact: false }).isVisible());

      // By the keyboard alone, and as it was misread.
      await page.getByLabel('Reference').focus();
      const short = reference.slice(0, -1);
      await page.keyboard.type(short);
      await page.keyboard.press('Enter');
      await looked('Not a reference');
      assert.equal(await page.getByLabel('Reference').inputValue(), short);
      for (const act of ['suspend', 'reactivate', 'revoke']) {
        const [{ id }] = await org.client.trust.documents.listAll();
        await org.client.trust.documents[act](id);
        await page.goto(`${program.url}/verify?reference=${reference}`);
        const word = { suspend: 'Suspended', reactivate: 'Valid', revoke: 'Revoked' }[act];
        await looked(`${word}: ${reference}`);
      }
      await page.goto(`${program.url}/verify?reference=TRF-0000000000001`);
      await looked('Not found: TRF-0000000000001');
      // The answers 422 and 400 are errors to the console of a browser; nothing else is.
      assert.deepEqual(complaints.filter((text) => !/status of 4\d\d/.test(text)), []);
      assert.deepEqual(requests.filter((url) => !url.startsWith(`${program.url}/`)), []);
      await close();
    });
  }
});
