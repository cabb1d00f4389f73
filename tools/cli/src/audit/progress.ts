import { type Terminal } from '../terminal/terminal.js';

/** How far long work has come. */
export interface Progress {
  /** @param total 0 where nobody knows */
  show(done: number, total: number): void;
  clear(): void;
}

const EVERY_MS = 200;
const BAR = 24;

/** A bar on a terminal, drawn a few times a second; nothing elsewhere. */
export function createProgress(terminal: Terminal, now: () => Date, unit = 'records'): Progress {
  const begun = now().getTime();
  let last = 0;
  return {
    show: (done, total) => {
      const at = now().getTime();
      if (at - last < EVERY_MS) return;
      last = at;
      const share = total > 0 ? Math.min(1, done / total) : 0;
      const filled = Math.round(share * BAR);
      const bar =
        total > 0 ? `${'█'.repeat(filled)}${'░'.repeat(BAR - filled)} ${Math.floor(100 * share)} %  ` : '';
      const perSecond = Math.round(done / Math.max(0.001, (at - begun) / 1000));
      terminal.progress(`${bar}${done.toLocaleString('en')} ${unit}, ${perSecond.toLocaleString('en')}/s`);
    },
    clear: () => terminal.progress(''),
  };
}
