// What the Node programs share: where to connect, the statements, canonical lines.
'use strict';

const [host, port, user, password, database] = process.argv.slice(2);

// Types matter: a number that becomes a string is a difference.
function typed(value) {
  if (value === null || value === undefined) return null;
  if (Buffer.isBuffer(value) || value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('hex')}`;
  if (value instanceof Date) return `date ${Number.isNaN(value.getTime()) ? String(value) : value.toISOString()}`;
  if (Array.isArray(value)) return value.map(typed);
  if (typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, typed(v)]));
  return `${typeof value} ${value}`;
}

function emit(step, value) {
  console.log(JSON.stringify({step, value}));
}

// Between two looks at whether something has happened.
const pause = () => new Promise(resolve => { setTimeout(resolve, 10); });

const failing = {
  unique: "insert into products (id, name) values (1, 'again')",
  'foreign key': 'insert into reviews (product_id, stars) values (99999, 1)',
  syntax: 'selec 1',
  'undefined table': 'select * from no_such_table',
  division: 'select 1/0 from accounts',
  cast: "select 'x'::int",
  own: "do $$ begin raise exception 'mine' using errcode = 'TP001', detail = 'detail', hint = 'hint'; end $$",
};

const settings = ["set timezone = 'Asia/Kolkata'", "set datestyle = 'German'", "set datestyle = 'ISO'", 'set search_path = other, public',
  'reset all'];

const reads = ['select id, owner, balance from accounts where id = 1', 'select name from products where id = 1',
  "select to_char(tz, 'YYYY-MM-DD HH24:MI:SS TZ'), d::text from kinds where i4 = 2"];

const logins = ['postgres', 'plain_password', 'with_md5', 'with_scram'];

module.exports = {connection: {host, port: Number(port), user, password, database}, typed, emit, pause, failing, settings, reads, logins};
