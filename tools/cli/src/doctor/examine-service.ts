import { type ServiceName } from '@tollgate/contracts';
import { visible } from '../terminal/visible.js';
import { away, type Finding, ill, well } from './finding.js';

const TIMEOUT_MS = 5_000;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** The failed checks of a readiness answer, each as `name: detail`. */
export function failedChecks(answer: unknown): string[] {
  const checks = isRecord(answer) && isRecord(answer['checks']) ? Object.entries(answer['checks']) : [];
  return checks.flatMap(([name, check]) => {
    if (!isRecord(check) || check['ok'] === true) return [];
    const detail = typeof check['detail'] === 'string' ? check['detail'] : 'no detail';
    return [visible(`${name}: ${detail}`)];
  });
}

/** Asks a service whether it is ready. */
export async function examineService(service: ServiceName, url: string): Promise<Finding> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    text = await response.text();
  } catch {
    return away(service, `not reachable at ${url}`);
  }
  if (response.ok) return well(service, `ready at ${url}`);
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return ill(service, `answers at ${url}, but not as a service of Tollgate (HTTP ${response.status})`);
  }
  return ill(service, `not ready at ${url}`, failedChecks(answer));
}
