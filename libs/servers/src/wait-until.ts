const STEP_MS = 50;

/**
 * Waits until something holds.
 *
 * @param what what is waited for, for the error
 * @param holds asked again and again; what it throws ends the waiting
 * @param withinMs how long to wait at most, in milliseconds
 * @throws Error when it does not hold in time
 */
export async function waitUntil(
  what: string,
  holds: () => boolean | Promise<boolean>,
  withinMs: number,
): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`${what}: not within ${withinMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
}
