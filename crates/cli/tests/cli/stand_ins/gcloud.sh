#!/bin/sh
# Stands in for `gcloud`: the calls of docs/secrets.md and no other, as `aws.sh` does. It adds no line break.
failed() { echo "ERROR: (gcloud.secrets.$1) $2" >&2; exit 1; }
case "$#:$1:$2:$3:$4:$5" in
4:secrets:create:*:--data-file=-:)
  [ -z "${STAND_INS_REFUSE:-}" ] || failed create "PERMISSION_DENIED: Permission 'secretmanager.secrets.create' denied"
  cat >"$STAND_INS/gcloud_$3"
  echo "Created version [1] of the secret [$3]." >&2
  ;;
5:secrets:versions:access:latest:--secret=*)
  name=${5#--secret=}
  [ -z "${STAND_INS_REFUSE:-}" ] || failed versions.access "PERMISSION_DENIED: Permission 'secretmanager.versions.access' denied for resource 'projects/123/secrets/$name/versions/latest' (or it may not exist)."
  [ -e "$STAND_INS/gcloud_$name" ] || failed versions.access "NOT_FOUND: Secret [projects/123/secrets/$name] not found or has no versions."
  cat "$STAND_INS/gcloud_$name"
  ;;
*) exit 2 ;;
esac
