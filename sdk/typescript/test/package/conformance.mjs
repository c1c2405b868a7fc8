// What the SDK must do in every runtime that it is for, with nothing but what the web platform has. Checked by TypeScript too.

/**
 * @param {typeof import('@ananke/sdk')} sdk the package, as this runtime loads it
 * @param {{ url: string, liveKey: string, issuerCode: string }} server a running one
 * @returns {Promise<string[]>} what was checked
 */
export async function conformance(sdk, { url, liveKey, issuerCode }) {
  /** @type {string[]} */
  const checked = [];
  /** @type {(name: string, isSo: unknown) => void} */
  const check = (name, isSo) => {
    if (!isSo) throw new Error(`not so: ${name}`);
    checked.push(name);
  };
  /** @type {(promise: PromiseLike<unknown>) => Promise<any>} */
  const failure = async (promise) => {
    try {
      await promise;
    } catch (error) {
      return error;
    }
    return undefined;
  };
  /** @type {(bytes: Uint8Array) => Promise<string>} */
  const sha256 = async (bytes) => {
    const digest = await crypto.subtle.digest('SHA-256', Uint8Array.from(bytes));
    return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  };

  // The key that opens nothing is in the form of one; the function gives it first.
  const noKey = `ak_live_${'0'.repeat(50)}`;
  let asked = 0;
  const client = new sdk.AnankeClient({ baseUrl: url, apiKey: async () => (asked++ === 0 ? noKey : liveKey) });
  const { data: who, response } = await client.whoami().withResponse();
  check('a key that is refused is asked for once more', asked === 2 && who.issuerCode === issuerCode);
  check('an answer knows its request id and its tries', response.requestId && response.tries === 2 && response.status === 200);

  const template = await client.trust.templates.create({
    name: `Conformance ${crypto.randomUUID()}`,
    docType: 'certificate',
    schema: [{ key: 'degree', label: 'Degree', required: true }],
  });
  const fields = [{ key: 'degree', value: 'Mathematics' }];
  const issued = await client.trust.documents.issue({ templateId: template.id, recipientName: 'Zoë Ångström', fields });
  const anybody = new sdk.AnankeClient({ baseUrl: url, apiKey: '' });
  check('without a key it verifies', (await anybody.trust.verify.byReference(issued.reference)).verdict === 'valid');
  check('what needs a key says so', (await failure(anybody.whoami())) instanceof sdk.AnankeUsageError);

  const pdf = await client.trust.documents.getPdf(issued.id);
  check('a PDF comes as bytes', pdf instanceof Uint8Array && String.fromCharCode(...pdf.subarray(0, 5)) === '%PDF-');
  const stream = () => new Blob([Uint8Array.from(pdf)]).stream();
  for (const file of [pdf, new Blob([Uint8Array.from(pdf)]), stream()]) {
    const own = await client.trust.documents.issue({ templateId: template.id, recipientName: 'Own', fields, pdf: file });
    check('a PDF goes as bytes, Blob and stream', own.contentHash === (await sha256(pdf)));
  }
  check('by file', (await client.trust.verify.byFile(stream())).verdict === 'valid');
  check('by hash', (await client.trust.verify.byHash(await sha256(pdf))).verdict === 'valid');

  const references = [];
  for await (const { reference } of client.trust.documents.list({ templateId: template.id, limit: 2 })) references.push(reference);
  check('a list is gone through', references.length === 4);
  check('a list is a page', (await client.trust.documents.list({ templateId: template.id, limit: 2 })).items.length === 2);
  check('a list is an array', (await client.trust.documents.listAll({ templateId: template.id })).length === 4);

  check('suspended', (await client.trust.documents.suspend(issued.id)).status === 'Suspended');
  check('the verdict follows', (await client.trust.verify.byReference(issued.reference)).verdict === 'suspended');

  const invalid = await failure(client.trust.documents.issue({ templateId: template.id, recipientName: '', fields: [] }));
  check('members at fault', invalid instanceof sdk.AnankeFieldValidationError && invalid.fieldErrors.length > 0);
  check('classes of errors', invalid instanceof sdk.AnankeApiError && invalid instanceof sdk.AnankeError && invalid instanceof Error);
  const absent = await failure(client.trust.documents.get('00000000-0000-7000-8000-000000000000'));
  check('absent', absent instanceof sdk.AnankeNotFoundError && absent.name === 'AnankeNotFoundError' && absent.code === 'NOT_FOUND');

  const aborted = await failure(client.whoami({ signal: AbortSignal.abort() }));
  check('a signal ends a call', aborted?.name === 'AbortError');
  const nobody = new sdk.AnankeClient({ baseUrl: 'http://127.0.0.1:1', apiKey: liveKey, maxRetries: 0 });
  const lost = await failure(nobody.whoami());
  check('nobody there', lost instanceof sdk.AnankeConnectionError);
  const clear = await failure((async () => new sdk.AnankeClient({ baseUrl: 'http://example.org' }))());
  check('no clear text off this machine', clear instanceof sdk.AnankeUsageError);
  const secret = liveKey.slice(20);
  for (const value of [client, client.trust.documents, invalid, absent, lost]) {
    const shown = `${value} ${JSON.stringify(value)} ${JSON.stringify(Object.entries(value))} ${'stack' in value ? value.stack : ''}`;
    check('no key is shown', !shown.includes(secret));
  }

  const body = '{"type":"alert_channel.tested","timestamp":"","data":{}}';
  const timestamp = String(Math.floor(Date.now() / 1000));
  const bytes = new Uint8Array(32).fill(7);
  const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const mac = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(`msg_1.${timestamp}.${body}`));
  const base64 = (/** @type {Uint8Array} */ bytes) => btoa(String.fromCharCode(...bytes));
  const headers = { 'webhook-id': 'msg_1', 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${base64(new Uint8Array(mac))}` };
  const whsec = `whsec_${base64(bytes)}`;
  check('a webhook', (await client.webhooks.unwrap(body, headers, whsec)).type === 'alert_channel.tested');
  check('a forged one', (await failure(client.webhooks.unwrap(`${body} `, headers, whsec))) instanceof sdk.AnankeWebhookError);
  return checked;
}
