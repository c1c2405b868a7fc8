// Fastify 5 in front of the unit of work, with schemas for what comes in and goes out, as its manual advises.

import Fastify from 'fastify';
import { check, issue, onEveryCore, port, tenantOf } from './work.mjs';

const text = { type: 'string' };
const fields = {
  type: 'array',
  items: { type: 'object', required: ['key', 'value'], properties: { key: text, value: text } },
};
const document = {
  type: 'object',
  properties: { id: text, reference: text, recipientName: text, fields, status: text, contentHash: text, issuedAt: text },
};
const verdict = {
  type: 'object',
  properties: { verdict: text, reference: text, recipientName: text, issuedAt: text },
};

onEveryCore(async () => {
  const app = Fastify();
  app.post(
    '/v1/trust/issuances',
    {
      schema: {
        body: {
          type: 'object',
          required: ['templateId', 'recipientName', 'fields'],
          properties: { templateId: text, recipientName: text, fields },
        },
        response: { 201: document },
      },
    },
    async (request, reply) => {
      const tenant = tenantOf(request.headers['x-api-key']);
      if (!tenant) return reply.code(401).send();
      const issued = await issue(tenant, request.body);
      return reply.code(201).send(issued);
    },
  );
  app.post(
    '/v1/trust/verify/by-reference',
    { schema: { body: { type: 'object', required: ['reference'], properties: { reference: text } }, response: { 200: verdict } } },
    (request) => check(request.body.reference),
  );
  app.get('/healthz', async () => ({ status: 'ok' }));
  await app.listen({ port, host: '127.0.0.1' });
});
