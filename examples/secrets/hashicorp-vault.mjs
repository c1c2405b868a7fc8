// HashiCorp Vault or OpenBao, key-value secrets of version 2. The policy needs `read` on `MOUNT/data/PATH`. The token comes from
// VAULT_TOKEN, or from the file that an agent keeps fresh.

import { readFile } from 'node:fs/promises';
import { json } from './json.mjs';

export function hashicorpVault(mount, path, field) {
  const { VAULT_ADDR, VAULT_TOKEN, VAULT_TOKEN_FILE } = process.env;
  return async () => {
    const token = VAULT_TOKEN ?? (await readFile(VAULT_TOKEN_FILE, 'utf8')).trim();
    const { data } = await json(`${VAULT_ADDR}/v1/${mount}/data/${path}`, { 'x-vault-token': token, 'x-vault-request': 'true' });
    return data.data[field];
  };
}
