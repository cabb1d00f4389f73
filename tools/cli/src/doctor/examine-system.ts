import { type RequestStatusDocument, SERVICES, type ServiceName } from '@tollgate/contracts';
import { type DeadLetter, listDeadLetters, listLag } from '@tollgate/messaging';
import { type Settings } from '../cli.config.js';
import { type CommandContext } from '../command.js';
import { CommandError } from '../command-error.js';
import { askBroker } from '../connection/ask-broker.js';
import { callService } from '../connection/call-service.js';
import { answeredList } from '../connection/answered-list.js';
import { kafkaConnection } from '../connection/kafka-connection.js';
import { type ExitCode } from '../exit-code.js';
import { parseRequestStatus } from '../request/request-status.js';
import { type Style } from '../terminal/terminal.js';
import { examineService } from './examine-service.js';
import { away, exitCodeOfFindings, type Finding, well } from './finding.js';
import { judgeDeadLetters, judgeStalled } from './judge-dead-letters.js';
import { judgeLag } from './judge-lag.js';
import { judgeReviews, judgeWebhooks } from './judge-neglected.js';

/** The most requests that are looked up. */
const LOOKED_UP = 100;

const urlOf = (settings: Settings, service: ServiceName): string => settings[`${service}Url`];

/** The requests that open dead letters are about, as intake has them; those it cannot show are left out. */
async function requestsBehind(
  context: CommandContext,
  letters: readonly DeadLetter[],
): Promise<RequestStatusDocument[]> {
  const { settings, interrupted } = context;
  const key = settings.operatorKey ?? settings.producerKey;
  if (key === undefined) return [];
  const ids = letters.filter(({ state }) => state === 'open').flatMap(({ requestId }) => requestId ?? []);
  const found: RequestStatusDocument[] = [];
  for (const id of [...new Set(ids)].slice(0, LOOKED_UP)) {
    try {
      const url = `${settings.intakeUrl}/v1/requests/${id}`;
      found.push(parseRequestStatus(await callService({ service: 'intake', url, key, signal: interrupted })));
    } catch (error) {
      // A key that is a UUID need not be a request of this system: poison may have any key.
      if (!(error instanceof CommandError) || error.problem?.status !== 404) throw error;
    }
  }
  return found;
}

async function examineBroker(context: CommandContext): Promise<Finding[]> {
  const { settings } = context;
  const connection = kafkaConnection(settings);
  let letters: DeadLetter[];
  const findings: Finding[] = [];
  try {
    const lags = await askBroker(settings, () => listLag({ connection, groups: SERVICES }));
    letters = await askBroker(settings, () => listDeadLetters({ connection }));
    findings.push(
      well('kafka', `answers at ${settings.brokers.join(', ')}`),
      judgeLag(lags),
      judgeDeadLetters(letters),
    );
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return [away('kafka', error.message)];
  }
  try {
    findings.push(judgeStalled(await requestsBehind(context, letters)));
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    findings.push(away('stalled', error.message));
  }
  return findings;
}

/** What an operator would have to look for at intake; nothing without an operator's key. */
async function examineNeglected({ settings, interrupted }: CommandContext): Promise<Finding[]> {
  const { intakeUrl, operatorKey: key } = settings;
  if (key === undefined) return [];
  const ask = async (path: string) => {
    const url = `${intakeUrl}/v1/${path}`;
    return answeredList(await callService({ service: 'intake', url, key, signal: interrupted }));
  };
  try {
    const [reviews, webhooks] = await Promise.all([
      ask('break-glass/reviews?state=overdue'),
      ask('webhooks'),
    ]);
    return [judgeReviews(reviews.items), judgeWebhooks(webhooks.items, webhooks.next !== undefined)];
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return [away('reviews', error.message)];
  }
}

const MARKS: Record<Finding['state'], readonly [Style, string]> = {
  well: ['green', 'ok  '],
  ill: ['yellow', 'ill '],
  away: ['red', 'away'],
};

/** `tollgate doctor`: what is reachable, what is behind, what is stuck. */
export async function examineSystem(context: CommandContext): Promise<ExitCode> {
  const { settings, terminal } = context;
  const [services, broker, neglected] = await Promise.all([
    Promise.all(SERVICES.map((service) => examineService(service, urlOf(settings, service)))),
    examineBroker(context),
    examineNeglected(context),
  ]);
  const findings = [...services, ...broker, ...neglected];
  for (const { part, state, detail, lines } of findings) {
    const [style, mark] = MARKS[state];
    terminal.say(`${terminal.paint(style, mark)}  ${part.padEnd(12)}  ${detail}`);
    for (const line of lines) terminal.say(`${' '.repeat(20)}${line}`);
  }
  terminal.give({ findings });
  return exitCodeOfFindings(findings);
}
