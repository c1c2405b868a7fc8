#!/bin/sh
# Stands in for `vault`: the calls of docs/secrets.md and no other, as `aws.sh` does.
if [ -n "${STAND_INS_REFUSE:-}" ]; then
  printf 'Error making API request.\n\nURL: GET https://127.0.0.1:8200/v1/secret/data/ananke\nCode: 403. Errors:\n\n* 1 error occurred:\n\t* permission denied\n\n' >&2
  exit 2
fi
case "$#:$1:$2:$3" in
5:kv:put:-mount=*)
  field=${5%=-}
  [ "$field" != "$5" ] || exit 1
  cat >"$STAND_INS/vault_${3#-mount=}_$4_$field"
  printf '==== Secret Path ====\n%s/data/%s\n' "${3#-mount=}" "$4"
  ;;
5:kv:get:-mount=*)
  field=${4#-field=}
  [ "$field" != "$4" ] || exit 1
  kept=$STAND_INS/vault_${3#-mount=}_$5_$field
  if [ ! -e "$kept" ]; then
    echo "No value found at ${3#-mount=}/data/$5" >&2
    exit 2
  fi
  cat "$kept" && echo
  ;;
*) exit 1 ;;
esac
