'use strict';

// Ends the process with status 7 while something is under way.

const stskit = require('../..');

const [, , how, silent] = process.argv;
const session = (options) => new stskit.Session({ endpointUrl: { sts: silent }, ...options });
const keys = { accessKeyId: 'a', secretAccessKey: 'b' };
const exit = () => process.exit(7);

const ways = {
  call() {
    session().client('sts').getCallerIdentity();
    setTimeout(exit, 200);
  },
  provider() {
    session({ credentials: () => exit() }).credentials();
  },
  async asked() {
    const one = session({ credentials: () => keys });
    await one.credentials();
    // Started, and the process ends in the same breath.
    for (let number = 0; number < 10; number += 1) session({ credentials: () => keys }).credentials();
    setImmediate(exit);
  },
  async log() {
    await stskit.logTo(() => exit(), 'trace');
    session().client('sts').getCallerIdentity();
  },
  async many() {
    await stskit.logTo(() => {}, 'trace');
    for (let number = 0; number < 50; number += 1) session({ credentials: () => keys }).client('sts').getCallerIdentity();
    setTimeout(exit, 60);
  },
  'sign-in'() {
    new stskit.Session({ profile: 'dev' }).signInWithDeviceCode(() => exit());
  },
  throw() {
    process.once('uncaughtException', exit);
    session({
      credentials() {
        setImmediate(() => {
          throw new Error('of the program');
        });
        return new Promise(() => {});
      },
    }).credentials();
  },
};
ways[how]();
