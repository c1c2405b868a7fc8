// Azure Key Vault, as the managed identity of the machine, which needs the role *Key Vault Secrets User*. App Service, Functions and
// Container Apps say where their identity is asked; elsewhere it is at one address on every machine. (`@azure/identity` knows more
// ways, and asks for Node 22.)

import { json } from './json.mjs';

const machine = 'http://169.254.169.254/metadata/identity/oauth2/token';

/** @param vault such as `https://my-vault.vault.azure.net` */
export function azureKeyVault(vault, name) {
  const { IDENTITY_ENDPOINT: identity = machine, IDENTITY_HEADER } = process.env;
  const [version, headers] = IDENTITY_HEADER
    ? ['2019-08-01', { 'x-identity-header': IDENTITY_HEADER }]
    : ['2018-02-01', { metadata: 'true' }];
  const question = new URLSearchParams({ 'api-version': version, resource: 'https://vault.azure.net' });
  return async () => {
    const { access_token: token } = await json(`${identity}?${question}`, headers);
    const { value } = await json(`${vault}/secrets/${name}?api-version=7.4`, { authorization: `Bearer ${token}` });
    return value;
  };
}
