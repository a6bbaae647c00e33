'use strict';

// Makes ten thousand calls and tells by how much the process grew.

const assert = require('node:assert/strict');
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

/** Bytes in memory once nothing more goes. */
async function settle() {
  for (let times = 0; times < 20; times += 1) {
    global.gc();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return process.memoryUsage().rss;
}

(async () => {
  source = await session.tokens('eks', { cluster: 'demo' });
  // V8 makes itself at home first.
  await round(1_200);
  const before = await settle();
  calls = 0;
  await round(2_000);
  const grown = (await settle()) - before;
  console.log(JSON.stringify({ calls, grown }));
})();
