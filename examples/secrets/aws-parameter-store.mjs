// AWS SSM Parameter Store, a `SecureString`. The role needs `ssm:GetParameter` on the parameter, and `kms:Decrypt` on its key.

import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';

export function awsParameterStore(Name) {
  const store = new SSMClient();
  return async () => (await store.send(new GetParameterCommand({ Name, WithDecryption: true }))).Parameter.Value;
}
