// What an integrator writes, in TypeScript; the same text is compiled as `node16` and as `bundler`.
import * as sdk from '@ananke/sdk';
import { AnankeApiError, AnankeClient, type Issuance, type Template, type Verification, type WebhookEvent } from '@ananke/sdk';
import { conformance } from './conformance.mjs';

const client = new AnankeClient({ apiKey: process.env.ANANKE_API_KEY! });

export async function route(reference: string): Promise<Verification['verdict']> {
  const answer = await client.trust.verify.byReference(reference);
  return answer.verdict;
}

export async function typed(): Promise<void> {
  const template: Template = await client.trust.templates.create({ name: 'a', docType: 'certificate' });
  const issued: Issuance = await client.trust.documents.issue(
    { templateId: template.id, recipientName: 'b', fields: [], pdf: new Uint8Array() },
    { signal: AbortSignal.timeout(1000), idempotencyKey: 'c' },
  );
  for await (const document of client.trust.documents.list({ status: 'Active' })) document.reference satisfies string;
  for await (const page of client.trust.documents.list().pages()) page.nextCursor satisfies string | null;
  (await client.trust.documents.listAll()) satisfies Issuance[];
  const { data, response } = await client.trust.documents.get(issued.id).withResponse();
  data satisfies Issuance;
  response.headers.get('etag') satisfies string | null;
  const event: WebhookEvent = await client.webhooks.unwrap('', new Headers());
  if (event.type === 'alert.raised') event.data.severity satisfies string;
  // @ts-expect-error a misspelt member is found before it is sent
  client.trust.documents.issue({ templateId: template.id, recipientName: 'b', fields: [], recipientEmial: 'c' });
  // @ts-expect-error an unknown status too
  client.trust.documents.list({ status: 'Activ' });
  // @ts-expect-error and an option that does not exist
  new AnankeClient({ dangerouslyAllowBrowser: true });
  try {
    await client.trust.documents.revoke(issued.id, { reason: 'issuedInError' });
  } catch (error) {
    if (error instanceof AnankeApiError) error.fieldErrors satisfies readonly { field: string; message: string }[];
  }
}

console.log(JSON.stringify(await conformance(sdk, JSON.parse(process.env.SERVER!))));
