'use strict';

// Tokens beside the cases of all languages: functions that are asked, sources, aborts, wrong inputs, types.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { after, before, test } = require('node:test');
const { setTimeout } = require('node:timers/promises');
const { inspect } = require('node:util');
const { serialize } = require('node:v8');
const stskit = require('..');
const native = require('../lib/native.js');
const { ROLE, PACKAGE, silence, startScene } = require('./support.js');

const DATABASE = { hostname: 'db.example.com', port: 5432, username: 'app' };

let scene;
before(async () => {
  scene = await startScene();
});
after(() => scene.stop());

/** Credentials that last for some seconds, each time others. */
function lasting(...lives) {
  const asked = [];
  const credentials = async () => {
    const life = lives[Math.min(asked.length, lives.length - 1)];
    asked.push(life);
    const values = { accessKeyId: `AKID${asked.length}`, secretAccessKey: 'secret', sessionToken: 't' };
    return { ...values, expiration: new Date(Date.now() + life * 1000) };
  };
  return { asked, session: new stskit.Session({ credentials, region: 'eu-west-1' }) };
}

test('a token of the shared session', async () => {
  const token = await stskit.token('rds', DATABASE);
  assert.ok(token instanceof stskit.Token);
  assert.ok(token.text.startsWith('db.example.com:5432/?Action=connect&DBUser=app&'));
  assert.deepEqual([token.purpose, token.user, token.accessKeyId], ['rds', undefined, scene.emulator.key]);
  const left = token.expiration - Date.now();
  assert.ok(780_000 < left && left <= 900_000, `${left}`);
  const other = await stskit.token('msk', undefined, { region: 'eu-west-3' });
  assert.match(Buffer.from(other.text, 'base64url').toString(), /^https:\/\/kafka\.eu-west-3\./);
  const above = await new stskit.Session().withRole({ RoleArn: ROLE }).token('eks', { cluster: 'demo' });
  assert.match(above.accessKeyId, /^ASIA/);
  await assert.rejects(stskit.token('msk', {}, undefined, { signal: AbortSignal.abort() }), { name: 'AbortError' });
});

test('inputs that are not given, bytes, and both spellings', async () => {
  assert.ok(await stskit.token('msk', { userAgent: null, region: undefined, minTtl: 0 }));
  const challenge = Buffer.from('nonce=91703fdc2ef562e19fbdab0f58e42fe5');
  const credentials = await stskit.credentials();
  const given = [challenge, new Uint8Array(challenge), new Uint8Array(challenge).buffer, new DataView(new Uint8Array(challenge).buffer), challenge.toString('base64')];
  const answers = given.map((bytes) => credentials.token('keyspaces', { challenge: bytes, region: 'eu-west-1' }, { time: 0 }).text);
  assert.equal(new Set(answers).size, 1);
  const long = 'a'.repeat(1 << 20);
  assert.ok((await stskit.token('rds', { ...DATABASE, username: long })).text.includes(`DBUser=${long}&`));
  for (const inputs of [{ minTtl: 1e6 }, { min_ttl: 1e6 }]) {
    await assert.rejects(lasting(3600).session.token('msk', inputs), { detail: 509 });
  }
});

test('nothing is printed or sent away', async () => {
  const token = lasting(3600).session.token('codecommit', { repository: 'r' });
  const { text, user } = await token;
  assert.ok(user.length > 0);
  for (const shown of [inspect(await token, { showHidden: true }), JSON.stringify(await token), `${await token}`, serialize(await token).toString('latin1')]) {
    for (const secret of [text, user]) assert.ok(!shown.includes(secret), shown);
  }
  assert.match(inspect(await token), /^Token \{.*purpose: 'codecommit',.*text: '<hidden>'/s);
  assert.equal(inspect(await stskit.tokens('msk')), "TokenSource { kind: 'msk' }");
  for (const make of [() => new stskit.Token(), () => new stskit.TokenSource()]) assert.throws(make, stskit.InvalidArgumentError);
});

test('wrong inputs', async () => {
  const circular = {};
  circular.hostname = circular;
  for (const [kind, inputs, detail] of [
    ['rds', { ...DATABASE, username: () => 'app' }, 0],
    ['rds', { ...DATABASE, username: Symbol('app') }, 0],
    ['rds', { ...DATABASE, username: 'a\udc80' }, undefined],
    ['rds', { ...DATABASE, username: 'a\0b' }, undefined],
    ['rds', { ...DATABASE, port: NaN }, 0],
    ['rds', { ...DATABASE, port: 5432n }, 0],
    ['rds', { ...DATABASE, port: true }, 504],
    ['rds', { ...DATABASE, port: 0 }, 505],
    ['rds', { ...DATABASE, expiresIn: 901 }, 507],
    ['rds', { ...DATABASE, pass: 1 }, 502],
    ['rds', circular, 0],
    ['rds', {}, 503],
    ['rds', undefined, 503],
    ['caller-identity', { headers: { a: NaN } }, 504],
    ['msk', [], 0],
    ['msk', 'region', 0],
    ['msk', null, 0],
    ['a\0b', {}, 0],
    [7, {}, 0],
    [undefined, {}, 0],
    ['oracle', {}, 501],
    ['toString', {}, 501],
  ]) {
    const [time, region] = [0, 'eu-west-1'];
    const credentials = await stskit.credentials();
    for (const make of [
      () => stskit.token(kind, inputs),
      () => stskit.tokens(kind, inputs),
      async () => credentials.token(kind, native.isPlain(inputs) ? { region, ...inputs } : inputs, { time }),
    ]) {
      await assert.rejects(make(), (error) => {
        assert.ok(error instanceof stskit.InvalidArgumentError, `${kind} ${error.stack}`);
        if (detail !== undefined) assert.equal(error.detail, detail, `${kind}: ${error.message}`);
        return true;
      });
    }
  }
  assert.throws(() => new stskit.Credentials({ accessKeyId: 'a', secretAccessKey: 'b' }).token('msk', { region: 'r' }), /time/);
  for (const options of [null, [], 7, { pathEncoding: 'triple' }, { pathEncodings: 'single' }, { signedHeaders: 'host' }, { payload: 1n }]) {
    await assert.rejects(stskit.sign({ url: 'https://example.com/', service: 's3', options }), stskit.InvalidArgumentError, inspect(options));
  }
});

test('a function is asked again if what it gave ends too soon', async () => {
  for (const use of [(session) => session.token('msk'), async (session) => (await session.tokens('msk')).get()]) {
    const soon = lasting(200, 3600);
    const [first, second] = [await use(soon.session), await use(soon.session)];
    assert.deepEqual([first.accessKeyId, second.accessKeyId, soon.asked], ['AKID2', 'AKID2', [200, 3600]]);

    const always = lasting(200);
    await assert.rejects(use(always.session), { name: 'ExpiredError', status: 'EXPIRED', detail: 509 });
    assert.equal(always.asked.length, 2);

    const thrown = new RangeError('mine');
    const fails = new stskit.Session({ credentials: () => Promise.reject(thrown), region: 'eu-west-1' });
    await assert.rejects(use(fails), (error) => error === thrown);
  }
});

test('a role on top of a function whose credentials end soon', async () => {
  const asked = [];
  const credentials = () => {
    asked.push(1);
    return { accessKeyId: scene.emulator.key, secretAccessKey: scene.emulator.secret, expiration: new Date(Date.now() + 200_000) };
  };
  const role = new stskit.Session({ credentials }).withRole({ RoleArn: ROLE });
  assert.match((await role.token('msk')).accessKeyId, /^ASIA/);
  await assert.rejects(role.token('msk', { minTtl: 7200 }), { name: 'ExpiredError', detail: 509 });
  assert.ok(asked.length <= 3, `${asked.length}`);
});

test('many at once, and a source that outlives clients', async () => {
  const { asked, session } = lasting(3600);
  const source = await session.tokens('elasticache', { cache: 'c', username: 'u' });
  assert.deepEqual(asked, []);
  const found = await Promise.all(Array.from({ length: 200 }, () => source.get()));
  assert.equal(asked.length, 1);
  for (const { text, accessKeyId } of found) {
    assert.ok(text.startsWith('c/?Action=connect&User=u&'));
    assert.equal(accessKeyId, 'AKID1');
  }
  // The session gets another client.
  await session.invalidate(await session.credentials());
  assert.equal((await source.get()).accessKeyId, 'AKID2');
  source.invalidate();
  assert.equal((await source.get()).accessKeyId, 'AKID2');
  session.cancel();
  await assert.rejects(source.get(), stskit.CancelledError);
  session.reset();
  await source.get();
  session.close();
  await assert.rejects(source.get(), { name: 'InvalidArgumentError', message: 'the session is closed' });
  await assert.rejects(session.tokens('msk'), stskit.InvalidArgumentError);
  source.invalidate();
});

test('tokens of GetWebIdentityToken are kept until they are refused', async () => {
  for (const session of [new stskit.Session(), new stskit.Session({ credentials: () => stskit.credentials() })]) {
    const source = await session.tokens('web-identity', { audience: 'https://api.example.com', tags: { team: 'x' } });
    const [one, two] = [await source.get(), await source.get()];
    assert.equal(one.text, two.text);
    assert.match(one.user, /^arn:aws:iam::/);
    assert.equal(one.accessKeyId, undefined);
    source.invalidate();
    assert.notEqual((await source.get()).text, one.text);
  }
});

test('an AbortSignal ends the call of a source, and nothing but it', async () => {
  const server = await silence();
  const session = new stskit.Session({ endpointUrl: { sts: server.url }, maxAttempts: 1, readTimeoutMs: 3_600_000, operationTimeoutMs: 3_600_000 });
  const source = await session.tokens('web-identity', { audience: 'a' });
  const reason = new Error('enough');
  const controller = new AbortController();
  const call = source.get({ signal: controller.signal });
  await server.connected(1);
  controller.abort(reason);
  await assert.rejects(call, (error) => error === reason);
  // A generous bound: the call itself would wait for an hour.
  const late = new AbortController();
  await Promise.race([server.left, setTimeout(20_000, null, { signal: late.signal }).then(() => assert.fail('the call goes on'))]);
  late.abort();
  assert.equal((await session.credentials()).accessKeyId, scene.emulator.key);
  assert.equal(session.isCancelled, false);
  server.close();
});

test('every kind of the model, and every input, is in the types', () => {
  const kinds = JSON.parse(native.text('model', [])).tokens;
  assert.ok(kinds.length > 20);
  const types = fs.readFileSync(path.join(PACKAGE, 'operations.d.ts'), 'utf8');
  for (const { name, inputs } of kinds) {
    const body = types.split(`  "${name}": {\n`)[1].split('\n  };')[0];
    const typed = [...body.matchAll(/^    (\w+)\??: /gm)].map((found) => native.snake(found[1]));
    assert.deepEqual(typed, inputs.map((row) => row.name));
  }
  // What the header says of signing options.
  const options = /^export interface SigningOptions \{(.*?)^\}/ms.exec(fs.readFileSync(path.join(PACKAGE, 'index.d.ts'), 'utf8'))[1];
  const manual = /one by one: for services that no style fits\.(.*?)@endcode/s.exec(fs.readFileSync(path.join(PACKAGE, '..', '..', 'include', 'stskit.h'), 'utf8'))[1];
  assert.deepEqual(
    [...options.matchAll(/^  (\w+)\?: /gm)].map((found) => native.snake(found[1])),
    [...manual.matchAll(/^ \* "(\w+)"/gm)].map((found) => found[1]),
  );
});
