import { type RequestStatusDocument } from '@tollgate/contracts';
import { type DeadLetter } from '@tollgate/messaging';
import { visible } from '../terminal/visible.js';
import { type Finding, ill, well } from './finding.js';
import { shortened } from './shortened.js';

/** What the open dead letters mean. */
export function judgeDeadLetters(letters: readonly DeadLetter[]): Finding {
  const open = letters.filter(({ state }) => state === 'open');
  if (open.length === 0) return well('dead letters', 'none open');
  return ill(
    'dead letters',
    `${open.length} open; see npx tollgate dead-letters list`,
    shortened(open.map(({ service, place, reason }) => `${service}/${place}: ${visible(reason)}`)),
  );
}

/** What the requests behind open dead letters mean. */
export function judgeStalled(requests: readonly RequestStatusDocument[]): Finding {
  const lines = requests.flatMap(({ id, stalled }) =>
    stalled === undefined ? [] : [`${id} at ${visible(stalled.service)}: ${visible(stalled.reason)}`],
  );
  return lines.length === 0
    ? well('stalled', 'no request stands still')
    : ill(
        'stalled',
        `${lines.length} request${lines.length === 1 ? ' stands' : 's stand'} still; retry or give up its dead letter`,
        shortened(lines),
      );
}
