#!/bin/sh
# Issues a document, verifies it as anybody would, and revokes it, with curl alone.
#
#   ANANKE_BASE_URL=… ANANKE_API_KEY_FILE=/run/secrets/ananke sh issue-and-verify.sh "Ada Lovelace"
set -eu
name=${1:?whose document? say a name}
base=${ANANKE_BASE_URL:?}

# The key goes to curl by its standard input: every user of a machine can read the command lines of all others.
with_key() {
  printf 'header = "X-Api-Key: %s"\n' "$(cat "$ANANKE_API_KEY_FILE")" |
    curl --config - --silent --show-error --fail-with-body --max-time 30 --retry 2 --retry-connrefused "$@"
}
# post PATH JSON. One idempotency key for the request and its repetitions: nothing is done twice.
post() {
  with_key --header 'Content-Type: application/json' --header "Idempotency-Key: $(cat /proc/sys/kernel/random/uuid)" \
    --data "$2" "$base$1"
}
member() { python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }
json() { python3 -c 'import json, sys; print(json.dumps(sys.argv[1]))' "$1"; }

template=$(post /v1/trust/templates \
  '{"name": "Diploma", "docType": "certificate", "schema": [{"key": "degree", "label": "Degree", "required": true}]}' | member id)
issued=$(post /v1/trust/issuances \
  "{\"templateId\": \"$template\", \"recipientName\": $(json "$name"), \"fields\": [{\"key\": \"degree\", \"value\": \"Mathematics\"}]}")
reference=$(printf '%s\n' "$issued" | member reference)
echo "issued $reference"

# Anybody may ask, without a key.
verdict() {
  curl --silent --show-error --fail-with-body --header 'Content-Type: application/json' \
    --data "{\"reference\": \"$reference\"}" "$base/v1/trust/verify/by-reference" | member verdict
}
echo "it is $(verdict)"
post "/v1/trust/issuances/$(printf '%s\n' "$issued" | member id)/lifecycle" '{"action": "revoke", "reason": "issuedInError"}' >/dev/null
echo "it is $(verdict)"
