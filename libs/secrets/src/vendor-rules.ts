import { type SecretRule } from '@tollgate/contracts';
import { looksRandom } from './looks-random.js';
import { type TextRule } from './rule.js';

/** Nothing that would make it a part of a longer word. */
const BEFORE = '(?:^|[^A-Za-z0-9])';
const AFTER = '(?:[^A-Za-z0-9]|$)';

/** A kind that is known by how it begins. */
const prefixed = (id: SecretRule, prefix: string, rest: string): TextRule => ({
  id,
  trigger: `${BEFORE}${prefix}`,
  pattern: `${BEFORE}(${prefix}${rest})`,
});
/** As {@link prefixed}, of a form that could be a coincidence. */
const unlikely = (id: SecretRule, prefix: string, rest: string): TextRule => ({
  ...prefixed(id, prefix, rest),
  accept: ([value = '']) => looksRandom(value),
});

const isJoseHeader = (part: string): boolean =>
  /^\{\s*"[^"]/.test(Buffer.from(part, 'base64url').toString('latin1'));

/** What is a secret by its own form, whatever stands around it. */
export const VENDOR_RULES: readonly TextRule[] = [
  prefixed('aws-access-key-id', '(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)', `[A-Z0-9]{16}${AFTER}`),
  prefixed('google-api-key', 'AIza', '[0-9A-Za-z_-]{35}'),
  prefixed('google-oauth', 'GOCSPX-', '[A-Za-z0-9_-]{20,40}'),
  prefixed('google-oauth', 'ya29\\.', '[A-Za-z0-9_.-]{20,}'),
  prefixed('google-oauth', '1//0', '[A-Za-z0-9_-]{40,}'),
  {
    id: 'azure-key',
    trigger: '(?i:AccountKey|SharedAccessKey)=',
    pattern: '(?i:AccountKey|SharedAccessKey)=([A-Za-z0-9+/]{40,}={0,2})',
  },
  {
    id: 'azure-key',
    trigger: '[0-9]Q~[a-zA-Z0-9_~.-]{5}',
    pattern: `(?:^|[^a-zA-Z0-9_~.-])([a-zA-Z0-9_~.-]{3}[0-9]Q~[a-zA-Z0-9_~.-]{31,34})`,
  },
  prefixed('cloud-key-id', 'LTAI', `[A-Za-z0-9]{17,21}${AFTER}`),
  prefixed('cloud-key-id', 'AKID', `[A-Za-z0-9]{32}${AFTER}`),
  prefixed('cloudflare-token', '(?:cfk|cfut|cfat)_', '[A-Za-z0-9]{40,60}'),
  prefixed('digitalocean-token', 'do[opr]_v1_', '[0-9a-f]{64}'),
  prefixed('stripe-key', '(?:sk|rk)_(?:live|test)_', '[0-9A-Za-z]{10,}'),
  prefixed('stripe-key', 'whsec_', '[A-Za-z0-9+/=]{20,}'),
  {
    id: 'jwt',
    trigger: 'eyJ[A-Za-z0-9_-]{5}',
    pattern: `${BEFORE}(eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]*\\.[A-Za-z0-9_.-]*)`,
    accept: ([value = '']) => isJoseHeader(value.slice(0, value.indexOf('.'))),
  },
  prefixed('github-token', 'gh[pousr]_', '[A-Za-z0-9_]{30,}'),
  prefixed('github-token', 'github_pat_', '[A-Za-z0-9_]{22,}'),
  prefixed('gitlab-token', 'gl(?:pat|dt|rt|rtr|cbt|ptt|ft|imt|agent|oas|soat)-', '[A-Za-z0-9_.-]{20,}'),
  prefixed('slack-token', 'xox[abceoprs]-', '[A-Za-z0-9.-]{10,}'),
  prefixed('slack-token', 'xapp-[0-9]-', '[A-Za-z0-9-]{20,}'),
  {
    id: 'slack-token',
    trigger: 'hooks\\.slack(?:-gov)?\\.com/',
    pattern: 'hooks\\.slack(?:-gov)?\\.com/(?:services|workflows|triggers)/([A-Za-z0-9_/-]{20,})',
  },
  {
    id: 'discord-token',
    trigger: 'discord(?:app)?\\.com/api/',
    pattern: 'discord(?:app)?\\.com/api/(?:v[0-9]{1,2}/)?webhooks/[0-9]{5,30}/([A-Za-z0-9_-]{40,})',
  },
  {
    id: 'discord-token',
    trigger: `${BEFORE}[MNO][A-Za-z0-9_-]{23,27}\\.[A-Za-z0-9_-]{6}\\.`,
    pattern: `${BEFORE}([MNO][A-Za-z0-9_-]{23,27}\\.[A-Za-z0-9_-]{6}\\.[A-Za-z0-9_-]{27,40})`,
    accept: ([value = '']) => looksRandom(value),
  },
  {
    id: 'telegram-token',
    trigger: '[0-9]{6,12}:AA',
    pattern: `${BEFORE}(?:bot)?([0-9]{6,12}:AA[A-Za-z0-9_-]{30,40})`,
  },
  prefixed('twilio-key', 'SK[0-9a-f]{8}', `[0-9a-f]{24}${AFTER}`),
  prefixed('sendgrid-key', 'SG\\.[A-Za-z0-9_-]{8}', '[A-Za-z0-9_-]{4,30}\\.[A-Za-z0-9_-]{16,64}'),
  {
    id: 'mailgun-key',
    trigger: '[^A-Za-z0-9_-]key-[0-9a-z]{8}|^key-',
    pattern: `(?:^|[^A-Za-z0-9_-])(key-[0-9a-z]{32})${AFTER}`,
  },
  prefixed('mailchimp-key', '[0-9a-f]{32}-us', `[0-9]{1,2}${AFTER}`),
  prefixed('square-token', 'sq0(?:atp|csp|idp)-', '[A-Za-z0-9_-]{22,60}'),
  unlikely('square-token', 'EAAA[A-Za-z0-9_-]{8}', '[A-Za-z0-9_-]{50,80}'),
  prefixed('shopify-token', 'shp(?:at|ca|pa|ss)_', '[A-Za-z0-9]{32,64}'),
  prefixed('npm-token', 'npm_', `[A-Za-z0-9]{36}${AFTER}`),
  {
    id: 'npm-token',
    trigger: '_authToken=',
    pattern: '_authToken=([A-Za-z0-9_+/=.-]{8,})',
    accept: ([value = '']) => looksRandom(value),
  },
  prefixed('pypi-token', 'pypi-A[A-Za-z0-9_-]', '[A-Za-z0-9_-]{40,}'),
  prefixed('rubygems-key', 'rubygems_', '[0-9a-f]{48}'),
  prefixed('docker-token', 'dckr_(?:pat|oat)_', '[A-Za-z0-9_-]{20,}'),
  prefixed('openai-key', 'sk-(?:proj|svcacct|admin|None)-', '[A-Za-z0-9_-]{20,}'),
  unlikely('openai-key', 'sk-[A-Za-z0-9]{8}', '[A-Za-z0-9]{24,}'),
  prefixed('anthropic-key', 'sk-ant-', '[A-Za-z0-9_-]{20,}'),
  prefixed('groq-key', 'gsk_', '[A-Za-z0-9]{40,80}'),
  prefixed('huggingface-token', '(?:hf|api_org)_[A-Za-z0-9]{8}', '[A-Za-z0-9]{24,60}'),
  prefixed('databricks-token', 'dapi[0-9a-fA-F]{8}', '[0-9a-fA-F]{24}(?:-[0-9])?'),
  prefixed('vault-token', 'hv[sbr]\\.', '[A-Za-z0-9_-]{20,}'),
  unlikely('vault-token', '[sbr]\\.[A-Za-z0-9]{8}', `[A-Za-z0-9]{16}${AFTER}`),
  prefixed('terraform-token', '[A-Za-z0-9]{14}\\.atlasv1\\.', '[A-Za-z0-9_=-]{40,}'),
  prefixed('pulumi-token', 'pul-[0-9a-f]{8}', '[0-9a-f]{32}'),
  prefixed('doppler-token', 'dp\\.(?:pt|st|ct|sa|scim|audit)\\.', '[A-Za-z0-9._-]{40,}'),
  prefixed('new-relic-key', 'NR(?:AK|II|BR|JS|AA|RA)-', '[A-Za-z0-9_-]{20,60}'),
  prefixed('grafana-token', 'gl(?:c|sa)_', '[A-Za-z0-9+/_=]{32,}'),
  prefixed('sentry-token', 'sntry[su]_', '[A-Za-z0-9+/_=-]{40,}'),
  prefixed('atlassian-token', 'AT(?:ATT|CTT|BB)[A-Za-z0-9]', '[A-Za-z0-9_=-]{27,}'),
  prefixed('linear-key', 'lin_(?:api|oauth)_', '[A-Za-z0-9_]{32,}'),
  prefixed('notion-token', 'ntn_', '[A-Za-z0-9]{40,60}'),
  prefixed('notion-token', 'secret_[A-Za-z0-9]{8}', `[A-Za-z0-9]{35}${AFTER}`),
  prefixed('figma-token', 'figd_', '[A-Za-z0-9_-]{38,}'),
  prefixed('vercel-token', 'vc[picark]_', '[A-Za-z0-9]{20,60}'),
  prefixed('tailscale-key', 'tskey-', '[a-z]{2,20}-[0-9A-Za-z_-]{16,}'),
  prefixed('onepassword-token', 'ops_ey', '[A-Za-z0-9+/=_-]{80,}'),
  prefixed('airtable-token', 'pat[A-Za-z0-9]{14}\\.', '[0-9a-f]{64}'),
  prefixed('postman-key', 'PMAK-', '[0-9a-f]{24}-[0-9a-f]{34}'),
  prefixed('planetscale-token', 'pscale_(?:tkn|pw|oauth|api)_', '[A-Za-z0-9_.=-]{32,80}'),
  prefixed('supabase-key', 'sb(?:p_|_secret_)', '[A-Za-z0-9_-]{20,80}'),
  prefixed('age-key', 'AGE-SECRET-KEY-1', '[0-9A-Z]{58}'),
  prefixed('artifactory-key', 'AKC[a-z0-9][A-Za-z0-9]{6}', '[A-Za-z0-9]{60,80}'),
  unlikely('facebook-token', 'EAA[A-Za-z0-9]{8}', '[A-Za-z0-9]{70,}'),
  prefixed('tollgate-key', 'tg[lo]?_[A-Za-z0-9_-]{8}', '[A-Za-z0-9_-]{35}'),
  {
    id: 'private-key',
    trigger: '-----BEGIN',
    pattern: '-----BEGIN[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----',
  },
  {
    id: 'private-key',
    trigger: 'PuTTY-User-Key-File-',
    pattern: 'PuTTY-User-Key-File-[0-9]{1,2}:',
  },
  {
    id: 'password-hash',
    trigger: '\\$(?:2[abxy]?|[156y]|argon2(?:id|i|d)|scrypt)\\$',
    pattern: '(\\$(?:2[abxy]?\\$[0-9]{2}|[156]\\$|y\\$|argon2(?:id|i|d)\\$|scrypt\\$)[$./A-Za-z0-9,=+]{20,})',
  },
];
