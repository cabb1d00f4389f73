import { type Delegation, windowOf } from './delegation.js';

const holds = (delegation: Delegation, at: number, requestId: string | undefined): boolean => {
  const { from, until } = windowOf(delegation);
  return (
    from <= at && at < until && (delegation.requestId === undefined || delegation.requestId === requestId)
  );
};

/** The way from one person to another along delegations, both included. */
function wayBetween(start: string, goal: string, delegations: readonly Delegation[]): string[] | undefined {
  const cameFrom = new Map<string, string | undefined>([[start, undefined]]);
  const open = [start];
  for (let person = open.shift(); person !== undefined; person = open.shift()) {
    if (person === goal) {
      const way: string[] = [];
      for (let at: string | undefined = goal; at !== undefined; at = cameFrom.get(at)) way.unshift(at);
      return way;
    }
    for (const { from, to } of delegations) {
      if (from !== person || cameFrom.has(to)) continue;
      cameFrom.set(to, person);
      open.push(to);
    }
  }
  return undefined;
}

/**
 * The circle that a delegation would close with others at some instant, on some request: everybody in it stands for
 * the next one. No chain is ever followed, so a circle gives nobody a voice too many; but it leaves nobody to answer.
 * @param existing neither revoked nor ended with their request
 * @returns the people, beginning and ending with who declares; undefined where there is none
 */
export function circleOf(wanted: Delegation, existing: readonly Delegation[]): string[] | undefined {
  const { from, until } = windowOf(wanted);
  const overlapping = existing.filter((delegation) => {
    const other = windowOf(delegation);
    return other.from < until && from < other.until;
  });
  // Between these instants nothing begins to be in force.
  const instants = new Set([
    from,
    ...overlapping.map((delegation) => Math.max(from, windowOf(delegation).from)),
  ]);
  const requests =
    wanted.requestId === undefined
      ? new Set([undefined, ...overlapping.map(({ requestId }) => requestId)])
      : new Set([wanted.requestId]);
  for (const at of instants) {
    for (const requestId of requests) {
      const way = wayBetween(
        wanted.to,
        wanted.from,
        overlapping.filter((delegation) => holds(delegation, at, requestId)),
      );
      if (way !== undefined) return [wanted.from, ...way];
    }
  }
  return undefined;
}
