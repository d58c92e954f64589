'use strict';
// MariaDB's own connector: as text, by prepared statements, pipelined, batches (MariaDB's bulk command), streams.
const mariadb = require('mariadb');
const {emit, run, where} = require('./steps');

const about = (error) => [error.code, error.errno, error.sqlState, error.sqlMessage];

async function results(asked) {
  const found = await asked;
  if (!Array.isArray(found)) return found;
  return [found, found.meta && found.meta.map && found.meta.map((field) => field.name && [field.name(), field.type, field.flags])];
}

async function main() {
  const options = {...where, timezone: 'Z', rowsAsArray: true, multipleStatements: true, allowPublicKeyRetrieval: true, trace: false};
  const link = await mariadb.createConnection(options);
  const ask = {text: (text) => results(link.query(text)), prepared: (text, values) => results(link.execute(text, values)),
    begin: () => link.beginTransaction(), commit: () => link.commit(), rollback: () => link.rollback()};
  await run('mariadb', ask, about);
  emit('several', await results(link.query("select 1 as a; select 2 as b")));
  emit('pipelined', await Promise.all([1, 2, 3].map((id) => link.query('select name from fruit where id = ?', [id]))));
  emit('batch', await link.batch('insert into kept (fruit, said) values (?, ?)', [[1, 'a'], [2, 'ü 😀'], [3, null]]));
  emit('after it', await results(link.query('select fruit, said from kept order by id')));
  let count = 0;
  for await (const row of link.queryStream('select a.id, b.id, c.id from kinds a join kinds b join kinds c')) count += row.length;
  emit('streamed', count);
  emit('server', [link.serverVersion(), link.isValid()]);
  await link.ping();
  await link.reset();
  // Not with MySQL, it says.
  await link.changeUser({user: where.user, password: where.password, database: where.database}).catch((error) => emit('another user', about(error)));
  emit('another user', await results(link.query("select substring_index(user(), '@', 1)")));
  await link.query('delete from kept; alter table kept auto_increment = 1');
  await link.end();
  await mariadb.createConnection({...options, password: 'wrong'}).catch((error) => emit('wrong password', about(error)));
}

main().catch((error) => { console.error(error); process.exit(1); });
