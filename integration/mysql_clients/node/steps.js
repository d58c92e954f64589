'use strict';
// What the programs for Node share: canonical lines, and the steps.
const fs = require('fs');

const [host, port, user, password, database] = process.argv.slice(2);

function shown(value) {
  if (Array.isArray(value)) return value.map(shown);
  if (Buffer.isBuffer(value)) return 'Buffer ' + value.toString('hex');
  if (value instanceof Date) return 'Date ' + (Number.isNaN(value.getTime()) ? 'none' : value.toISOString());
  if (typeof value === 'bigint') return 'bigint ' + value;
  if (value === undefined) return 'undefined';
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).filter(([, one]) => typeof one !== 'function').map(([key, one]) => [key, shown(one)]));
  }
  return value === null ? null : typeof value + ' ' + value;
}

function emit(step, value) {
  process.stdout.write(JSON.stringify({step, value: shown(value)}) + '\n');
}

const READ = {i: Number, s: String, d: String, b: (text) => Buffer.from(text, 'hex'), n: () => null};

function steps() {
  return fs.readFileSync(process.env.STEPS, 'utf8').split('\n').filter((line) => line && !line.startsWith('#')).map((line) => {
    const [way, text, ...values] = line.split('\t');
    return {way, text, values: values.map((one) => READ[one[0]](one.slice(2)))};
  });
}

// ask: {text(sql), prepared(sql, values), begin(), commit(), rollback()}; about(error): what of an error is told.
async function run(name, ask, about) {
  for (const [number, step] of steps().entries()) {
    const title = `${name} ${number} ${step.way} ${step.text || ''}`;
    try {
      emit(title, await ask[step.way](step.text, step.values));
    } catch (error) {
      emit(title, about(error));
    }
  }
}

module.exports = {emit, run, where: {host, port: Number(port), user, password, database}};
