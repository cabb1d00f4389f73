import { type RequestStatus } from '@tollgate/contracts';

/**
 * What the process's exit code says. 0 of a command about a request means `released` and nothing else, so that
 * `tollgate request submit deploy.json --wait && deploy` never goes on by mistake.
 */
export const EXIT_CODE = {
  done: 0,
  /** Refused or not found, a check that failed, anything that has no code of its own. */
  failure: 1,
  denied: 10,
  blocked: 11,
  cancelled: 12,
  expired: 13,
  failed: 14,
  /** A wrong option, file or field (EX_USAGE of sysexits). */
  usage: 64,
  /** A service or the broker does not answer (EX_UNAVAILABLE). */
  unreachable: 69,
  /** Not decided yet (EX_TEMPFAIL): ask again with `tollgate request wait`. */
  pending: 75,
  /** Ended by Ctrl-C. */
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT_CODE)[keyof typeof EXIT_CODE];

const BY_STATUS: Readonly<Record<RequestStatus, ExitCode>> = {
  released: EXIT_CODE.done,
  pending: EXIT_CODE.pending,
  approved: EXIT_CODE.pending,
  denied: EXIT_CODE.denied,
  blocked: EXIT_CODE.blocked,
  cancelled: EXIT_CODE.cancelled,
  expired: EXIT_CODE.expired,
  failed: EXIT_CODE.failed,
};

/** The exit code of a command that ends with a request in the given status. */
export const exitCodeOf = (status: RequestStatus): ExitCode => BY_STATUS[status];
