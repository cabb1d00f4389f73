import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A static file that pages load: a stylesheet or a script of our own. */
export interface PageAsset {
  /** Its file's name in the source, which is the same whatever it holds. */
  readonly name: string;
  /** Where it is served: its name with the hash of its content, so that it can be kept for ever. */
  readonly path: string;
  readonly contentType: string;
  readonly content: string;
}

/** The folder of all assets, in paths of the service. */
export const ASSETS_PATH = '/assets/';

const HASH_CHARACTERS = 16;
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  mjs: 'text/javascript; charset=utf-8',
};

/**
 * Reads an asset from the file that lies beside a module.
 * @param file `new URL('./page.css', import.meta.url)`; a stylesheet (`.css`) or a script (`.mjs`)
 * @throws Error for a file that is neither, or cannot be read
 */
export function pageAsset(file: URL): PageAsset {
  const name = basename(fileURLToPath(file));
  const ending = name.slice(name.lastIndexOf('.') + 1);
  const contentType = CONTENT_TYPES[ending];
  if (contentType === undefined) throw new Error(`${name} is neither a stylesheet nor a script`);
  const content = readFileSync(file, 'utf8');
  const hash = createHash('sha256').update(content).digest('hex').slice(0, HASH_CHARACTERS);
  const path = `${ASSETS_PATH}${name.slice(0, -ending.length - 1)}.${hash}.${ending}`;
  return { name, path, contentType, content };
}

/** The one stylesheet of all pages: light and dark, from 320 px. */
export const PAGE_STYLE = pageAsset(new URL('./page.css', import.meta.url));
