import { type JsonObject, type JsonValue } from '@tollgate/contracts';

/** Guardrails of every kind, by turns; most with a condition of their own, which no request of the workload meets. */
const KINDS: readonly ((n: number) => JsonObject)[] = [
  (n) => ({ kind: 'condition', forbid: `has(parameters.amount) && parameters.amount > ${n + 10_000}.0` }),
  (n) => ({
    kind: 'condition',
    when: `environment == "production" && target.region != "moon-${n}"`,
    forbid: `target.service.startsWith("secret-${n}")`,
  }),
  (n) => ({ kind: 'allowed', field: 'target.region', values: ['us-east', 'eu-west', `region-${n}`] }),
  (n) => ({ kind: 'blocked', actions: [`wipe-${n}`] }),
  (n) => ({ kind: 'sign-off', when: `action == "export-${n}"`, from: 'dpo' }),
  (n) => ({
    kind: 'window',
    mode: 'freeze',
    start: `1970-01-0${1 + (n % 7)}T22:00`,
    duration: 'PT1H',
    rrule: 'FREQ=WEEKLY',
    zone: 'Europe/Berlin',
  }),
  (n) => ({ kind: 'max-age', maxAge: `PT${1 + n}M` }),
  (n) => ({
    kind: 'condition',
    strength: n % 2 === 0 ? 'overridable' : 'advisory',
    ...(n % 2 === 0 ? { overridableBy: 'lead' } : {}),
    forbid: `matchesRe2(target.service, "^legacy-${n}")`,
  }),
];

/** A policy in which leads decide everything, with so many guardrails, all of which let the workload pass. */
export function guardedPolicy(guardrails: number): {
  readonly policy: JsonObject;
  readonly directory: JsonObject;
} {
  const rules = Array.from({ length: guardrails }, (_, n): JsonValue => ({
    id: `rule-${n}`,
    reason: `Rule ${n} says no.`,
    ...KINDS[n % KINDS.length]?.(n),
  }));
  return {
    policy: {
      version: 1,
      matrix: [{ id: 'all', action: '*', riskLevel: '*', environment: '*', decide: 'lead' }],
      checkpoints: { default: { timeout: 'PT4H', onSilence: 'deny' } },
      guardrails: rules,
      releaseValidity: 'PT15M',
    },
    directory: {
      roles: ['lead', 'dpo'],
      groups: [],
      people: {
        ann: { active: true, roles: ['lead'] },
        bea: { active: true, roles: ['lead'] },
        dan: { active: true, roles: ['dpo'] },
      },
    },
  };
}
