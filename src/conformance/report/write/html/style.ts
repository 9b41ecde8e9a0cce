/** How the page looks: on a screen in the reader's theme, and on paper. Words and signs stand beside every colour. */
export const style = `
:root { color-scheme: light dark; --page: #ffffff; --text: #1b1f24; --quiet: #57606a; --line: #d0d7de; --panel: #f6f8fa;
  --good: #116329; --bad: #b3141d; --warn: #7d4e00; --info: #0a4f9e; --good-bg: #e6f4ea; --bad-bg: #fdebec; --warn-bg: #fff5d6; }
@media (prefers-color-scheme: dark) {
  :root { --page: #0f1318; --text: #e6edf3; --quiet: #9aa7b4; --line: #38414b; --panel: #191f27;
    --good: #6fd48a; --bad: #ff8f8a; --warn: #e8b84a; --info: #7cb8ff; --good-bg: #12291a; --bad-bg: #34171a; --warn-bg: #2f2611; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 66rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.5rem; margin: 0 0 1rem; } h2 { font-size: 1.25rem; margin: 2.5rem 0 .75rem; }
h3 { font-size: 1.05rem; margin: 0 0 .5rem; } h4 { font-size: .95rem; margin: 1.25rem 0 .4rem; }
p { margin: .4rem 0; } a { color: var(--info); } .quiet { color: var(--quiet); }
.verdict { border: 1px solid currentColor; border-left-width: .5rem; border-radius: .4rem; padding: .9rem 1.1rem; font-size: 1.1rem; }
.verdict b { display: block; font-size: 1.3rem; }
.held { color: var(--good); background: var(--good-bg); } .broke { color: var(--bad); background: var(--bad-bg); }
.inconclusive { color: var(--warn); background: var(--warn-bg); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1.25rem; margin: 1.25rem 0; }
dt { color: var(--quiet); } dd { margin: 0; overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .3rem .7rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--quiet); font-weight: 600; } .number { text-align: right; }
td.id { white-space: nowrap; font-family: ui-monospace, monospace; font-size: .875rem; }
.outcome { white-space: nowrap; font-weight: 600; }
.outcome.good { color: var(--good); } .outcome.bad { color: var(--bad); } .outcome.warn { color: var(--warn); }
.outcome.plain { color: var(--quiet); }
article { border: 1px solid var(--line); border-radius: .4rem; padding: 1rem 1.1rem; margin: 0 0 1.25rem; }
article > :last-child { margin-bottom: 0; }
pre, code { font: .84rem/1.5 ui-monospace, monospace; }
pre { background: var(--panel); border-radius: .3rem; padding: .7rem .9rem; margin: .4rem 0; white-space: pre-wrap; overflow-wrap: anywhere; }
details { margin: .5rem 0; } summary { cursor: pointer; padding: .2rem 0; }
summary h3 { display: inline; }
ul { margin: .4rem 0; padding-left: 1.3rem; } li { overflow-wrap: anywhere; }
svg { display: block; min-width: 46rem; width: 100%; height: auto; font: 12px ui-monospace, monospace; }
svg text { fill: var(--text); } svg .quiet { fill: var(--quiet); } svg .lane { stroke: var(--line); stroke-width: 2; }
svg .row { fill: var(--panel); } svg .bold { font-weight: 700; }
svg .durable { stroke: var(--good); fill: var(--good); } svg .deferred { stroke: var(--warn); fill: var(--warn); }
svg .in-flight { stroke: var(--bad); fill: var(--bad); } svg .refused, svg .read, svg .crashed { stroke: var(--quiet); fill: var(--quiet); }
svg text.durable, svg text.deferred, svg text.in-flight, svg text.refused, svg text.read, svg text.crashed, svg text.crash { stroke: none; }
svg .hollow { fill: var(--page); } svg .arrow { fill: none; stroke-width: 1.6; } svg .dashed { stroke-dasharray: 4 3; }
svg .crash { stroke: var(--bad); fill: none; stroke-width: 2; } svg text.crash { fill: var(--bad); font-weight: 700; }
.wide:focus-visible, summary:focus-visible { outline: 2px solid var(--info); outline-offset: 2px; }
@media print {
  :root { --page: #fff; --text: #000; --quiet: #444; --line: #bbb; --panel: #f4f4f4; --good: #0b5a20; --bad: #9c0d16; --warn: #6b4300; }
  main { max-width: none; padding: 0; } details::details-content { content-visibility: visible; }
  article, tr, svg { break-inside: avoid; } .wide { overflow: visible; } svg { min-width: 0; }
}
`
