'use strict';

// One of two workers: a session of its own, with a function for credentials.

const { parentPort, workerData } = require('node:worker_threads');
const stskit = require('../..');

(async () => {
  let asked = 0;
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = process.env;
  const session = new stskit.Session({
    async credentials() {
      asked += 1;
      return { accessKeyId, secretAccessKey };
    },
  });
  const role = session.withRole({ RoleArn: workerData.role, RoleSessionName: `worker-${workerData.number}` });
  let arn;
  for (let times = 0; times < 50; times += 1) arn = (await role.client('sts').getCallerIdentity()).Arn;
  parentPort.postMessage({ arn, asked });
})();
