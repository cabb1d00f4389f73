import { type RiskLevel, type RouteResolved } from '@tollgate/contracts';

/** What an approval is filtered by in an inbox; absent where it does not matter. */
export interface Facets {
  readonly action?: string;
  readonly environment?: string;
  readonly risk?: RiskLevel;
}

/** The facets as the column of that name holds them, each with its kind. */
export const facetsColumn = ({ action, environment, risk }: Facets): string[] => [
  ...(action === undefined ? [] : [`action:${action}`]),
  ...(environment === undefined ? [] : [`environment:${environment}`]),
  ...(risk === undefined ? [] : [`risk:${risk}`]),
];

/** What an approval's row says for the inboxes of people; it never changes. */
export interface InboxColumns {
  /** Everybody in the plan, in whatever step. */
  readonly people: readonly string[];
  readonly facets: readonly string[];
  /** In lower case: it is looked for as text. */
  readonly requester: string;
}

/** For the inboxes of the people in a plan. */
export const inboxColumns = ({ request, route }: RouteResolved): InboxColumns => ({
  people: [...new Set(route.plan.flatMap(({ approvers }) => approvers.map(({ person }) => person)))],
  facets: facetsColumn({
    action: request.action,
    environment: request.environment,
    risk: route.riskLevel.effective,
  }),
  requester: request.requester.toLowerCase(),
});

/** The same of an approval that never waited for anybody: it is in no inbox. */
export const NO_INBOX: InboxColumns = { people: [], facets: [], requester: '' };
