/** Drivers and platforms that a library would load if one had them stay names; they fail where they are used. */
export const optionalPackages = {
  name: 'optional packages',
  setup(bundle) {
    bundle.onResolve({ filter: /\.node$/ }, ({ path }) => ({ path, external: true }));
    bundle.onResolve({ filter: /^[^./]/ }, async ({ path, resolveDir, kind, importer, pluginData }) => {
      if (pluginData === optionalPackages || path.startsWith('node:')) return undefined;
      const found = await bundle.resolve(path, { resolveDir, kind, importer, pluginData: optionalPackages });
      return found.errors.length > 0 ? { path, external: true } : found;
    });
  },
};
