// AWS Secrets Manager. The role needs `secretsmanager:GetSecretValue` on this one secret; region and credentials are found as by every
// program of AWS's.

import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

export function awsSecretsManager(SecretId) {
  const store = new SecretsManagerClient();
  return async () => (await store.send(new GetSecretValueCommand({ SecretId }))).SecretString;
}
