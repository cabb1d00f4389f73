import { describe, expect, it } from '@jest/globals';
import { areProxies } from './are-proxies.js';

describe('areProxies', () => {
  it.each(['loopback', '10.0.0.0/8', '192.0.2.1', 'loopback, 10.0.0.0/8,fd00::/8', '::1'])('%s', (text) => {
    expect(areProxies(text)).toBe(true);
  });

  it.each([
    '',
    'true',
    '1',
    'proxy.example.test',
    '10.0.0.0/33',
    '0.0.0.0/0',
    '10.0.0.0/',
    '10.0.0/8',
    'loopback,,',
    '10.0.0.1/8/8',
  ])('not %j', (text) => {
    expect(areProxies(text)).toBe(false);
  });
});
