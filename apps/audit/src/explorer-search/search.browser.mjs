// The search works without this, by its button. It searches once the typing has settled: each search is a read on record,
// so no key by itself causes one, and there is one a second at most.
const SETTLED_MS = 400;
const APART_MS = 1000;

const form = document.getElementById('search');
let asked = addressOf();
let lastAt = -APART_MS;
let timer;
let asking;

function addressOf() {
  const fields = [...new FormData(form)].map(([name, value]) => [name, value.trim()]);
  const parameters = new URLSearchParams(fields.filter(([, value]) => value !== ''));
  return parameters.size === 0 ? '/' : `/?${parameters}`;
}

/** What is being typed and would be refused is not asked yet. */
const isReady = () => {
  const id = form.elements.request.value.trim();
  return id === '' || id.length >= 4;
};

async function search() {
  const address = addressOf();
  if (address === asked || !isReady()) return;
  asked = address;
  lastAt = performance.now();
  asking?.abort();
  asking = new AbortController();
  const results = document.getElementById('results');
  results.setAttribute('aria-busy', 'true');
  try {
    const answer = await fetch(address, {
      headers: { 'x-explorer-part': 'results' },
      signal: asking.signal,
    });
    if (answer.status === 401) return location.assign(address);
    if (answer.status !== 200 && answer.status !== 400) throw new Error(`status of ${answer.status}`);
    const part = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('results');
    results.replaceWith(part);
    history.replaceState(null, '', address);
    follow();
  } catch (error) {
    if (error.name === 'AbortError') return;
    results.removeAttribute('aria-busy');
    results.querySelector('[role=status], [role=alert]').textContent =
      'The search did not answer. Press Search to try again.';
    asked = undefined;
  }
}

form.addEventListener('input', () => {
  clearTimeout(timer);
  timer = setTimeout(search, Math.max(SETTLED_MS, lastAt + APART_MS - performance.now()));
});

// What is new is told, never put between what somebody reads.
let stream;
function follow() {
  stream?.close();
  const live = document.getElementById('live');
  const { end } = document.getElementById('results').dataset;
  live.replaceChildren();
  stream = new EventSource(`${live.dataset.live}?since=${end}`);
  stream.addEventListener('news', ({ data }) => {
    const { requests } = JSON.parse(data);
    const link = document.createElement('a');
    link.href = asked ?? addressOf();
    link.textContent = `${requests} request${requests === 1 ? ' has' : 's have'} something new: show`;
    live.replaceChildren(link);
  });
  stream.addEventListener('over', () => stream.close());
}
follow();
