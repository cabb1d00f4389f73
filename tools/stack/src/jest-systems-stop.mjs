/** Jest's global teardown of the end-to-end tests: stops what jest-systems.mjs has started. */
export default async function stopSystems() {
  await globalThis.tollgateTestSystems?.stop();
  delete globalThis.tollgateTestSystems;
}
