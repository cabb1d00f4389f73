import { type LanesLogger } from '../lanes-logger.js';

const nothing = (): void => undefined;

/** For one-time questions to the broker: whoever asks gets the answer or the error, so there is nothing to log. */
export const SILENT_LOGGER: LanesLogger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
