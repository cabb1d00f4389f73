// Checks the records of a request against the signed checkpoint, with nothing but WebCrypto: RFC 9162, 2.1.1 and 2.1.3.2;
// C2SP signed-note and tlog-checkpoint. What is compared with is computed here, and never taken from the answer.
const root = document.getElementById('proof');
const button = document.getElementById('check');
const verdict = document.getElementById('verdict');
const FORMS = ['as-they-came', 'encrypted', 'withheld'];

const utf8 = (text) => new TextEncoder().encode(text);
const bytesOf = (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
const hexOf = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
const fromHex = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest('SHA-256', joined(parts)));
const isSame = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);

function joined(parts) {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function number(bytes, value) {
  const written = new Uint8Array(bytes);
  const view = new DataView(written.buffer);
  if (bytes === 2) view.setUint16(0, value);
  else if (bytes === 4) view.setUint32(0, value);
  else view.setBigUint64(0, BigInt(value));
  return written;
}

/** Key, headers and value, each after its length; all ones for what is not there. */
const fingerprint = ({ key, headers, value }) =>
  sha256(
    ...[key, headers, value].flatMap((part) => {
      if (part === null) return [number(4, 0xffff_ffff)];
      const bytes = bytesOf(part);
      return [number(4, bytes.length), bytes];
    }),
  );

const time = (iso) => (iso === null ? new Uint8Array(8).fill(0xff) : number(8, Date.parse(iso)));

/** The record's line in the book, hashed as a leaf. */
function leafHash({ form, recordedAt, time: written, place, sha256: print }) {
  const topic = utf8(place.topic);
  return sha256(
    Uint8Array.of(0, 1, FORMS.indexOf(form)),
    time(recordedAt),
    time(written),
    number(4, place.partition),
    number(8, place.offset),
    number(2, topic.length),
    topic,
    fromHex(print),
  );
}

/** Climbs from a leaf to the top of a tree of that size; undefined where the proof leads nowhere. */
async function topOf(leaf, seq, size, proof) {
  let at = BigInt(seq);
  let last = BigInt(size) - 1n;
  if (at < 0n || at > last) return undefined;
  let hash = leaf;
  for (const base64 of proof) {
    if (last === 0n) return undefined;
    const neighbour = bytesOf(base64);
    if (at % 2n === 1n || at === last) {
      hash = await sha256(Uint8Array.of(1), neighbour, hash);
      while (at % 2n === 0n && at !== 0n) {
        at /= 2n;
        last /= 2n;
      }
    } else hash = await sha256(Uint8Array.of(1), hash, neighbour);
    at /= 2n;
    last /= 2n;
  }
  return last === 0n ? hash : undefined;
}

/** Takes a signed note apart. */
function readNote(note) {
  const split = note.lastIndexOf('\n\n');
  const text = note.slice(0, split + 1);
  const [origin, size, top] = text.split('\n');
  const signatures = note
    .slice(split + 2)
    .split('\n')
    .map((line) => /^\u2014 (\S+) (\S+)$/u.exec(line))
    .filter((found) => found !== null)
    .map(([, name, base64]) => ({ name, bytes: bytesOf(base64) }));
  return { text, origin, size: Number(size), top: bytesOf(top), signatures };
}

/** Whether the ledger's key signed the note; undefined where this browser cannot check it. */
async function isSigned({ text, signatures }, vkey) {
  const [name, id, ...rest] = vkey.split('+');
  const material = bytesOf(rest.join('+'));
  const found = signatures.find(
    (signature) => signature.name === name && hexOf(signature.bytes.slice(0, 4)) === id,
  );
  if (found === undefined || material[0] !== 1) return false;
  let key;
  try {
    key = await crypto.subtle.importKey('raw', material.slice(1), { name: 'Ed25519' }, false, ['verify']);
  } catch (error) {
    if (error.name === 'NotSupportedError') return undefined;
    throw error;
  }
  return crypto.subtle.verify({ name: 'Ed25519' }, key, found.bytes.slice(4), utf8(text));
}

function tell(step, result, said, hashes = []) {
  const shown = root.querySelector(`[data-step=${step}]`);
  shown.dataset.result = result;
  shown.querySelector('.result').textContent = said;
  const list = shown.querySelector('.found-hashes');
  list.hidden = hashes.length === 0;
  list.replaceChildren(
    ...hashes.map(({ seq, ok, hash }) => {
      const item = document.createElement('li');
      const code = document.createElement('code');
      code.textContent = hash;
      item.append(`${ok ? '✓' : '✗'} record ${seq}: `, code);
      return item;
    }),
  );
  return result;
}

async function fingerprints({ records, bytes }) {
  if (bytes === null)
    return tell('fingerprints', 'skipped', 'Begun with the fingerprints that the ledger wrote down.');
  const kept = records.filter(({ seq }) => bytes[seq] !== undefined);
  const hashes = [];
  for (const { seq, sha256: known } of kept) {
    const hash = hexOf(await fingerprint(bytes[seq]));
    hashes.push({ seq, ok: hash === known, hash });
  }
  const wrong = hashes.filter(({ ok }) => !ok);
  if (wrong.length > 0)
    return tell(
      'fingerprints',
      'bad',
      `Record ${wrong[0].seq} is not what came: its fingerprint is another one.`,
      hashes,
    );
  const without = records.length - kept.length;
  const besides = without === 0 ? '' : ` ${without} more are kept by their fingerprint alone.`;
  return tell(
    'fingerprints',
    'good',
    `${kept.length} records have the fingerprints that were written down.${besides}`,
    hashes,
  );
}

async function leaves({ records }) {
  const hashes = [];
  for (const record of records) {
    const hash = await leafHash(record);
    hashes.push({
      seq: record.seq,
      ok: isSame(hash, bytesOf(record.leafHash)),
      hash: hexOf(hash),
      bytes: hash,
    });
  }
  const wrong = hashes.find(({ ok }) => !ok);
  const result =
    wrong === undefined
      ? tell('leaves', 'good', `${hashes.length} lines written.`, hashes)
      : tell('leaves', 'bad', `The line of record ${wrong.seq} is not the one in the book.`, hashes);
  return { result, hashes };
}

async function climb({ records }, lines, note) {
  const hashes = [];
  for (const [nth, { seq, proof }] of records.entries()) {
    const top = await topOf(lines[nth].bytes, seq, note.size, proof);
    const ok = top !== undefined && isSame(top, note.top);
    hashes.push({
      seq,
      ok,
      hash: `${proof.length} floors, ${top === undefined ? 'leads nowhere' : `top ${hexOf(top)}`}`,
    });
  }
  const wrong = hashes.find(({ ok }) => !ok);
  return wrong === undefined
    ? tell(
        'path',
        'good',
        `From each of them the way leads to the top of the tree of ${note.size} records.`,
        hashes,
      )
    : tell(
        'path',
        'bad',
        `From record ${wrong.seq} the way does not lead to the top that was signed.`,
        hashes,
      );
}

async function signature(note, vkey) {
  const signed = await isSigned(note, vkey);
  if (signed === undefined)
    return tell(
      'signature',
      'unknown',
      'This browser cannot check Ed25519 signatures: the signature is checked by npx tollgate audit verify only.',
    );
  return signed
    ? tell('signature', 'good', `The signature of ${note.origin} holds: that top, over ${note.size} records.`)
    : tell(
        'signature',
        'bad',
        'The signature does not hold: this checkpoint is not of the holder of the key.',
      );
}

function key(vkey) {
  const given = document.getElementById('known-key').value.trim();
  if (given === '') return tell('key', 'skipped', 'Not compared: you gave no key.');
  return given === vkey
    ? tell('key', 'good', 'It is the key that you were given.')
    : tell('key', 'bad', 'It is another key than the one that you were given.');
}

function conclude(results, { records, pending }) {
  const later =
    pending === 0 ? '' : ` ${pending} newer records are not signed yet: check again in ten seconds.`;
  const [tone, said] = results.includes('bad')
    ? [
        'bad',
        'Something does not fit. What is shown is not what was recorded and signed, or it was changed on its way. Keep this page, and tell whoever answers for the ledger.',
      ]
    : results.includes('unknown')
      ? [
          'warning',
          `All ${records.length} records are below the top of the tree, but nobody has checked here who signed it.${later}`,
        ]
      : [
          'good',
          `All ${records.length} records of this request are in the signed ledger, unchanged.${later}`,
        ];
  verdict.className = `notice ${tone}`;
  verdict.textContent = said;
}

async function check() {
  const { proof: address, vkey } = root.dataset;
  if (crypto.subtle === undefined) throw new Error('browsers compute fingerprints on pages over https only');
  const answer = await fetch(address);
  if (answer.status === 401) return location.assign(`/sign-in?to=${encodeURIComponent(location.pathname)}`);
  if (!answer.ok) throw new Error(`the ledger answered with ${answer.status}`);
  const proof = await answer.json();
  if (proof.checkpoint === null) throw new Error('no checkpoint is signed yet; try again in ten seconds');
  const note = readNote(proof.checkpoint.note);
  const first = await fingerprints(proof);
  const { result, hashes } = await leaves(proof);
  const results = [first, result, await climb(proof, hashes, note), await signature(note, vkey), key(vkey)];
  if (proof.records.length === 0)
    throw new Error('its records are newer than the checkpoint; try again in ten seconds');
  conclude(results, proof);
}

button.hidden = false;
button.addEventListener('click', async () => {
  button.disabled = true;
  verdict.hidden = false;
  verdict.className = 'notice';
  verdict.textContent = 'Checking…';
  try {
    await check();
  } catch (error) {
    verdict.className = 'notice bad';
    verdict.textContent = `It could not be checked: ${error.message}.`;
  }
  button.disabled = false;
});
