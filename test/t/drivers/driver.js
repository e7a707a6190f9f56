// node-postgres for drivers.pl, which says what is in the file of calls and what is printed.
const fs = require('fs');
const { Client } = require('pg');

const sent = {
  text: (text) => text,
  date: (text) => text,
  int: (text) => Number(text),
  null: () => null,
  array: (text) => text.split('\x1e').map((element) => (element === '\x06' ? null : element)),
  empty: () => [],
};

const printed = (...fields) => console.log(fields.map((field) => String(field ?? '').split(/\s+/).join(' ')).join(' | '));

async function main() {
  const client = new Client({ connectionString: process.argv[2] });
  await client.connect();
  const names = new Map();
  for (const line of fs.readFileSync(process.argv[3], 'utf8').split('\n').filter((one) => one !== '')) {
    const [name, text, ...coded] = line.split('\x1f');
    const values = coded.map((value) => {
      const colon = value.indexOf(':');
      return sent[value.slice(0, colon)](value.slice(colon + 1));
    });
    // a name makes it a prepared statement
    if (!names.has(text)) names.set(text, `statement ${names.size}`);
    try {
      const { rows } = await client.query({ name: names.get(text), text, values, rowMode: 'array' });
      printed(name, rows.map((row) => row.map((value) => (value === null ? 'NULL' : value)).join(' ')).join('; '));
    } catch (error) {
      printed(name, error.code, error.message, error.hint, error.where);
    }
  }
  await client.end();
}

main();
