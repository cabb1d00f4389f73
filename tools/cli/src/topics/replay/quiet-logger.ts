import { type LanesLogger } from '@tollgate/messaging';

const nothing = (): void => undefined;

/** For a reader whose troubles the command line tells in its own words. */
export const quietLogger: LanesLogger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
