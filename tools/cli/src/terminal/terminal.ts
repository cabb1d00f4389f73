import { styleText } from 'node:util';

/** How a text stands out on a terminal. */
export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** Where a command says what it has to say. */
export interface Terminal {
  /** Results as JSON, for programs, instead of text for people. */
  readonly json: boolean;
  /** How many characters fit on a line; 80 where there is no terminal. */
  readonly width: number;
  /** The result: a line of text for people; nothing in JSON mode. */
  say(line: string): void;
  /** The result as JSON; nothing in text mode. */
  give(document: unknown): void;
  /** What went wrong, or a word beside the result. */
  warn(line: string): void;
  /** How far long work is: on a line that the next word replaces. Nothing where nobody watches; '' takes it away. */
  progress(line: string): void;
  paint(style: Style, text: string): string;
}

/** The stream of a process, as far as a terminal needs it. */
export interface Sink {
  write(text: string): unknown;
}

/** What a terminal is made of. */
export interface TerminalParts {
  readonly json: boolean;
  readonly colour: boolean;
  /** How many characters fit on a line; default 80. */
  readonly width?: number | undefined;
  readonly out: Sink;
  readonly err: Sink & { readonly isTTY?: boolean };
}

const WIDTH = 80;
/** Narrower ones are written to as if they had so many columns. */
const NARROWEST = 40;

/** A terminal that writes results to `out` and the rest to `err`. */
export function createTerminal({ json, colour, width = WIDTH, out, err }: TerminalParts): Terminal {
  return {
    json,
    width: Math.max(width, NARROWEST),
    say: (line) => {
      if (!json) out.write(`${line}\n`);
    },
    give: (document) => {
      if (json) out.write(`${JSON.stringify(document, null, 2)}\n`);
    },
    warn: (line) => {
      err.write(`${line}\n`);
    },
    progress: (line) => {
      if (err.isTTY === true) err.write(`\r\u001b[K${line}`);
    },
    paint: (style, text) => (colour ? styleText(style, text, { validateStream: false }) : text),
  };
}
