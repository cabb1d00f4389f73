import { type RiskLevel, type RouteResolved, type SignIn } from '@tollgate/contracts';

/** What requests have in common that may be decided together. */
export interface Alike {
  readonly action: string;
  readonly environment: string;
  readonly risk: RiskLevel;
  /** The line of the policy that asks. */
  readonly rule: string;
  readonly signIn: SignIn;
}

/** How many may be decided together. */
export const MOST_TOGETHER = 50;

/** What a request has in common with those that may be decided together with it. */
export const alikeOf = ({ request, route }: RouteResolved): Alike => ({
  action: request.action,
  environment: request.environment,
  risk: route.riskLevel.effective,
  rule: route.rule,
  signIn: route.signIn,
});

/** The same for two requests that are alike, and for no others. */
export const alikeKey = ({ action, environment, risk, rule, signIn }: Alike): string =>
  JSON.stringify([action, environment, risk, rule, signIn]);

/** Where a passkey is asked for, each request is decided by itself: the key signs one decision. */
export const mayBeTogether = ({ signIn }: Pick<Alike, 'signIn'>): boolean => signIn !== 'passkey';

/** Requests that are alike, in the order in which the first of each kind came. */
export function groupAlike<Item>(
  items: readonly Item[],
  fileOf: (item: Item) => RouteResolved,
): { readonly alike: Alike; readonly items: readonly Item[] }[] {
  const groups = new Map<string, { readonly alike: Alike; readonly items: Item[] }>();
  for (const item of items) {
    const alike = alikeOf(fileOf(item));
    const group = groups.get(alikeKey(alike));
    if (group === undefined) groups.set(alikeKey(alike), { alike, items: [item] });
    else group.items.push(item);
  }
  return [...groups.values()];
}
