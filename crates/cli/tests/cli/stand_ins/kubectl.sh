#!/bin/sh
# Stands in for `kubectl`: the call of docs/secrets.md and no other.
[ "$#:$1:$2:$3:$5" = "5:create:secret:generic:--from-file=kek=/dev/stdin" ] || exit 1
cat >"$STAND_INS/kubectl_$4"
echo "secret/$4 created"
