import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const COPIED = ['apps', 'libs', 'tools', 'jest.config.mjs', 'package.json'];
const LEFT_OUT = new Set(['dist', 'node_modules', '.tollgate']);

/**
 * Copies the sources of a workspace to a temporary folder, with its packages linked: those from outside to where they
 * lie, its own to the copy, so that specs there run what stands there.
 * @returns the folder, which the caller removes
 */
export function copyWorkspace(root: string): string {
  const copy = mkdtempSync(join(tmpdir(), 'tollgate-mutate-'));
  for (const name of COPIED)
    cpSync(join(root, name), join(copy, name), {
      recursive: true,
      filter: (source) => !LEFT_OUT.has(basename(source)),
    });
  const modules = join(copy, 'node_modules');
  mkdirSync(join(modules, '@tollgate'), { recursive: true });
  for (const name of readdirSync(join(root, 'node_modules')))
    if (name !== '@tollgate') symlinkSync(join(root, 'node_modules', name), join(modules, name));
  for (const group of ['apps', 'libs', 'tools'])
    for (const name of readdirSync(join(copy, group), { withFileTypes: true }))
      if (name.isDirectory())
        symlinkSync(join(copy, group, name.name), join(modules, '@tollgate', name.name));
  return copy;
}

/** Removes what {@link copyWorkspace} made; nothing that is linked from there. */
export const removeCopy = (copy: string): void => rmSync(copy, { recursive: true, force: true });
