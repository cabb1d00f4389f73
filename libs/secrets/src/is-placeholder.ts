import { withoutTrailing } from './without-trailing.js';

/** What stands where a secret would, and is none. */
const PLACEHOLDERS: readonly RegExp[] = [
  // A variable that is filled in elsewhere.
  /^\$[({]?[A-Za-z_(]/,
  /^\{\{?/,
  /^%[A-Za-z_]+%$/,
  /^<[^<>]*>?$/,
  /^@[A-Za-z_]+@$/,
  // Blanked out.
  /^(?:\*+|x+|X+|\.+|-+|_+|#+|\?+|0+|…)$/,
  /^\[?(?:redacted|masked|hidden|filtered|secret)(?:[-\]].*)?$/i,
  // An example that says so.
  /^(?:your|my|some|the|insert|replace|enter|example|sample|dummy|fake)[-_ ]/i,
  /(?:example|placeholder|changeme|change-me)/i,
];

/** Where a secret lies, not the secret: a place in a vault, a file, a name of a resource. */
const REFERENCES: readonly RegExp[] = [
  /^(?:arn|vault|op|ssm|sm|secret|secrets|secretsmanager|keyvault|env|ref|kms|awskms|gcpkms|azurekms|gcp|aws|azure|sops|sealed|file|pass|bws|doppler):/i,
  /^[a-z][a-z0-9+.-]*:\/\/[^\s:@]*$/i,
  /^(?:projects|secret|secrets|kv)\/[\w./-]+(?:#\w+)?$/,
  /^\.{0,2}\/[\w./-]*$/,
  /^(?:[a-z]+\.)+(?:Values|values|env|secrets?|vars?|inputs|outputs|data|local|module)\b/,
  /^(?:secrets|vars|env|process\.env|os\.environ|var|local|module|data|getenv|config)[.([]/,
];

/** Words that say how things stand with a secret. */
const STATES = new Set(
  'auto automatic basic bearer changed default disabled empty enabled encrypted expired external false file generate generated managed missing must new never nil no none not null off on optional password prompt random required reset revoked rotate rotated rotating same secret set should static string text token true undefined unknown unchanged unset valid invalid vault was will yes is are has and or for from with the a an of in to'.split(
    ' ',
  ),
);

/** True for what is written in the place of a secret: a variable, a reference, a blank, a word on how things stand. */
export function isPlaceholder(value: string): boolean {
  const text = value.trim();
  return (
    text === '' ||
    STATES.has(withoutTrailing(text, '.,;:!?)').toLowerCase()) ||
    PLACEHOLDERS.some((form) => form.test(text)) ||
    REFERENCES.some((form) => form.test(text))
  );
}
