import { ConfigError, loadConfig } from './load-config.js';

/** `EX_CONFIG` of sysexits.h. */
export const EXIT_CONFIG = 78;

/**
 * Reads a program's configuration from its environment; where that does not fit, says every fault and ends the process
 * with `EX_CONFIG`.
 * @param target a configuration class, see `loadConfig`
 * @param inability what the program cannot do then, e.g. `intake cannot start`
 */
export const configOrExit = <Config extends object>(target: new () => Config, inability: string): Config =>
  orExit(inability, () => loadConfig(target, process.env));

/**
 * Runs what reads the configuration; where that does not fit, says every fault and ends the process with `EX_CONFIG`.
 * @param inability what the program cannot do then
 */
export function orExit<T>(inability: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${inability}: ${error.message}\n`);
    process.exit(EXIT_CONFIG);
  }
}
