// The inbox works without this. It adds keys, and tells what is new without moving anything.

const rows = [...document.querySelectorAll('.inbox > .card')];
const keys = document.getElementById('keys');
const live = document.getElementById('live');
const links = rows.map((row) => row.querySelector('a.open'));

const current = () => rows.findIndex((row) => row.contains(document.activeElement));

function move(by) {
  if (rows.length === 0) return;
  const at = current();
  const next = at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by));
  links[next]?.focus();
  rows[next]?.scrollIntoView({ block: 'nearest' });
}

function select() {
  const box = rows[current()]?.querySelector('input[type=checkbox]:not(:disabled)');
  if (box) box.click();
}

const ACTIONS = {
  j: () => move(1),
  ArrowDown: () => move(1),
  k: () => move(-1),
  ArrowUp: () => move(-1),
  x: select,
  '?': () => {
    if (keys) keys.open = !keys.open;
  },
};

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target instanceof Element && event.target.closest('input:not([type=checkbox]), select, textarea'))
    return;
  const action = ACTIONS[event.key];
  if (action === undefined) return;
  event.preventDefault();
  action();
});
if (keys) keys.hidden = false;

// Only what is alike goes together: the first one selected says what may be selected besides.
const boxes = rows.flatMap((row) => [...row.querySelectorAll('input[type=checkbox]')]);
const kindOf = (box) => box.closest('.card').dataset.together;
const button = document.querySelector('.selection button');
function mind() {
  const chosen = boxes.filter((box) => box.checked);
  const kind = chosen[0] && kindOf(chosen[0]);
  for (const box of boxes) {
    const fits = kind === undefined || kindOf(box) === kind;
    box.disabled = !fits || (chosen.length >= 50 && !box.checked);
  }
  if (button) {
    button.disabled = chosen.length === 0;
    button.textContent =
      chosen.length === 0 ? 'Decide the selected together' : `Decide ${chosen.length} together`;
  }
}
for (const box of boxes) box.addEventListener('change', mind);
addEventListener('pageshow', mind);
mind();

// What is new is said at the end of the page and in a free line of its row: nothing moves under the pointer.
const shown = new Map(rows.map((row) => [row.dataset.request, row]));
const fresh = new Set();

function say() {
  live.replaceChildren();
  if (fresh.size === 0) return;
  const link = document.createElement('a');
  link.href = live.dataset.again;
  link.textContent = `${fresh.size} new request${fresh.size === 1 ? ' waits' : 's wait'} for you: show`;
  live.append(link);
}

function tell(row, text) {
  const line = row.querySelector('.news');
  if (line && line.textContent !== text) line.textContent = text;
}

const OUTCOMES = {
  approved: 'approved',
  denied: 'denied',
  cancelled: 'withdrawn',
  expired: 'not decided in time',
};

function take(kind, { requestId, decision, waitingFor }) {
  const row = shown.get(requestId);
  if (kind === 'opened') {
    if (row === undefined && live.dataset.list === 'mine') fresh.add(requestId);
    else if (row) tell(row, 'Changed meanwhile: you are asked now.');
  } else if (kind === 'closed') {
    fresh.delete(requestId);
    if (row) {
      row.classList.add('over');
      tell(
        row,
        decision
          ? `Meanwhile: ${OUTCOMES[decision.outcome] ?? decision.outcome}.`
          : 'Meanwhile others are asked.',
      );
    }
  } else if (row && waitingFor) tell(row, `Somebody answered meanwhile; waiting for ${waitingFor}.`);
  say();
}

let stream;
let wasOpen = false;
function connect() {
  if (stream !== undefined) return;
  stream = new EventSource('/inbox/events');
  stream.addEventListener('open', () => {
    document.documentElement.dataset.live = 'yes';
    // Nothing is kept for whoever was away.
    if (wasOpen) {
      const link = document.createElement('a');
      link.href = live.dataset.again;
      link.textContent = 'Something may have changed meanwhile: show';
      live.replaceChildren(link);
    }
    wasOpen = true;
  });
  for (const kind of ['opened', 'changed', 'closed'])
    stream.addEventListener(kind, (event) => take(kind, JSON.parse(event.data)));
  // So that a page that nobody looks at keeps nobody signed in: it goes on when somebody is there again.
  stream.addEventListener('over', () => {
    stream.close();
    stream = undefined;
    delete document.documentElement.dataset.live;
    for (const sign of ['pointermove', 'keydown']) addEventListener(sign, connect, { once: true });
  });
}
if (live) connect();
