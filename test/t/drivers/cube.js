// Cube's driver for drivers.pl: the kind of each column of each view, as Cube would keep it in a pre-aggregation.
const fs = require('fs');
const { PostgresDriver } = require('@cubejs-backend/postgres-driver');

const kinds = { boolean: 'boolean', bigint: 'number', double: 'number', text: 'text', date: 'date' };

async function main() {
  const url = new URL(process.argv[2]);
  const driver = new PostgresDriver({ host: url.hostname, port: Number(url.port), user: url.username, database: url.pathname.slice(1), ssl: false });
  for (const view of fs.readFileSync(process.argv[3], 'utf8').split(/\s+/).filter((one) => one !== '')) {
    const { types } = await driver.downloadQueryResults(`SELECT * FROM ${view}`, [], { highWaterMark: 1000, streamImport: false });
    for (const { name, type } of types) console.log(`${view}.${name} ${kinds[type] ?? type}`);
  }
  await driver.release();
}

main();
