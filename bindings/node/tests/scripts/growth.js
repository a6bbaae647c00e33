'use strict';

// Makes calls, more than ten thousand, and tells by how much the memory in use grew: malloc's, which the library's is, and
// V8's. Resident memory would not tell: freed pages hide a leak, and V8's reservation comes and goes by megabytes.
//
// For glibc, with MALLOC_ARENA_MAX=1, so that what other threads allocate is counted.

const assert = require('node:assert/strict');
const koffi = require('koffi');
const stskit = require('../..');

const ROLE = 'arn:aws:iam::210987654321:role/denied';
const session = new stskit.Session({ readTimeoutMs: 20_000 });
const asked = new stskit.Session({ credentials: () => session.credentials() });
const sts = session.client('sts');
const nobody = new stskit.Session({ profile: 'nobody' });
let calls = 0;
let source;

async function round(count) {
  for (let done = 0; done < count; done += 1) {
    const credentials = await session.credentials();
    credentials.sign({ url: 'https://example.com/', service: 's3', region: 'us-east-1', time: 0 });
    await session.presign({ url: 'https://example.com/', service: 's3' });
    await assert.rejects(nobody.credentials());
    session.credentialsSync();
    await source.get();
    credentials.token('msk', { region: 'us-east-1' }, { time: 0 });
    await assert.rejects(session.token('rds', { port: 0 }));
    calls += 8;
    if (done % 4 === 0) {
      await sts.getCallerIdentity();
      await assert.rejects(sts.assumeRole({ RoleArn: ROLE, RoleSessionName: 'me' }));
      calls += 2;
    }
    if (done % 20 === 0) {
      const made = new stskit.Session({ credentials: () => asked.credentials(), mfa: () => '1' });
      await made.client('sts').presign('GetCallerIdentity');
      await (await made.tokens('msk')).get();
      const role = made.withRole({ RoleArn: ROLE });
      await assert.rejects(role.credentials());
      if (done % 40 === 0) made.close();
      calls += 3;
    }
  }
}

const FIELDS = ['arena', 'ordblks', 'smblks', 'hblks', 'hblkhd', 'usmblks', 'fsmblks', 'uordblks', 'fordblks', 'keepcost'];
const info = koffi.struct('mallinfo2', Object.fromEntries(FIELDS.map((name) => [name, 'size_t'])));
const mallinfo2 = koffi.load('libc.so.6').func('mallinfo2', info, []);

/** Bytes in use once nothing more goes: malloc's and V8's. */
async function settle() {
  for (let times = 0; times < 20; times += 1) {
    global.gc();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const { uordblks, hblkhd } = mallinfo2();
  return [Number(uordblks) + Number(hblkhd), process.memoryUsage().heapUsed];
}

/** The least of each after some rounds. */
async function least(rounds, count) {
  const found = [];
  for (let number = 0; number < rounds; number += 1) {
    await round(count);
    found.push(await settle());
  }
  return [0, 1].map((index) => Math.min(...found.map((row) => row[index])));
}

(async () => {
  source = await session.tokens('eks', { cluster: 'demo' });
  // V8 makes itself at home first.
  await round(1_200);
  const before = await least(4, 600);
  calls = 0;
  const after = await least(6, 600);
  console.log(JSON.stringify({ calls, native: after[0] - before[0], heap: after[1] - before[1] }));
})();
