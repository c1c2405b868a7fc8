// Plain Node, no dependency but the SDK: a route for verdicts, a page for people, and a form that issues.
//
//   ANANKE_BASE_URL=https://… ANANKE_API_KEY=ak_live_… node server.mjs
//
// The form is there where ISSUE_PASSWORD and ANANKE_TEMPLATE_ID are set. A proxy in front speaks HTTPS, and says by
// BEHIND_PROXY=1 that its `x-forwarded-for` is to be believed.

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { issueForm } from './issue-form.mjs';
import { verifyPage } from './verify-page.mjs';
import { verifyRoute } from './verify-route.mjs';

const style = readFileSync(new URL('../page.css', import.meta.url));

// No script at all, and nothing from elsewhere; a form goes where it came from.
const policy = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const routes = {
  'GET /': (_, response) => response.writeHead(302, { location: '/verify' }).end(),
  'GET /verify': verifyPage,
  'GET /api/verify': verifyRoute,
  'GET /issue': issueForm,
  'POST /issue': issueForm,
  'GET /page.css': (_, response) => response.writeHead(200, { 'content-type': 'text/css' }).end(style),
};

const server = createServer(async (request, response) => {
  response.setHeader('content-security-policy', policy);
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('referrer-policy', 'no-referrer');
  // What a verdict says is of now.
  response.setHeader('cache-control', 'no-store');
  try {
    const route = routes[`${request.method} ${request.url.split('?')[0]}`];
    if (route) await route(request, response);
    else response.writeHead(404).end();
  } catch (error) {
    // Ours, so only the log says what.
    console.error(error);
    if (!response.headersSent) response.writeHead(500);
    response.end();
  }
});

server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/verify`));
