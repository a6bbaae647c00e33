'use strict';

// With the AWS SDK for JavaScript: its clients take our credentials, and the two find the same things.

const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');
const { GetCallerIdentityCommand, STSClient } = require('@aws-sdk/client-sts');
const { defaultProvider } = require('@aws-sdk/credential-provider-node');
const stskit = require('..');
const { ROLE, startScene } = require('./support.js');

let scene;
before(async () => {
  scene = await startScene();
  // The SDK reads the files once.
  scene.write('credentials', `[other]\naws_access_key_id = AKIDOTHER\naws_secret_access_key = secret\naws_session_token = token\n`);
});
after(() => scene.stop());

function clientWith(credentials) {
  return new STSClient({ region: 'us-east-1', endpoint: scene.emulator.url, credentials });
}

test('a client of the SDK takes our provider', async () => {
  const sdk = clientWith(stskit.fromStskit());
  const theirs = await sdk.send(new GetCallerIdentityCommand({}));
  const ours = await stskit.client('sts').getCallerIdentity();
  assert.deepEqual([theirs.Account, theirs.Arn, theirs.UserId], [ours.Account, ours.Arn, ours.UserId]);
  assert.equal(ours.$metadata.httpStatusCode, theirs.$metadata.httpStatusCode);
  assert.equal(ours.$metadata.attempts, theirs.$metadata.attempts);
  assert.equal(typeof ours.$metadata.requestId, typeof theirs.$metadata.requestId);
  sdk.destroy();
});

test('temporary credentials reach it with all their members', async () => {
  const session = new stskit.Session().withRole({ RoleArn: ROLE, RoleSessionName: 'for-the-sdk' });
  const provider = stskit.fromStskit(session);
  const found = await provider();
  assert.deepEqual(Object.keys(found).sort(), ['accessKeyId', 'accountId', 'expiration', 'secretAccessKey', 'sessionToken']);
  assert.ok(found.expiration instanceof Date && found.expiration > new Date());
  assert.equal(found.accountId, '210987654321');
  const sdk = clientWith(provider);
  const { Arn } = await sdk.send(new GetCallerIdentityCommand({}));
  assert.equal(Arn, 'arn:aws:sts::210987654321:assumed-role/demo/for-the-sdk');
  sdk.destroy();
});

test('errors of the two look alike', async () => {
  const keys = { accessKeyId: 'AKIDNOBODY', secretAccessKey: 'nothing' };
  const failed = async (call) =>
    call.then(
      () => assert.fail('it should fail'),
      (error) => error,
    );
  const sdk = clientWith(keys);
  const theirs = await failed(sdk.send(new GetCallerIdentityCommand({})));
  const ours = await failed(stskit.client('sts', { credentials: new stskit.Credentials(keys) }).getCallerIdentity());
  assert.deepEqual([ours.name, ours.$fault], [theirs.name, theirs.$fault]);
  assert.equal(ours.$metadata.httpStatusCode, theirs.$metadata.httpStatusCode);
  assert.ok(ours.message.includes(theirs.message), ours.message);
  sdk.destroy();
});

test('both chains find the same profile', async () => {
  const theirs = await defaultProvider({ profile: 'other' })();
  const ours = await stskit.fromStskit('other')();
  for (const name of ['accessKeyId', 'secretAccessKey', 'sessionToken']) assert.equal(ours[name], theirs[name]);
});
