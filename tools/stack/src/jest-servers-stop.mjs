/** Jest's global teardown of the integration tests: stops what jest-servers.mjs has started. */
export default async function stopServers() {
  await globalThis.tollgateTestServers?.stop();
  delete globalThis.tollgateTestServers;
}
