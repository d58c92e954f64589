// The driver "postgres" (postgres.js): everything prepared and pipelined.
'use strict';

const postgres = require('postgres');
const {Readable} = require('stream');
const {pipeline} = require('stream/promises');
const {connection, typed, emit, pause, failing, settings, reads, logins} = require('./emit');

function open(more = {}) {
  const {host, port, user, password, database} = {...connection, ...more};
  return postgres({host, port, user, password, database, max: 1, onnotice: () => {}, ...more});
}

const shown = rows => [rows.command, rows.count, rows.columns?.map(c => [c.name, c.type]), typed([...rows])];

async function authentication() {
  for (const user of logins) {
    const sql = open({user});
    emit(`login ${user}`, shown(await sql`select current_user::text`));
    await sql.end();
    if (user === 'postgres') continue;
    const wrong = open({user, password: 'wrong'});
    await wrong`select 1`.then(() => emit(`wrong ${user}`, 'let in'), e => emit(`wrong ${user}`, e.code));
    await wrong.end({timeout: 1});
  }
}

async function reading(sql) {
  emit('types', shown(await sql`select * from kinds order by i4`));
  for (let time = 0; time < 3; time++) {
    for (const id of [1, 2, 1]) emit(`prepared ${time} ${id}`, shown(await sql`select id, name, price, tags, data from products where id = ${id}`));
    emit(`simple ${time}`, shown(await sql.unsafe('select id, name from products where id = 3')));
  }
  const pipelined = await Promise.all(Array.from({length: 30}, (_, n) => sql`select owner from accounts where id = ${n % 7}`));
  emit('pipelined', pipelined.map(shown));
  emit('several', (await sql.unsafe('select 1; select owner from accounts where id = 1')).map(shown));
  emit('values', shown(await sql`select id from accounts where id in ${sql([1, 2, 3])} order by id`));
  const large = await sql`select n, md5(n::text) from generate_series(1, 100000) n`;
  emit('large', [large.length, large.reduce((sum, row) => sum + row.n, 0)]);
}

async function states(sql) {
  for (const setting of settings) {
    await sql.unsafe(setting);
    for (const read of reads) emit(`${setting}: ${read}`, shown(await sql.unsafe(read)));
  }
  for (const [name, text] of Object.entries(failing)) {
    await sql.unsafe(text).then(() => emit(name, 'no error'), e => emit(name, [e.severity, e.code, e.message, e.detail ?? null]));
    emit(`after ${name}`, shown(await sql.unsafe(reads[0])));
  }
}

async function transactions(sql) {
  const other = open();
  const count = async one => shown(await one`select count(*) from written`);
  for (const fail of [true, false]) {
    await sql.begin(async inside => {
      await inside`insert into written ${inside({id: fail ? 1 : 2, v: 'x'})}`;
      await inside.savepoint(async deeper => { await deeper`insert into written values (9)`; throw new Error('deeper'); }).catch(() => {});
      emit(`inside ${fail}`, [await count(inside), await count(other)]);
      if (fail) throw new Error('on purpose');
    }).catch(error => emit('thrown', error.message));
    emit(`after ${fail}`, [await count(sql), await count(other)]);
  }
  await sql`delete from written`;
  emit('after delete', await count(other));
  await other.end();
}

async function streams(sql) {
  const parts = [];
  for await (const rows of sql`select id, name from products order by id limit 20`.cursor(6)) parts.push(typed([...rows]));
  emit('cursor', parts);
  await pipeline(Readable.from(['1\tone\n', '2\ttwo\n']), await sql`copy written (id, v) from stdin`.writable());
  emit('copy in', shown(await sql`select * from written order by id`));
  await sql`delete from written`;
  let out = '';
  for await (const piece of await sql`copy (select id, owner from accounts order by id) to stdout`.readable()) out += piece;
  emit('copy out', out);
}

async function asynchronous(sql) {
  const other = open();
  let resolve;
  const heard = new Promise(done => { resolve = done; });
  const {unlisten} = await other.listen('node3', resolve);
  await sql.notify('node3', 'payload');
  emit('notification', await heard);
  await unlisten();
  const query = sql`select pg_sleep(30)`;
  const sleeping = query.then(() => 'not cancelled', e => e.code);
  const watch = async () => (await other`select count(*)::int as n from pg_stat_activity where query like 'select pg_sleep%' and state = 'active'`)[0].n;
  while (await watch() === 0) await pause();
  query.cancel();
  emit('cancel', await sleeping);
  emit('after cancel', shown(await sql.unsafe(reads[0])));
  await other.end();
}

async function main() {
  await authentication();
  const sql = open();
  for (const part of [reading, states, transactions, streams, asynchronous]) await part(sql);
  await sql.end();
}

main().catch(error => { console.error(error); process.exitCode = 1; });
