// Stores of secrets on loopback, each as strict as the one it stands for: method, path, query, headers, body, and who asks. What is
// not as its documentation says is refused, and noted as a complaint.

import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';

const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const hmac = (key, text) => createHmac('sha256', key).update(text).digest();

/**
 * Starts a store that answers by `respond(request, body, secret, count)`, `[status, body]` or a complaint. Told to refuse, it
 * answers 403 with what is worst to be repeated, the secret itself; or with what `refusal` is.
 */
async function store(respond, refusal) {
  const state = { secret: '', refuses: false, garbles: false, asked: 0, complaints: [] };
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    let answer = respond(request, body, state.secret, () => state.asked++);
    if (typeof answer === 'string') {
      state.complaints.push(`${request.method} ${request.url}: ${answer}`);
      answer = [400, { complaint: answer }];
    }
    const [status, said] = state.refuses && answer[0] === 200 ? [403, refusal ?? { message: state.secret }] : answer;
    response.writeHead(status, { 'content-type': request.headers['content-type'] ?? 'application/json' });
    response.end(state.garbles ? state.secret : JSON.stringify(said));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return Object.assign(state, { url: `http://127.0.0.1:${server.address().port}`, stop });
}

/** Credentials of AWS that the two stores below know; what signs with others is refused. */
export const aws = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI', AWS_REGION: 'eu-central-1' };

/** What is wrong with the signature of a request, Signature Version 4; `undefined` where it is good. */
function unsigned({ method, url, headers }, body, service) {
  const { id, date, region, of, names, signature } =
    /^AWS4-HMAC-SHA256 Credential=(?<id>\w+)\/(?<date>\d{8})\/(?<region>[\w-]+)\/(?<of>\w+)\/aws4_request, SignedHeaders=(?<names>[\w;-]+), Signature=(?<signature>[0-9a-f]{64})$/.exec(
      headers.authorization,
    )?.groups ?? {};
  if (id !== aws.AWS_ACCESS_KEY_ID || region !== aws.AWS_REGION || of !== service) return 'not signed by who may';
  for (const name of ['host', 'x-amz-date', 'x-amz-target']) if (!names.split(';').includes(name)) return `${name} is not signed`;
  const at = headers['x-amz-date'];
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(at) ?? [];
  const [year, month, ...rest] = parts.map(Number);
  if (!at.startsWith(date) || !(Math.abs(Date.UTC(year, month - 1, ...rest) - Date.now()) < 300_000)) return 'signed at another time';
  const signed = names.split(';').map((name) => `${name}:${headers[name].trim()}\n`);
  const canonical = [method, url, '', signed.join(''), names, sha256(body)].join('\n');
  const scope = `${date}/${region}/${service}/aws4_request`;
  const key = [date, region, service, 'aws4_request'].reduce(hmac, `AWS4${aws.AWS_SECRET_ACCESS_KEY}`);
  const expected = hmac(key, ['AWS4-HMAC-SHA256', at, scope, sha256(canonical)].join('\n')).toString('hex');
  return signature === expected ? undefined : 'the signature does not verify';
}

// The client of AWS's repeats what AWS says.
const denied = { __type: 'AccessDeniedException', message: 'User: arn:aws:iam::123456789012:user/x is not authorized' };

const awsStore = (service, target, question, answer) =>
  store((request, body, secret, count) => {
    const fault = unsigned(request, body, service);
    if (fault) return fault;
    if (request.method !== 'POST' || request.url !== '/') return 'not POST /';
    if (request.headers['x-amz-target'] !== target) return `not ${target}`;
    if (request.headers['content-type'] !== 'application/x-amz-json-1.1') return 'not its JSON';
    if (JSON.stringify(JSON.parse(body)) !== JSON.stringify(question)) return `not ${JSON.stringify(question)}`;
    count();
    return [200, answer(secret)];
  }, denied);

export const secretsManager = () =>
  awsStore('secretsmanager', 'secretsmanager.GetSecretValue', { SecretId: 'ananke/api-key' }, (SecretString) => {
    const ARN = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:ananke/api-key-AbCdEf';
    return { ARN, Name: 'ananke/api-key', SecretString, VersionStages: ['AWSCURRENT'] };
  });

export const parameterStore = () =>
  awsStore('ssm', 'AmazonSSM.GetParameter', { Name: '/ananke/api-key', WithDecryption: true }, (Value) => {
    return { Parameter: { Name: '/ananke/api-key', Type: 'SecureString', Value, Version: 1 } };
  });

const token = 'eyJ0eXAi.access.token';

/** The vault, and beside it the identity of a machine, or of App Service where a `header` is given. */
export const keyVault = (header) =>
  store(({ method, url, headers }, _, secret, count) => {
    if (method !== 'GET') return 'not GET';
    if (url.startsWith('/identity')) {
      const version = header ? '2019-08-01' : '2018-02-01';
      if (url !== `/identity?api-version=${version}&resource=https%3A%2F%2Fvault.azure.net`) return 'not for a token';
      if (header ? headers['x-identity-header'] !== header : headers.metadata !== 'true') return 'not by a program of the machine';
      return [200, { access_token: token, expires_in: '86399', resource: 'https://vault.azure.net', token_type: 'Bearer' }];
    }
    if (url !== '/secrets/ananke-api-key?api-version=7.4') return 'not this secret';
    if (headers.authorization !== `Bearer ${token}`) return 'without the token';
    count();
    return [200, { value: secret, id: 'https://my-vault.vault.azure.net/secrets/ananke-api-key/1', attributes: { enabled: true } }];
  });

/** The API, and beside it the metadata of a machine. */
export const secretManager = () =>
  store(({ method, url, headers }, _, secret, count) => {
    if (method !== 'GET') return 'not GET';
    if (url === '/computeMetadata/v1/instance/service-accounts/default/token') {
      if (headers['metadata-flavor'] !== 'Google' || headers['x-forwarded-for']) return 'not by a program of the machine';
      return [200, { access_token: token, expires_in: 3599, token_type: 'Bearer' }];
    }
    if (url !== '/v1/projects/my-project/secrets/ananke-api-key/versions/latest:access') return 'not this secret';
    if (headers.authorization !== `Bearer ${token}`) return 'without the token';
    count();
    const name = 'projects/1/secrets/ananke-api-key/versions/2';
    return [200, { name, payload: { data: Buffer.from(secret).toString('base64'), dataCrc32c: '1' } }];
  });

export const vaultToken = 'hvs.CAESIJ';

export const vault = () =>
  store(({ method, url, headers }, _, secret, count) => {
    if (method !== 'GET') return 'not GET';
    if (url !== '/v1/secret/data/ananke') return 'not this secret';
    if (headers['x-vault-token'] !== vaultToken || headers['x-vault-request'] !== 'true') return 'without the token';
    count();
    return [200, { request_id: '1', data: { data: { api_key: secret }, metadata: { version: 2, destroyed: false } } }];
  });
