import { type Page, pageAsset } from '@tollgate/pages';
import { type ComponentChildren, type JSX } from 'preact';
import { explorerPage } from '../explorer-page/explorer-page.js';
import { type Reader } from '../ledger-reader/reader.js';

/** Checks a request in the browser. */
export const PROOF_SCRIPT = pageAsset(new URL('./proof.browser.mjs', import.meta.url));

/** What the page is made of. */
export interface ProofPageParts {
  readonly requestId: string;
  /** The newest checkpoint as it was signed; undefined while there is none. */
  readonly note: string | undefined;
  /** The public key of the ledger (C2SP signed-note). */
  readonly vkey: string;
  readonly reader: Reader;
}

const Step = ({
  name,
  title,
  children,
}: {
  readonly name: string;
  readonly title: string;
  readonly children: ComponentChildren;
}): JSX.Element => (
  <li class="step" data-step={name}>
    <h2>{title}</h2>
    {children}
    <p class="result">Not checked yet.</p>
    <ul class="found-hashes" hidden />
  </li>
);

/** The page that explains the proof, and on which the browser checks it step by step. */
export const proofPage = ({ requestId, note, vkey, reader }: ProofPageParts): Page =>
  explorerPage(
    'Is this request on record unchanged?',
    <div id="proof" data-proof={`/requests/${requestId}/proof.json`} data-vkey={vkey}>
      <p>
        <a href={`/requests/${requestId}`}>
          Request <code class="hash">{requestId}</code>
        </a>
      </p>
      <p>
        A computer can change what it stores. So the ledger gives every record a fingerprint, ties all
        fingerprints into one single number, and signs that number every few seconds. Change one letter of one
        record, years later, and the number no longer comes out. Your browser computes it here by itself, from
        the records of this request.
      </p>
      <noscript>
        <p class="notice warning">
          Without scripts this page only explains. Check with <code>npx tollgate audit verify</code> and an
          export.
        </p>
      </noscript>
      <p>
        <button id="check" hidden>
          Check this request
        </button>
      </p>
      <p id="verdict" class="notice" role="status" hidden />
      <ol class="steps">
        <Step name="fingerprints" title="Take the fingerprint of each record">
          <p>
            Like a finger, every text has a fingerprint (SHA-256) that no other text has. Your browser takes
            it from the very bytes of each record, and compares it with the one that the ledger wrote down
            when the record came.
          </p>
          {!reader.scopes.has('ledger:export') && (
            <p class="aside">
              Your key may not take away whole records (scope ledger:export), as some hold credentials. The
              check begins with the fingerprints.
            </p>
          )}
        </Step>
        <Step name="leaves" title="Write each record’s line in the book">
          <p>
            The fingerprint, the place where the record came from, and the time at which it came make one line
            of the book. That line gets a fingerprint of its own: so nobody can move a record, or give it
            another date.
          </p>
        </Step>
        <Step name="path" title="Climb to the top of the tree">
          <p>
            Lines are paired, and each pair gets a fingerprint; the pairs are paired again, and so on, until
            one fingerprint is left at the top. To get there from one line your browser needs only the
            neighbour on each floor, a few dozen numbers even among millions of records. A wrong line leads to
            another top.
          </p>
        </Step>
        <Step name="signature" title="Compare the top with what the ledger signed">
          <p>
            The ledger signs the top together with how many records are below it: that is a checkpoint. A
            signature (Ed25519) can be made by the holder of the secret key only, and checked by everybody
            with the public key.
          </p>
        </Step>
        <Step name="key" title="Is it the right key?">
          <p>
            Whoever could forge this page could show another key with it. So compare the key with the one that
            you were given on another way: on paper, from the auditor before you, or from a witness.
          </p>
          <p>
            <label for="known-key">The key that you were given (may stay empty)</label>
            <input type="text" id="known-key" autocomplete="off" spellcheck={false} maxLength={400} />
          </p>
          <p>
            The key of this ledger: <code class="hash">{vkey}</code>
          </p>
        </Step>
      </ol>
      <section aria-labelledby="checkpoint">
        <h2 id="checkpoint">The newest checkpoint</h2>
        {note === undefined ? (
          <p>None is signed yet. The first one comes within ten seconds of the first record.</p>
        ) : (
          <>
            <p class="aside">
              Name of the ledger, number of records, the top of the tree, how far each lane is on record,
              when, and the signature.
            </p>
            <pre tabIndex={0}>{note}</pre>
          </>
        )}
      </section>
      <section aria-labelledby="limits">
        <h2 id="limits">What this does not show</h2>
        <p>
          That no further record of this request was left out shows only in the book as a whole. And this
          page, its script included, comes from the ledger that it checks. To trust nothing but the key,
          export a period and check it on your own computer: <code>npx tollgate audit export</code>,{' '}
          <code>npx tollgate audit verify FILE --key KEY</code>.
        </p>
      </section>
    </div>,
    { signedIn: { name: reader.name }, script: PROOF_SCRIPT },
  );
