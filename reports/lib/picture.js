// Pictures: a Vega-Lite specification and rows become SVG and PNG.  All is drawn here; a reader's browser runs nothing.
import { compile } from 'vega-lite';
import * as vega from 'vega';
import { Resvg } from '@resvg/resvg-js';
import { colours, font } from './theme.js';
import { labelled } from './labels.js';

// What a specification leaves to the rows and to the room there is: a text "$name..." stands for a value.
//   $width, $width*0.9       room for the whole picture, in pixels
//   $either:A|B              A where there is room, B on a phone; $part:A|B, that part of the room
//   $dense:zone              the zone whose districts lie closest together
//   $names:zone              the names of the zones in the rows, in their order; $colours:zone, their colours
//   $counts:column           a few whole numbers for a legend, from small to the largest
//   $last:column             the largest value
//   $headline:column         the value of the sentence
//   $whole:column            all whole numbers from the least to the largest; $beside:column, half a step beyond both
const dynamic = {
  width: (section, language, room, rest) => Math.round(room.width * (rest ? Number(rest.slice(1)) : 1)),
  either: (section, language, room, rest) => Number(rest.split('|')[room.narrow ? 1 : 0]),
  part: (section, language, room, rest) => Math.round(room.width * Number(rest.split('|')[room.narrow ? 1 : 0])),
  dense: (section, language, room, column) => densest(section.rows, column),
  names: (section, language, room, column) => distinct(section, column).map((value) => wordsOf(value, language)),
  colours: (section, language, room, column) => distinct(section, column).map((value, i) => (colours[value] ?? colours[ordered[i % ordered.length]]).light),
  counts: (section, language, room, column) => legendCounts(Math.max(...section.rows.map((row) => row[column] ?? 0))),
  headline: (section, language, room, column) => section.headline?.[column] ?? null,
  whole: (section, language, room, column) => wholeNumbers(section.rows, column),
  beside: (section, language, room, column) => [Math.min(...wholeNumbers(section.rows, column)) - 0.5, Math.max(...wholeNumbers(section.rows, column)) + 0.5],
  last: (section, language, room, column) => section.rows.map((row) => row[column]).reduce((a, b) => (b > a ? b : a)),
};
const ordered = ['inner', 'outer', 'third', 'violet', 'rose', 'soft'];

function distinct(section, column) {
  return [...new Set(section.rows.map((row) => row[column]))].filter((value) => value !== null && value !== undefined).sort();
}

function wholeNumbers(rows, column) {
  const values = rows.map((row) => row[column]).filter((value) => value !== null && value !== undefined);
  const least = Math.min(...values);
  return Array.from({ length: Math.max(...values) - least + 1 }, (_, i) => least + i);
}

// Of the districts on a map: the zone that takes the least room.
function densest(rows, column) {
  const area = (zone) => {
    const points = rows.filter((row) => row[column] === zone && row.longitude !== null);
    const span = (name) => Math.max(...points.map((row) => row[name])) - Math.min(...points.map((row) => row[name]));
    return span('longitude') * span('latitude');
  };
  return distinct({ rows }, column).sort((a, b) => area(a) - area(b))[0];
}

function legendCounts(largest) {
  const small = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000].filter((count) => count < largest);
  return largest < 1 ? [1] : [...small.slice(-2), largest];
}

// Puts words in for "{{path}}", colours for "@name" and values for "$name", everywhere in a specification.
function fillSpec(node, section, language, room) {
  if (typeof node === 'string') {
    if (/^@[a-z]+$/.test(node)) return colours[node.slice(1)].light;
    const asked = /^\$([a-z]+):?(.*)$/.exec(node);
    if (asked && dynamic[asked[1]]) return dynamic[asked[1]](section, language, room, asked[2]);
    return node
      .replace(/\{\{([\w.]+)\}\}/g, (_, path) => language.text(path.includes('.') ? path : `sections.${section.name}.${path}`))
      .replace(/\$(last|dense):(\w+)/g, (_, name, column) => dynamic[name](section, language, room, column));
  }
  if (Array.isArray(node)) return node.map((part) => fillSpec(part, section, language, room));
  if (node && typeof node === 'object') {
    return Object.fromEntries(Object.entries(node).map(([key, part]) => [key, fillSpec(part, section, language, room)]));
  }
  return node;
}

function theme(language, room) {
  const ink = colours.ink.light, muted = colours.muted.light, grid = colours.grid.light;
  return {
    background: null,
    font,
    locale: language.vega(),
    axis: { labelColor: ink, titleColor: ink, domainColor: muted, tickColor: muted, gridColor: grid, labelFontSize: 12, titleFontSize: 12, titleFontWeight: 'normal', labelLimit: 0, titleLimit: 0 },
    legend: { labelColor: ink, titleColor: ink, labelFontSize: 12, titleFontSize: 12, titleFontWeight: 'normal', orient: 'top', labelLimit: 0, titleLimit: 0, columnPadding: 18, ...(room.narrow ? { columns: 1, direction: 'vertical', titleOrient: 'left', layout: { top: { direction: 'vertical', anchor: 'start', margin: 2 } } } : {}) },
    text: { color: ink, fontSize: 12 },
    view: { stroke: null },
    header: { labelColor: ink, titleColor: ink, labelFontSize: 12 },
  };
}

// The rows that a picture is of, as page.json says: "latest", those of the largest value of a column alone; "flow", from
// where to where, as one more column; "places", those with a place on the map.
export function pictureRows(section) {
  let { rows } = section;
  if (section.latest) {
    const last = dynamic.last({ rows }, null, null, section.latest);
    rows = rows.filter((row) => row[section.latest] === last);
  }
  if (section.flow) rows = withFlows(rows, section.flow);
  if (section.places) {
    const known = (row, columns) => columns.every((column) => row[column] !== null);
    rows = rows.filter((row) => known(row, section.places.point) && (row.kind !== 'line' || known(row, section.places.to)));
    // one place is no map
    if (new Set(rows.map((row) => section.places.point.map((column) => row[column]).join())).size < 2) return [];
  }
  return rows;
}

// No more directions than there are colours: the rarest become one.
function withFlows(rows, [from, to, count]) {
  const named = rows.map((row) => ({ ...row, flow: `${row[from]} → ${row[to]}` }));
  const weight = new Map();
  for (const row of named) weight.set(row.flow, (weight.get(row.flow) ?? 0) + row[count]);
  if (weight.size <= ordered.length) return named;
  const most = new Set([...weight].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, ordered.length - 1).map(([flow]) => flow));
  return named.map((row) => (most.has(row.flow) ? row : { ...row, flow: 'other_directions' }));
}

// Names of the data that the specification shows become words of the language, in columns of their own: zone_name for zone.
function nameValues(section, language) {
  const named = Object.entries(section.columns ?? {}).filter(([, format]) => format === 'value').map(([name]) => name);
  return section.rows.map((row) => ({
    ...row,
    ...Object.fromEntries([...named, ...(section.flow ? ['flow'] : [])].map((name) => [`${name}_name`, wordsOf(row[name], language)])),
  }));
}

// A name in words; "inner → outer" has two.
function wordsOf(value, language) {
  return typeof value === 'string' && value.includes(' → ') ? value.split(' → ').map((part) => language.value(part)).join(' → ') : language.value(value);
}

// A colour that the page may change in the dark, with the light one where there is no page around it.
function adaptable(svg) {
  for (const [name, { light }] of Object.entries(colours)) svg = svg.replaceAll(light, `var(--${name}, ${light})`);
  return svg;
}

export const wide = { width: 760, narrow: false };
const narrow = { width: 330, narrow: true };

async function draw(section, language, room) {
  const spec = fillSpec(section.spec, section, language, room);
  spec.data = { values: nameValues(section, language) };
  if (section.places) spec.data.values = labelled(spec.data.values, densest(section.rows, 'zone'), spec.concat);
  const problems = [];
  const logger = { level: () => logger, info: () => logger, debug: () => logger };
  // bars of one height need no fitting in that direction: Vega-Lite says so, and is right
  logger.warn = logger.error = (...text) => (/Dropping "fit-y"/.test(text[0]) || problems.push(text.join(' ')), logger);
  const compiled = compile(spec, { config: theme(language, room), logger }).spec;
  const view = new vega.View(vega.parse(compiled), { renderer: 'none', logger });
  const svg = await view.toSVG();
  view.finalize();
  if (problems.length > 0) throw new Error(`picture ${section.name}: ${problems[0]}`);
  return svg;
}

// Returns the picture as an SVG file, as PNG, and as SVG for the page: once for a desk and once for a phone.
// Returns nothing where the rows have nothing that could be drawn.
export async function drawPicture(whole, language) {
  const section = { ...whole, rows: pictureRows(whole) };
  if (section.rows.length === 0) return undefined;
  const title = language.text(`sections.${section.name}.title`);
  const alt = language.text(`sections.${section.name}.alt`);
  const svg = await draw(section, language, wide);
  const file = svg.replace(/^<svg ([^>]*)>/, `<svg role="img" $1><title>${escape(title)}</title><desc>${escape(alt)}</desc>`);
  const png = new Resvg(svg, { fitTo: { mode: 'zoom', value: 2 }, background: '#ffffff', font: { loadSystemFonts: true, defaultFontFamily: 'DejaVu Sans' } }).render().asPng();
  const inline = adaptable(inlined(svg, section.name, 'wide', title, alt)) +
    adaptable(inlined(await draw(section, language, narrow), section.name, 'narrow', title, alt));
  return { svg: file, png, inline };
}

// Ids within a page are unique, and a picture shrinks where there is less room than it was drawn for.
function inlined(svg, name, room, title, alt) {
  const [, width, height] = /<svg [^>]*?width="([\d.]+)"[^>]*?height="([\d.]+)"/.exec(svg);
  const id = `${name}-${room}`;
  return svg
    .replace(/<svg [^>]*>/, `<svg class="picture ${room}" viewBox="0 0 ${width} ${height}" style="max-width:${width}px" role="img" aria-labelledby="${id}-t ${id}-d"><title id="${id}-t">${escape(title)}</title><desc id="${id}-d">${escape(alt)}</desc>`)
    .replace(/(id="|href="#|url\(#)(clip|gradient)/g, `$1${id}-$2`)
    .replace(/ aria-(roledescription|label|hidden)="[^"]*"/g, '').replace(/ role="graphics-[a-z]+"/g, '');
}

export function escape(text) {
  return String(text).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
