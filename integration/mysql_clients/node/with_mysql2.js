'use strict';
// mysql2: as text (query), and by statements prepared at the server (execute).
const mysql = require('mysql2/promise');
const {emit, run, where} = require('./steps');

const about = (error) => [error.code, error.errno, error.sqlState, error.sqlMessage];

async function results(asked) {
  const [rows, fields] = await asked;
  const names = (list) => list && list.map((field) => field && (Array.isArray(field) ? names(field) :
    [field.name, field.columnType, field.flags, field.columnLength, field.characterSet]));
  return [rows, names(fields)];
}

async function main() {
  const options = {...where, timezone: 'Z', supportBigNumbers: true, bigNumberStrings: true, rowsAsArray: true, multipleStatements: true};
  const link = await mysql.createConnection(options);
  const ask = {text: (text) => results(link.query(text)), prepared: (text, values) => results(link.execute(text, values)),
    begin: () => link.beginTransaction(), commit: () => link.commit(), rollback: () => link.rollback()};
  await run('mysql2', ask, about);
  emit('several', await results(link.query('select 1 as a; select 2 as b; insert into kept (said) values (?)', ['x'])));
  let count = 0;
  for await (const row of link.connection.query('select a.id, b.id, c.id from kinds a join kinds b join kinds c').stream()) count += row.length;
  emit('streamed', count);
  await link.ping();
  await link.changeUser({user: where.user, password: where.password, database: where.database});
  emit('another user', await results(link.query("select substring_index(user(), '@', 1)")));
  await link.query('delete from kept; alter table kept auto_increment = 1');
  const pool = mysql.createPool({...options, connectionLimit: 4});
  const asked = [];
  for (let n = 0; n < 20; n++) asked.push(pool.execute('select id, name from fruit where id = ?', [n % 3 + 1]).then(([rows]) => rows));
  emit('pool', await Promise.all(asked));
  await pool.end();
  await link.end();
  await mysql.createConnection({...options, password: 'wrong'}).catch((error) => emit('wrong password', about(error)));
}

main().catch((error) => { console.error(error); process.exit(1); });
