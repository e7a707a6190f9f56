// node-postgres for drivers.pl: the kind of each column of each view, from its values and from what the driver says of it.
const fs = require('fs');
const { Client, types } = require('pg');

// it takes bigint for a text, unless it is told that these are numbers that JavaScript has
types.setTypeParser(20, Number);
const kinds = { 16: 'boolean', 20: 'number', 25: 'text', 701: 'number', 1082: 'date' };
// some versions make a Date of a date, others leave it as 2023-05-31, which charts take as well
const isDate = (value, kind) => value instanceof Date || (kind === 'date' && /^\d{4}-\d\d-\d\d$/.test(value));
const kindOf = (value, kind) => (isDate(value, kind) ? 'date' : { string: 'text' }[typeof value] ?? typeof value);

async function main() {
  const client = new Client({ connectionString: process.argv[2] });
  await client.connect();
  for (const view of fs.readFileSync(process.argv[3], 'utf8').split(/\s+/).filter((one) => one !== '')) {
    const { rows, fields } = await client.query({ text: `SELECT * FROM ${view}`, rowMode: 'array' });
    fields.forEach((field, number) => {
      const kind = kinds[field.dataTypeID] ?? `type ${field.dataTypeID}`;
      const found = new Set([kind]);
      for (const row of rows) if (row[number] !== null) found.add(kindOf(row[number], kind));
      console.log(`${view}.${field.name} ${[...found].sort().join(' ')}`);
    });
  }
  await client.end();
}

main();
