/** The colours of the picture, for light and for dark pages, and its type. */
export const SVG_STYLE = `<style>
svg {
  --page: #ffffff; --text: #1f2328; --muted: #59636e; --rule: #d1d9e0; --never: #eff2f5;
  --automation: #dafbe1; --automation-edge: #1a7f37; --people: #ddf4ff; --people-edge: #0969da;
  --deny: #ffcecb; --deny-edge: #a40e26; --gap: #ffffff; --gap-edge: #cf222e;
  --conditional: #fff3b0; --conditional-edge: #7d4e00;
}
@media (prefers-color-scheme: dark) {
  svg {
    --page: #0d1117; --text: #f0f6fc; --muted: #9198a1; --rule: #3d444d; --never: #151b23;
    --automation: #12361f; --automation-edge: #3fb950; --people: #0c2d57; --people-edge: #58a6ff;
    --deny: #67060c; --deny-edge: #ff7b72; --gap: #0d1117; --gap-edge: #f85149;
    --conditional: #4b3504; --conditional-edge: #e3b341;
  }
}
.page { fill: var(--page); }
text { fill: var(--text); font: 13px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
.title { font-size: 22px; font-weight: 600; }
.heading { font-weight: 600; fill: var(--muted); }
.action { font-weight: 600; }
.environment, .small { fill: var(--muted); font-size: 12px; }
.yes { fill: var(--deny-edge); font-weight: 600; }
.cell.on-hatch { paint-order: stroke; stroke: var(--gap); stroke-width: 4px; stroke-linejoin: round; }
.rule { stroke: var(--rule); fill: none; }
.box { stroke-width: 1; }
.box.automation { fill: var(--automation); stroke: var(--automation-edge); }
.box.people { fill: var(--people); stroke: var(--people-edge); }
.box.deny { fill: var(--deny); stroke: var(--deny-edge); stroke-width: 2; }
.box.gap { fill: var(--gap); stroke: var(--gap-edge); stroke-dasharray: 5 4; }
.box.conditional { fill: var(--conditional); stroke: var(--conditional-edge); }
.box.never { fill: var(--never); stroke: none; }
.icon { fill: none; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
.icon.automation { stroke: var(--automation-edge); }
.icon.people { stroke: var(--people-edge); }
.icon.deny { stroke: var(--deny-edge); }
.icon.gap { stroke: var(--gap-edge); }
.icon.conditional { stroke: var(--conditional-edge); }
.hatch { stroke: var(--gap-edge); stroke-opacity: 0.28; }
</style>`;

/** The signs of the five kinds of cells, 16 pixels wide, so that none is told by its colour alone. */
export const SVG_DEFINITIONS = `<defs>
<pattern id="tollgate-hatch" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0 0V8" class="hatch" stroke-width="3"/></pattern>
<symbol id="tollgate-automation" width="16" height="16" viewBox="0 0 16 16"><path d="M2.5 8.5 6.5 12.5 13.5 4"/></symbol>
<symbol id="tollgate-people" width="16" height="16" viewBox="0 0 16 16"><circle cx="8" cy="5" r="3"/><path d="M2.5 14.5c.6-3.4 2.6-5 5.5-5s4.9 1.6 5.5 5"/></symbol>
<symbol id="tollgate-deny" width="16" height="16" viewBox="0 0 16 16"><path d="M3 3 13 13M13 3 3 13"/></symbol>
<symbol id="tollgate-gap" width="16" height="16" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6" stroke-dasharray="3 4"/></symbol>
<symbol id="tollgate-conditional" width="16" height="16" viewBox="0 0 16 16"><path d="M5 5.5c0-4 6-4 6 0 0 2.5-3 2.5-3 4.5M8 13.500v.1"/></symbol>
</defs>`;
