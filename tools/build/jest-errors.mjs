/**
 * Runs in Jest's sandbox before each spec file. The sandbox has an `Error` of its own, so that what Node itself throws
 * (a missing file, a refused connection) is no `instanceof Error` there, as it is in a service. Here it is made one.
 */
import { types } from 'node:util';

const ordinary = Function.prototype[Symbol.hasInstance];

Object.defineProperty(Error, Symbol.hasInstance, {
  value(candidate) {
    // Subclasses inherit this method, and keep their own meaning.
    return ordinary.call(this, candidate) || (this === Error && types.isNativeError(candidate));
  },
});
