// The command line of reports/make.

const usage = 'usage: reports/make --out DIR [--lang en|vi] [--schema twinning] [--note TEXT] [CONNECTION]';

function wrong(message) {
  const error = new Error(message);
  error.hint = usage;
  return error;
}

// What libpq takes as host=... dbname='...', for node-postgres.
export function parseConnection(text) {
  if (/^postgres(ql)?:\/\//.test(text)) return { connectionString: text };
  const names = { host: 'host', hostaddr: 'host', port: 'port', dbname: 'database', user: 'user', password: 'password', application_name: 'application_name' };
  const connection = {};
  const setting = /\s*(\w+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|((?:[^\s'\\]|\\.)*))\s*/y;
  while (setting.lastIndex < text.length) {
    const found = setting.exec(text);
    if (!found) throw wrong(`"${text}" is no connection: give postgresql://... or host=... dbname=...`);
    if (!names[found[1]]) throw wrong(`"${found[1]}" of the connection is not known here; a postgresql:// address takes all`);
    connection[names[found[1]]] = (found[2] ?? found[3]).replace(/\\(.)/g, '$1');
  }
  return connection;
}

export function readArguments(words) {
  const args = { lang: 'en', schema: 'twinning', connection: {} };
  const rest = [];
  for (let i = 0; i < words.length; i++) {
    const option = /^--(out|lang|schema|note)(?:=(.*))?$/s.exec(words[i]);
    if (words[i] === '--help' || words[i] === '-h') {
      process.stdout.write(`${usage}\n`);
      process.exit(0);
    } else if (option) {
      const value = option[2] ?? words[++i];
      if (value === undefined || value === '') throw wrong(`--${option[1]} needs a value`);
      args[option[1]] = value;
    } else if (words[i].startsWith('-')) {
      throw wrong(`unknown option "${words[i]}"`);
    } else {
      rest.push(words[i]);
    }
  }
  if (!args.out) throw wrong('--out is missing: say where the page goes');
  if (!['en', 'vi'].includes(args.lang)) throw wrong(`--lang is en or vi, not "${args.lang}"`);
  if (rest.length > 1) throw wrong(`one connection at most, not ${rest.length}`);
  if (rest.length === 1) args.connection = parseConnection(rest[0]);
  return args;
}
