/** The one stylesheet of all pages: light and dark, from 320 px. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --page: #f4f5f7; --card: #ffffff; --text: #1b1f24; --dim: #57606a; --line: #d8dce2;
  --accent: #1f5fd0; --on-accent: #ffffff;
  --info: #eaf1fd; --good: #e6f6ea; --bad: #fdecec; --warn: #fff4e5; --warn-text: #5c2e00;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0f1318; --card: #181e26; --text: #e6eaf0; --dim: #a3adba; --line: #313a46;
    --accent: #6b9dff; --on-accent: #0b1220;
    --info: #1a2740; --good: #14301d; --bad: #3d1a1c; --warn: #3a2a12; --warn-text: #ffd9a8;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
header { padding: 0.75rem 0; border-bottom: 1px solid var(--line); background: var(--card); }
.brand { max-width: 44rem; margin: 0 auto; padding: 0 1rem; font-weight: 700; letter-spacing: 0.02em; }
main { max-width: 44rem; margin: 0 auto; padding: 1rem; }
h1 { margin: 0.5rem 0 1rem; font-size: 1.5rem; line-height: 1.25; }
h2 { margin: 0 0 0.5rem; font-size: 1.1rem; }
dl, section { margin: 0 0 1rem; padding: 1rem; border: 1px solid var(--line); border-radius: 0.75rem; background: var(--card); }
.row { display: grid; grid-template-columns: 8.5rem minmax(0, 1fr); gap: 0 1rem; padding: 0.4rem 0; }
.row + .row { border-top: 1px solid var(--line); }
dt { color: var(--dim); }
dd { margin: 0; overflow-wrap: anywhere; }
pre { margin: 0; font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: 0.875rem; white-space: pre-wrap; overflow-wrap: anywhere; }
pre.prose { font-family: inherit; font-size: inherit; }
.hash { font-size: 0.875rem; overflow-wrap: anywhere; }
.risk { padding: 0.1rem 0.6rem; border-radius: 1rem; background: var(--info); font-weight: 600; }
.risk.high, .risk.critical { background: var(--bad); }
.risk.medium { background: var(--warn); color: var(--warn-text); }
.notice { margin: 0 0 1rem; padding: 0.75rem 1rem; border-radius: 0.75rem; background: var(--info); overflow-wrap: anywhere; }
.notice.good { background: var(--good); }
.notice.bad { background: var(--bad); }
.notice.warning { background: var(--warn); color: var(--warn-text); }
.people { margin: 0; padding: 0; list-style: none; }
.people li { padding: 0.35rem 0; overflow-wrap: anywhere; }
q { display: block; color: var(--dim); }
.aside { color: var(--dim); font-size: 0.9rem; }
fieldset { display: grid; grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); gap: 0.75rem; margin: 0 0 1rem; padding: 0; border: 0; }
legend { margin-bottom: 0.5rem; padding: 0; font-weight: 600; }
.choice { display: flex; align-items: center; gap: 0.75rem; min-height: 3rem; padding: 0.5rem 1rem; border: 2px solid var(--line); border-radius: 0.6rem; cursor: pointer; }
.choice:has(:checked) { border-color: var(--accent); background: var(--info); }
.choice input { width: 1.2rem; height: 1.2rem; accent-color: var(--accent); }
label[for=reason] { font-weight: 600; }
textarea { display: block; width: 100%; margin: 0.25rem 0 1rem; padding: 0.6rem; border: 1px solid var(--dim); border-radius: 0.5rem; background: var(--page); color: inherit; font: inherit; }
button { width: 100%; min-height: 3rem; padding: 0.6rem 1.5rem; border: 0; border-radius: 0.6rem; background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 600; cursor: pointer; }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
@media (max-width: 30rem) { .row { grid-template-columns: minmax(0, 1fr); } dl, section { padding: 0.75rem; } }
`;
