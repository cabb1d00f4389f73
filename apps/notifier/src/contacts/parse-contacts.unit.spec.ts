import { describe, expect, it } from '@jest/globals';
import { ContactsInvalidError, parseContacts } from './parse-contacts.js';

const faultsOf = (text: string): string => {
  try {
    parseContacts(text, 'contacts.yaml');
  } catch (error) {
    if (error instanceof ContactsInvalidError) return error.message;
    throw error;
  }
  return 'none';
};

describe('parseContacts', () => {
  it('reads people’s names, addresses and zones', () => {
    const text = 'contacts:\n  erin: { name: Erin Endo, email: erin@example.test, zone: Asia/Tokyo }\n';
    expect([...parseContacts(text, 'contacts.yaml')]).toEqual([
      ['erin', { name: 'Erin Endo', email: 'erin@example.test', zone: 'Asia/Tokyo' }],
    ]);
  });

  it('names every fault with its place and repeats no value', () => {
    const text = [
      'contacts:',
      '  erin:',
      '    name: Erin',
      '    email: not an address',
      '    zone: Mars/Olympus',
      '  bob: { name: Bob, email: bob@example.test, zone: Europe/Berlin, phone: 123 }',
    ].join('\n');
    expect(faultsOf(text).split('\n')).toEqual([
      'contacts.yaml:4:12: error: email must be an email',
      'contacts.yaml:5:11: error: zone must be a valid IANA time-zone',
      'contacts.yaml:6:74: error: phone is not a known field',
    ]);
    expect(faultsOf(text)).not.toMatch(/not an address|Mars|123/);
  });

  it.each([
    ['no YAML', 'contacts: ['],
    ['a key twice', 'contacts:\n  erin: {}\n  erin: {}'],
    ['no mapping', 'people: {}'],
    [
      'a name that breaks a header',
      'contacts:\n  erin: { name: "a\\r\\nBcc: x", email: e@example.test, zone: UTC }',
    ],
  ])('refuses %s', (_what, text) => {
    expect(faultsOf(text)).toMatch(/^contacts\.yaml:\d+:\d+: error: /);
  });
});
