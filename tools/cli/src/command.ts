import { type Settings } from './cli.config.js';
import { type Terminal } from './terminal/terminal.js';

/** What every command works with. */
export interface CommandContext {
  readonly settings: Settings;
  readonly terminal: Terminal;
  /** Aborted by Ctrl-C. */
  readonly interrupted: AbortSignal;
  /** The time now; tests give their own. */
  readonly now: () => Date;
}
