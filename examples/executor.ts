/**
 * An executor: does an action only with a release for exactly that action, once. Run by Node 24 as it is:
 *
 *     RELEASE_TOKEN=… node examples/executor.ts examples/deploy-42.json ./deploy.sh
 *
 * The file says what it is about to do (action, environment, target, parameters; other members are not looked at), the
 * rest of the line is the command that does it. It needs the packages `jose` and `canonicalize`, and from the environment:
 *
 * - RELEASE_TOKEN: the token of `release` in the request's status document
 * - TOLLGATE_API_KEY: a key with the scope releases:redeem, of the audience
 * - TOLLGATE_AUDIENCE: who it is: `<producer>`, or `<producer>/<executor>`
 * - TOLLGATE_INTAKE_URL: where intake is (http://127.0.0.1:4100)
 * - TOLLGATE_ISSUER: RELEASE_ISSUER of intake, where that is not its URL
 * - REDEMPTION_KEY: after a crash or a lost answer, the key that the run before had printed
 *
 * Exit codes: that of the command once it ran; 1 refused, 64 wrong use, 75 nobody knows whether it was redeemed: run it
 * again with the REDEMPTION_KEY that it printed.
 */
import { spawnSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import canonicalize from 'canonicalize';
import { createRemoteJWKSet, errors, jwtVerify } from 'jose';

const REFUSED = 1;
const USAGE = 64;
const UNKNOWN = 75;
const ATTEMPTS = 5;
const ANSWER_MS = 10_000;

function end(code: number, why: string): never {
  process.stderr.write(`${why}\n`);
  process.exit(code);
}

const setting = (name: string): string => process.env[name] ?? end(USAGE, `${name} is not set.`);

const [file, ...command] = process.argv.slice(2);
if (file === undefined) end(USAGE, 'Usage: node executor.ts ACTION.json [COMMAND…]');
const token = setting('RELEASE_TOKEN').trim();
const apiKey = setting('TOLLGATE_API_KEY');
const audience = setting('TOLLGATE_AUDIENCE');
const intake = process.env['TOLLGATE_INTAKE_URL'] ?? 'http://127.0.0.1:4100';
const issuer = process.env['TOLLGATE_ISSUER'] ?? intake;

// What is about to be done. It is never taken from the token: that says what was approved.
const { action, environment, target = {}, parameters = {} } = JSON.parse(readFileSync(file, 'utf8'));
const content = { action, environment, target, parameters };
const contentHash = createHash('sha256')
  .update(canonicalize(content) ?? '')
  .digest('hex');

// First by itself, which needs nobody: signed by Tollgate, for me, not over, and of this content.
try {
  const keys = createRemoteJWKSet(new URL(`${intake}/.well-known/jwks.json`));
  const { payload } = await jwtVerify(token, keys, {
    algorithms: ['EdDSA'],
    issuer,
    audience,
    typ: 'tollgate-release+jwt',
    requiredClaims: ['exp', 'jti', 'contentHash'],
  });
  if (payload['contentHash'] !== contentHash)
    end(REFUSED, 'Refused: something else was approved than what is about to be done.');
} catch (error) {
  if (!(error instanceof errors.JOSEError)) throw error;
  end(REFUSED, `Refused: ${error.message}.`);
}

// Then redeemed: only that makes it a permission. The key is new for each time that the action would be done, and kept
// for as long as it takes to learn whether it may be.
const redemptionKey = process.env['REDEMPTION_KEY'] ?? randomUUID();
process.stderr.write(`Redeeming with REDEMPTION_KEY=${redemptionKey}\n`);

async function redeem(): Promise<Response | undefined> {
  try {
    return await fetch(`${intake}/v1/releases/redeem`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${apiKey}`,
        'content-type': 'application/json',
        'idempotency-key': redemptionKey,
      },
      body: JSON.stringify({ token, content }),
      signal: AbortSignal.timeout(ANSWER_MS),
    });
  } catch {
    // Whether it arrived nobody knows; asked again with the same key, it is answered the same.
    return undefined;
  }
}

let answer: Response | undefined;
for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
  answer = await redeem();
  if (answer !== undefined && answer.status < 500) break;
  await pause(2 ** attempt * 100);
}
if (answer === undefined || answer.status >= 500)
  end(UNKNOWN, 'Intake does not answer, so nobody knows whether it was redeemed. Nothing was done.');
if (answer.status !== 200) end(REFUSED, `Refused (${answer.status}): ${await answer.text()}`);

process.stderr.write(`Redeemed: ${await answer.text()}\n`);
const [program, ...args] = command;
if (program !== undefined)
  process.exitCode = spawnSync(program, args, { stdio: 'inherit' }).status ?? REFUSED;
