import { type LanesLogger } from './lanes-logger.js';

const silent = () => undefined;

/** For a single question to the broker, whose failure is told by what it throws. */
export const SILENT_LOGGER: LanesLogger = { debug: silent, info: silent, warn: silent, error: silent };
