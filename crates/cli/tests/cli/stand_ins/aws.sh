#!/bin/sh
# Stands in for `aws` (version 2): the calls of docs/secrets.md and no other. $STAND_INS is where secrets are kept;
# $STAND_INS_REFUSE makes it answer as to somebody who may not.
kept() { printf '%s/aws%s' "$STAND_INS" "$(printf '%s' "$1" | tr / _)"; }
failed() { printf '\nAn error occurred (%s) when calling the %s operation: %s\n' "$1" "$2" "$3" >&2; exit 254; }
refused() { [ -z "${STAND_INS_REFUSE:-}" ] || failed AccessDeniedException "$1" "User: arn:aws:iam::123456789012:user/x is not authorized to perform: $2 on resource: $3"; }
case "$1 $2" in
"secretsmanager create-secret")
  [ "$#:$3:$5:$6" = "6:--name:--secret-string:file:///dev/stdin" ] || exit 252
  refused CreateSecret secretsmanager:CreateSecret "$4"
  [ ! -e "$(kept "$4")" ] || failed ResourceExistsException CreateSecret "The operation failed because the secret $4 already exists."
  cat >"$(kept "$4")"
  printf '{\n    "ARN": "arn:aws:secretsmanager:eu-central-1:123456789012:secret:%s-AbCdEf",\n    "Name": "%s"\n}\n' "$4" "$4"
  ;;
"secretsmanager get-secret-value")
  [ "$#:$3:$5:$6:$7:$8" = "8:--secret-id:--query:SecretString:--output:text" ] || exit 252
  refused GetSecretValue secretsmanager:GetSecretValue "$4"
  [ -e "$(kept "$4")" ] || failed ResourceNotFoundException GetSecretValue "Secrets Manager can't find the specified secret."
  cat "$(kept "$4")" && echo
  ;;
"ssm put-parameter")
  [ "$#:$3:$5:$6:$7:$8" = "8:--name:--type:SecureString:--value:file:///dev/stdin" ] || exit 252
  refused PutParameter ssm:PutParameter "$4"
  [ ! -e "$(kept "$4")" ] || failed ParameterAlreadyExists PutParameter "The parameter already exists."
  cat >"$(kept "$4")"
  printf '{\n    "Version": 1,\n    "Tier": "Standard"\n}\n'
  ;;
"ssm get-parameter")
  [ "$#:$3:$5:$6:$7:$8:$9" = "9:--name:--with-decryption:--query:Parameter.Value:--output:text" ] || exit 252
  refused GetParameter ssm:GetParameter "$4"
  [ -e "$(kept "$4")" ] || failed ParameterNotFound GetParameter ""
  cat "$(kept "$4")" && echo
  ;;
*) exit 252 ;;
esac
