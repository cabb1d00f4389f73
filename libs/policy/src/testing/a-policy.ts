import { type JsonObject } from '@tollgate/contracts';
import { compile } from '../compile/compile.js';
import { type CompiledPolicy } from '../compile/compiled-policy.js';

/** A directory as plain JSON, from people and their roles; whoever is in `inactive` is not active. */
export function aDirectory(people: Record<string, string[]>, inactive: string[] = []): JsonObject {
  return {
    roles: [...new Set(Object.values(people).flat())],
    groups: [],
    people: Object.fromEntries(
      Object.entries(people).map(([id, roles]) => [
        id,
        {
          active: !inactive.includes(id),
          roles,
          identities: [{ issuer: 'https://issuer.test', subject: `${id}@example.test` }],
        },
      ]),
    ),
  };
}

/** A policy as plain JSON with the given matrix. */
export const aPolicy = (matrix: JsonObject[], more: JsonObject = {}): JsonObject => ({
  version: 1,
  matrix,
  checkpoints: { default: { timeout: 'PT4H', onSilence: 'deny' } },
  releaseValidity: 'PT15M',
  ...more,
});

/** Revision 1 of a policy and a directory, compiled. */
export const compiled = (policy: JsonObject, directory: JsonObject): CompiledPolicy =>
  compile({ revision: 1, policy, directory });
