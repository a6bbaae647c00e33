'use strict';

// Uses callbacks and the log, and just ends: nothing keeps the process.

const stskit = require('../..');

(async () => {
  let lines = 0;
  await stskit.logTo(() => (lines += 1), 'trace');
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = process.env;
  const session = new stskit.Session({ credentials: async () => ({ accessKeyId, secretAccessKey }) });
  await session.client('sts').getCallerIdentity();
  console.log(`lines: ${lines}`);
})();
