import { type Stack } from './stack.js';

/**
 * What `npm start` tells a newcomer once everything is ready.
 *
 * @param seconds how long the start took
 */
export function nextSteps(
  stack: Pick<Stack, 'mailbox' | 'urls' | 'dataDir' | 'signInUrl'>,
  seconds: number,
): string {
  const mail =
    stack.mailbox === undefined ? 'the mail of the person asked' : `the mail in ${stack.mailbox.webUrl}`;
  return [
    '',
    `Tollgate is ready after ${seconds.toFixed(1)} s. In another terminal, ask for a deployment that a person decides:`,
    '',
    '  npx tollgate request submit examples/deploy-42.json --wait',
    '',
    `Then open ${mail}, follow its link, sign in where it asks for it (as erin; no password), and`,
    'approve or deny: the terminal goes on.',
    'Beside it: examples/deploy-ci.json, blocked-region.json, no-rule.json, nobody-answers.json.',
    '',
    `Paper trail: ${stack.urls.audit}/ (sign in with the ledgerReaderKey of ${stack.dataDir}/credentials.json)`,
    `Logs: ${stack.dataDir}/logs`,
    'Ctrl-C stops everything; the data stays, and `npm start -- --fresh` begins anew.',
  ].join('\n');
}
