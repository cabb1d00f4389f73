import { type LookupAddress } from 'node:dns';
import { lookup as resolveAddress } from 'node:dns/promises';
import { type LookupFunction } from 'node:net';
import { isPublicAddress } from './is-public-address.js';

/** Finds every address of a host name. */
export type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

const systemResolve: Resolve = (host) => resolveAddress(host, { all: true });

/**
 * A lookup for connections that gives only public addresses: the connection goes to what was looked at here, and to no
 * address that the name stands for a moment later. A name that also stands for an address that is not public is refused
 * as a whole.
 * @param privateSetting the setting that lifts this, for the message
 */
export const publicLookup =
  (privateSetting: string, resolve: Resolve = systemResolve): LookupFunction =>
  (host, options, callback) => {
    resolve(host).then(
      (found) => {
        const addresses = found.filter(({ family }) => !options.family || options.family === family);
        const [first] = addresses;
        if (first === undefined) return callback(new Error('the host has no address'), '', 0);
        if (!found.every(({ address }) => isPublicAddress(address)))
          return callback(
            new Error(`the host has an address that is not public; ${privateSetting}=true allows it`),
            '',
            0,
          );
        if (options.all === true) callback(null, [...addresses]);
        else callback(null, first.address, first.family);
      },
      (error: unknown) =>
        callback(error instanceof Error ? error : new Error('the host cannot be looked up'), '', 0),
    );
  };
