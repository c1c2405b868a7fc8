// The PDF we draw for a document without its own, as other people's readers see it.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { inDirectory } from './programs.mjs';
import { at, call, issue, modes } from './server.mjs';

for (const mode of modes) {
  test(`${mode}: qpdf, poppler and zbar read the rendition, and its hash verifies`, async () => {
    const issued = await issue(mode);
    const file = async () => Buffer.from(await (await call(mode, 'GET', `/v1/trust/issuances/${issued.id}/pdf`)).arrayBuffer());
    const pdf = await file();
    assert.deepEqual(await file(), pdf, 'made once, the same bytes ever after');

    await inDirectory({ 'rendition.pdf': pdf }, ({ run, names }) => {
      const checked = run('qpdf', '--check', 'rendition.pdf');
      assert.ok(checked.ok, checked.output);
      const text = run('pdftotext', '-layout', 'rendition.pdf', '-').stdout;
      for (const words of [issued.reference, 'Zoë Ångström', 'Signatures, and who believes them']) {
        assert.ok(text.includes(words), `${words} in:\n${text}`);
      }
      assert.equal(/\bTEST\b/.test(text), mode === 'test', 'test documents say so, live ones do not');
      assert.ok(run('pdftoppm', '-r', '150', '-png', 'rendition.pdf', 'page').ok);
      const pages = names().filter((name) => name.endsWith('.png'));
      assert.equal(run('zbarimg', '--quiet', '--raw', ...pages).stdout.trim(), issued.verificationUrl);
    });

    const hash = createHash('sha256').update(pdf).digest('hex');
    const response = await fetch(at('/v1/trust/verify/by-hash'), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ hash }),
    });
    const answer = await response.json();
    assert.deepEqual([response.status, answer.verdict, answer.mode], [200, 'valid', mode]);
    assert.equal(answer.reference, issued.reference);
  });
}
