// GET /verify: a page that people type a reference into. It needs no JavaScript. A link to it, `/verify?reference=TRF-…`, works as well.

import { html, send } from './page.mjs';
import { asked, verify } from './verifying.mjs';

const verdicts = {
  valid: ['✓', 'Valid', 'Signed, unaltered and in force.'],
  suspended: ['!', 'Suspended', 'Its issuer has put it on hold. Do not accept it for now.'],
  revoked: ['✕', 'Revoked', 'Its issuer has withdrawn it. Do not accept it.'],
  expired: ['!', 'Expired', 'Its time has passed.'],
  invalid: ['✕', 'Invalid', 'This is not what its issuer signed. Do not accept it.'],
  not_found: ['?', 'Not found', 'No document has this reference. Compare it with the paper; as it is, nothing speaks for it.'],
};
// Also for a verdict that a later server may have: what is not known is not good.
const cannotTell = ['?', 'Cannot tell', 'Something could not be checked just now. Do not rely on it yet, and try again later.'];

const faults = {
  prefix: 'A reference begins with TRF-.',
  length: 'A reference has 13 characters after TRF-.',
  character: 'A reference has letters and digits only.',
  check: 'There is a typing error in it. Compare it with the paper, character by character.',
};

const checks = {
  integrity: ['The content is what was signed', 'The content is not what was signed', 'The content was not checked'],
  issuer: ['The signature is the issuer’s', 'The signature is not of a known issuer', 'The issuer was not checked'],
  time: ['It is in its time', 'It is out of its time', 'Its time was not checked'],
  status: ['It has not been withdrawn', 'Its issuer has taken it out of force', 'Whether it was withdrawn was not checked'],
  log: ['It is in the public log', 'It is not in the public log', 'The public log was not checked'],
};
const results = ['passed', 'failed', 'not_checked'];

export async function verifyPage(request, response) {
  const typed = asked(request);
  if (typed === undefined) return send(response, 200, 'Verify a document', html`${heading}${form('')}`);

  const { status, verification, problem, wait } = await verify(request, typed);
  if (status === 200) {
    const [, word] = verdicts[verification.verdict] ?? cannotTell;
    return send(response, status, `${word}: ${typed}`, html`${verdict(verification)}<h2>Another document</h2>${form('')}`);
  }
  if (status === 400) return send(response, status, 'Not a reference', html`${heading}${form(typed, faults[problem])}`);
  const fault =
    status === 429
      ? `You have asked often. Try again in ${wait} seconds.`
      : 'Nobody can be asked just now, which says nothing of your document. Try again soon.';
  return send(response, status, 'Try again', html`${heading}${form(typed, fault)}`, { 'retry-after': wait });
}

const heading = html`<h1>Verify a document</h1>`;

const form = (typed, fault) => html`
<form action="/verify">
  <label for="reference">Reference</label>
  <p class="hint" id="hint">It stands on the document and begins with TRF-.</p>
  ${fault && html`<p class="fault" id="fault" role="alert">${fault}</p>`}
  <input id="reference" name="reference" value="${typed}" required autocomplete="off" autocapitalize="characters" spellcheck="false"
    aria-describedby="hint${fault && ' fault'}"${fault && html` aria-invalid="true"`}>
  <button>Verify</button>
</form>`;

function verdict({ verdict, mode, reference, documentTitle, recipientName, issuer, issuedAt, expiresAt, checks: made }) {
  const [sign, word, sentence] = verdicts[verdict] ?? cannotTell;
  const signed = [
    ['Reference', reference],
    ['Document', documentTitle],
    ['Issued to', recipientName],
    ['Issued by', issuer?.name],
    ['Issued on', issuedAt?.slice(0, 10)],
    ['Good until', expiresAt?.slice(0, 10)],
  ].filter(([, value]) => value);
  return html`
<section class="verdict ${verdict}" aria-labelledby="verdict">
  <p class="sign" aria-hidden="true">${sign}</p>
  <h1 id="verdict">${word}</h1>
  <p>${sentence}</p>
  ${mode === 'test' && html`<p class="test">A test document. It certifies nothing.</p>`}
  ${issuer && issuer.identity !== 'domain_proved' && html`<p>Who its issuer is was not proved; it calls itself as below.</p>`}
</section>
<h2>${issuer ? 'Does this match the paper in your hand?' : 'You asked for'}</h2>
<dl>${signed.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
${issuer && made.length > 0 && html`<h2>What was checked</h2>
<ul>${made.map(({ name, result }) => html`<li class="${result}">${said(name, result)}</li>`)}</ul>`}`;
}

const said = (name, result) => checks[name]?.[results.indexOf(result)] ?? `${name}: ${result}`;
