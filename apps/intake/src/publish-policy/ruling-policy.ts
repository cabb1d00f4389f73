import { type JsonObject } from '@tollgate/contracts';
import { type Person } from '@tollgate/policy';
import { type PolicyRevisions } from '@tollgate/runtime';
import { type KnownPolicy } from './known-policy.js';

/** The policy as intake sees it: which revision rules, and what it says. */
export class RulingPolicy {
  constructor(private readonly revisions: PolicyRevisions<KnownPolicy>) {}

  /** The number of the ruling revision; 0 while there is none. */
  get revision(): number {
    return this.revisions.highest;
  }

  /** The ruling revision; undefined while there is none. */
  get known(): KnownPolicy | undefined {
    return this.revisions.current()?.policy;
  }

  /** The person with this identity (OpenID Connect `iss` and `sub`); undefined where there is none. */
  personOf(issuer: string, subject: string): string | undefined {
    const directory = this.known?.published.directory;
    if (directory === undefined) return undefined;
    const people = directory['people'] as Readonly<Record<string, Partial<Person>>>;
    return Object.entries(people).find(([, { identities = [] }]) =>
      identities.some((identity) => identity.issuer === issuer && identity.subject === subject),
    )?.[0];
  }

  /** Whether somebody is an active person of the ruling directory; undefined while there is none. */
  isActive(person: string): boolean | undefined {
    const directory = this.known?.published.directory;
    if (directory === undefined) return undefined;
    const people = directory['people'] as Readonly<Record<string, JsonObject>>;
    return Object.hasOwn(people, person) && people[person]?.['active'] === true;
  }
}
