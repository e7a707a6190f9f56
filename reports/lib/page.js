// The page: one file of HTML that needs nothing else and runs nothing.
import { escape } from './picture.js';
import { colours, font } from './theme.js';

const numeric = new Set(['int', 'km', 'percent', 'points', 'number', 'signed', 'signed_int', 'p']);

function style() {
  const scheme = (name) => Object.entries(colours).map(([key, colour]) => `--${key}:${colour[name]}`).join(';');
  return `
:root{color-scheme:light dark;${scheme('light')}}
@media (prefers-color-scheme:dark){:root{${scheme('dark')}}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1rem;max-width:60rem;background:var(--paper);color:var(--ink);font:1rem/1.5 ${font}}
h1{font-size:1.6rem;line-height:1.25;margin:.5rem 0}
h2{font-size:1.2rem;line-height:1.3;margin:0 0 .25rem}
p{margin:.4rem 0}
section{border-top:1px solid var(--grid);padding:1.2rem 0}
.said{font-size:1.05rem}
.note,.when{color:var(--muted);font-size:.9rem}
.warn{border-left:.3rem solid var(--outer);padding:.2rem 0 .2rem .7rem}
figure{margin:.8rem 0;overflow-x:auto}
.picture{width:100%;height:auto;display:block}
.narrow{display:none}
nav ul{columns:2 18rem;padding-left:1.2rem;margin:.5rem 0}
a{color:var(--inner)}
.table{overflow-x:auto}
table{border-collapse:collapse;font-size:.9rem;margin:.5rem 0}
th,td{padding:.25rem .7rem .25rem 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--grid)}
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
summary{cursor:pointer;color:var(--inner);padding:.3rem 0}
@media (max-width:40rem){.cards thead{position:absolute;left:-999rem}.cards tr{display:block;padding:.5rem 0;border-bottom:1px solid var(--grid)}.cards td{display:block;border:0;padding:0}.cards td::before{content:attr(data-label) ': ';color:var(--muted)}.wide{display:none}.narrow{display:block}body{padding:.75rem}h1{font-size:1.35rem}}
@media print{body{max-width:none;padding:0;font-size:10pt}section,figure{break-inside:avoid}details:not([open])>:not(summary){display:none}nav{display:none}}
`.trim();
}

function columnLabel(section, name, language) {
  const own = `sections.${section.name}.columns.${name}`;
  return language.text(language.has(own) ? own : `columns.${name}`);
}

// A cell has the value of the data beside what is shown, so that a test can hold both together.
function cell(section, row, [name, format], language) {
  const own = row[`${name}_${language.code}`];
  const value = own ?? row[name];
  const raw = value === null || value === undefined ? '' : ` data-value="${escape(value)}"`;
  const label = section.cards ? ` data-label="${escape(columnLabel(section, name, language))}"` : '';
  // what an office wrote in English alone says so, to a reader and to what reads it aloud
  const foreign = own === null && value !== null && language.code !== 'en' ? ' lang="en"' : '';
  return `<td${label}${foreign}${numeric.has(format) ? ' class="n"' : ''}${raw}>${escape(language.format(value, format))}</td>`;
}

// The rows of a table in the order of its columns, texts as the language sorts them: Đống Đa after Cầu Giấy.
function ordered(section, language) {
  const rows = section.rows.filter((row) => Object.entries(section.only ?? {}).every(([name, value]) => row[name] === value));
  if (!section.sort) return rows;
  const collator = new Intl.Collator('vi', { numeric: true });
  const compare = (a, b) => (a === b ? 0 : a === null ? 1 : b === null ? -1 : typeof a === 'string' ? collator.compare(a, b) : a - b);
  return [...rows].sort((x, y) => {
    for (const key of section.sort) {
      const [name, sign] = key.startsWith('-') ? [key.slice(1), -1] : [key, 1];
      const order = sign * compare(x[name], y[name]);
      if (order !== 0) return order;
    }
    return 0;
  });
}

function table(section, language) {
  const columns = Object.entries(section.columns);
  const rows = ordered(section, language);
  const shown = rows.slice(0, section.limit ?? Infinity);
  const label = ([name, format]) => `<th scope="col"${numeric.has(format) ? ' class="n"' : ''}>${escape(columnLabel(section, name, language))}</th>`;
  const rest = rows.length - shown.length;
  const lines = [
    `<div class="table" tabindex="0" role="region" aria-label="${escape(language.text(`sections.${section.name}.title`))}">`,
    `<table data-section="${section.name}"${section.cards ? ' class="cards"' : ''}><thead><tr>${columns.map(label).join('')}</tr></thead><tbody>`,
    ...shown.map((row) => `<tr>${columns.map((column) => cell(section, row, column, language)).join('')}</tr>`),
    '</tbody></table></div>',
  ];
  if (rest > 0) lines.push(`<p class="note">${escape(language.fill(language.text('page.more'), { rest }))}</p>`);
  return lines.join('\n');
}

// A sentence with its numbers marked, each with the value of the data.
function sentence(section, language) {
  if (!section.headline) return '';
  const template = language.text(`sections.${section.name}.sentence`);
  const numbers = Object.entries(section.headline).filter(([, value]) => value !== null)
    .map(([name, value]) => ` data-${name.replaceAll('_', '-')}="${escape(value)}"`).join('');
  const why = section.headline.why ? language.fill(language.text(`sections.${section.name}.why.${section.headline.why}`), section.headline) : '';
  return `<p class="said" data-headline="${section.name}"${numbers}>${escape([language.fill(template, section.headline), why].filter(Boolean).join(' '))}</p>`;
}

function sectionOf(section, language) {
  const text = (key) => language.text(`sections.${section.name}.${key}`);
  const parts = [`<section aria-labelledby="${section.name}">`, `<h2 id="${section.name}">${escape(text('question'))}</h2>`];
  const rows = ordered(section, language).length;
  if (rows === 0 && section.headline?.why) {
    parts.push(sentence(section, language));
  } else if (rows === 0) {
    parts.push(`<p>${escape(language.has(`sections.${section.name}.empty`) ? text('empty') : language.text('page.empty'))}</p>`);
  } else {
    parts.push(sentence(section, language));
    if (section.svg) parts.push(`<figure>${section.svg}</figure>`);
    const list = table(section, language);
    parts.push(section.open || (section.spec && !section.svg) ? list : `<details><summary>${escape(language.fill(language.text(section.svg ? 'page.as_table' : 'page.list'), { rows }))}</summary>${list}</details>`);
    if (language.has(`sections.${section.name}.note`)) parts.push(`<p class="note">${escape(text('note'))}</p>`);
  }
  parts.push('</section>');
  return parts.filter(Boolean).join('\n');
}

export function writePage(page, sections, language) {
  const night = page.night;
  const when = night ? language.fill(language.text('page.as_of'), night) : language.text('page.no_night');
  return `<!DOCTYPE html>
<html lang="${language.code}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>${escape(language.text('page.title'))}</title>
<style>
${style()}
</style>
</head>
<body>
<header>
<h1>${escape(language.text('page.title'))}</h1>
<p class="when">${escape(when)}</p>
${page.note ? `<p class="warn">${escape(page.note)}</p>\n` : ''}</header>
<nav aria-label="${escape(language.text('page.contents'))}"><ul>
${sections.map((section) => `<li><a href="#${section.name}">${escape(language.text(`sections.${section.name}.question`))}</a></li>`).join('\n')}
</ul></nav>
<main>
${sections.map((section) => sectionOf(section, language)).join('\n')}
</main>
<footer><p class="note">${escape(language.text('page.footer'))}</p></footer>
</body>
</html>
`;
}
