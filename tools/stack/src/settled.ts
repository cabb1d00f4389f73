/** Fails with the first fault, but only after all has come to an end: nothing may be left to appear later. */
export async function settled(work: readonly (Promise<unknown> | undefined)[]): Promise<void> {
  for (const result of await Promise.allSettled(work)) if (result.status === 'rejected') throw result.reason;
}
