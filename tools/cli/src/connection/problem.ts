import { visible } from '../terminal/visible.js';

/** A problem document (RFC 9457) as a service answers it, as far as the command line shows it. */
export interface Problem {
  readonly status: number;
  readonly type?: string;
  readonly title?: string;
  readonly detail?: string;
  /** What is wrong and where, by JSON pointer (RFC 6901) into what was sent. */
  readonly faults: readonly { readonly pointer: string; readonly detail: string }[];
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const textIn = (source: Record<string, unknown>, name: string): string | undefined => {
  const value = source[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

function faultsIn(value: unknown): Problem['faults'] {
  if (!Array.isArray(value)) return [];
  return value.filter(isRecord).map((fault) => ({
    pointer: textIn(fault, 'pointer') ?? '',
    detail: textIn(fault, 'detail') ?? 'is not valid',
  }));
}

/** Reads the body of a refusal; also one that is no problem document, which then has a status alone. */
export function parseProblem(status: number, body: string): Problem {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return { status, faults: [] };
  }
  if (!isRecord(parsed)) return { status, faults: [] };
  const [type, title, detail] = ['type', 'title', 'detail'].map((name) => textIn(parsed, name));
  return {
    status,
    ...(type === undefined ? {} : { type }),
    ...(title === undefined ? {} : { title }),
    ...(detail === undefined ? {} : { detail }),
    faults: faultsIn(parsed['errors'] ?? parsed['faults']),
  };
}

/** The problem in words: what was refused, why, and each fault on a line of its own. */
export function problemText(problem: Problem): string {
  const head = [problem.title, problem.detail]
    .filter((part) => part !== undefined)
    .map(visible)
    .join(': ');
  const lines = problem.faults.map(
    ({ pointer, detail }) => `  ${pointer === '' ? 'the whole body' : visible(pointer)} ${visible(detail)}`,
  );
  return [`${head === '' ? 'The service refused' : head} (HTTP ${problem.status})`, ...lines].join('\n');
}
