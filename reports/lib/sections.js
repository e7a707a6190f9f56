// The sections of the page, in their order.  Each has a query; most have a picture, a Vega-Lite specification.
import { readFile } from 'node:fs/promises';

const folder = new URL('../pictures/', import.meta.url);

async function textOf(name) {
  try {
    return await readFile(new URL(name, folder), 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

// pictures/page.json names the sections and the columns of their tables.  NAME.sql has the rows of a section and,
// after a line "-- headline", the one row of its sentence.  NAME.json is its picture; a section without is a table.
export async function readSections() {
  const page = JSON.parse(await textOf('page.json'));
  const sections = [];
  for (const entry of page.sections) {
    const [query, headlineQuery] = (await textOf(`${entry.name}.sql`)).split(/^-- headline.*\n/m);
    const spec = await textOf(`${entry.name}.json`);
    sections.push({ ...entry, query, headlineQuery, spec: spec && JSON.parse(spec) });
  }
  sections.night = await textOf('night.sql');
  return sections;
}
