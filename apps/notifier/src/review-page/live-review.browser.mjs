/**
 * Keeps an open review page up to date: the clock, what others said, and whether it was decided meanwhile. The parts
 * come from the service as HTML, by server-sent events. It never touches the form, and without it the page works as
 * well: then it says how things stood when it was loaded.
 */

const UNITS = [
  ['day', 24 * 60 * 60],
  ['hour', 60 * 60],
  ['minute', 60],
  ['second', 1],
];
const WHOLE_MINUTES = 10;
const TICK_MS = 1000;

const counted = (count, unit) => `${count} ${unit}${count === 1 ? '' : 's'}`;

/** The same words as `timeLeft` of the service. */
export function timeLeft(milliseconds) {
  const left = Math.floor(milliseconds / 1000);
  const index = UNITS.findIndex(([, seconds]) => left >= seconds);
  if (index < 0) return 'no time left';
  const [unit, seconds] = UNITS[index];
  const count = Math.floor(left / seconds);
  const next = unit === 'minute' && count >= WHOLE_MINUTES ? undefined : UNITS[index + 1];
  const rest = next === undefined ? 0 : Math.floor((left - count * seconds) / next[1]);
  return `${counted(count, unit)}${rest === 0 ? '' : ` ${counted(rest, next[0])}`} left`;
}

function start(page) {
  // By how much this computer's clock differs from the service's, which decides.
  let ahead = 0;
  const readClock = () => {
    const clock = page.querySelector('[data-until]');
    if (clock !== null) ahead = Date.now() - Number(clock.dataset.now);
  };
  const showClock = () => {
    const clock = page.querySelector('[data-until]');
    if (clock === null) return;
    const text = timeLeft(Number(clock.dataset.until) - Date.now() + ahead);
    if (clock.textContent !== text) clock.textContent = text;
  };
  const source = new EventSource(page.dataset.live);
  const show = ({ data }) => {
    for (const [name, html] of Object.entries(JSON.parse(data))) {
      const part = page.querySelector(`[data-part="${name}"]`);
      if (part !== null && part.innerHTML !== html) part.innerHTML = html;
    }
    readClock();
    showClock();
  };
  source.addEventListener('changed', show);
  source.addEventListener('closed', (event) => {
    source.close();
    show(event);
  });
  addEventListener('pagehide', () => source.close());
  readClock();
  setInterval(showClock, TICK_MS);
}

const page = globalThis.document?.querySelector('[data-live]');
if (page) start(page);
