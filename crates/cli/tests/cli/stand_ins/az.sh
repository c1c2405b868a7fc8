#!/bin/sh
# Stands in for `az`: the calls of docs/secrets.md and no other, as `aws.sh` does.
[ "$1 $2:$4:$6" = "keyvault secret:--vault-name:--name" ] || exit 2
kept=$STAND_INS/az_$5_$7
if [ -n "${STAND_INS_REFUSE:-}" ]; then
  echo "ERROR: (Forbidden) Caller is not authorized to perform action on resource." >&2
  exit 1
fi
case "$3" in
set)
  [ "$#:$8:$9:${10}:${11}:${12}:${13}" = "13:--file:/dev/stdin:--encoding:utf-8:--output:none" ] || exit 2
  cat >"$kept"
  ;;
show)
  [ "$#:$8:$9:${10}:${11}" = "11:--query:value:--output:tsv" ] || exit 2
  if [ ! -e "$kept" ]; then
    echo "ERROR: (SecretNotFound) A secret with (name/id) $7 was not found in this key vault." >&2
    exit 3
  fi
  cat "$kept" && echo
  ;;
*) exit 2 ;;
esac
