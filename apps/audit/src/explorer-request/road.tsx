import { type JSX } from 'preact';
import { utcText } from '../explorer-page/utc.js';
import { type RequestTrailDocument } from '../request-trail/request-trail.document.js';

/** How a station of the road looks: passed, the end with a no, where it waits, or never reached. */
export type StationState = 'passed' | 'stopped' | 'waiting' | 'ahead';

/** A station of a request's road. */
export interface Station {
  readonly name: string;
  readonly state: StationState;
  /** What it came to, in a word or two. */
  readonly said: string;
  /** When, UTC. */
  readonly at?: string;
}

const STATIONS = [
  { topic: 'request.submitted', name: 'Asked' },
  { topic: 'route.resolved', name: 'Routed' },
  { topic: 'decision.made', name: 'Decided' },
  { topic: 'guardrail.evaluated', name: 'Guardrails' },
  { topic: 'action.released', name: 'Released' },
  { topic: 'release.redeemed', name: 'Redeemed' },
] as const;

/** Statuses at which a road ends before it is whole. */
const ENDS = new Set<RequestTrailDocument['status']>([
  'blocked',
  'denied',
  'cancelled',
  'expired',
  'failed',
  'rejected',
]);

const saidAt = (topic: (typeof STATIONS)[number]['topic'], trail: RequestTrailDocument): string => {
  switch (topic) {
    case 'request.submitted':
      return trail.request?.requester ?? '';
    case 'route.resolved':
      return trail.route === null ? '' : trail.route.decider;
    case 'decision.made':
      return trail.decision?.outcome ?? '';
    case 'guardrail.evaluated':
      return trail.guardrail?.outcome ?? '';
    case 'action.released':
      return trail.release === null ? '' : `to ${trail.release.audience}`;
    case 'release.redeemed':
      return 'used';
  }
};

const isNo = (topic: string, trail: RequestTrailDocument): boolean =>
  (topic === 'decision.made' && trail.decision !== null && trail.decision.outcome !== 'approved') ||
  (topic === 'guardrail.evaluated' && trail.guardrail?.outcome === 'blocked');

/** The road of a request as far as it is on record, and what is ahead. */
export function stationsOf(trail: RequestTrailDocument): Station[] {
  const isOver = ENDS.has(trail.status) || trail.status === 'unknown';
  let waits = !isOver;
  return STATIONS.map(({ topic, name }): Station => {
    const event = trail.events.find(({ place, repeat }) => place.topic === topic && repeat === null);
    if (event !== undefined)
      return {
        name,
        state: isNo(topic, trail) ? 'stopped' : 'passed',
        said: saidAt(topic, trail),
        at: event.time,
      };
    const state = waits ? 'waiting' : 'ahead';
    waits = false;
    return { name, state, said: state === 'waiting' ? 'not yet' : isOver ? 'never' : '' };
  });
}

/** The road in a sentence: what the picture says to whoever does not see it. */
export const roadText = (stations: readonly Station[]): string =>
  `${stations
    .map(({ name, state, said, at }) =>
      at === undefined
        ? `${name}: ${state === 'waiting' ? 'not yet' : 'not reached'}`
        : `${name}${said === '' ? '' : ` (${said})`}${state === 'stopped' ? ', which ends it' : ''}, ${utcText(at)}`,
    )
    .join('; ')}.`;

const MARKS: Readonly<Record<StationState, string>> = {
  passed: 'M-7 0 L-2 5 L7 -5',
  stopped: 'M-5 -5 L5 5 M5 -5 L-5 5',
  waiting: 'M0 -6 L0 0 L4 3',
  ahead: '',
};
const RADIUS = 15;
const LONGEST_SAID = 18;
const shortened = (text: string): string =>
  text.length > LONGEST_SAID ? `${text.slice(0, LONGEST_SAID - 1)}…` : text;

/** Where the stations and their texts stand: along the page, or down it where that is narrow. */
const LAYOUTS = {
  wide: {
    size: [720, 112],
    place: (nth: number) => [60 + nth * 120, 28] as const,
    text: [0, 36],
    anchor: 'middle',
  },
  narrow: {
    size: [300, 6 * 60],
    place: (nth: number) => [24, 30 + nth * 60] as const,
    text: [30, -8],
    anchor: 'start',
  },
} as const;

const StationMark = ({
  station,
  nth,
  layout,
}: {
  readonly station: Station;
  readonly nth: number;
  readonly layout: (typeof LAYOUTS)[keyof typeof LAYOUTS];
}): JSX.Element => {
  const [x, y] = layout.place(nth);
  const [textX, textY] = layout.text;
  return (
    <g transform={`translate(${x} ${y})`} class={station.state}>
      <circle r={RADIUS} />
      <path d={MARKS[station.state]} class="mark" />
      <g text-anchor={layout.anchor}>
        <text x={textX} y={textY} class="name">
          {station.name}
        </text>
        <text x={textX} y={textY + 17}>
          {shortened(station.said)}
        </text>
        {station.at !== undefined && (
          <text x={textX} y={textY + 33} class="at">
            {utcText(station.at).slice(5)}
          </text>
        )}
      </g>
    </g>
  );
};

const RoadPicture = ({
  stations,
  kind,
}: {
  readonly stations: readonly Station[];
  readonly kind: keyof typeof LAYOUTS;
}): JSX.Element => {
  const layout = LAYOUTS[kind];
  const [width, height] = layout.size;
  return (
    <svg
      class={`road ${kind}`}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={`The road of this request. ${roadText(stations)}`}
    >
      {stations.slice(1).map((station, before) => {
        const [x1, y1] = layout.place(before);
        const [x2, y2] = layout.place(before + 1);
        return <line x1={x1} y1={y1} x2={x2} y2={y2} class={`way ${station.state}`} />;
      })}
      {stations.map((station, nth) => (
        <StationMark station={station} nth={nth} layout={layout} />
      ))}
    </svg>
  );
};

/** A picture of a request's road, for wide and for narrow pages. */
export const Road = ({ trail }: { readonly trail: RequestTrailDocument }): JSX.Element => {
  const stations = stationsOf(trail);
  return (
    <figure class="road">
      <RoadPicture stations={stations} kind="wide" />
      <RoadPicture stations={stations} kind="narrow" />
    </figure>
  );
};
