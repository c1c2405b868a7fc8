// Google Secret Manager, as the service account of the machine (Compute Engine, GKE, Cloud Run, Functions), which needs
// `roles/secretmanager.secretAccessor` on the secret. (`@google-cloud/secret-manager` knows more ways, and asks for Node 22.)

import { json } from './json.mjs';

const metadata = 'http://metadata.google.internal';
const api = 'https://secretmanager.googleapis.com';

/** @param name such as `projects/my-project/secrets/ananke-api-key` */
export function googleSecretManager(name, { endpoint = api, identity = metadata } = {}) {
  return async () => {
    const { access_token: token } = await json(`${identity}/computeMetadata/v1/instance/service-accounts/default/token`, {
      'metadata-flavor': 'Google',
    });
    const { payload } = await json(`${endpoint}/v1/${name}/versions/latest:access`, { authorization: `Bearer ${token}` });
    return Buffer.from(payload.data, 'base64').toString();
  };
}
