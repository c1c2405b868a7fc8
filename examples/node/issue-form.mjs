// GET and POST /issue: a form for your staff, made from a template; what is sent is issued, once.
//
// Whoever gets here can issue in your name. Put your own sign-in in the place of the password.

import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import { AnankeError, AnankeFieldValidationError, AnankeUnprocessableError } from '@ananke/sdk';
import { checkReference } from '@ananke/sdk/verify';
import { html, send } from './page.mjs';
import { client, toWait } from './verifying.mjs';

const { ISSUE_PASSWORD: password, ANANKE_TEMPLATE_ID: templateId } = process.env;

export async function issueForm(request, response) {
  if (!password || !templateId) return response.writeHead(404).end();
  const wait = toWait(request);
  if (wait > 0) return send(response, 429, 'Try again', html`<h1>Try again in ${wait} seconds</h1>`, { 'retry-after': wait });
  if (!isStaff(request)) {
    return send(response, 401, 'Sign in', html`<h1>Sign in</h1>`, { 'www-authenticate': 'Basic realm="issue", charset="UTF-8"' });
  }
  try {
    if (request.method === 'POST') await issue(request, response);
    else await show(request, response);
  } catch (error) {
    if (!(error instanceof AnankeError)) throw error;
    console.error(`${error.name}: ${error.message}`);
    // A document may be there all the same: sent once more from the same page, it is issued once.
    const words = html`<h1>Not now</h1><p>The server could not be asked. Go back, and send the form again.</p>`;
    send(response, 503, 'Not now', words, { 'retry-after': 10 });
  }
}

async function show(request, response) {
  const { reference } = checkReference(new URLSearchParams(request.url.split('?')[1]).get('issued') ?? '');
  const done = reference && html`<p class="done" role="status">Issued: <a href="/verify?reference=${reference}">${reference}</a></p>`;
  const template = await client.trust.templates.get(templateId);
  send(response, 200, 'Issue a document', form(template, { once: randomUUID() }, {}, done));
}

async function issue(request, response) {
  // A page of somebody else's could send this form with the sign-in of yours.
  if (request.headers['sec-fetch-site'] !== 'same-origin') return response.writeHead(403).end();
  const sent = await readForm(request);
  if (!sent) return response.writeHead(413, { connection: 'close' }).end();

  const template = await client.trust.templates.get(templateId);
  const fields = template.schema.map(({ key }) => ({ key, value: sent[`field.${key}`] ?? '' })).filter(({ value }) => value !== '');
  try {
    // Sent twice, by a double click or because an answer was lost, it is one document.
    const { reference } = await client.trust.documents.issue(
      { templateId, recipientName: sent.recipientName ?? '', fields },
      { idempotencyKey: sent.once || randomUUID() },
    );
    response.writeHead(303, { location: `/issue?issued=${reference}` }).end();
  } catch (error) {
    if (error instanceof AnankeFieldValidationError) {
      const faults = {};
      for (const { field, message } of error.fieldErrors) {
        // `fields[0].value` is the first of what was sent, not of what the template has.
        const index = /^fields\[(\d+)\]/.exec(field)?.[1];
        const name = index ? `field.${fields[index].key}` : field;
        faults[name] = [...(faults[name] ?? []), message];
      }
      // Another document than the one that was refused, so another name for it.
      return send(response, 422, 'Please correct', form(template, { ...sent, once: randomUUID() }, faults));
    }
    if (error instanceof AnankeUnprocessableError) {
      // For one: somebody went back to this page and sent another document under its name.
      return send(response, 422, 'Please send again', form(template, { ...sent, once: randomUUID() }, { form: [error.message] }));
    }
    throw error;
  }
}

function form({ name, schema }, sent, faults, done) {
  const inputs = [
    { name: 'recipientName', label: 'Recipient', required: true, maxLength: 500 },
    ...schema.map(({ key, ...field }) => ({ name: `field.${key}`, ...field })),
  ];
  // What belongs to no input, such as `fields`: a required one is missing.
  const general = Object.keys(faults).filter((fault) => !inputs.some(({ name }) => name === fault));
  const alert = html`
<div class="fault" role="alert">
  <p>Nothing was issued.</p>
  ${general.flatMap((fault) => faults[fault]).map((words) => html`<p>${words}</p>`)}
</div>`;
  return html`
<h1>Issue: ${name}</h1>
${done}
${Object.keys(faults).length > 0 && alert}
<form method="post" action="/issue">
  <input type="hidden" name="once" value="${sent.once}">
  ${inputs.map((input) => labelled(input, sent[input.name], faults[input.name]))}
  <button>Issue</button>
</form>`;
}

function labelled({ name, label, help, required, type, maxLength, options }, value, faults) {
  const described = [help && `${name}.hint`, faults && `${name}.fault`].filter(Boolean).join(' ');
  const attributes = html`id="${name}" name="${name}"${[
    required && html` required`,
    described && html` aria-describedby="${described}"`,
    faults && html` aria-invalid="true"`,
  ]}`;
  const choices = options?.map((option) => html`<option${option === value && html` selected`}>${option}</option>`);
  const longest = maxLength && html` maxlength="${maxLength}"`;
  return html`
  <label for="${name}">${label}${!required && html` <span class="hint">(optional)</span>`}</label>
  ${help && html`<p class="hint" id="${name}.hint">${help}</p>`}
  ${faults && html`<p class="fault" id="${name}.fault">${faults.join('; ')}</p>`}
  ${choices
    ? html`<select ${attributes}><option value=""></option>${choices}</select>`
    : html`<input ${attributes} type="${type === 'date' ? 'date' : 'text'}" value="${value}"${longest} autocomplete="off">`}`;
}

/** Who knows the password. Digests have one length, and comparing takes one time. */
function isStaff({ headers }) {
  const given = /^Basic (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '';
  const digest = (text) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(Buffer.from(given, 'base64').toString().replace(/^[^:]*:/, '')), digest(password));
}

/** The members of a form; `undefined` where it is too large for one. */
async function readForm(request) {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) {
    body += chunk;
    if (body.length > 100_000) return undefined;
  }
  return Object.fromEntries(new URLSearchParams(body));
}
