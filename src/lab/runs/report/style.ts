/** The style of an HTML report, light and dark and on paper. It is hashed into the page's policy. */
export const REPORT_STYLE = `
:root {
  --ground: #f6f8fa; --card: #ffffff; --ink: #1f2328; --muted: #59636e; --rule: #d1d9e0; --faint: #eaeef2;
  --first: #0969da; --second: #bc4c00; --minor: #8c959f; --limit: #cf222e; --request: #9a6700;
  --good: #1a7f37; --bad: #cf222e; --unknown: #9a6700;
  --good-ground: #dafbe1; --bad-ground: #ffebe9; --unknown-ground: #fff8c5;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ground: #0d1117; --card: #151b23; --ink: #f0f6fc; --muted: #9198a1; --rule: #3d444d; --faint: #262c36;
    --first: #4493f8; --second: #f0883e; --minor: #767f8a; --limit: #f85149; --request: #d29922;
    --good: #3fb950; --bad: #f85149; --unknown: #d29922;
    --good-ground: #12261e; --bad-ground: #2d1517; --unknown-ground: #272115;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--ground); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
}
main { max-width: 1040px; margin: 0 auto; padding: 32px 20px 48px; }
header { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 16px; margin-bottom: 16px; }
h1 { font-size: 26px; line-height: 1.25; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 17px; line-height: 1.3; margin: 0 0 12px; overflow-wrap: anywhere; }
h2 .name { background: none; padding: 0; font-size: 16px; }
p { margin: 0 0 16px; max-width: 80ch; }
section { background: var(--card); border: 1px solid var(--rule); border-radius: 10px; padding: 20px; margin-bottom: 16px; }
section > :last-child { margin-bottom: 0; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(180px, 1fr)); gap: 12px; }
.tile { border: 1px solid var(--rule); border-left: 4px solid var(--minor); border-radius: 8px; padding: 12px 14px; }
.tile.good { border-left-color: var(--good); }
.tile.bad { border-left-color: var(--bad); }
.tile.unknown { border-left-color: var(--unknown); }
.tile .label, .tile .note { color: var(--muted); font-size: 13px; }
.tile .value { font-size: 26px; font-weight: 600; line-height: 1.25; font-variant-numeric: tabular-nums; }
.tile.bad .value { color: var(--bad); }
.badge {
  display: inline-block; white-space: nowrap; border-radius: 999px; padding: 1px 10px;
  font-size: 13px; font-weight: 600; border: 1px solid;
}
header .badge { font-size: 15px; padding: 3px 14px; }
.badge.good { color: var(--good); background: var(--good-ground); }
.badge.bad { color: var(--bad); background: var(--bad-ground); }
.badge.unknown { color: var(--unknown); background: var(--unknown-ground); }
.name {
  font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace;
  font-size: 0.9em; background: var(--faint); border-radius: 4px; padding: 1px 4px;
  overflow-wrap: anywhere; unicode-bidi: isolate;
}
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(300px, 1fr)); gap: 0 32px; margin: 0 0 12px; }
dl > div { display: flex; gap: 12px; padding: 6px 0; border-bottom: 1px solid var(--faint); }
dt { flex: 0 0 92px; color: var(--muted); }
dd { margin: 0; min-width: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
.scroll { overflow: auto; max-height: 480px; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
caption { text-align: left; color: var(--muted); font-size: 13px; padding-bottom: 6px; }
th { text-align: left; font-weight: 600; color: var(--muted); font-size: 13px; }
th, td { padding: 6px 12px 6px 0; border-bottom: 1px solid var(--faint); vertical-align: top; }
thead th { border-bottom-color: var(--rule); }
.number { text-align: right; padding-right: 20px; white-space: nowrap; font-variant-numeric: tabular-nums; }
.short, .short .name { white-space: nowrap; }
figure { margin: 0 0 12px; }
svg.chart { display: block; width: 100%; height: auto; }
svg text { fill: var(--muted); font: 12px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
svg .level { stroke: var(--faint); }
svg text.level, svg text.moment { stroke: none; }
svg .axis, svg .tick { stroke: var(--rule); }
.curve { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
.curve.first { stroke: var(--first); }
.curve.second { stroke: var(--second); }
.curve.minor { stroke: var(--minor); stroke-width: 1.25; }
.area { fill: var(--first); opacity: 0.12; }
.line { stroke-width: 1.5; }
.line.limit { stroke: var(--limit); stroke-dasharray: 7 4; }
.line.request { stroke: var(--request); stroke-dasharray: 2 4; }
.gap { fill: var(--unknown); opacity: 0.16; }
.mark { stroke: var(--muted); stroke-width: 1; opacity: 0.45; stroke-dasharray: 2 3; }
.mark.kill, .mark.restart, .mark.probe { stroke: var(--bad); opacity: 0.5; }
.sign { font-weight: 700; }
svg .sign { fill: var(--muted); font-size: 13px; }
svg .sign.kill, svg .sign.restart, svg .sign.probe { fill: var(--bad); }
svg .sign.of-second { fill: var(--second); }
figcaption { display: flex; flex-wrap: wrap; gap: 4px 18px; color: var(--muted); font-size: 13px; padding: 6px 0 0 76px; }
figcaption .item { white-space: nowrap; }
figcaption .axis { margin-left: auto; }
figcaption .sign.kill, figcaption .sign.restart, figcaption .sign.probe { color: var(--bad); }
.swatch { display: inline-block; width: 22px; height: 10px; vertical-align: middle; }
span.swatch.gap { background: var(--unknown); }
details { margin-top: 8px; }
summary { cursor: pointer; color: var(--muted); }
pre {
  background: var(--faint); border-radius: 8px; padding: 14px; overflow-x: auto; margin: 10px 0 0;
  font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace;
}
footer { color: var(--muted); font-size: 13px; padding: 4px 2px; }
@media (max-width: 600px) { figcaption { padding-left: 0; } }
@media print {
  :root { color-scheme: light; }
  body { background: none; font-size: 12px; }
  main { max-width: none; padding: 0; }
  section { border: 0; padding: 0 0 12px; break-inside: avoid-page; }
  tr, figure, .tiles { break-inside: avoid; }
  details:not([open]) { display: none; }
  pre { white-space: pre-wrap; }
  .scroll { max-height: none; overflow: visible; }
}
`;
