import { type Verdict } from '@tollgate/contracts';
import { type FreeTexts } from '@tollgate/secrets';
import { type DataSource } from 'typeorm';
import { type Approval } from '../approval/approval.js';
import { type CastVotes } from '../cast-vote/cast-votes.js';
import { type Ballot } from '../cast-vote/judge-vote.js';
import { type VoteOutcome } from '../cast-vote/vote-tally.js';
import { withoutSecrets } from '../cast-vote/without-secrets.js';
import { contacts } from '../contacts/contacts.store.js';
import { type Page } from '../page/page-layout.js';
import { type AuthenticationResponseJSON } from '@simplewebauthn/server';
import { noPasskeyPage, type PageOwner, provePage } from './passkey-pages.js';
import { PasskeyRefused, type Passkeys } from './passkeys.js';

/** A vote as a page takes it, before its person has proven that it is theirs. */
export type UnprovenBallot = Omit<Ballot, 'authentication' | 'signedInAt'> & { readonly contentHash: string };

/** What votes with a passkey need. */
export interface PasskeyVotesParts {
  readonly dataSource: DataSource;
  readonly passkeys: Passkeys;
  readonly castVotes: Pick<CastVotes, 'cast'>;
  /** Cuts secrets out of reasons. */
  readonly texts: Pick<FreeTexts, 'text'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Whose page it is, by their contact. */
export async function pageOwner(dataSource: DataSource, person: string): Promise<PageOwner> {
  const contact = (await contacts.find(dataSource, [person])).get(person);
  return { name: contact?.name ?? person, zone: contact?.zone ?? 'UTC' };
}

const parseStored = (text: string): UnprovenBallot => {
  const ballot: UnprovenBallot = JSON.parse(text);
  return ballot;
};

/**
 * Votes on requests that are decided with a passkey. The proof is bound to the vote: its challenge was given out for
 * this person, request, content and verdict, and can be answered once.
 */
export class PasskeyVotes {
  constructor(private readonly parts: PasskeyVotesParts) {}

  /**
   * Asks for the proof. Nothing is decided by it.
   * @param back path of the page that the vote was cast on
   * @returns the page on which the person proves it, or that tells them how to come by a passkey
   */
  async ask(approval: Approval, ballot: UnprovenBallot, back: string): Promise<Page> {
    const { dataSource, passkeys, texts } = this.parts;
    const { person, verdict } = ballot;
    const owner = await pageOwner(dataSource, person);
    const known = passkeys.arePossible ? await passkeys.ofPerson(person) : [];
    if (known.length === 0) return noPasskeyPage(owner, back, passkeys.arePossible);
    // It is kept until it is proven.
    const kept = await withoutSecrets(ballot, texts);
    const options = await passkeys.beginVote(person, known, JSON.stringify(kept));
    return provePage(owner, { approval, verdict, back }, options);
  }

  /**
   * Casts the vote that a passkey proves.
   * @param requestId the request that the form names
   * @throws PasskeyRefused where it does not prove that vote, or the vote is on another request
   */
  async cast(
    person: string,
    requestId: string,
    answer: AuthenticationResponseJSON,
  ): Promise<{ readonly outcome: VoteOutcome; readonly requestId: string; readonly verdict: Verdict }> {
    const { passkeys, castVotes, now } = this.parts;
    const ballot = parseStored(await passkeys.proveVote(person, answer));
    if (ballot.requestId !== requestId)
      throw new PasskeyRefused('The passkey was asked for another request. Nothing was decided.');
    const outcome = await castVotes.cast({ ...ballot, authentication: 'passkey', signedInAt: now() });
    return { outcome, requestId: ballot.requestId, verdict: ballot.verdict };
  }
}
