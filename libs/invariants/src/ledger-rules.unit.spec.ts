import { describe, expect, it } from '@jest/globals';
import { contentHash, eventIdFor } from '@tollgate/contracts';
import { LedgerRules, type Population } from './ledger-rules.js';
import { RULES, type RuleName, type Violation } from './rule.js';
import {
  AS_OF,
  aFile,
  aLedger,
  aRoad,
  BEGUN,
  CHANGE,
  onRecord,
  PENDING,
  RELEASED,
  type Written,
} from './testing/a-ledger.js';

/** Parsed JSON that a spec changes; a wrong path fails where it is used. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Loose = any;

function judge(
  ledger: readonly Written[],
  population: Population = 'whole',
  asOf = AS_OF,
  lookEvery?: number,
): readonly Violation[] {
  const rules = new LedgerRules(population, lookEvery);
  for (const record of onRecord(ledger)) rules.take(record);
  return rules.finish(asOf).violations;
}

const copy = (ledger: readonly Written[]): Written[] =>
  ledger.map((one) => ({ ...one, event: structuredClone(one.event) }));
const find = (ledger: readonly Written[], topic: string, id: string): number =>
  ledger.findIndex((one) => one.topic === topic && JSON.stringify(one.event).includes(id));
const dataAt = (ledger: readonly Written[], at: number): Loose => ledger[at]?.event['data'];

/** Changes every event of a request in the same way, as somebody would who wrote them all. */
const inAll = (ledger: Written[], id: string, change: (data: Loose) => void): Written[] => {
  for (const one of ledger) {
    const data: Loose = one.event['data'];
    if (data.request?.id === id) change(data);
  }
  return ledger;
};
const without = (ledger: Written[], topic: string, id: string): Written[] =>
  ledger.toSpliced(find(ledger, topic, id), 1);
const decided = (change: (decision: Loose, data: Loose) => void) => (ledger: Written[]) =>
  inAll(ledger, RELEASED, (data) => {
    if (data.decision !== undefined) change(data.decision, data);
  });
const seconds = (after: number): string => new Date(BEGUN + after * 1000).toISOString();

type Seed = readonly [name: string, rule: RuleName, change: (ledger: Written[]) => Written[]];

const SEEDS: readonly Seed[] = [
  [
    'a record that is no event',
    'readable',
    (ledger) => [...ledger, { topic: 'vote.cast', key: 'x', event: { hello: 1 }, at: 26_000 }],
  ],
  [
    'a decision withheld',
    'withheld-from-outside',
    (ledger) => ledger.map((one) => (one.topic === 'decision.made' ? { ...one, form: 'withheld' } : one)),
  ],
  [
    'a second, other decision',
    'one-event',
    (ledger) => {
      const at = find(ledger, 'decision.made', RELEASED);
      const other = copy(ledger.slice(at, at + 1));
      dataAt(other, 0).decision.outcome = 'denied';
      return [...ledger, ...other];
    },
  ],
  [
    'an event under a foreign id',
    'one-event',
    (ledger) => {
      const at = find(ledger, 'decision.made', RELEASED);
      Object.assign(ledger[at]?.event ?? {}, { id: eventIdFor(PENDING, 'decision.made') });
      return ledger;
    },
  ],
  [
    'a stage that changes the parameters',
    'file-grows',
    (ledger) => {
      dataAt(ledger, find(ledger, 'guardrail.evaluated', RELEASED)).request.reason = 'another';
      return ledger;
    },
  ],
  [
    'a second, other release',
    'one-release',
    (ledger) => {
      const other = copy([ledger[find(ledger, 'action.released', RELEASED)] as Written]);
      dataAt(other, 0).release.token = 'another-token';
      return [...ledger, ...other];
    },
  ],
  ['a release of what was denied', 'release-approved', decided((decision) => (decision.outcome = 'denied'))],
  [
    'a release of what a guardrail blocked',
    'release-approved',
    (ledger) =>
      inAll(ledger, RELEASED, (data) => {
        if (data.guardrail !== undefined) data.guardrail.outcome = 'blocked';
      }),
  ],
  [
    'a release without a decision on record',
    'release-approved',
    (ledger) => without(ledger, 'decision.made', RELEASED),
  ],
  [
    'a guardrail evaluated before the decision',
    'release-approved',
    (ledger) =>
      ledger.map((one) =>
        one.topic === 'guardrail.evaluated' && one.key === RELEASED ? { ...one, at: -3600 } : one,
      ),
  ],
  [
    'a release of what was withdrawn',
    'release-approved',
    (ledger) => [
      ...ledger,
      {
        topic: 'request.withdrawn',
        key: RELEASED,
        at: 63,
        event: {
          ...structuredClone(ledger[find(ledger, 'request.submitted', RELEASED)]?.event),
          id: eventIdFor(RELEASED, 'request.withdrawn'),
          type: 'tollgate.request.withdrawn.v1',
          data: { requestId: RELEASED, withdrawnBy: 'ci-bot', reason: 'a mistake', withdrawnAt: seconds(63) },
        },
      },
    ],
  ],
  [
    'other content under the same hash',
    'same-content',
    (ledger) => inAll(ledger, RELEASED, (data) => (data.request.target = { region: 'eu-west' })),
  ],
  [
    'a use of other content',
    'same-content',
    (ledger) => {
      dataAt(ledger, find(ledger, 'release.redeemed', RELEASED)).contentHash = contentHash({
        action: 'a',
        environment: 'b',
        target: {},
        parameters: {},
      });
      return ledger;
    },
  ],
  ['an approval with one vote of two', 'quorum', decided((decision) => decision.votes.pop())],
  [
    'an approval with a stranger’s vote',
    'quorum',
    decided((decision) => (decision.votes[1].person = 'mallory')),
  ],
  ['one person counted twice', 'quorum', decided((decision) => (decision.votes[1].person = 'erin'))],
  ['an approval by nobody', 'quorum', decided((decision) => (decision.decidedBy = 'automation'))],
  [
    'a silence that the plan does not allow',
    'quorum',
    decided((decision) => (decision.decidedBy = 'timeout')),
  ],
  [
    'a decision that leaves out a denial',
    'quorum',
    (ledger) => {
      const at = find(ledger, 'vote.cast', RELEASED);
      const [vote] = copy(ledger.slice(at, at + 1)) as [Written];
      Object.assign((vote.event['data'] as Loose).vote, { person: 'grace', verdict: 'deny' });
      return [...ledger, { ...vote, key: `${RELEASED}/grace/1` }];
    },
  ],
  [
    'a vote of the owner',
    'no-own-vote',
    decided((decision, data) => {
      decision.votes[0].person = 'alice';
      data.route.plan[0].approvers[0].person = 'alice';
    }),
  ],
  [
    'a vote of whom the request is for',
    'no-own-vote',
    decided((decision) => (decision.votes[0].person = 'bob')),
  ],
  [
    'a vote after the deadline',
    'votes-in-time',
    decided((decision) => {
      decision.deadline = seconds(62);
    }),
  ],
  ['a vote after the decision', 'votes-in-time', decided((decision) => (decision.decidedAt = seconds(63)))],
  [
    'a vote by a link where a sign-in is asked for',
    'signed-in-enough',
    decided((decision) => (decision.votes[0].authentication = 'link')),
  ],
  [
    'a vote for somebody without a delegation',
    'delegation-declared',
    decided((decision) => {
      Object.assign(decision.votes[0], { person: 'heidi', onBehalfOf: 'erin', delegation: 'none' });
    }),
  ],
  [
    'a release used twice',
    'used-once',
    (ledger) => {
      const again = copy([ledger[find(ledger, 'release.redeemed', RELEASED)] as Written]);
      dataAt(again, 0).redeemedAt = seconds(200);
      return [...ledger, ...again];
    },
  ],
  [
    'a release used after it expired',
    'used-once',
    (ledger) => {
      dataAt(ledger, find(ledger, 'release.redeemed', RELEASED)).redeemedAt = seconds(5000);
      return ledger;
    },
  ],
  ['a use without a release', 'used-once', (ledger) => without(ledger, 'action.released', RELEASED)],
  [
    'a request that nobody routed',
    'ends-in-time',
    (ledger) => [...ledger, ...aRoad(aFile('018f0000-0000-7000-8000-000000000009', 100), 100).slice(0, 1)],
  ],
  [
    'a request that waits beyond its deadline',
    'ends-in-time',
    (ledger) => [...ledger, ...aRoad(aFile('018f0000-0000-7000-8000-000000000009', 100), 100).slice(0, 2)],
  ],
  [
    'a decision that nobody judged',
    'ends-in-time',
    (ledger) => [...ledger, ...aRoad(aFile('018f0000-0000-7000-8000-000000000009', 100), 100).slice(0, 5)],
  ],
  [
    'a passed request that was not released',
    'ends-in-time',
    (ledger) => without(without(ledger, 'action.released', CHANGE), 'policy.published', CHANGE),
  ],
  [
    'missing offsets',
    'no-gap',
    (ledger) => ledger.map((one) => (one.topic === 'vote.cast' ? { ...one, skip: 1 } : one)),
  ],
  [
    'an event without its cause',
    'causes-exist',
    (ledger) =>
      without(
        ledger,
        'vote.cast',
        `"person":"frank","step":0,"verdict":"approve","reason":"the error budget allows it","at":"${seconds(64)}"`,
      ),
  ],
  ['a revision that nobody published', 'policy-known', decided((decision) => (decision.policyRevision = 7))],
  [
    'a missing revision',
    'policy-known',
    (ledger) => ledger.filter((one) => one.topic !== 'policy.published' || one.key !== '1'),
  ],
  [
    'a revision with other content',
    'policy-approved',
    (ledger) => {
      dataAt(ledger, find(ledger, 'policy.published', CHANGE)).policy = { matrix: ['everybody'] };
      return ledger;
    },
  ],
  [
    'a revision whose request was not released',
    'policy-approved',
    (ledger) => without(ledger, 'action.released', CHANGE),
  ],
  [
    'a revision with an approval that nobody gave',
    'policy-approved',
    (ledger) => {
      dataAt(ledger, find(ledger, 'policy.published', CHANGE)).approvedBy = ['mallory'];
      return ledger;
    },
  ],
  [
    'a second first revision',
    'policy-approved',
    (ledger) => {
      dataAt(ledger, find(ledger, 'policy.published', CHANGE)).origin = 'first-start';
      return ledger;
    },
  ],
];

describe('the rules', () => {
  it('all hold in a ledger that is in order', () => {
    expect(judge(aLedger())).toEqual([]);
  });

  it('hold when everything comes twice, or the topics in another order', () => {
    const ledger = aLedger();
    const twice = [...ledger, ...copy(ledger).filter(({ topic }) => topic !== 'vote.cast')];
    const byTopic = ledger.toSorted((a, b) => (a.topic < b.topic ? -1 : a.topic > b.topic ? 1 : a.at - b.at));
    for (const lookEvery of [1, 2, 5, undefined])
      for (const order of [twice, byTopic, byTopic.toReversed()]) {
        const rules = new LedgerRules('whole', lookEvery);
        // As a ledger has it that catches up: whatever was written when, all of it comes now.
        for (const record of onRecord(order)) rules.take({ ...record, arrivedAt: AS_OF });
        expect(rules.finish(AS_OF).violations).toEqual([]);
      }
  });

  it.each(SEEDS)('find %s: %s', (_, rule, change) => {
    expect(judge(change(copy(aLedger()))).map((violation) => violation.rule)).toContain(rule);
  });

  // A vote that comes after its request was settled is late, whatever else it is: the rule may differ, not the request.
  it.each(SEEDS)('find %s: %s, whenever what is settled is looked for', (_, __, change) => {
    const ledger = change(copy(aLedger()));
    const requests = (lookEvery?: number) =>
      new Set(judge(ledger, 'whole', AS_OF, lookEvery).map(({ requestId }) => requestId));
    for (const lookEvery of [1, 2, 3, 5]) expect(requests(lookEvery)).toEqual(requests());
  });

  it('are each seeded at least once', () => {
    // Secrets have a spec of their own: they are looked for beside.
    expect(new Set([...SEEDS.map(([, rule]) => rule), 'no-secret'])).toEqual(new Set(Object.keys(RULES)));
    expect(SEEDS.length).toBeGreaterThanOrEqual(20);
  });

  it('name the request and the record', () => {
    const ledger = decided((decision) => decision.votes.pop())(copy(aLedger()));
    expect(judge(ledger).find(({ rule }) => rule === 'quorum')).toMatchObject({
      requestId: RELEASED,
      seq: find(ledger, 'decision.made', RELEASED),
      detail: expect.stringContaining('recounted, it is open'),
    });
  });

  it('judge an event of a filtered ledger by itself, and miss nothing that was left out', () => {
    const decisions = aLedger().filter(({ topic }) => topic === 'decision.made');
    expect(judge(decisions, 'filtered')).toEqual([]);
    const wrong = decided((decision) => decision.votes.pop())(copy(decisions));
    expect(judge(wrong, 'filtered').map(({ rule }) => rule)).toEqual(['quorum']);
  });

  describe('once requests are settled and forgotten', () => {
    const DAYS = 3 * 86_400;
    const judgeLater = (late: readonly Written[]): RuleName[] => {
      const rules = new LedgerRules('whole', 1);
      const ledger = aLedger().filter(({ key, event }) => !JSON.stringify([key, event]).includes(PENDING));
      const asOf = AS_OF + 2 * DAYS * 1000;
      const records = onRecord([...ledger, ...late]).map((record, nth) =>
        nth < ledger.length
          ? record
          : { ...record, arrivedAt: AS_OF + DAYS * 1000, brokerTime: AS_OF + DAYS * 1000 },
      );
      const [marker] = records.slice(-1);
      for (const record of records.slice(0, ledger.length)) rules.take(record);
      // Something else comes days later: now the requests before it are settled.
      if (marker) rules.take({ ...marker, seq: -1, topic: 'intake.retry', offset: 0n });
      for (const record of records.slice(ledger.length)) rules.take(record);
      return rules.finish(asOf).violations.map(({ rule }) => rule);
    };
    const late = (topic: string, change: (data: Loose) => void = () => undefined): Written[] => {
      const ledger = aLedger();
      const again = copy([ledger[find(ledger, topic, RELEASED)] as Written]);
      change(dataAt(again, 0));
      return again;
    };

    it('what comes again is no news, and what is another is found', () => {
      expect(judgeLater(late('action.released'))).toEqual([]);
      expect(judgeLater(late('action.released', ({ release }) => (release.token = 'another')))).toEqual([
        'one-release',
      ]);
      expect(judgeLater(late('decision.made', ({ decision }) => (decision.outcome = 'denied')))).toEqual([
        'one-event',
      ]);
      expect(judgeLater(late('release.redeemed'))).toEqual([]);
      expect(judgeLater(late('release.redeemed', (data) => (data.redeemedAt = seconds(12.5))))).toEqual([
        'used-once',
      ]);
    });
  });

  it('judge a range by what lies in it', () => {
    expect(judge(aLedger().slice(4), 'range')).toEqual([]);
  });
});
