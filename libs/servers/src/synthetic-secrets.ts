/** A secret that nobody ever issued, made at run time so that no scanner trips over the sources. */
export interface SyntheticSecret {
  readonly kind: string;
  /** What must be found nowhere. */
  readonly value: string;
  /** The secret as it is written where its form alone does not give it away: `password=…`, a URL. */
  readonly text: string;
}

/** A number of at least 0 and below `below`. */
type Chance = (below: number) => number;

/** Equal seeds give equal chances (mulberry32). */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const UPPER = LOWER.toUpperCase();
const DIGITS = '0123456789';
const HEX = `${DIGITS}abcdef`;
const ALPHANUMERIC = LOWER + UPPER + DIGITS;
const BASE64 = `${ALPHANUMERIC}+/`;
const URL_SAFE = `${ALPHANUMERIC}_-`;

class Maker {
  constructor(readonly chance: Chance) {}

  of(letters: string, length: number): string {
    let text = '';
    while (text.length < length) text += letters.charAt(this.chance(letters.length));
    return text;
  }

  /** Letters of both cases and digits: what a generator of passwords gives. */
  password(length: number): string {
    return `${this.of(LOWER, 2)}${this.of(UPPER, 2)}${this.of(DIGITS, 2)}${this.of(ALPHANUMERIC, length - 6)}`;
  }

  jwt(): string {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    return `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub: this.of(HEX, 12), iat: 1_700_000_000 + this.chance(1e7) })}.${this.of(URL_SAFE, 43)}`;
  }

  pem(label: string): string {
    const lines = Array.from({ length: 12 }, () => this.of(BASE64, 64)).join('\n');
    const dashes = '-'.repeat(5);
    return `${dashes}BEGIN ${label} KEY${dashes}\nMI${lines}\n${dashes}END ${label} KEY${dashes}`;
  }
}

/** How each kind is made; the value, or the value and the text around it. */
const KINDS: Readonly<Record<string, (make: Maker) => string | readonly [value: string, text: string]>> = {
  'AWS access key id': (make) => `AKIA${make.of(UPPER + '234567', 16)}`,
  'AWS secret access key': (make) => `${make.password(8)}${make.of(BASE64, 31)}${make.of(ALPHANUMERIC, 1)}`,
  'Google API key': (make) => `AIza${make.of(URL_SAFE, 35)}`,
  'Google OAuth secret': (make) => `GOCSPX-${make.of(URL_SAFE, 28)}`,
  'Stripe key': (make) => `sk_live_${make.of(ALPHANUMERIC, 24)}`,
  'Stripe webhook secret': (make) => `whsec_${make.of(ALPHANUMERIC, 32)}`,
  JWT: (make) => make.jwt(),
  'bearer token': (make) => {
    const value = make.password(40);
    return [value, `Authorization: Bearer ${value}`];
  },
  'basic authentication': (make) => {
    const value = Buffer.from(`deployer:${make.password(14)}`).toString('base64');
    return [value, `Authorization: Basic ${value}`];
  },
  'password in an assignment': (make) => {
    const value = make.password(14);
    return [value, `DB_PASSWORD=${value}`];
  },
  'API key in an assignment': (make) => {
    const value = make.of(HEX, 32);
    return [value, `api_key: "${value}"`];
  },
  'private key': (make) => make.pem('RSA PRIVATE'),
  'SSH key': (make) => make.pem('OPENSSH PRIVATE'),
  'Postgres URL': (make) => {
    const value = make.password(16);
    return [value, `postgres://app:${value}@db.internal:5432/app`];
  },
  'MongoDB URL': (make) => {
    const value = make.password(16);
    return [value, `mongodb+srv://app:${value}@cluster0.mongodb.example/app`];
  },
  'URL with credentials': (make) => {
    const value = make.password(18);
    return [value, `https://robot:${value}@registry.example.com/v2/`];
  },
  'connection string': (make) => {
    const value = make.password(16);
    return [value, `Server=db.internal;User Id=app;Password=${value};Encrypt=true`];
  },
  'Azure storage key': (make) => {
    const value = `${make.of(BASE64, 86)}==`;
    return [value, `DefaultEndpointsProtocol=https;AccountName=store;AccountKey=${value}`];
  },
  'GitHub token': (make) => `ghp_${make.of(ALPHANUMERIC, 36)}`,
  'GitHub fine-grained token': (make) =>
    `github_pat_${make.of(ALPHANUMERIC, 22)}_${make.of(ALPHANUMERIC, 59)}`,
  'GitLab token': (make) => `glpat-${make.of(URL_SAFE, 20)}`,
  'Slack token': (make) => `xoxb-${make.of(DIGITS, 12)}-${make.of(DIGITS, 12)}-${make.of(ALPHANUMERIC, 24)}`,
  'Slack webhook': (make) => {
    const value = `T${make.of(UPPER + DIGITS, 8)}/B${make.of(UPPER + DIGITS, 8)}/${make.of(ALPHANUMERIC, 24)}`;
    return [value, `https://hooks.slack.com/services/${value}`];
  },
  'npm token': (make) => `npm_${make.of(ALPHANUMERIC, 36)}`,
  'SendGrid key': (make) => `SG.${make.of(ALPHANUMERIC, 22)}.${make.of(ALPHANUMERIC, 43)}`,
  'Twilio key': (make) => `SK${make.of(HEX, 32)}`,
  'OpenAI key': (make) => `sk-proj-${make.of(ALPHANUMERIC, 48)}`,
  'Anthropic key': (make) => `sk-ant-api03-${make.of(URL_SAFE, 93)}AA`,
  'Vault token': (make) => `hvs.${make.of(ALPHANUMERIC, 95)}`,
  'DigitalOcean token': (make) => `dop_v1_${make.of(HEX, 64)}`,
};

/**
 * Synthetic secrets of 30 kinds.
 * @param each how many of each kind
 * @param seed equal seeds give equal secrets
 */
export function syntheticSecrets(each: number, seed: number): SyntheticSecret[] {
  const make = new Maker(chanceOf(seed));
  return Object.entries(KINDS).flatMap(([kind, one]) =>
    Array.from({ length: each }, () => {
      const made = one(make);
      const [value, text] = typeof made === 'string' ? [made, made] : made;
      return { kind, value, text };
    }),
  );
}
