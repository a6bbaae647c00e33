'use strict';

// Handles, memory, threads, processes, callbacks and cancelling.

const assert = require('node:assert/strict');
const { fork } = require('node:child_process');
const fs = require('node:fs/promises');
const path = require('node:path');
const { after, before, test } = require('node:test');
const { inspect } = require('node:util');
const { Worker } = require('node:worker_threads');
const stskit = require('..');
const { ROLE, runNode, silence, startScene } = require('./support.js');

const USER = 'arn:aws:iam::123456789012:user/stskit';
const SCRIPTS = path.join(__dirname, 'scripts');
const MFA = 'arn:aws:iam::123456789012:mfa/stskit';

let scene;
before(async () => {
  scene = await startScene('--approve-after', 'never');
});
after(() => scene.stop());

const keys = () => new stskit.Credentials({ accessKeyId: scene.emulator.key, secretAccessKey: scene.emulator.secret });

/** A profile with a sign-in. */
function writeProfile() {
  scene.write(
    'config',
    '[profile dev]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Admin\n' +
      `[sso-session corp]\nsso_start_url = ${scene.emulator.url}/start\nsso_region = us-east-1\n`,
  );
}

async function script(name, ...args) {
  const result = await runNode([path.join(SCRIPTS, name), ...args]);
  assert.equal(result.stderr, '', result.stdout);
  return result;
}

test('ten thousand calls do not grow', async () => {
  const result = await runNode(['--expose-gc', path.join(SCRIPTS, 'growth.js')], {
    env: { ...process.env, MALLOC_ARENA_MAX: '1' },
    seconds: 120,
  });
  assert.deepEqual([result.status, result.stderr], [0, ''], result.stdout);
  const { calls, native, heap } = JSON.parse(result.stdout);
  assert.ok(calls >= 10_000, `${calls} calls`);
  // 15 and 25 bytes a call.
  assert.ok(native < 300_000, `grew by ${native} bytes of malloc`);
  assert.ok(heap < 500_000, `grew by ${heap} bytes in V8`);
});

test('the event loop, files and other sessions go on while calls wait', async () => {
  const server = await silence();
  const session = new stskit.Session({ endpointUrl: server.url, maxAttempts: 1 });
  const calls = Promise.allSettled(Array.from({ length: 20 }, () => session.client('sts').getCallerIdentity()));
  await server.connected(1);
  let ticks = 0;
  const timer = setInterval(() => (ticks += 1), 1);
  while (ticks < 5) await new Promise(setImmediate);
  clearInterval(timer);
  assert.ok((await fs.readFile(__filename)).length > 0);
  session.cancel();
  for (const { reason } of await calls) assert.ok(reason instanceof stskit.CancelledError, reason);
  server.close();
});

test('more calls at once than the pool has room for', async () => {
  const sts = stskit.client('sts', { profile: undefined });
  const answers = await Promise.all(Array.from({ length: 600 }, () => sts.getCallerIdentity()));
  assert.deepEqual([...new Set(answers.map((answer) => answer.Arn))], [USER]);
});

test('an AbortSignal ends a call, and nothing but it', async () => {
  const server = await silence();
  const session = new stskit.Session({ endpointUrl: { sts: server.url }, maxAttempts: 1 });
  const sts = session.client('sts');
  const controller = new AbortController();
  const call = sts.getCallerIdentity({}, { signal: controller.signal });
  await server.connected(1);
  const reason = new Error('enough');
  controller.abort(reason);
  await assert.rejects(call, (error) => error === reason);
  // The client is of use at once.
  assert.equal((await session.credentials()).accessKeyId, scene.emulator.key);
  assert.equal(session.isCancelled, false);

  // With another call under way the aborted one is left to itself; here it ends with the session.
  const other = new AbortController();
  const [first, second] = [sts.getCallerIdentity({}, { signal: other.signal }), sts.getCallerIdentity()];
  const expected = assert.rejects(second, stskit.CancelledError);
  await server.connected(3);
  other.abort();
  await assert.rejects(first, { name: 'AbortError' });
  session.cancel();
  await expected;
  assert.equal(session.isCancelled, true);
  await assert.rejects(session.credentials(), { name: 'CancelledError', status: 'CANCELLED' });
  session.reset();
  assert.equal((await session.credentials()).accessKeyId, scene.emulator.key);
  server.close();

  await assert.rejects(sts.getCallerIdentity({}, { signal: AbortSignal.abort(reason) }), (error) => error === reason);
  await assert.rejects(session.credentials({ signal: 'now' }), stskit.InvalidArgumentError);
  const asked = new stskit.Session({ credentials: () => new Promise(() => {}) });
  const waits = new AbortController();
  const waiting = asked.credentials({ signal: waits.signal });
  setImmediate(() => waits.abort(reason));
  await assert.rejects(waiting, (error) => error === reason);
});

test('a function for credentials is asked once for all, and may use what it likes', async () => {
  let asked = 0;
  const inner = new stskit.Session({
    async credentials() {
      await fs.readFile(__filename);
      return { accessKeyId: scene.emulator.key, secretAccessKey: scene.emulator.secret, expiration: new Date(Date.now() + 3_600_000) };
    },
  });
  const session = new stskit.Session({
    async credentials() {
      asked += 1;
      await Promise.all(Array.from({ length: 10 }, () => fs.readFile(__filename)));
      // Of another session that asks a function itself.
      return inner.credentials();
    },
  });
  const sts = session.client('sts');
  const answers = await Promise.all(Array.from({ length: 30 }, () => sts.getCallerIdentity()));
  assert.deepEqual([...new Set(answers.map((answer) => answer.Arn))], [USER]);
  assert.equal(asked, 1);
  const role = session.withRole({ RoleArn: ROLE, RoleSessionName: 'above' });
  const deep = role.withRole({ RoleArn: ROLE, RoleSessionName: 'deep' });
  assert.match((await deep.client('sts').getCallerIdentity()).Arn, /assumed-role\/demo\/deep$/);
  // Used up: it is asked again.
  await session.invalidate(await session.credentials());
  assert.equal((await session.credentials()).accessKeyId, scene.emulator.key);
  assert.equal(asked, 2);
  assert.equal((await role.client('sts').getCallerIdentity()).Account, '210987654321');
});

test('a role on a role on a function, asked for the first time by all at once', async () => {
  let asked = 0;
  const session = new stskit.Session({ credentials: async () => ((asked += 1), keys()) });
  const role = session.withRole({ RoleArn: ROLE, RoleSessionName: 'one' });
  const deep = role.withRole({ RoleArn: ROLE, RoleSessionName: 'two' });
  const all = [session, role, deep].flatMap((one) => [one, one, one]);
  const names = await Promise.all(all.map(async (one) => (await one.client('sts').getCallerIdentity()).Arn));
  assert.equal(new Set(names).size, 3);
  assert.equal(asked, 1);
});

test('what a function fails with comes back as itself', async () => {
  for (const thrown of [new RangeError('mine'), 'a text', undefined, null, new stskit.CancelledError('mine')]) {
    const session = new stskit.Session({
      credentials: () => {
        throw thrown;
      },
    });
    const calls = [session.credentials(), session.client('sts').getCallerIdentity(), session.withRole({ RoleArn: ROLE }).credentials()];
    for (const { status, reason } of await Promise.allSettled(calls)) {
      assert.equal(status, 'rejected');
      assert.equal(reason, thrown);
    }
  }
  for (const wrong of [null, undefined, 7, {}, { accessKeyId: 'a' }, { accessKeyId: 'a', secretAccessKey: 7 }, { accessKeyId: 'a', secretAccessKey: 'b\0' }]) {
    const session = new stskit.Session({ credentials: async () => wrong });
    await assert.rejects(session.credentials(), stskit.InvalidArgumentError);
  }
  const expired = new stskit.Session({ credentials: () => ({ accessKeyId: 'a', secretAccessKey: 'b', expiration: 1 }) });
  await assert.rejects(expired.credentials(), { name: 'ExpiredError' });
});

test('the code of an MFA device', async () => {
  scene.write(
    'mfa',
    `[profile mfa]\nrole_arn = ${ROLE}\nsource_profile = base\nmfa_serial = ${MFA}\n` +
      `[profile base]\naws_access_key_id = ${scene.emulator.key}\naws_secret_access_key = ${scene.emulator.secret}\n`,
  );
  const asked = [];
  const session = (answer) =>
    new stskit.Session({
      profile: 'mfa',
      configFile: path.join(scene.home, 'mfa'),
      mfa: async (serial) => {
        asked.push(serial);
        // A person takes longer than the library remembers that it had no code.
        await new Promise((resolve) => setTimeout(resolve, 100));
        return answer;
      },
    });
  const one = session('123456');
  const all = await Promise.all(Array.from({ length: 12 }, () => one.credentials()));
  assert.equal(new Set(all.map((found) => found.accessKeyId)).size, 1);
  assert.ok((await session(123456).credentials()).sessionToken);
  assert.deepEqual(asked, [MFA, MFA]);
  for (const wrong of ['1'.repeat(500), '1\0', '\udc80', undefined, {}]) {
    await assert.rejects(session(wrong).credentials(), stskit.InvalidArgumentError);
  }
  await assert.rejects(session('').credentials(), stskit.StskitError);
  // Cancelled while somebody is asked.
  const slow = new stskit.Session({ profile: 'mfa', configFile: path.join(scene.home, 'mfa'), mfa: () => (slow.cancel(), new Promise(() => {})) });
  await assert.rejects(slow.credentials(), stskit.CancelledError);
});

test('at once, where nobody is asked', () => {
  assert.equal(stskit.credentialsSync().accessKeyId, scene.emulator.key);
  assert.equal(stskit.credentialsSync({ region: 'eu-west-1' }).accessKeyId, scene.emulator.key);
  assert.match(new stskit.Session().withRole({ RoleArn: ROLE }).credentialsSync().accessKeyId, /^ASIA/);
  for (const options of [{ credentials: keys }, { mfa: () => '1' }]) {
    for (const session of [new stskit.Session(options), new stskit.Session(options).withRole({ RoleArn: ROLE })]) {
      assert.throws(() => session.credentialsSync(), { name: 'NotSupportedError', status: 'NOT_SUPPORTED' });
    }
  }
  assert.throws(() => stskit.credentialsSync('nobody'), { name: 'ConfigurationError', status: 'INVALID_CONFIGURATION' });
});

test('sessions that are closed', async () => {
  const session = new stskit.Session();
  const sts = session.client('sts');
  const role = session.withRole({ RoleArn: ROLE, RoleSessionName: 'closed' });
  const calls = [sts.getCallerIdentity(), role.credentials(), sts.getCallerIdentity()];
  await calls[0];
  session.close();
  session.close();
  await calls[2];
  await calls[1].catch((error) => assert.ok(error instanceof stskit.InvalidArgumentError, error));
  for (const use of [() => sts.getCallerIdentity(), () => session.credentials(), () => role.credentials(), () => session.region()]) {
    await assert.rejects(use(), { name: 'InvalidArgumentError', message: 'the session is closed' });
  }
  assert.throws(() => session.credentialsSync(), stskit.InvalidArgumentError);
  session.cancel();
  session.reset();
  // The shared one goes on.
  assert.equal((await stskit.credentials()).accessKeyId, scene.emulator.key);
});

test('sign-ins are aborted, and end nothing else', async () => {
  writeProfile();
  const session = new stskit.Session({ profile: 'dev' });
  for (const flow of ['signInWithDeviceCode', 'signInWithBrowser']) {
    const controller = new AbortController();
    const reason = new Error('gone for lunch');
    const signedIn = session[flow](() => setTimeout(() => controller.abort(reason), 20), { signal: controller.signal });
    await assert.rejects(signedIn, (error) => error === reason);
    await assert.rejects(session[flow](() => {}, { signal: AbortSignal.abort(reason) }), (error) => error === reason);
    await assert.rejects(session[flow](), stskit.InvalidArgumentError);
  }
  assert.equal(session.isCancelled, false);
  await assert.rejects(session.credentials(), (error) => {
    assert.ok(error instanceof stskit.LoginRequiredError);
    assert.equal(error.login.command, 'aws sso login --profile dev');
    return true;
  });
  const byHand = new stskit.SsoSession({ name: 'corp', startUrl: `${scene.emulator.url}/start`, region: 'us-east-1', scopes: ['sso:account:access'], cacheFolder: scene.home });
  await assert.rejects(session.ssoToken({ ssoSession: byHand }), stskit.LoginRequiredError);
  assert.throws(() => new stskit.SsoSession({ startUrl: 7, region: 'a' }), stskit.InvalidArgumentError);
  assert.throws(() => new stskit.SsoSession(), stskit.InvalidArgumentError);
});

test('arguments that cannot be', async () => {
  const { InvalidArgumentError } = stskit;
  for (const wrong of ['a\0b', '\udc80', 7, {}, true]) {
    assert.throws(() => new stskit.Session({ profile: wrong }), InvalidArgumentError);
    assert.throws(() => new stskit.Credentials({ accessKeyId: wrong, secretAccessKey: 'b' }), InvalidArgumentError);
    await assert.rejects(stskit.client('sts').call(wrong), InvalidArgumentError);
    await assert.rejects(stskit.sign({ url: 'https://example.com/', service: wrong }), InvalidArgumentError);
  }
  for (const options of [
    { maxAttempts: -1 },
    { maxAttempts: 2 ** 32 },
    { readTimeoutMs: 1.5 },
    { readTimeoutMs: '1' },
    { useFips: 1 },
    { regions: 'a' },
    { credentials: 7 },
    { mfa: '123456' },
    null,
    [],
  ]) {
    assert.throws(() => new stskit.Session(options), InvalidArgumentError, inspect(options));
  }
  for (const options of [
    { retryMode: 'x' },
    { retryMode: 'toString' },
    { endpointUrl: { s3: 'http://127.0.0.1' } },
    { endpointUrl: { sts: 7 } },
    { proxies: { ftp: 'x' } },
    { proxies: { https: 7 } },
  ]) {
    await assert.rejects(new stskit.Session(options).credentials(), InvalidArgumentError, inspect(options));
  }
  assert.throws(() => stskit.client('s3'), /sts, sso, sso-oidc/);
  assert.throws(() => stskit.client('constructor'), InvalidArgumentError);
  const sts = stskit.client('sts');
  const circular = {};
  circular.RoleArn = circular;
  for (const input of [[], 'a', null, circular, { RoleArn: 1n }, { RoleArn: NaN, RoleSessionName: 'me' }, { RoleArn: '\udc80', RoleSessionName: 'me' }]) {
    await assert.rejects(sts.assumeRole(input), InvalidArgumentError, inspect(input));
  }
  await assert.rejects(sts.call('AssumeNothing'), /AssumeRole/);
  assert.throws(() => sts.paginate('GetCallerIdentity', {}, { pages: 1 }), InvalidArgumentError);
  await assert.rejects(stskit.presign({ url: 'https://example.com/', service: 's3', expiresIn: -1 }), InvalidArgumentError);
  await assert.rejects(stskit.sign({ url: 'https://example.com/', service: 's3', body: 7 }), InvalidArgumentError);
  await assert.rejects(stskit.sign({ url: 'https://example.com/', service: 's3', styles: 's3' }), InvalidArgumentError);
  await assert.rejects(stskit.sign({ service: 's3' }), InvalidArgumentError);
  assert.throws(() => keys().sign({ url: 'https://example.com/', service: 's3', region: 'a', time: new Date(NaN) }), InvalidArgumentError);
  assert.throws(() => keys().sign({ url: 'https://example.com/', region: 'a', time: 0 }), InvalidArgumentError);
  await assert.rejects(new stskit.Session().invalidate({ accessKeyId: 'a' }), InvalidArgumentError);
  for (const kind of [{}, { command: 7 }]) assert.throws(() => stskit.Session.withProcess({ ...kind, timeoutMs: -1 }), InvalidArgumentError);
});

test('huge texts', async () => {
  const huge = 'ä'.repeat(5_000_000);
  const sts = stskit.client('sts');
  await assert.rejects(sts.assumeRole({ RoleArn: huge, RoleSessionName: huge }), stskit.StskitError);
  const body = Buffer.alloc(20_000_000, 'a');
  const signed = await stskit.sign({ method: 'PUT', url: 'https://example.com/', service: 's3', style: 's3', body });
  assert.equal(signed['x-amz-content-sha256'], require('node:crypto').createHash('sha256').update(body).digest('hex'));
  const made = new stskit.Credentials({ accessKeyId: 'a', secretAccessKey: 'b', sessionToken: 'a'.repeat(1_000_000) });
  const session = new stskit.Session({ credentials: () => made });
  assert.equal((await session.credentials()).sessionToken.length, 1_000_000);
});

test('the garbage collector may come while calls are under way', async () => {
  const result = await runNode(['--expose-gc', path.join(SCRIPTS, 'collect.js')]);
  assert.deepEqual([result.status, result.stderr, result.stdout], [0, '', 'good\n']);
});

test('a process ends at once, with its status, whatever is under way', async () => {
  const server = await silence();
  writeProfile();
  for (const how of ['call', 'provider', 'asked', 'log', 'many', 'sign-in', 'throw']) {
    const started = process.hrtime.bigint();
    const result = await runNode([path.join(SCRIPTS, 'exit.js'), how, server.url], { seconds: 20 });
    assert.deepEqual([result.status, result.signal], [7, null], `${how}: ${result.stderr} ${result.stdout}`);
    // A generous bound: what is under way would last half a minute.
    assert.ok(process.hrtime.bigint() - started < 15_000_000_000n, how);
  }
  server.close();
});

test('a process ends by itself, with a log and callbacks', async () => {
  const result = await script('end.js');
  assert.equal(result.status, 0);
  assert.match(result.stdout, /^lines: \d+\n$/);
});

test('worker threads, each with a load of its own', async () => {
  const workers = [0, 1].map((number) => new Worker(path.join(SCRIPTS, 'worker.js'), { workerData: { number, role: ROLE } }));
  const mine = stskit.client('sts').getCallerIdentity();
  const found = await Promise.all(
    workers.map((worker) => new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))),
  );
  assert.deepEqual(found.map(({ arn }) => arn), [0, 1].map((number) => `arn:aws:sts::210987654321:assumed-role/demo/worker-${number}`));
  assert.deepEqual(found.map(({ asked }) => asked), [1, 1]);
  assert.equal((await mine).Arn, USER);
  await Promise.all(workers.map((worker) => worker.terminate()));
});

test('child processes', async () => {
  await stskit.client('sts').getCallerIdentity();
  const children = [0, 1, 2].map((number) => fork(path.join(SCRIPTS, 'child.js'), [String(number), ROLE]));
  const names = await Promise.all(children.map((child) => new Promise((resolve) => child.once('message', resolve))));
  assert.deepEqual(names, [0, 1, 2].map((number) => `arn:aws:sts::210987654321:assumed-role/demo/child-${number}`));
  assert.equal((await stskit.client('sts').getCallerIdentity()).Arn, USER);
});

test('the log', async () => {
  const lines = [];
  await stskit.logTo((line) => lines.push(line), 'debug');
  await new stskit.Session().client('sts').getCallerIdentity();
  await stskit.logTo(null);
  assert.ok(lines.length > 0);
  for (const { level, target } of lines) {
    assert.ok(['error', 'warn', 'info', 'debug'].includes(level), level);
    assert.equal(typeof target, 'string');
  }
  const count = lines.length;
  await new stskit.Session().client('sts').getCallerIdentity();
  assert.equal(lines.length, count);
  await assert.rejects(stskit.logTo(() => {}, 'loud'), stskit.InvalidArgumentError);
  await assert.rejects(stskit.logTo('console'), stskit.InvalidArgumentError);
});

test('errors tell all, and the classes are those of the services', async () => {
  const sts = stskit.client('sts');
  await assert.rejects(sts.getDelegatedAccessToken({ TradeInToken: 'expired-token' }), (error) => {
    assert.ok(error instanceof stskit.errors.ExpiredTradeInTokenException);
    assert.ok(error instanceof stskit.ServiceError && error instanceof stskit.StskitError && error instanceof Error);
    assert.deepEqual([error.name, error.code, error.$fault], ['ExpiredTradeInTokenException', 'ExpiredTradeInTokenException', 'client']);
    assert.deepEqual([error.$metadata.httpStatusCode, error.$metadata.requestId], [error.httpStatus, error.requestId]);
    assert.match(String(error), /^ExpiredTradeInTokenException: GetDelegatedAccessToken/);
    return true;
  });
  await assert.rejects(sts.assumeRole({ RoleArn: 'arn:aws:iam::210987654321:role/denied', RoleSessionName: 'me' }), (error) => {
    assert.ok(error instanceof stskit.errors.AccessDeniedException);
    assert.equal(error.name, 'AccessDenied');
    return true;
  });
  await assert.rejects(stskit.client('sso-oidc').createToken({ clientId: 'a', clientSecret: 'b', grantType: 'refresh_token', refreshToken: 'c' }), (error) => {
    assert.equal(error.members.error, 'invalid_client');
    return true;
  });
});

test('sessions are shared where their options say the same', async () => {
  assert.equal(stskit.client('sts').session, stskit.client('sts').session);
  assert.equal(stskit.client('sts', 'dev').session, stskit.client('sso', { profile: 'dev', region: undefined }).session);
  assert.notEqual(stskit.client('sts', { region: 'eu-west-3' }).session, stskit.client('sts').session);
  assert.equal(await stskit.client('sts', { region: 'eu-west-3' }).session.region(), 'eu-west-3');
  const session = new stskit.Session();
  assert.equal(stskit.client('sts', session).session, session);
  assert.equal((await stskit.explain()).steps[0].outcome, 'used');
  assert.ok((await stskit.sign({ url: 'https://example.com/', service: 's3' })).authorization);
  assert.match(await stskit.presign({ url: 'https://example.com/', service: 's3' }), /X-Amz-Signature=/);
});
