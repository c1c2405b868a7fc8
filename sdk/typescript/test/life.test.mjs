// Every operation of the contract, against the real server, in the order of a life.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import * as sdk from '../dist/esm/index.js';
import { operationsOf, readContract } from '../scripts/generate.mjs';
import { failure } from './scripted.mjs';
import { AnankeClient, Seen, serve, withoutServer } from './served.mjs';

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const schema = [{ key: 'degree', label: 'Degree', required: true, maxLength: 40 }];
const fields = [{ key: 'degree', value: 'Mathematics' }];

/** Asks until it is so. */
async function until(ask, isSo) {
  for (let tries = 0; tries < 200; tries++) {
    const answer = await ask();
    if (isSo(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('it did not become so');
}

describe('with the real server', { skip: withoutServer }, () => {
  let server, receiver, seen, operations, client, template, pdf, document;
  const make = (options) => new AnankeClient({ baseUrl: server.url, apiKey: server.liveKey, fetch: seen.fetch, ...options });
  const issue = (more) =>
    client.trust.documents.issue({ templateId: template.id, recipientName: 'Zoë Ångström', fields, ...more });

  before(async () => {
    server = await serve('--set', 'outgoing.allowed_networks=127.0.0.0/8');
    operations = operationsOf(await readContract());
    seen = new Seen(operations);
    client = make();
  });
  after(() => Promise.all([server?.stop(), receiver?.close()]));

  test('who the key is, and how the server is', async () => {
    const { data, response } = await client.whoami().withResponse();
    assert.equal(data.issuerCode, server.issuerCode);
    assert.equal(data.key.mode, 'live');
    assert.equal(response.status, 200);
    assert.ok(response.requestId);
    assert.equal((await client.published.health()).status, 'ok');
    assert.equal((await client.published.readiness()).checks.database, 'ok');
    const error = await failure(make({ apiKey: server.liveKey.replace(/.{6}$/, '000000') }).whoami());
    assert.ok(error instanceof sdk.AnankeAuthenticationError, String(error));
  });

  test('the closed lists', async () => {
    for (const list of ['documentTypes', 'languages', 'countries', 'lifecycleReasons', 'verdicts', 'eventTypes', 'alertKinds']) {
      const entries = await client.referenceData[list]();
      assert.ok(entries.length > 3 && entries.every(({ code }) => typeof code === 'string'), list);
    }
  });

  test('templates: made, read, changed by version, copied, put away, deleted', async () => {
    const { templates } = client.trust;
    template = await templates.create({ name: 'Diploma', docType: 'certificate', schema });
    const { data, response } = await templates.get(template.id).withResponse();
    assert.equal(data.name, 'Diploma');
    const changed = await templates.update(
      template.id,
      { name: 'Diploma', docType: 'certificate', schema },
      { ifMatch: data.version },
    );
    const late = templates.update(
      template.id,
      { name: 'Late', docType: 'certificate', schema },
      { ifMatch: response.headers.get('etag') },
    );
    assert.ok((await failure(late)) instanceof sdk.AnankePreconditionError);
    assert.equal(changed.version, data.version + 1);
    const copy = await templates.duplicate(template.id, 'Copy');
    assert.deepEqual(
      (await templates.listAll()).map(({ name }) => name),
      ['Copy', 'Diploma'],
    );
    assert.equal((await templates.list({ search: 'dipl' })).items.length, 1);
    assert.equal((await templates.archive(copy.id, 'not needed')).isArchived, true);
    assert.equal((await templates.unarchive(copy.id)).isArchived, false);
    assert.equal(await templates.delete(copy.id), undefined);
    assert.ok((await failure(templates.get(copy.id))) instanceof sdk.AnankeNotFoundError);
    assert.ok((await templates.getCsvFields(template.id)).some(({ column }) => column.includes('degree')));
    const place = await client.tcode.placement.create({ name: 'Bottom' });
    assert.equal((await templates.setPlacementTemplate(template.id, place.id)).placementTemplateId, place.id);
    assert.equal((await templates.setPlacementTemplate(template.id, null)).placementTemplateId, null);
  });

  test('documents: issued, listed, read, downloaded', async () => {
    document = await issue({ externalId: 'A-1' });
    assert.match(document.reference, /^TRF-/);
    assert.equal((await client.trust.documents.get(document.id)).recipientName, 'Zoë Ångström');
    pdf = await client.trust.documents.getPdf(document.id);
    assert.ok(pdf instanceof Uint8Array);
    assert.equal(Buffer.from(pdf.subarray(0, 5)).toString(), '%PDF-');
    assert.equal((await client.trust.documents.getCredential(document.id)).trim(), document.credential);
    for (let number = 0; number < 4; number++) await issue({ externalId: `B-${number}` });
    const listed = [];
    for await (const { externalId } of client.trust.documents.list({ limit: 2 })) listed.push(externalId);
    assert.deepEqual(listed, ['B-3', 'B-2', 'B-1', 'B-0', 'A-1']);
    assert.equal((await client.trust.documents.listAll({ externalId: 'A-1' })).length, 1);
    const error = await failure(issue({ fields: [], recipientName: '', externalId: 'C' }));
    assert.ok(error instanceof sdk.AnankeFieldValidationError);
    assert.ok(
      error.fieldErrors.some(({ field }) => field === 'recipientName'),
      error.message,
    );
    const twice = await failure(issue({ externalId: 'A-1' }));
    assert.ok(twice instanceof sdk.AnankeConflictError);
    assert.ok(twice.requestId && twice.traceId);
  });

  test('a document with a PDF of your own, sent in every form, has the hash of that PDF', async () => {
    for (const file of [pdf, new Blob([pdf]), new Blob([pdf]).stream(), Buffer.from(pdf).toString('base64')]) {
      assert.equal((await issue({ pdf: file })).contentHash, sha256(pdf));
    }
    const error = await failure(issue({ pdf: new TextEncoder().encode('not a PDF') }));
    assert.equal(error.status, 415);
    assert.ok(error instanceof sdk.AnankeFieldValidationError);
    assert.equal(error.fieldErrors[0].field, 'pdf');
  });

  test('an answer that was lost behind the commit: one document, and the answer says that it was there', async () => {
    let lost = 0;
    const losing = async (address, init) => {
      const answer = await fetch(address, init);
      if (lost++ > 0) return answer;
      await answer.arrayBuffer();
      throw new TypeError('fetch failed');
    };
    for (const file of [undefined, pdf]) {
      lost = 0;
      const externalId = `lost ${file?.length}`;
      const input = { templateId: template.id, recipientName: 'Once', fields, externalId, pdf: file };
      const { data, response } = await make({ fetch: losing }).trust.documents.issue(input).withResponse();
      assert.deepEqual([response.replayed, response.tries, response.status], [true, 2, 201]);
      assert.deepEqual(
        (await client.trust.documents.listAll({ externalId })).map(({ id }) => id),
        [data.id],
      );
    }
  });

  test('the life of a document, and the verdict at each step', async () => {
    const { documents, verify } = client.trust;
    const verdict = async (reference = document.reference) => (await verify.byReference(reference)).verdict;
    assert.equal(await verdict(), 'valid');
    assert.equal((await documents.suspend(document.id, { note: 'for now' })).status, 'Suspended');
    assert.equal(await verdict(), 'suspended');
    assert.equal((await documents.reactivate(document.id)).status, 'Active');
    const next = await documents.replace(document.id, { templateId: template.id, recipientName: 'Zoë Ångström', fields });
    assert.equal(next.replaces, document.reference);
    assert.equal(await verdict(), 'revoked');
    assert.equal((await documents.expire(next.id)).status, 'Expired');
    assert.equal(await verdict(next.reference), 'expired');
    const other = await issue();
    assert.equal((await documents.revoke(other.id)).status, 'Revoked');
    assert.ok((await failure(documents.reactivate(other.id))) instanceof sdk.AnankeConflictError);
    const told = [];
    for await (const { type } of documents.listEvents(document.id, { limit: 1 })) told.push(type);
    const steps = ['issued', 'rendered', 'suspended', 'reinstated'].map((step) => `issuance.${step}`);
    assert.deepEqual(told.slice(0, 4), steps);
    assert.equal((await documents.erase(other.id, 'asked for')).recipientName, null);
    assert.equal(await verdict(other.reference), 'not_found');
  });

  test('verification by hash and by file, with and without a key', async () => {
    const { reference } = await issue({ pdf });
    const anybody = make({ apiKey: ' ' });
    for (const { trust } of [client, anybody]) {
      assert.equal((await trust.verify.byHash(sha256(pdf))).verdict, 'valid');
      assert.equal((await trust.verify.byFile(pdf, { issuerCode: server.issuerCode })).verdict, 'valid');
      assert.equal((await trust.verify.byHash(sha256(pdf), { issuerCode: '000000' })).verdict, 'not_found');
      assert.equal((await trust.verify.byFile(Buffer.concat([pdf, Buffer.from('x')]))).verdict, 'not_found');
      assert.equal((await trust.verify.byReference('TRF-ABCD1234')).verdict, 'not_found');
    }
    assert.equal((await client.trust.verify.byReference(reference)).issuer.code, server.issuerCode);
    const history = await until(
      () => client.trust.verify.history({ verdict: 'valid' }),
      ({ items }) => items.length > 0,
    );
    assert.ok(history.items.every(({ verdict }) => verdict === 'valid'));
  });

  test('what goes inside a seal, and where it goes on the page', async () => {
    const { templates, placement, placementTemplates } = client.tcode;
    const made = await templates.create({ name: 'Letter', schema });
    const changed = await templates.update(
      made.id,
      { name: 'Letter', schema: [...schema, { key: 'b', label: 'B' }] },
      { ifMatch: made.version },
    );
    assert.equal((await templates.get(made.id)).version, changed.version);
    assert.ok((await templates.list({ search: 'lett' })).length === 1);
    assert.ok((await templates.getCsvFields(made.id)).length > 0);
    const profile = await templates.getProfile(made.id);
    assert.match(profile, /<profile/);
    // A profile has a number of its own, which one template can have.
    assert.equal((await templates.archive(made.id)).isArchived, true);
    assert.equal((await templates.unarchive(made.id)).isArchived, false);
    await templates.delete(made.id);
    const imported = await templates.import(profile);
    assert.equal(imported.schema.length, 2);

    assert.equal(placement, placementTemplates);
    const place = await placement.create({ name: 'Corner', pageNumber: 'first', size: 100 });
    assert.equal((await placement.update(place.id, { name: 'Corner', size: 110 }, { ifMatch: place.version })).size, 110);
    assert.equal((await placement.duplicate(place.id, 'Corner 2')).size, 110);
    assert.equal((await placement.get(place.id)).name, 'Corner');
    await placement.delete(place.id);
    assert.deepEqual(
      (await placement.list({ search: 'corner' })).items.map(({ name }) => name),
      ['Corner 2'],
    );
  });

  test('stamps: made, led through their life, verified by every door', async () => {
    const { templates, documents, verify } = client.tcode;
    const tdocTemplate = await templates.create({ name: 'Stamped', schema });
    const input = { name: 'Letter', documentTypeCode: 'CER', tdocTemplateId: tdocTemplate.id, fields, pdf };
    const stamp = await documents.stamp(input);
    assert.equal(stamp.contentHash, sha256(pdf));
    const stamped = await documents.getPdf(stamp.id);
    assert.equal(sha256(stamped), stamp.stampedHash);
    assert.equal((await documents.get(stamp.id)).reference, stamp.reference);
    assert.equal((await documents.list({ reference: stamp.reference })).items.length, 1);
    const payload = Uint8Array.from(Buffer.from(stamp.seal, 'base64'));
    const doors = {
      reference: () => verify.byReference(stamp.reference),
      hash: () => verify.byHash(stamp.stampedHash),
      payload: () => verify.byPayload(payload),
      base64: () => verify.byPayload(stamp.seal),
      sync: () => verify.sync(payload, { scannerId: 'gate 3' }),
      image: () => verify.byImage(stamped),
    };
    for (const [door, ask] of Object.entries(doors)) assert.equal((await ask()).verdict, 'valid', door);
    payload[payload.length - 1] ^= 1;
    assert.equal((await verify.byPayload(payload)).verdict, 'invalid');
    assert.equal((await documents.suspend(stamp.id)).status, 'Suspended');
    assert.equal((await doors.image()).verdict, 'suspended');
    assert.equal((await documents.reactivate(stamp.id)).status, 'Active');
    const next = await documents.replace(stamp.id, input);
    assert.equal(next.replaces, stamp.reference);
    assert.equal((await documents.revoke(next.id, { reason: 'issuedInError' })).status, 'Revoked');
    assert.equal((await documents.listEvents(next.id)).items[0].type, 'stamp.issued');
    assert.equal((await documents.erase(next.id, 'asked for')).status, 'Revoked');
    await until(
      () => verify.history({ verdict: 'valid' }),
      ({ items }) => items.some(({ scan }) => scan),
    );
  });

  test('a key that is rolled: the client goes on, without a restart', async () => {
    const first = await client.apiKeys.create({ name: 'service', scopes: ['issuances:read'] });
    let current = first.secret;
    let asked = 0;
    const service = make({ apiKey: async () => (asked++, current) });
    await service.trust.documents.list();
    const refused = await failure(service.trust.templates.list());
    assert.ok(refused instanceof sdk.AnankePermissionError);
    assert.equal(refused.reason, 'insufficient_scope');
    const { data: second } = await client.apiKeys.roll(first.id, { overlapSeconds: 0 }).withResponse();
    current = second.secret;
    await service.trust.documents.list();
    await service.trust.documents.list();
    assert.equal(asked, 2);
    assert.equal((await client.apiKeys.update(second.id, { note: 'rolled' })).note, 'rolled');
    assert.ok((await client.apiKeys.list()).items.some(({ id }) => id === second.id));
    assert.ok((await failure(client.apiKeys.delete(second.id))) instanceof sdk.AnankeConflictError);
    await client.apiKeys.delete(second.id, { force: true });
    assert.ok((await failure(service.trust.documents.list())) instanceof sdk.AnankeAuthenticationError);

    const third = await client.apiKeys.create({ name: 'other' });
    await client.apiKeys.roll(third.id);
    assert.equal((await client.apiKeys.cancelRoll(third.id)).supersededBy, null);
  });

  test('alerts, and the webhook that they come by', async () => {
    const received = [];
    receiver = createServer(async (request, response) => {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      received.push([Buffer.concat(chunks), request.headers]);
      response.writeHead(204).end();
    });
    await new Promise((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const channel = await client.alertChannels.create({
      kind: 'webhook',
      target: `http://127.0.0.1:${receiver.address().port}/hook`,
    });
    assert.equal((await client.alertChannels.test(channel.id)).delivered, true);
    const tested = await client.webhooks.unwrap(...received[0], channel.secret);
    assert.equal(tested.type, 'alert_channel.tested');
    assert.equal(tested.data.channel, channel.id);
    const rotated = await client.alertChannels.rotateSecret(channel.id, { overlapSeconds: 60 });

    const leaky = await client.apiKeys.create({ name: 'leaky' });
    assert.equal(await client.apiKeys.reportLeaks([leaky.secret]), undefined);
    await until(
      () => received,
      ({ length }) => length > 1,
    );
    for (const secret of [channel.secret, rotated.secret]) {
      const event = await client.webhooks.unwrap(...received[1], secret);
      assert.equal(event.type, 'alert.raised');
      assert.equal(event.data.kind, 'leaked_key');
      assert.equal(event.data.of, server.issuerCode);
    }
    const { items } = await client.alerts.list({ state: 'open' });
    const alert = items.find(({ kind }) => kind === 'leaked_key');
    assert.ok((await client.alerts.acknowledge(alert.id)).endedAt);
    assert.equal((await client.alertChannels.list()).items.length, 1);
    await client.alertChannels.delete(channel.id);
  });

  test('the stolen-key drill', async () => {
    const thief = await client.apiKeys.create({ name: 'stolen' });
    const stolen = make({ apiKey: thief.secret });
    const forged = await stolen.trust.documents.issue({ templateId: template.id, recipientName: 'Mallory', fields });
    const hurt = await issue();
    await stolen.trust.documents.suspend(hurt.id);
    await client.apiKeys.delete(thief.id, { force: true });
    const asked = { keyId: thief.id, reason: 'fraud' };
    assert.equal((await client.revocations.preview(asked)).matched, 1);
    const revocation = await client.revocations.create(asked);
    await until(
      () => client.revocations.get(revocation.id),
      ({ done }) => done === 1,
    );
    assert.equal((await client.trust.verify.byReference(forged.reference)).verdict, 'revoked');
    assert.equal((await client.revocations.list()).items.length, 1);
    assert.equal((await client.restorations.preview({ keyId: thief.id })).toReinstate, 1);
    const restoration = await client.restorations.create({ keyId: thief.id });
    await until(
      () => client.restorations.get(restoration.id),
      ({ reinstated }) => reinstated === 1,
    );
    assert.equal((await client.restorations.listDocuments(restoration.id)).items[0].id, hurt.id);
    assert.equal((await client.restorations.list()).items.length, 1);
    assert.equal((await client.trust.documents.get(hurt.id)).status, 'Active');
  });

  test('signing keys: made, retired, compromised, and what each would cost said before', async () => {
    const { items } = await client.signingKeys.list();
    const next = await client.signingKeys.create();
    assert.equal(next.signs, true);
    const dry = await client.signingKeys.compromise(items[0].id, { at: new Date(0).toISOString() }, { dryRun: true });
    assert.ok(JSON.stringify(dry).includes('"invalidDocuments":'), JSON.stringify(dry));
    assert.equal((await client.signingKeys.retire(items[0].id, {}, { dryRun: true })).state, 'retired');
    assert.equal((await client.signingKeys.list()).items.find(({ id }) => id === items[0].id).state, 'active');
    assert.equal((await client.signingKeys.retire(items[0].id, { reason: 'planned' })).state, 'retired');
    assert.equal((await client.signingKeys.compromise(next.id, { at: new Date().toISOString() })).state, 'compromised');
  });

  test('what is published', async () => {
    const { published } = client;
    const code = server.issuerCode;
    for (const mode of ['live', 'test']) {
      assert.equal((await published.trustBundle(mode)).split('.').length, 3);
      assert.ok((await published.jwks(code, mode)).keys.length > 0);
      assert.match((await published.did(code, mode)).id, /^did:web:/);
    }
    assert.match(new TextDecoder().decode(await published.certificate('root.pem')), /BEGIN CERTIFICATE/);
    assert.equal((await published.statusList(code, 'live', 0)).trim().split('.').length, 3);
    assert.equal((await published.bitstringStatusList(code, 'live', 0, 'revocation')).trim().split('.').length, 3);
  });

  test('the record, what was used, and the checklist', async () => {
    const newest = await client.audit.list({ type: 'issuance.issued', limit: 3 });
    assert.equal(newest.items.length, 3);
    let recorded = 0;
    for await (const event of client.audit.list({ order: 'recorded', limit: 50 })) recorded += event.id ? 1 : 0;
    assert.ok(recorded > 50, String(recorded));
    assert.match(await client.audit.export({ format: 'csv' }), /issuance\.issued/);
    assert.ok((await client.usage.get({ by: 'key' })).total.issuances > 5);
    const items = (await client.checklist.get()).items;
    const { item } = items.find(({ attestable }) => attestable);
    assert.equal((await client.checklist.attest(item, { attestedBy: 'Ada' })).attestation.attestedBy, 'Ada');
    assert.equal(await client.checklist.withdraw(item), undefined);
  });

  test('every operation of openapi.json was answered with success', () => {
    const missing = operations.map(([id]) => id).filter((id) => !seen.ids.has(id));
    assert.deepEqual(missing, []);
    assert.equal(seen.ids.size, operations.length);
    assert.ok(operations.length > 100);
  });
});
