import { lintSource } from '@secretlint/core';
import { secretLintProfiler } from '@secretlint/profiler';
import { rules as presetRules } from '@secretlint/secretlint-rule-preset-recommend';
import { type SecretRule } from '@tollgate/contracts';
import { type TextFinding } from './rule.js';

// It would keep a mark of every text that was ever looked at.
secretLintProfiler.setEnabled(false);

const PREFIX = '@secretlint/secretlint-rule-';
/** By it a text could switch off what looks at it. */
const COMMENTS = `${PREFIX}filter-comments`;

/** How the preset calls what has another name here. */
const NAMES: Readonly<Record<string, SecretRule>> = {
  '1password': 'onepassword-token',
  anthropic: 'anthropic-key',
  aws: 'aws-secret-access-key',
  basicauth: 'url-credentials',
  cloudflare: 'cloudflare-token',
  'database-connection-string': 'url-credentials',
  databricks: 'databricks-token',
  docker: 'docker-token',
  figma: 'figma-token',
  gcp: 'private-key',
  github: 'github-token',
  gitlab: 'gitlab-token',
  grafana: 'grafana-token',
  groq: 'groq-key',
  'hashicorp-vault': 'vault-token',
  huggingface: 'huggingface-token',
  linear: 'linear-key',
  notion: 'notion-token',
  npm: 'npm-token',
  openai: 'openai-key',
  privatekey: 'private-key',
  sendgrid: 'sendgrid-key',
  shopify: 'shopify-token',
  slack: 'slack-token',
  stripe: 'stripe-key',
  tailscale: 'tailscale-key',
  vercel: 'vercel-token',
};

const config = {
  rules: presetRules.filter(({ meta }) => meta.id !== COMMENTS).map((rule) => ({ id: rule.meta.id, rule })),
};

/** The rules of the preset that are asked, by their ids there. */
export const PRESET_RULES: readonly string[] = config.rules.map(({ id }) => id);

/** The name here of a rule of the preset: one that is new there keeps its own. */
export const ruleOfPreset = (id: string): string => {
  const name = id.startsWith(PREFIX) ? id.slice(PREFIX.length) : id;
  return NAMES[name] ?? name;
};

/** What secretlint's recommended preset finds in a text. */
export async function findByPreset(text: string): Promise<TextFinding[]> {
  const { messages } = await lintSource({
    // Some rules go by the name of the file; a text has none.
    source: { filePath: 'text', content: text, contentType: 'text' },
    options: { config, noPhysicFilePath: true },
  });
  return messages.flatMap(({ type, ruleId, range: [start, end] }) =>
    type === 'message' ? [{ rule: ruleOfPreset(ruleId), start, end }] : [],
  );
}
