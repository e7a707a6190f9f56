// The views of a twinning schema, all read in one moment and nothing written.
import pg from 'pg';

// Days stay the texts that PostgreSQL writes: a day has no hour and no time zone.  Counts and numbers become numbers.
const parsers = { 20: Number, 1700: Number, 1082: (text) => text };

function types() {
  return { getTypeParser: (oid, format) => parsers[oid] ?? pg.types.getTypeParser(oid, format) };
}

export async function openDatabase(connection, schema) {
  const client = new pg.Client({ application_name: 'equipair reports', ...connection, types: types() });
  try {
    await client.connect();
  } catch (error) {
    throw new Error(`no connection to the database: ${error.message || error.code}`);
  }
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await client.query(`SELECT set_config('search_path', $1, true)`, [`${pg.escapeIdentifier(schema)}, pg_catalog`]);
    await client.query(`SET LOCAL datestyle = 'ISO, YMD'`);
    const { rows } = await client.query(`SELECT to_regclass($1) IS NOT NULL AS there`, [`${pg.escapeIdentifier(schema)}.v_figures`]);
    if (!rows[0].there) {
      const error = new Error(`schema "${schema}" has no view v_figures, or you may not use the schema`);
      const [role] = (await client.query('SELECT current_user AS name')).rows;
      const quoted = (name) => pg.escapeLiteral(name);
      error.hint = `SELECT create_twinning_schema(${quoted(schema)}) makes it, and SELECT twinning_grant(${quoted(schema)}, ${quoted(role.name)}) lets this role read it.`;
      throw error;
    }
  } catch (error) {
    await client.end();
    throw error;
  }
  return {
    async rows(query, what) {
      try {
        return (await client.query(query)).rows;
      } catch (error) {
        throw new Error(`${what}: ${error.message}`);
      }
    },
    close: () => client.end(),
  };
}
