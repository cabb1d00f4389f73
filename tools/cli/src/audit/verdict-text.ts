import { type ExportVerdict, type OpenedCheckpoint } from '@tollgate/ledger';
import { type Terminal } from '../terminal/terminal.js';
import { visible } from '../terminal/visible.js';

const COMPLETENESS: Readonly<Record<ExportVerdict['completeness'], string>> = {
  whole: 'complete: every record from the first one to the checkpoint is there',
  range: 'complete for its range: every record of it is there',
  none: 'each record is in the ledger; that none was left out is not proven, as the export is filtered',
};

const number = (count: number): string => count.toLocaleString('en');

/** The outcome of a verification in words. */
export function verdictText(
  file: string,
  verdict: ExportVerdict,
  until: readonly OpenedCheckpoint[] | undefined,
  terminal: Pick<Terminal, 'paint'>,
): string[] {
  const { fault, header, checkpoint, records } = verdict;
  if (fault !== undefined) {
    const where = [
      `line ${number(fault.line)}`,
      ...(fault.seq === undefined ? [] : [`record ${fault.seq}`]),
      ...(fault.place === undefined ? [] : [visible(fault.place)]),
    ];
    return [
      terminal.paint('red', `${file} does not hold`),
      `  ${where.join(', ')}: ${visible(fault.why)}`,
      `  ${number(records)} records before that hold`,
    ];
  }
  if (header === undefined || checkpoint === undefined) return [];
  const { range, filter } = header;
  const asked = Object.entries(filter ?? {}).map(([name, value]) => `${name}=${value}`);
  const lines = [
    `checkpoint    ${visible(checkpoint.origin)}, ${number(checkpoint.size)} records, ${new Date(checkpoint.at).toISOString()}`,
    `root          ${checkpoint.root.toString('base64')}`,
    `signed by     ${checkpoint.signedBy.map(({ name }) => visible(name)).join(', ')}`,
    `records       ${number(records)} of ${range.from} to ${range.to - 1}`,
    ...(asked.length === 0
      ? []
      : [`asked for     ${visible(asked.join(', '))} (as the exporter says; not proven)`]),
    `completeness  ${COMPLETENESS[verdict.completeness]}`,
    ...(until === undefined ? [] : [`reaches       ${number(until.length)} kept checkpoint(s), and agrees`]),
    ...(verdict.withheld === 0
      ? []
      : [`withheld      ${number(verdict.withheld)}, on record by place and hash alone`]),
    ...(verdict.encrypted === 0 ? [] : [`encrypted     ${number(verdict.encrypted)}, proven as ciphertext`]),
    ...(verdict.gaps === 0 ? [] : [`gaps          ${number(verdict.gaps)} times offsets are missing`]),
  ];
  return [terminal.paint('green', `${file} holds`), ...lines.map((line) => `  ${line}`)];
}

/** The outcome of a verification for programs. */
export function verdictDocument(file: string, verdict: ExportVerdict): object {
  const { fault, header, checkpoint, ...counts } = verdict;
  return {
    file,
    holds: fault === undefined,
    ...(fault && { fault }),
    ...(header && {
      kind: header.kind,
      range: header.range,
      ...(header.filter && { filter: header.filter }),
    }),
    ...(checkpoint && {
      checkpoint: {
        origin: checkpoint.origin,
        size: checkpoint.size,
        root: checkpoint.root.toString('base64'),
        at: new Date(checkpoint.at).toISOString(),
        signedBy: checkpoint.signedBy.map(({ name }) => name),
      },
    }),
    ...counts,
  };
}
