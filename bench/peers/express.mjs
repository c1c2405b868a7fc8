// Express 5 in front of the unit of work.

import express from 'express';
import { check, issue, onEveryCore, port, tenantOf } from './work.mjs';

onEveryCore(() => {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(express.json());
  app.post('/v1/trust/issuances', async (request, response) => {
    const tenant = tenantOf(request.get('x-api-key'));
    if (!tenant) return response.status(401).end();
    const { templateId, recipientName, fields } = request.body;
    if (typeof templateId !== 'string' || typeof recipientName !== 'string' || !Array.isArray(fields)) {
      return response.status(400).end();
    }
    return response.status(201).json(await issue(tenant, request.body));
  });
  app.post('/v1/trust/verify/by-reference', async (request, response) => {
    if (typeof request.body.reference !== 'string') return response.status(400).end();
    return response.json(await check(request.body.reference));
  });
  app.get('/healthz', (_, response) => response.json({ status: 'ok' }));
  app.listen(port, '127.0.0.1');
});
