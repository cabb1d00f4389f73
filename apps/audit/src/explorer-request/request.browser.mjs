// The page works without this. It tells that something is new, and moves nothing: showing it is for whoever reads.
const live = document.getElementById('live');
const stream = new EventSource(live.dataset.live);
stream.addEventListener('news', ({ data }) => {
  const { records } = JSON.parse(data);
  const link = document.createElement('a');
  link.href = location.pathname;
  link.textContent = `${records} new record${records === 1 ? '' : 's'} of this request: show`;
  live.replaceChildren(link);
});
stream.addEventListener('over', () => stream.close());
