// node-postgres.
'use strict';

const {Client, Pool} = require('pg');
const Cursor = require('pg-cursor');
const {to, from} = require('pg-copy-streams');
const {Readable} = require('stream');
const {pipeline} = require('stream/promises');
const {connection, typed, emit, pause, failing, settings, reads, logins} = require('./emit');

const shown = result => [result.command, result.rowCount, result.fields.map(f => [f.name, f.dataTypeID, f.format]), typed(result.rows)];

async function connect(more = {}) {
  const client = new Client({...connection, ...more});
  await client.connect();
  return client;
}

async function authentication() {
  for (const user of logins) {
    const client = await connect({user});
    emit(`login ${user}`, shown(await client.query('select current_user::text')));
    await client.end();
    if (user === 'postgres') continue;
    await connect({user, password: 'wrong'}).then(() => emit(`wrong ${user}`, 'let in'), e => emit(`wrong ${user}`, e.code));
  }
}

async function reading(client) {
  emit('types', shown(await client.query('select * from kinds order by i4')));
  for (let time = 0; time < 3; time++) {
    for (const id of [1, 2, 1]) {
      const text = 'select id, name, price, made, tags, data from products where id = $1';
      emit(`unnamed ${time} ${id}`, shown(await client.query(text, [id])));
      emit(`named ${time} ${id}`, shown(await client.query({name: 'by id', text, values: [id]})));
      emit(`binary ${time} ${id}`, shown(await client.query({text: 'select id, stock from products where id = $1', values: [id], binary: true})));
      emit(`array ${time} ${id}`, shown(await client.query({text, values: [id], rowMode: 'array'})));
    }
  }
  emit('parameters', shown(await client.query('select $1::text, $2::int[], $3::jsonb, $4::bytea, $5::timestamptz, $6::bool',
    ['x', [1, 2], {a: 1}, Buffer.from('00ff', 'hex'), new Date(0), null])));
  const several = await client.query('select 1; select owner from accounts where id = 1; insert into written values (1); delete from written');
  emit('several statements', several.map(shown));
  emit('empty', shown(await client.query('')));
  const large = await client.query('select n, md5(n::text) from generate_series(1, 100000) n');
  emit('large', [large.rows.length, large.rows.reduce((sum, row) => sum + row.n, 0)]);
}

async function states(client) {
  for (const setting of settings) {
    await client.query(setting);
    for (const read of reads) emit(`${setting}: ${read}`, shown(await client.query(read)));
  }
  for (const [name, text] of Object.entries(failing)) {
    await client.query(text).then(() => emit(name, 'no error'), e => emit(name, [e.severity, e.code, e.message, e.detail, e.constraint, e.position]));
    emit(`after ${name}`, shown(await client.query(reads[0])));
  }
}

async function transactions(client) {
  const other = await connect();
  const read = 'select count(*) from written';
  for (const end of ['rollback', 'commit']) {
    await client.query('begin');
    await client.query('insert into written values ($1, $2)', [end.length, end]);
    await client.query('savepoint s');
    await client.query('insert into written values (1)');
    await client.query('rollback to s');
    emit(`inside, before ${end}`, [shown(await client.query(read)), shown(await other.query(read))]);
    await client.query(end);
    emit(`after ${end}`, [shown(await client.query(read)), shown(await other.query(read))]);
  }
  await client.query('delete from written');
  emit('after delete', shown(await other.query(read)));
  await other.end();
}

async function streams(client) {
  await client.query('begin');
  await pipeline(Readable.from(['1\tone\n', '2\ttwo\n']), client.query(from('copy written (id, v) from stdin')));
  emit('copy in', shown(await client.query('select * from written order by id')));
  await client.query('rollback');
  emit('after copy rolled back', shown(await client.query('select * from written')));
  let out = '';
  for await (const piece of client.query(to('copy (select id, owner from accounts order by id) to stdout'))) out += piece;
  emit('copy out', out);
  const cursor = client.query(new Cursor('select id, name from products order by id limit 20'));
  const parts = [];
  for (let part = await cursor.read(6); part.length; part = await cursor.read(6)) parts.push(typed(part));
  await cursor.close();
  emit('cursor', parts);
}

async function asynchronous(client) {
  const other = await connect();
  const heard = new Promise(resolve => client.once('notification', resolve));
  const noticed = new Promise(resolve => client.once('notice', resolve));
  await client.query('listen node');
  await other.query("notify node, 'payload'");
  const note = await heard;
  emit('notification', [note.channel, note.payload, note.processId === other.processID]);
  await client.query("select say('heard')");
  emit('notice', (await noticed).message);
  const sleeping = client.query('select pg_sleep(30)').then(() => 'not cancelled', e => e.code);
  const watch = "select count(*)::int as n from pg_stat_activity where pid = $1 and query like 'select pg_sleep%' and state = 'active'";
  while ((await other.query(watch, [client.processID])).rows[0].n === 0) await pause();
  const killer = new Client(connection);
  killer.cancel(client, client.activeQuery ?? client._activeQuery);
  emit('cancel', await sleeping);
  emit('after cancel', shown(await client.query(reads[0])));
  await other.end();
}

async function pools() {
  const pool = new Pool({...connection, max: 4});
  const found = await Promise.all(Array.from({length: 40}, (_, n) => pool.query('select owner from accounts where id = $1', [n % 10 + 1])));
  emit('pool', found.map(shown));
  await pool.end();
}

async function main() {
  await authentication();
  const client = await connect();
  for (const part of [reading, states, transactions, streams, asynchronous]) await part(client);
  await client.end();
  await pools();
}

main().catch(error => { console.error(error); process.exitCode = 1; });
