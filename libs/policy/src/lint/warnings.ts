import { pointerTo, RISK_LEVELS, type RiskLevel } from '@tollgate/contracts';
import { type CompiledPolicy } from '../compile/compiled-policy.js';
import { type ReadPolicy } from '../document/check-policy.js';
import { askingPlaces } from '../document/check-together.js';
import { type DocumentFault } from '../document/document-fault.js';
import { durationMs } from '../document/duration.js';
import { type ElectorateOf } from '../document/electorates.js';
import { Faults } from '../document/faults.js';
import { type MissingCells } from '../matrix/dead-lines.js';
import { canBeMet, holdsWithout } from '../quorum/can-be-met.js';
import { listed, quorumInWords } from '../quorum/quorum-words.js';
import { signInRank } from '../route/sign-in-of.js';
import { policyPublishFault } from '../publish/policy-publish-fault.js';

const warning = (pointer: string, message: string): DocumentFault => ({
  pointer,
  message,
  severity: 'warning',
});

const actionAt = ({ lines }: ReadPolicy, action: string): string => {
  const line = lines.find(({ actions }) => actions?.has(action));
  if (line === undefined) return '/matrix';
  const { pointer, decideAt } = line.written;
  return pointer === decideAt ? pointerTo('/matrix', action) : pointerTo(pointer, 'action');
};

function gapInWords(cells: readonly MissingCells[]): string {
  const byRisks = new Map<string, (string | undefined)[]>();
  for (const { risks, environment } of cells) {
    const key = listed(risks, 'or');
    byRisks.set(key, [...(byRisks.get(key) ?? []), environment]);
  }
  return [...byRisks]
    .map(([risks, environments]) => {
      const where =
        byRisks.size === 1 && environments.includes(undefined)
          ? ''
          : ` in ${listed(
              environments.map((name) => name ?? 'any other environment'),
              'and',
            )}`;
      return `${risks} risk${where}`;
    })
    .join('; ');
}

function missingCells(policy: ReadPolicy): DocumentFault[] {
  const byAction = new Map<string, MissingCells[]>();
  for (const cell of policy.coverage.missing) {
    const known = byAction.get(cell.action);
    if (known === undefined) byAction.set(cell.action, [cell]);
    else known.push(cell);
  }
  return [...byAction]
    .slice(0, 100)
    .map(([action, cells]) =>
      warning(
        actionAt(policy, action),
        `no line is for ${action} at ${gapInWords(cells)}: such requests are denied`,
      ),
    );
}

const selectorInWords = (selector: string): string => selector.replace(':', ' ');

function people(policy: ReadPolicy, electorateOf: ElectorateOf): DocumentFault[] {
  const faults = new Faults();
  const told = new Set<string>();
  const known = new Set<string>();
  for (const { quorum, selectors, pointer } of askingPlaces(policy)) {
    const key = JSON.stringify(quorum);
    if (faults.full || known.has(key)) continue;
    known.add(key);
    const { active } = electorateOf(quorum);
    if (!canBeMet(quorum, active)) {
      faults.add(
        warning(
          pointer,
          `cannot be met now: it needs ${quorumInWords(quorum)}, and too few of them are active`,
        ),
      );
      continue;
    }
    for (const { selector, pointer: at } of selectors) {
      const holders = active.filter(({ via }) => via.includes(selector));
      const [only] = holders;
      if (only === undefined || holders.length > 1 || told.has(selector) || selector.startsWith('person:'))
        continue;
      if (holdsWithout(quorum, active, only.person)) continue;
      told.add(selector);
      faults.add(
        warning(
          at,
          `${only.person} alone is in ${selectorInWords(selector)} and may also request: nobody can approve what ${only.person} asks for`,
        ),
      );
    }
  }
  return faults.list();
}

function timeouts({ checkpoints, document }: ReadPolicy): DocumentFault[] {
  return [...checkpoints.values()].flatMap(({ pointer, timeout, validity }) => {
    const expiry = validity ?? document.releaseValidity;
    return (durationMs(timeout) ?? 0) > (durationMs(expiry) ?? 0)
      ? [
          warning(
            pointerTo(pointer, 'timeout'),
            `people have ${timeout} to answer, and their answer may be used for ${expiry} only: whoever asked may no longer be waiting`,
          ),
        ]
      : [];
  });
}

const RISKY: readonly RiskLevel[] = ['high', 'critical'];
const MAILBOX = 'link is enough: whoever holds the mailbox of an approver decides';

/** Where less is asked for than the risk is worth. */
function signIns({ document, lines }: ReadPolicy, { signIn }: CompiledPolicy): DocumentFault[] {
  const at = (risk: RiskLevel): string =>
    pointerTo('/signIn', ...(document.signIn?.[risk] === undefined ? [] : [risk]));
  const weak = RISKY.filter((risk) => signIn[risk] === 'link').map((risk) =>
    warning(at(risk), `at ${risk} risk a ${MAILBOX}`),
  );
  const falling = RISK_LEVELS.flatMap((risk, rank) => {
    const lower = RISK_LEVELS.slice(0, rank).find(
      (one) => signInRank(signIn[one]) > signInRank(signIn[risk]),
    );
    return lower === undefined
      ? []
      : [
          warning(
            at(risk),
            `at ${risk} risk ${signIn[risk]} is asked for, and at ${lower} risk ${signIn[lower]}`,
          ),
        ];
  });
  const own = lines.flatMap(({ signIn: asked, riskLevels, written }) => {
    const risks = RISKY.filter((risk) => riskLevels?.has(risk) ?? true);
    return asked === 'link' && risks.length > 0
      ? [warning(pointerTo(written.pointer, 'signIn'), `at ${listed(risks, 'and')} risk a ${MAILBOX}`)]
      : [];
  });
  return [...weak, ...falling, ...own.slice(0, 100)];
}

/** Where whoever breaks the glass, alone, is known less surely than those who would decide together. */
function breakers({ breakGlass }: ReadPolicy, { signIn: asked }: CompiledPolicy): DocumentFault[] {
  return breakGlass.flatMap(({ pointer, signIn, match: { riskLevels } }) => {
    const risks = RISK_LEVELS.filter(
      (risk) => (riskLevels?.has(risk) ?? true) && signInRank(asked[risk]) > signInRank(signIn),
    );
    return risks.length === 0
      ? []
      : [
          warning(
            pointerTo(pointer, 'signIn'),
            `at ${listed(risks, 'and')} risk ${signIn} is enough to break the glass, and more is asked of those who decide`,
          ),
        ];
  });
}

/** What is likely not meant in a policy without errors; pointers are into the policy. */
export function warningsOf(
  policy: ReadPolicy,
  electorateOf: ElectorateOf,
  compiled: CompiledPolicy,
): DocumentFault[] {
  const publish = policyPublishFault(compiled);
  return [
    ...(policy.coverage.complete
      ? []
      : [
          warning(
            '/matrix',
            'is too large to tell whether each line can match: duplicates apart, this was not checked',
          ),
        ]),
    ...missingCells(policy),
    ...people(policy, electorateOf),
    ...timeouts(policy),
    ...signIns(policy, compiled),
    ...breakers(policy, compiled),
    ...(publish === undefined ? [] : [warning('/matrix', `cannot be published as a change: ${publish}`)]),
  ];
}
