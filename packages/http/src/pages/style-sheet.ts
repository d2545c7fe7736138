import { createHash } from "node:crypto";

/** Both themes, with the same names. `style-sheet.test.ts` checks their contrasts. */
export const themes = {
  light: {
    "--surface-1": "#ffffff",
    "--surface-2": "#f5f6f8",
    "--surface-3": "#e9ecef",
    "--line": "#d8dce1",
    "--edge": "#767e88",
    "--text-1": "#1a1d21",
    "--text-2": "#545c66",
    "--accent": "#0a5fb4",
    "--accent-fill": "#0a5fb4",
    "--accent-strong": "#084b8f",
    "--on-accent": "#ffffff",
    "--bad": "#b3261e",
    "--good": "#1a6b37",
  },
  dark: {
    "--surface-1": "#1c2024",
    "--surface-2": "#14171a",
    "--surface-3": "#2a2f35",
    "--line": "#383e45",
    "--edge": "#8a929c",
    "--text-1": "#e8eaed",
    "--text-2": "#a9b1ba",
    "--accent": "#82b8f2",
    "--accent-fill": "#82b8f2",
    "--accent-strong": "#a6cdf7",
    "--on-accent": "#0b1622",
    "--bad": "#f2938c",
    "--good": "#7fcf9b",
  },
} as const;

const declarations = (theme: Readonly<Record<string, string>>): string =>
  Object.entries(theme)
    .map(([name, colour]) => `${name}:${colour}`)
    .join(";");

const rules = `
*,::before,::after{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;min-height:100vh;display:flex;flex-direction:column;background:var(--surface-2);color:var(--text-1);
  font:.875rem/1.25rem system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;overflow-wrap:break-word}
a{color:var(--accent);text-underline-offset:2px}
a,strong,code{unicode-bidi:isolate}
a:hover{color:var(--accent-strong)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:2px}
[hidden]{display:none!important}
.skip a{position:absolute;left:8px;top:-6rem;padding:8px 16px;background:var(--surface-1);border:1px solid var(--edge);
  border-radius:6px;z-index:1}
.skip a:focus{top:8px}
.top,.foot{width:100%;background:var(--surface-1)}
.top{border-bottom:1px solid var(--line)}
.foot{border-top:1px solid var(--line);margin-top:auto;color:var(--text-2)}
.bar{max-width:70rem;margin:0 auto;padding:8px 16px;min-height:48px;display:flex;flex-wrap:wrap;align-items:center;
  gap:4px 16px}
.name{font-weight:600;font-size:1rem;color:var(--text-1);text-decoration:none;display:inline-flex;align-items:center;
  gap:8px;min-height:32px}
.name svg{color:var(--accent)}
.bar nav{margin-left:auto}
.bar ul{list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:4px 16px}
.bar li{display:flex;align-items:center;min-height:32px}
.bar li a{padding:6px 0}
.page{width:100%;max-width:45rem;margin:0 auto;padding:24px 16px 40px}
.page.wide{max-width:70rem}
.page.small{max-width:27.5rem}
h1,td,li,.bloc2{overflow-wrap:anywhere}
h1{font-size:1.5rem;line-height:2rem;font-weight:600;margin:0 0 8px}
h2{font-size:1rem;line-height:1.5rem;font-weight:600;margin:32px 0 8px}
p{margin:0 0 12px}
ul,ol{margin:0 0 12px;padding-left:24px}
.quiet{color:var(--text-2)}
progress{width:100%;height:8px;accent-color:var(--accent-fill)}
.box{background:var(--surface-1);border:1px solid var(--line);border-radius:6px;padding:24px;margin:0 0 16px}
.box>:last-child{margin-bottom:0}
.box>h2:first-child{margin-top:0}
.notice{background:var(--surface-1);border:1px solid var(--line);border-left:4px solid var(--edge);border-radius:6px;
  padding:12px 16px;margin:0 0 16px}
.notice>:last-child{margin-bottom:0}
.notice.bad{border-left-color:var(--bad)}
.notice.good{border-left-color:var(--good)}
.bad>strong{color:var(--bad)}
code,pre,.code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.8125rem}
pre{background:var(--surface-3);border-radius:6px;padding:12px;margin:0 0 12px;white-space:pre-wrap;
  overflow-wrap:anywhere;user-select:all}
svg{flex:none;width:1.25rem;height:1.25rem;fill:none;stroke:currentColor;stroke-width:1.6;stroke-linecap:round;
  stroke-linejoin:round}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:8px 16px 8px 0;border-top:1px solid var(--line)}
thead th,tr:first-child>th:only-child{border-top:0}
th{font-weight:500;color:var(--text-2)}
.list td:nth-child(2),.report td:nth-child(2){white-space:nowrap;font-variant-numeric:tabular-nums}
.list td:nth-child(2),.list th:nth-child(2){text-align:right;padding-right:0}
.keys{overflow-x:auto}
.keys :is(td,th){overflow-wrap:break-word}
.fetched td:first-child,.fetched a{overflow-wrap:anywhere}
.fetched button{white-space:nowrap}
.keys td:first-child{min-width:6rem}
.keys thead td{border:0}
.keys+.notice{margin-top:16px}
.wide>.box{max-width:43rem}
.rights{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(8.5rem,100%),1fr));gap:0 16px}
details{margin:0 0 16px}
summary{min-height:32px;padding:6px 0;cursor:pointer;color:var(--accent)}
@media (max-width:49.99em){.keys thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}.keys tr{display:block;padding:8px 0;
  border-top:1px solid var(--line)}.keys td{display:block;padding:0;border:0}
  .keys [data-label]::before{content:attr(data-label) ": ";color:var(--text-2)}
  :lang(fr) .keys [data-label]::before{content:attr(data-label) " : "}}
#ct{display:grid;grid-template-columns:minmax(0,3fr) auto minmax(0,2fr) auto;gap:4px 16px;align-items:center;margin:0 0 16px}
#ct>:first-child{grid-column:1/-1;color:var(--text-2)}
#ct form,.keys form{margin:0}
@media (max-width:49.99em){#ct{grid-template-columns:minmax(0,1fr) auto}}
.folders{list-style:none;padding:0}
.folders li{display:flex;gap:8px;align-items:center;min-height:32px}
.folders svg{color:var(--accent)}
.folders form{margin:0;min-width:0}
.folders :is(a,.go){overflow-wrap:anywhere}
.way{display:flex;flex-wrap:wrap;gap:0 16px;margin:0 0 8px}
label{display:block;margin:0 0 4px;font-weight:500}
.check{display:flex;align-items:center;gap:8px;min-height:32px;font-weight:400;margin:0}
input:not([type=checkbox],[type=radio],[type=submit],[type=file]),select,textarea{width:100%;min-height:40px;
  padding:8px 12px;font:inherit;font-size:1rem;color:var(--text-1);background:var(--surface-1);
  border:1px solid var(--edge);border-radius:6px}
input[type=file]{width:100%;min-height:40px;font:inherit;color:var(--text-1);padding:6px 0}
input[type=checkbox],input[type=radio]{flex:none;width:1.25rem;height:1.25rem;margin:0;accent-color:var(--accent-fill)}
[aria-invalid=true]{border-color:var(--bad)!important}
.error{color:var(--bad);margin:4px 0 0}
.field{margin:0 0 16px}
.field .quiet{margin:4px 0 0}
.button,.btn-general,input[type=submit],button{display:inline-flex;align-items:center;justify-content:center;gap:8px;
  min-height:40px;max-width:100%;padding:8px 20px;font:inherit;font-weight:600;white-space:normal;color:var(--on-accent);background:var(--accent-fill);
  border:1px solid var(--accent-fill);border-radius:6px;text-decoration:none;cursor:pointer}
.button:hover,.btn-general:hover,input[type=submit]:hover,button:hover{background:var(--accent-strong);
  border-color:var(--accent-strong);color:var(--on-accent)}
.go{display:inline;min-height:0;padding:0;font-weight:400;text-align:start;text-decoration:underline;color:var(--accent);background:none;border:0}
.go:hover{color:var(--accent-strong);background:none}
.menu ul{list-style:none;margin:0 0 16px;padding:0;display:flex;flex-wrap:wrap;gap:0 12px}
.menu a{display:inline-flex;align-items:center;min-height:32px}
.menu [aria-current]{color:var(--text-1);font-weight:600;text-decoration:none}
.check+p{margin-top:12px}
.notice>:last-child{margin-bottom:0}
.entries{list-style:none;margin:0 0 12px;padding:0}
.entries li{display:flex;flex-wrap:wrap;align-items:center;justify-content:space-between;gap:8px 16px;padding:12px 0;
  border-top:1px solid var(--line)}
.entries form{margin:0}
.entries li>div:first-child{flex:1 1 15rem;min-width:0}
.acts{display:flex;gap:0 16px}
.entries li>a,.acts a{padding:6px 0}
.entries input[readonly]{margin-top:4px;font-size:.8125rem;min-height:32px;padding:4px 8px;max-width:30rem}
.item{display:inline-flex;align-items:center;gap:8px}
fieldset{border:1px solid var(--line);border-radius:6px;margin:0 0 16px;padding:8px 16px}
legend{font-weight:600;padding:0 4px}
.mark{border:1px solid var(--edge);border-radius:6px;padding:0 6px;font-size:.75rem}
.plain{background:var(--surface-1)!important;border-color:var(--edge)!important;color:var(--text-1)!important}
.danger{background:var(--bad)!important;border-color:var(--bad)!important;color:var(--surface-1)!important}
h1 svg{width:1.5rem;height:1.5rem;margin:4px 0;color:var(--accent)}
h1:has(svg){display:flex;gap:12px}
.file form{display:grid;grid-template-columns:minmax(0,1fr) auto;gap:0 24px;align-items:start}
.file form>:not(table){grid-column:1/-1}
.file .info{grid-column:1}
.file .info th,.file .info td{padding:4px 16px 4px 0;border:0}
.file .info th{width:5.5rem}
.file .info tr:first-child,.file .premium .normal{display:none}
.file .premium{width:auto}
.locked .info{display:none}
.file .premium td{padding:0;border:0}
.file img{display:block;border-radius:6px}
.report .premium tr:first-child{white-space:nowrap}
.own .premium :is(td,th):nth-child(4){display:none}
.act{display:flex;flex-wrap:wrap;align-items:center;gap:8px 16px;margin:24px 0 8px}
.big{width:100%;min-height:48px;font-size:1rem}
.page>[style]{display:flex;flex-direction:column;align-items:flex-start;gap:12px}
.page>[style] .ok{min-height:48px;width:100%;font-size:1rem}
@media (max-width:29.99em){.page{padding:16px 12px 32px}.box{padding:16px}h1{font-size:1.25rem;line-height:1.75rem}
  .bar{padding:8px 12px}
  .file form{grid-template-columns:minmax(0,1fr)}.file .premium{grid-column:1;order:1;margin-top:16px}}
@media (max-width:39.99em){.report .premium tr{display:grid;padding:12px 0;border-top:1px solid var(--line)}
  .report .premium td{display:block;padding:0;border:0}.report .premium td:first-child{font-weight:600}
  .report .premium tr:first-child{display:none}}
@media (forced-colors:active){.box,.notice,pre,.button,.btn-general,input[type=submit],button{border:1px solid}
  :focus-visible{outline-color:Highlight}}
@media print{.skip,.top nav,.foot{display:none}body{background:none}}
`;

/** The whole style sheet, on one line: a Java client counts the lines of the upload report. */
export const styleSheet =
  `:root{color-scheme:light dark;${declarations(themes.light)}}` +
  `@media (prefers-color-scheme:dark){:root{${declarations(themes.dark)}}}` +
  rules.replace(/\n\s*/g, "");

/**
 * The `style` attributes that clients look for (contract: the name, the size, the anchor, its block), and no others.
 */
export const styleAttributes = {
  fileName: "font-weight:bold",
  fileSize: "font-size:0.9em;font-style:italic",
  linkAnchor: "float:none",
  linkBlock: "vertical-align:middle",
} as const;

const hashOf = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** Hashes for a Content-Security-Policy that allows these styles, and none that somebody might inject into a page. */
export const styleSources = [hashOf(styleSheet), "'unsafe-hashes'", ...Object.values(styleAttributes).map(hashOf)].join(
  " ",
);
