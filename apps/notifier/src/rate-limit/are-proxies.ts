import { isIP } from 'node:net';

const NAMES: readonly string[] = ['loopback', 'linklocal', 'uniquelocal'];
const BITS: Readonly<Record<number, number>> = { 4: 32, 6: 128 };

function isNetwork(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/');
  const bits = BITS[isIP(address)];
  if (bits === undefined || more.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) >= 1 && Number(prefix) <= bits);
}

/**
 * Whether a text names proxies as Fastify's `trustProxy` takes them: addresses, networks (CIDR), `loopback`,
 * `linklocal`, `uniquelocal`, comma-separated. Everybody (`/0`) is nobody's proxy.
 */
export const areProxies = (text: string): boolean =>
  text.split(',').every((each) => NAMES.includes(each.trim()) || isNetwork(each.trim()));
