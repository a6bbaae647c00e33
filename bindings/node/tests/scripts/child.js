'use strict';

// A child of child_process.fork().

const stskit = require('../..');

const [, , number, role] = process.argv;
const session = new stskit.Session().withRole({ RoleArn: role, RoleSessionName: `child-${number}` });
(async () => {
  const { Arn } = await session.client('sts').getCallerIdentity();
  process.send(Arn, () => process.disconnect());
})();
