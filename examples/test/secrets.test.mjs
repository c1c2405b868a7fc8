// secrets/ and rotation/: the key comes from a store, and from there again when it was rotated, without a restart.

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { AnankeClient } from '@ananke/sdk';
import { awsParameterStore } from '../secrets/aws-parameter-store.mjs';
import { awsSecretsManager } from '../secrets/aws-secrets-manager.mjs';
import { azureKeyVault } from '../secrets/azure-key-vault.mjs';
import { googleSecretManager } from '../secrets/google-secret-manager.mjs';
import { hashicorpVault } from '../secrets/hashicorp-vault.mjs';
import { mountedFile, systemdCredential } from '../secrets/mounted-file.mjs';
import { environment, home, organisation, withoutServer } from './started.mjs';
import { aws, keyVault, parameterStore, secretManager, secretsManager, vault, vaultToken } from './stores.mjs';

describe('an API key from a store of secrets', { skip: withoutServer }, () => {
  let org, folder;
  before(async () => {
    org = await organisation();
    folder = mkdtempSync(join(tmpdir(), 'ananke-examples-'));
  });
  after(async () => {
    await org?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Sets variables until the test ends. */
  function variables(context, values) {
    for (const [name, value] of Object.entries(values)) {
      const before = process.env[name];
      process.env[name] = value;
      context.after(() => (before === undefined ? delete process.env[name] : (process.env[name] = before)));
    }
  }

  const newKey = (name) => org.client.apiKeys.create({ name, scopes: ['issuances:read'] });

  /** The client goes on over a rotation, and asks the store as often as it has to. */
  async function rotated(name, apiKey, put) {
    const first = await newKey(name);
    put(first.secret);
    const client = new AnankeClient({ apiKey, baseUrl: org.url });
    const used = async () => (await client.whoami()).key.prefix;
    assert.equal(await used(), first.prefix);
    assert.equal(await used(), first.prefix);
    const second = await org.client.apiKeys.roll(first.id, { overlapSeconds: 0 });
    put(second.secret);
    assert.equal(await used(), second.prefix);
    assert.equal(await used(), second.prefix);
  }

  /** The same with a store on loopback; and one that refuses is an error that names it, and holds no secret. */
  async function fromStore(context, name, starting, make) {
    const store = await starting;
    context.after(store.stop);
    await rotated(name, make(store), (secret) => (store.secret = secret));
    assert.deepEqual([store.asked, store.complaints], [2, []]);
    store.refuses = true;
    const client = new AnankeClient({ apiKey: make(store), baseUrl: org.url });
    const refused = await client.whoami().then(assert.fail, (error) => error);
    assert.match(`${refused.name} ${refused.message}`, /127\.0\.0\.1:\d+ does not give the secret: 403|AccessDeniedException/);
    assert.ok(!`${refused.stack}${JSON.stringify(refused)}`.includes(store.secret.slice(8)), refused.stack);
    // A store that was away is asked again, by the next call.
    store.refuses = false;
    assert.ok(await client.whoami());
  }

  const awsOf = (context, { url }) => variables(context, { ...aws, AWS_ENDPOINT_URL: url });

  test('AWS Secrets Manager', (context) =>
    fromStore(context, 'secrets manager', secretsManager(), (store) => {
      awsOf(context, store);
      return awsSecretsManager('ananke/api-key');
    }));

  test('AWS SSM Parameter Store', (context) =>
    fromStore(context, 'parameter store', parameterStore(), (store) => {
      awsOf(context, store);
      return awsParameterStore('/ananke/api-key');
    }));

  test('Azure Key Vault, as the identity of a machine', (context) =>
    fromStore(context, 'key vault', keyVault(), (store) => {
      variables(context, { IDENTITY_ENDPOINT: `${store.url}/identity` });
      return azureKeyVault(store.url, 'ananke-api-key');
    }));

  test('Azure Key Vault, as the identity of App Service', (context) =>
    fromStore(context, 'key vault of a service', keyVault('853b9a84'), (store) => {
      variables(context, { IDENTITY_ENDPOINT: `${store.url}/identity`, IDENTITY_HEADER: '853b9a84' });
      return azureKeyVault(store.url, 'ananke-api-key');
    }));

  test('Google Secret Manager', (context) =>
    fromStore(context, 'secret manager', secretManager(), ({ url }) =>
      googleSecretManager('projects/my-project/secrets/ananke-api-key', { endpoint: url, identity: url }),
    ));

  test('HashiCorp Vault, with a token, and with one that an agent keeps in a file', async (context) => {
    for (const kept of [{ VAULT_TOKEN: vaultToken }, { VAULT_TOKEN_FILE: join(folder, 'token') }]) {
      writeFileSync(join(folder, 'token'), `${vaultToken}\n`);
      delete process.env.VAULT_TOKEN;
      await fromStore(context, 'vault', vault(), (store) => {
        variables(context, { VAULT_ADDR: store.url, ...kept });
        return hashicorpVault('secret', 'ananke', 'api_key');
      });
    }
  });

  test('who may not ask is refused, and is told by whom', async (context) => {
    const store = await vault();
    context.after(store.stop);
    variables(context, { VAULT_ADDR: store.url, VAULT_TOKEN: 'another' });
    await assert.rejects(hashicorpVault('secret', 'ananke', 'api_key'), { message: `${store.url} does not give the secret: 400` });
    assert.deepEqual(store.complaints, ['GET /v1/secret/data/ananke: without the token']);
    variables(context, { VAULT_TOKEN: vaultToken });
    Object.assign(store, { garbles: true, secret: 'ak_live_secret' });
    await assert.rejects(hashicorpVault('secret', 'ananke', 'api_key'), { message: `${store.url} answered something that is no JSON` });
    const other = await secretsManager();
    context.after(other.stop);
    variables(context, { ...aws, AWS_ENDPOINT_URL: other.url, AWS_SECRET_ACCESS_KEY: 'another' });
    await assert.rejects(awsSecretsManager('ananke/api-key'));
    assert.deepEqual(other.complaints, ['POST /: the signature does not verify']);
  });

  test('a mounted file of Kubernetes, which is swapped under a symbolic link', () => {
    const mount = join(folder, 'mount');
    mkdirSync(mount);
    let version = 0;
    const put = (secret) => {
      const data = `..${++version}`;
      mkdirSync(join(mount, data));
      writeFileSync(join(mount, data, 'api-key'), secret);
      symlinkSync(data, join(mount, '..data_tmp'));
      renameSync(join(mount, '..data_tmp'), join(mount, '..data'));
      if (version === 1) symlinkSync('..data/api-key', join(mount, 'api-key'));
    };
    return rotated('mounted', mountedFile(join(mount, 'api-key')), put);
  });

  test('a credential of systemd', (context) => {
    variables(context, { CREDENTIALS_DIRECTORY: folder });
    return rotated('systemd', systemdCredential('ananke.api-key'), (secret) => writeFileSync(join(folder, 'ananke.api-key'), `${secret}\n`));
  });

  test('rotation/: a program goes on while its key is rotated, and beyond the end of the old one', async (context) => {
    const first = await newKey('service');
    const file = join(folder, 'rotated');
    writeFileSync(file, first.secret);
    const env = environment({ ANANKE_BASE_URL: org.url, ANANKE_API_KEY_FILE: file, EVERY_MS: '20' });
    const service = spawn(process.execPath, ['rotation/running.mjs'], { cwd: home, env, stdio: ['ignore', 'pipe', 'pipe'] });
    context.after(() => service.kill());
    let said = '';
    let complained = '';
    service.stdout.on('data', (text) => (said += text));
    service.stderr.on('data', (text) => (complained += text));
    const until = async (what) => {
      for (let tries = 0; !what(); tries++) {
        assert.ok(service.exitCode === null && tries < 500, said.slice(-200) + complained);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    await until(() => said.includes(first.prefix));

    const rotating = environment({ ANANKE_BASE_URL: org.url, ANANKE_API_KEY: org.liveKey });
    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, ['rotation/rotate.mjs', first.id, file, '3'], { cwd: home, env: rotating });
    const [, prefix] = /^(ak_live_\w{12}) is in place; the old key ends in 3 s\n$/.exec(stdout);
    assert.notEqual(prefix, first.prefix);
    assert.deepEqual([statSync(file).mode & 0o777, readFileSync(file, 'utf8').startsWith(prefix)], [0o600, true]);
    await until(() => said.includes(prefix));
    await until(() => said.split(prefix).length > 20);
    // It never went down, never went back, and complained of nothing.
    const used = said.trim().split('\n').map((line) => line.split(' ')[0]);
    assert.deepEqual(used.slice(used.indexOf(prefix)).filter((one) => one !== prefix), []);
    assert.deepEqual([service.exitCode, complained], [null, '']);
    const old = new AnankeClient({ apiKey: first.secret, baseUrl: org.url });
    await assert.rejects(old.whoami(), { name: 'AnankeAuthenticationError' });
  });
});
