import { type TopicDescription } from '@tollgate/messaging';
import { type Style } from '../../terminal/terminal.js';
import { visible } from '../../terminal/visible.js';
import { wrap } from '../../terminal/wrap.js';
import { type Mismatch, type RecomputationVerdict } from './recomputation.js';

/** A topic that has more records than before. */
export interface GrownTopic {
  readonly topic: string;
  readonly records: number;
}

/** What a replay found. */
export interface ReplayVerdict extends RecomputationVerdict {
  readonly records: number;
  readonly unreadable: number;
}

/** Which topics have grown, by how many records. What was cleaned up meanwhile makes a topic no longer than before. */
export function grownTopics(
  before: readonly TopicDescription[],
  after: readonly TopicDescription[],
): GrownTopic[] {
  const known = new Map(before.map(({ topic, records }) => [topic, records]));
  return after.flatMap(({ topic, records }) => {
    const more = records - (known.get(topic) ?? 0);
    return more > 0 ? [{ topic, records: more }] : [];
  });
}

const SHOWN = 20;
const count = (many: number, what: string): string =>
  `${many.toLocaleString('en')} ${what}${many === 1 ? '' : 's'}`;

interface ReplayStyle {
  readonly paint: (style: Style, text: string) => string;
  readonly width: number;
}

function mismatchLines({ topic, requestId, differences }: Mismatch, { paint, width }: ReplayStyle): string[] {
  const side = (first: string, text: string) => wrap(visible(text), { width, first, others: '        ' });
  return [
    `  ${topic} of ${requestId}`,
    ...differences.flatMap(({ pointer, recorded, recomputed }) => [
      ...side('    ', pointer),
      ...(recorded === undefined ? [] : side('      - ', recorded).map((line) => paint('red', line))),
      ...(recomputed === undefined ? [] : side('      + ', recomputed).map((line) => paint('green', line))),
    ]),
  ];
}

/** A replay, for people. */
export function replayText(
  verdict: ReplayVerdict,
  topics: number,
  grown: readonly GrownTopic[],
  style: ReplayStyle,
): string[] {
  const { routes, judgements, records, unreadable, wrong, mismatches, unanswered } = verdict;
  const lines = [
    `${count(records, 'record')} read: ${count(routes, 'route')} and ${count(judgements, 'judgement')} said again.`,
    wrong === 0
      ? style.paint('green', 'Each is what its cause and the policy of its time make of it.')
      : style.paint(
          'red',
          `${count(wrong, 'event')} ${wrong === 1 ? 'is not what it' : 'are not what they'} should be:`,
        ),
    ...mismatches.slice(0, SHOWN).flatMap((mismatch) => mismatchLines(mismatch, style)),
  ];
  if (wrong > SHOWN)
    lines.push(`  and ${(wrong - SHOWN).toLocaleString('en')} more: --json shows the first hundred`);
  if (unanswered.requests > 0) lines.push(`${count(unanswered.requests, 'request')} without a route yet.`);
  if (unanswered.decisions > 0) lines.push(`${count(unanswered.decisions, 'decision')} not judged yet.`);
  if (unreadable > 0) lines.push(`${count(unreadable, 'record')} without an event: see \`tollgate doctor\`.`);
  lines.push(
    grown.length === 0
      ? `Nothing was published, mailed or released by it: none of ${count(topics, 'topic')} has grown.`
      : `Topics grew meanwhile, as the system runs: ${grown.map(({ topic, records: more }) => `${topic} by ${more}`).join(', ')}. This command writes to none.`,
  );
  return lines.flatMap((line) => (line.startsWith(' ') ? [line] : wrap(line, style)));
}
