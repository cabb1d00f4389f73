import { type JsonObject, type JsonValue, RISK_LEVELS } from '@tollgate/contracts';

const ROLES = 100;
const GROUPS = 50;
const LINES_PER_ACTION = 8;

const deciderOf = (line: number): JsonValue => {
  const role = { role: `role-${line % ROLES}` };
  return line % 3 === 0 ? role : { allOf: [role, { atLeast: 2, of: { group: `group-${line % GROUPS}` } }] };
};

/** A policy with so many lines, half of them under a condition, and a directory with so many people. */
export function largePolicy(
  lines: number,
  people: number,
): { readonly policy: JsonObject; readonly directory: JsonObject } {
  const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
  return {
    policy: {
      version: 1,
      risk: [{ id: 'personal-data', when: 'has(target.class) && target.class == "pii"', raiseTo: 'high' }],
      matrix: numbers(lines).map((n) => ({
        id: `line-${n}`,
        action: largePolicyAction(n),
        riskLevel: RISK_LEVELS[n % RISK_LEVELS.length] ?? 'low',
        environment: n % LINES_PER_ACTION < 4 ? 'production' : '*',
        ...(n % LINES_PER_ACTION < 4 ? { when: `has(parameters.amount) && parameters.amount > ${n}.0` } : {}),
        decide: deciderOf(n),
      })),
      checkpoints: {
        default: { timeout: 'PT4H', onSilence: { ask: { role: 'role-0' }, checkpoint: 'last' } },
        last: { timeout: 'PT1H', onSilence: 'deny' },
      },
      releaseValidity: 'PT15M',
    },
    directory: {
      roles: numbers(ROLES).map((n) => `role-${n}`),
      groups: numbers(GROUPS).map((n) => `group-${n}`),
      people: Object.fromEntries(
        numbers(people).map((n) => [
          `person-${n}`,
          {
            active: true,
            identities: [{ issuer: 'https://issuer.test', subject: `person-${n}@example.test` }],
            // About 20 people have each role, and about 28 belong to each group.
            roles: n % 5 === 0 ? [`role-${(n / 5) % ROLES}`] : [],
            groups: n % 7 === 0 ? [`group-${(n / 7) % GROUPS}`] : [],
          },
        ]),
      ),
    },
  };
}

/** The action that a line of the large policy is for, by its place. */
export const largePolicyAction = (line: number): string => `action-${Math.floor(line / LINES_PER_ACTION)}`;
