import { describe, expect, it } from '@jest/globals';
import { peopleOfDirectory } from './people-of-directory.js';

const ISSUER = 'https://issuer.test';

describe('the people to pick at the sign-in of the stack', () => {
  it('are those of the directory with an identity of its issuer, by name and role', () => {
    const directory = `
people:
  erin: { active: true, roles: [cto], identities: [{ issuer: ${ISSUER}, subject: erin-1 }] }
  frank: { active: false, roles: [], identities: [{ issuer: https://other.test, subject: x }, { issuer: ${ISSUER}, subject: frank }] }
  grace: { active: true, roles: [cto], identities: [{ issuer: https://other.test, subject: grace }] }
  heidi: { active: true, roles: [cto] }
`;
    expect(peopleOfDirectory(directory, 'contacts: { erin: { name: Erin Endo } }', ISSUER)).toEqual([
      { subject: 'erin-1', name: 'Erin Endo, erin', remark: 'cto' },
      { subject: 'frank', name: 'frank', remark: 'not active' },
    ]);
  });

  it.each(['', 'people: 7', '[]'])('are none where the file has none: %s', (directory) => {
    expect(peopleOfDirectory(directory, '', ISSUER)).toEqual([]);
  });
});
