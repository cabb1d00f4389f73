/** A service, or its migrations, did not come up; the message ends with what it logged last. */
export class ServiceNotReadyError extends Error {
  override readonly name = 'ServiceNotReadyError';
}
