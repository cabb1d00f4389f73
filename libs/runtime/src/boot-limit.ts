/**
 * How long a service waits at its start for broker and database, which may be starting too; in milliseconds. Less than
 * supervisors give it to become ready, so that its last words say what it waited for.
 */
export const BOOT_LIMIT_MS = 45_000;
