import {
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server';
import { type Verdict } from '@tollgate/contracts';
import { type JSX } from 'preact';
import { type Approval } from '../approval/approval.js';
import { describeTime } from '../ask/describe-time.js';
import { pageAsset, visibleText } from '@tollgate/pages';
import { type Page, renderPage } from '../page/page-layout.js';
import { MAX_NAME } from './passkey-name.js';
import { type Passkey } from './passkeys.store.js';

/** The script that asks the device for a passkey. */
export const PASSKEY_SCRIPT = pageAsset(new URL('./passkey.browser.mjs', import.meta.url));

/** Whose page it is. */
export interface PageOwner {
  readonly name: string;
  /** IANA time zone. */
  readonly zone: string;
}

const Fault = ({ fault }: { readonly fault: string | undefined }): JSX.Element | null =>
  fault === undefined ? null : (
    <p class="notice bad" role="alert">
      {fault}
    </p>
  );

const One = ({ passkey, zone }: { readonly passkey: Passkey; readonly zone: string }): JSX.Element => (
  <li>
    <strong>{visibleText(passkey.name)}</strong>, added {describeTime(passkey.createdAt, zone)},{' '}
    {passkey.lastUsedAt === undefined ? 'never used' : `last used ${describeTime(passkey.lastUsedAt, zone)}`}
    <form method="post" action="/passkeys/remove">
      <input type="hidden" name="credentialId" value={passkey.credentialId} />
      <button class="quiet" aria-label={`Remove ${visibleText(passkey.name)}`}>
        Remove
      </button>
    </form>
  </li>
);

/** The passkeys of a person, and the form to add one. */
export function passkeysPage(
  { name, zone }: PageOwner,
  passkeys: readonly Passkey[],
  { arePossible, fault }: { readonly arePossible: boolean; readonly fault?: string },
): Page {
  return renderPage(
    'Your passkeys',
    <>
      <p>
        A passkey is a key that stays on your device and that you unlock with a finger, your face or a PIN.
        The most critical requests are decided with one.
      </p>
      <Fault fault={fault} />
      <section>
        <h2>Known</h2>
        {passkeys.length === 0 ? (
          <p>You have none yet.</p>
        ) : (
          <ul class="people">
            {passkeys.map((passkey) => (
              <One key={passkey.credentialId} passkey={passkey} zone={zone} />
            ))}
          </ul>
        )}
      </section>
      {arePossible ? (
        <section>
          <h2>Add one</h2>
          <form method="post" action="/passkeys/begin">
            <label for="name">What do you call it?</label>
            <input
              id="name"
              type="text"
              name="name"
              maxLength={MAX_NAME}
              required
              placeholder="Phone, security key, …"
            />
            <button>Add a passkey</button>
          </form>
        </section>
      ) : (
        <p class="notice warning">
          Browsers make no passkeys for the address of this Tollgate: they want https and a host with a name.
          Whoever runs it sets PUBLIC_URL.
        </p>
      )}
    </>,
    { signedIn: { name, current: '/passkeys' } },
  );
}

const DeviceForm = ({
  kind,
  action,
  options,
  hidden,
  children,
}: {
  readonly kind: 'create' | 'get';
  readonly action: string;
  readonly options: PublicKeyCredentialCreationOptionsJSON | PublicKeyCredentialRequestOptionsJSON;
  readonly hidden: Readonly<Record<string, string>>;
  readonly children: string;
}): JSX.Element => (
  <form method="post" action={action} data-passkey={kind} data-options={JSON.stringify(options)}>
    {Object.entries(hidden).map(([name, value]) => (
      <input type="hidden" name={name} value={value} />
    ))}
    <input type="hidden" name="answer" value="" />
    <p class="notice bad" role="alert" id="passkey-fault" hidden />
    <button disabled>{children}</button>
    <noscript>
      <p class="notice warning">
        Browsers ask a device for a passkey only by a script. Let the scripts of this page run.
      </p>
    </noscript>
  </form>
);

/** The page that makes a passkey. */
export const addPasskeyPage = (
  owner: PageOwner,
  name: string,
  options: PublicKeyCredentialCreationOptionsJSON,
): Page =>
  renderPage(
    'Add a passkey',
    <section>
      <p>
        Your device asks you next. The passkey will be called <strong>{visibleText(name)}</strong>.
      </p>
      <DeviceForm kind="create" action="/passkeys/add" options={options} hidden={{ name }}>
        Go on
      </DeviceForm>
      <p>
        <a href="/passkeys">Back without adding one</a>
      </p>
    </section>,
    { signedIn: { name: owner.name, current: '/passkeys' }, script: PASSKEY_SCRIPT },
  );

/** A vote that waits for its proof. */
export interface VoteShown {
  readonly approval: Approval;
  readonly verdict: Verdict;
  /** Path of the page that it was cast on. */
  readonly back: string;
}

const VERBS: Readonly<Record<Verdict, string>> = { approve: 'Approve', deny: 'Deny', abstain: 'Abstain' };

/** The page on which a vote is proven with a passkey. */
export function provePage(
  { name }: PageOwner,
  { approval, verdict, back }: VoteShown,
  options: PublicKeyCredentialRequestOptionsJSON,
): Page {
  const { request } = approval.file;
  return renderPage(
    `${VERBS[verdict]} with your passkey`,
    <>
      <p class="notice">
        Nothing is decided yet. This request is decided with a passkey; your device asks you next.
      </p>
      <dl>
        <div class="row">
          <dt>You say</dt>
          <dd>
            <strong>{verdict}</strong>
          </dd>
        </div>
        <div class="row">
          <dt>Action</dt>
          <dd>
            {visibleText(request.action)} in {visibleText(request.environment)}
          </dd>
        </div>
        <div class="row">
          <dt>Content</dt>
          <dd class="hash">{request.contentHash}</dd>
        </div>
      </dl>
      <DeviceForm
        kind="get"
        action="/passkeys/vote"
        options={options}
        hidden={{ requestId: approval.requestId, to: back }}
      >
        {`${VERBS[verdict]} with my passkey`}
      </DeviceForm>
      <p>
        <a href={back}>Back without deciding</a>
      </p>
    </>,
    { signedIn: { name }, script: PASSKEY_SCRIPT },
  );
}

/** The page for somebody who has no passkey, where one is asked for. */
export const noPasskeyPage = ({ name }: PageOwner, back: string, arePossible: boolean): Page =>
  renderPage(
    'This request is decided with a passkey',
    <>
      <p class="notice warning" role="alert">
        Nothing was decided: you have no passkey yet.
      </p>
      {arePossible ? (
        <>
          <p>Add one on this device now; it takes a moment. Then come back and decide.</p>
          <p>
            <a class="button" href="/passkeys">
              Add a passkey
            </a>
          </p>
        </>
      ) : (
        <p>
          Browsers make no passkeys for the address of this Tollgate: they want https and a host with a name.
          Whoever runs it sets PUBLIC_URL. Until then, others who are asked may decide with a token that says
          so.
        </p>
      )}
      <p>
        <a href={back}>Back to the request</a>
      </p>
    </>,
    { signedIn: { name } },
  );

/** The page for a proof that was not taken, or a vote that does not count. */
export const unprovenPage = ({ name }: PageOwner, fault: string, back: string): Page =>
  renderPage(
    'Not decided',
    <>
      <Fault fault={fault} />
      <p>
        <a class="button" href={back}>
          Back to the request
        </a>
      </p>
    </>,
    { signedIn: { name } },
  );

/** The page for a form that another page sent. */
export const foreignPasskeyFormPage = (): Page =>
  renderPage(
    'Nothing was changed',
    <p class="notice bad" role="alert">
      The form did not come from a page of Tollgate in your browser, so it was not taken.
    </p>,
  );
