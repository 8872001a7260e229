"""The style sheet of a study's report: light, dark and on paper, from a telephone's width on."""

STYLE = """
:root {
  --page: #fff; --text: #1b1f24; --quiet: #57606a; --line: #d0d7de; --soft: #f3f5f7;
  --done: #1f6f8b; --young: #6aa7bd; --open: #6b7480; --failed: #b3261e; --gap: #e6e9ed;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14171b; --text: #e6e9ed; --quiet: #a3acb6; --line: #3a424b; --soft: #1e2329;
    --done: #5fb3d1; --young: #356f86; --open: #8b949e; --failed: #ff8a80; --gap: #2b323a;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif;
}
main { max-width: 56rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 1rem; text-wrap: balance; }
h2 {
  font-size: 1.15rem; margin: 2.25rem 0 .6rem; padding-bottom: .25rem;
  border-bottom: 1px solid var(--line);
}
p { max-width: 42rem; margin: .5rem 0; overflow-wrap: anywhere; }
.facts { display: flex; flex-wrap: wrap; gap: .75rem; margin: 0; }
.facts div {
  flex: 1 1 7rem; display: flex; flex-direction: column-reverse; padding: .6rem .8rem;
  background: var(--soft); border: 1px solid var(--line); border-radius: .4rem;
}
.facts dd { margin: 0; font-size: 1.3rem; font-weight: 600; }
.facts dt { color: var(--quiet); font-size: .875rem; }
pre {
  margin: .5rem 0; padding: .6rem .8rem; background: var(--soft); border: 1px solid var(--line);
  border-radius: .4rem; white-space: pre-wrap; overflow-wrap: anywhere; font-size: .875rem;
}
figure { margin: .75rem 0; }
figcaption { color: var(--quiet); font-size: .875rem; }
svg { display: block; width: 100%; border-bottom: 1px solid var(--line); }
.bars svg { height: 12rem; }
.strip svg { height: 2.5rem; }
.axis {
  display: flex; justify-content: space-between; color: var(--quiet); font-size: .8rem;
  margin-top: .2rem;
}
.bar, .done { fill: var(--done); background: var(--done); }
.young { fill: var(--young); background: var(--young); }
.open { fill: var(--open); background: var(--open); }
.set-aside { fill: var(--failed); background: var(--failed); }
.gap { fill: var(--gap); }
.strip rect { stroke: var(--page); stroke-width: 1px; vector-effect: non-scaling-stroke; }
.legend {
  display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; margin: .5rem 0;
  padding: 0; font-size: .875rem;
}
.legend li { display: flex; align-items: flex-end; gap: .4rem; }
.key { width: .8rem; height: 1rem; margin-bottom: .25rem; }
.key.young { height: .85rem; }
.key.set-aside { height: .6rem; }
.key.open { height: .3rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .9rem .25rem 0; text-align: left; vertical-align: top; }
thead th { color: var(--quiet); font-weight: 600; border-bottom: 1px solid var(--line); }
tbody th { font-weight: 400; }
tbody th, tbody td { white-space: nowrap; }
tbody .long { white-space: normal; overflow-wrap: anywhere; min-width: 9rem; }
.number { text-align: right; }
.ranking { width: 100%; }
.ranking .share { width: 40%; padding-right: 0; vertical-align: middle; }
.share span { display: block; height: .7rem; background: var(--done); }
@media (max-width: 30rem) {
  th, td { padding-right: .6rem; }
  .ranking .share { width: 25%; }
}
@media print {
  :root {
    --page: #fff; --text: #000; --quiet: #444; --line: #999; --soft: #fff;
    --done: #1f6f8b; --young: #6aa7bd; --open: #6b7480; --failed: #b3261e; --gap: #e6e9ed;
  }
  body { font-size: 10pt; }
  main { max-width: none; padding: 0; }
  .scroll { overflow: visible; }
  tbody th, tbody td { white-space: normal; }
  h2 { break-after: avoid; }
  figure, tr, .facts, .legend { break-inside: avoid; }
  svg, .share span, .key { print-color-adjust: exact; }
}
"""
