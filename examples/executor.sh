#!/bin/sh
# An executor in the shell: does an action only with a release for exactly that action, once. Needs curl, jq and openssl
# (for a random key only).
#
#     RELEASE_TOKEN=… examples/executor.sh examples/deploy-42.json ./deploy.sh
#
# The file says what it is about to do (action, environment, target, parameters), the rest of the line is the command
# that does it. From the environment: RELEASE_TOKEN, TOLLGATE_API_KEY, TOLLGATE_AUDIENCE, and where they differ from the
# local stack's TOLLGATE_INTAKE_URL; REDEMPTION_KEY after a lost answer. Exit codes: that of the command once it ran;
# 1 refused, 64 wrong use, 75 nobody knows whether it was redeemed: run it again with the REDEMPTION_KEY that it printed.
#
# It does not check the signature itself: intake does, and compares what is about to be done with what was approved. What
# it reads from the token before only saves a call that would be refused.
set -eu

[ $# -ge 1 ] || { echo 'Usage: executor.sh ACTION.json [COMMAND…]' >&2; exit 64; }
: "${RELEASE_TOKEN:?is not set}" "${TOLLGATE_API_KEY:?is not set}" "${TOLLGATE_AUDIENCE:?is not set}"
intake=${TOLLGATE_INTAKE_URL:-http://127.0.0.1:4100}
file=$1
shift

refuse() {
  echo "Refused: $1" >&2
  exit 1
}

claims=$(printf '%s' "$RELEASE_TOKEN" |
  jq -Rr 'split(".")[1] | gsub("-"; "+") | gsub("_"; "/") | @base64d' 2>/dev/null) || refuse 'this is no token.'
[ "$(printf '%s' "$claims" | jq -r '.aud')" = "$TOLLGATE_AUDIENCE" ] || refuse 'the release is for another audience.'
printf '%s' "$claims" | jq -e '.exp > now' >/dev/null || refuse 'the release has expired.'

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT INT TERM

# Token and key go by files and not by arguments, which every process of the machine can read.
umask 077
printf '%s' "$RELEASE_TOKEN" >"$folder/token"
jq --rawfile token "$folder/token" \
  '{token: $token, content: {action, environment, target: (.target // {}), parameters: (.parameters // {})}}' "$file" >"$folder/body"
redemption_key=${REDEMPTION_KEY:-$(openssl rand -hex 16)}
printf 'Authorization: Bearer %s\nContent-Type: application/json\nIdempotency-Key: %s\n' \
  "$TOLLGATE_API_KEY" "$redemption_key" >"$folder/headers"
echo "Redeeming with REDEMPTION_KEY=$redemption_key" >&2

# The same key in every attempt: if the first was redeemed and its answer lost, the next is answered the same.
status=$(curl --silent --show-error --max-time 10 --retry 4 --retry-delay 1 --retry-connrefused \
  --header "@$folder/headers" --data-binary "@$folder/body" \
  --output "$folder/answer" --write-out '%{http_code}' "$intake/v1/releases/redeem") || status=000
case $status in
  200) echo "Redeemed: $(cat "$folder/answer")" >&2 ;;
  000 | 5??)
    echo 'Intake does not answer, so nobody knows whether it was redeemed. Nothing was done.' >&2
    exit 75
    ;;
  *) refuse "($status) $(cat "$folder/answer")" ;;
esac

[ $# -eq 0 ] || "$@"
