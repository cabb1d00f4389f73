import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { type DataSource } from 'typeorm';
import { challengeIn } from './passkey-answer.js';
import { PasskeyChallenges } from './passkey-challenges.js';
import { type Passkey, passkeyRows } from './passkeys.store.js';

/** Why a passkey was not taken, for people. */
export class PasskeyRefused extends Error {
  override readonly name = 'PasskeyRefused';
}

/** Passkeys of one person at most. */
export const MAX_PASSKEYS = 20;

const TRANSPORT = /^[a-z-]{1,20}$/;
const OVER =
  'It took more than five minutes, or was used already. Nothing was changed; begin again and finish at once.';

/** The part of a passkey that a person proves (WebAuthn level 3). */
export class Passkeys {
  readonly #challenges: PasskeyChallenges;
  readonly #rpId: string;
  readonly #origin: string;

  /** @param origin of this service, as browsers see it: the passkeys are bound to its host */
  constructor(
    private readonly dataSource: DataSource,
    origin: string,
  ) {
    this.#challenges = new PasskeyChallenges(dataSource);
    this.#origin = origin;
    this.#rpId = new URL(origin).hostname;
  }

  /** Whether browsers make passkeys for this origin: a host with a name, over https unless it is localhost. */
  get arePossible(): boolean {
    const { protocol, hostname } = new URL(this.#origin);
    return (
      isIP(hostname.replace(/^\[|\]$/g, '')) === 0 && (protocol === 'https:' || hostname === 'localhost')
    );
  }

  ofPerson(person: string): Promise<Passkey[]> {
    return passkeyRows.ofPerson(this.dataSource, person);
  }

  /** @returns false where the person has no such passkey */
  remove(person: string, credentialId: string): Promise<boolean> {
    return passkeyRows.remove(this.dataSource, person, credentialId);
  }

  /** What a browser needs to make a passkey. */
  async beginAdding(person: string, displayName: string): Promise<PublicKeyCredentialCreationOptionsJSON> {
    const known = await this.ofPerson(person);
    if (known.length >= MAX_PASSKEYS)
      throw new PasskeyRefused(`You have ${MAX_PASSKEYS} passkeys already; remove one first.`);
    return generateRegistrationOptions({
      rpName: 'Tollgate',
      rpID: this.#rpId,
      userName: person,
      userDisplayName: displayName,
      // The same for all passkeys of a person, and it says nothing to whoever reads it from a device.
      userID: new Uint8Array(createHash('sha256').update(`tollgate passkey of ${person}`).digest()),
      challenge: Buffer.from(await this.#challenges.begin(person), 'base64url'),
      attestationType: 'none',
      excludeCredentials: known.map(({ credentialId, transports }) => ({
        id: credentialId,
        transports: [...transports],
      })),
      authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
    });
  }

  /** @throws PasskeyRefused for whatever is no new passkey of this person */
  async add(person: string, name: string, answer: RegistrationResponseJSON): Promise<void> {
    const challenge = await this.#take(person, answer.response.clientDataJSON);
    if (challenge.ballot !== undefined) throw new PasskeyRefused(OVER);
    const { verified, registrationInfo } = await refusing(() =>
      verifyRegistrationResponse({
        response: answer,
        expectedChallenge: challenge.text,
        expectedOrigin: this.#origin,
        expectedRPID: this.#rpId,
        requireUserVerification: true,
      }),
    );
    if (!verified) throw new PasskeyRefused(UNPROVEN);
    const { credential } = registrationInfo;
    const added = await passkeyRows.insert(this.dataSource, {
      credentialId: credential.id,
      person,
      publicKey: Buffer.from(credential.publicKey),
      counter: credential.counter,
      transports: (answer.response.transports ?? []).filter((transport) => TRANSPORT.test(transport)),
      name,
    });
    if (!added) throw new PasskeyRefused('This passkey is known already.');
  }

  /**
   * What a browser needs to prove a passkey for one vote.
   * @param ballot the vote as JSON: it is what the proof will stand for
   */
  async beginVote(
    person: string,
    known: readonly Passkey[],
    ballot: string,
  ): Promise<PublicKeyCredentialRequestOptionsJSON> {
    return generateAuthenticationOptions({
      rpID: this.#rpId,
      challenge: Buffer.from(await this.#challenges.begin(person, ballot), 'base64url'),
      allowCredentials: known.map(({ credentialId, transports }) => ({
        id: credentialId,
        transports: [...transports],
      })),
      userVerification: 'required',
    });
  }

  /**
   * Judges the proof for a vote.
   * @returns the vote that the challenge was given out for
   * @throws PasskeyRefused for whatever does not prove that this person says this vote now
   */
  async proveVote(person: string, answer: AuthenticationResponseJSON): Promise<string> {
    const challenge = await this.#take(person, answer.response.clientDataJSON);
    const { ballot } = challenge;
    if (ballot === undefined) throw new PasskeyRefused(OVER);
    const passkey = await passkeyRows.find(this.dataSource, answer.id);
    if (passkey?.person !== person)
      throw new PasskeyRefused('This passkey is none of yours here; it may have been removed.');
    const { verified, authenticationInfo } = await refusing(() =>
      verifyAuthenticationResponse({
        response: answer,
        expectedChallenge: challenge.text,
        expectedOrigin: this.#origin,
        expectedRPID: this.#rpId,
        credential: {
          id: passkey.credentialId,
          publicKey: new Uint8Array(passkey.publicKey),
          counter: passkey.counter,
        },
        requireUserVerification: true,
      }),
    );
    if (!verified) throw new PasskeyRefused(UNPROVEN);
    if (!(await passkeyRows.use(this.dataSource, passkey, authenticationInfo.newCounter)))
      throw new PasskeyRefused(UNPROVEN);
    return ballot;
  }

  /** Removes what is over. */
  removeEnded(): Promise<void> {
    return this.#challenges.removeEnded();
  }

  async #take(
    person: string,
    clientData: string,
  ): Promise<{ readonly text: string; readonly ballot?: string }> {
    const text = challengeIn(clientData);
    const taken = text === undefined ? undefined : await this.#challenges.take(text);
    if (text === undefined || taken?.person !== person) throw new PasskeyRefused(OVER);
    return { text, ...(taken.ballot === undefined ? {} : { ballot: taken.ballot }) };
  }
}

const UNPROVEN =
  'The passkey did not prove that it was you. Nothing was changed; try again, and if it happens again, remove the passkey and add it anew.';

/** The package says by plain errors what is wrong with an answer; the words stay in the log. */
async function refusing<T>(verify: () => Promise<T>): Promise<T> {
  try {
    return await verify();
  } catch (cause) {
    throw new PasskeyRefused(UNPROVEN, { cause });
  }
}
