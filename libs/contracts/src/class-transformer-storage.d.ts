/** A part of class-transformer without types. */
declare module 'class-transformer/cjs/storage.js' {
  export const defaultMetadataStorage: never;
}
