'use strict';

// Drops everything while calls are under way, and lets the garbage collector run all the time.

const stskit = require('../..');

const timer = setInterval(() => global.gc(), 1);

async function use(number) {
  const asked = () => ({ accessKeyId: process.env.AWS_ACCESS_KEY_ID, secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY });
  const session = new stskit.Session(number % 2 ? { credentials: async () => asked() } : {});
  const source = await session.tokens('msk');
  await source.get();
  const role = session.withRole({ RoleArn: 'arn:aws:iam::210987654321:role/demo', RoleSessionName: `n-${number}` });
  return role.client('sts').getCallerIdentity();
}

(async () => {
  for (let times = 0; times < 10; times += 1) {
    const found = await Promise.all(Array.from({ length: 20 }, (_, number) => use(number)));
    found.forEach(({ Arn }, number) => {
      if (!Arn.endsWith(`/n-${number}`)) throw new Error(Arn);
    });
    // Nobody waits for these.
    for (let number = 0; number < 5; number += 1) use(number);
  }
  clearInterval(timer);
  console.log('good');
})();
