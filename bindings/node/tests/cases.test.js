'use strict';

// Plays bindings/cases.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { inspect } = require('node:util');
const stskit = require('..');
const { CASES, baseEnvironment, cleanEnvironment, setEnvironment, startEmulator, temporaryFolder } = require('./support.js');

const CASE_KEYS = ['name', 'emulator', 'environment', 'files', 'client', 'steps', 'secrets'];
const STEP_KEYS = ['do', 'client', 'expect', 'error', 'save'];

/** What callbacks fail with here. */
class OwnError extends Error {}

async function fail() {
  throw new OwnError('the callback of the test fails');
}

const camel = (name) => name.replaceAll(/_(\w)/g, (_, letter) => letter.toUpperCase());

/** Members of an object in the custom of this language. */
const camelKeys = (value) => Object.fromEntries(Object.entries(value).map(([name, member]) => [camel(name), member]));

/** One case being played. */
class Player {
  session = null;
  // What was printed, with where it came from.
  seen = [];

  constructor(given, home, emulator) {
    this.given = given;
    this.variables = { HOME: home, URL: emulator.url, KEY: emulator.key, SECRET: emulator.secret };
  }

  /** Puts variables in their places. */
  fill(value) {
    if (typeof value === 'string') return value.replaceAll(/\$\{(\w+)\}/g, (all, name) => this.variables[name] ?? all);
    if (Array.isArray(value)) return value.map((item) => this.fill(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.fill(item)]));
  }

  makeSession({ mfa_code: code, mfa_fails: fails, source = { kind: null }, ...settings }) {
    const options = camelKeys(settings);
    if (code !== undefined) options.mfa = async () => code;
    if (fails) options.mfa = fail;
    const { kind, fails: asked, expires_in: life, input, ...more } = source;
    switch (kind) {
      case null:
        return new stskit.Session(options);
      case 'credentials':
      case 'callback': {
        if (asked) return new stskit.Session({ ...options, credentials: fail });
        const expiration = life === undefined ? undefined : Math.floor(Date.now() / 1000) + life;
        const made = new stskit.Credentials({ ...camelKeys(more), expiration });
        return new stskit.Session({ ...options, credentials: kind === 'credentials' ? made : async () => made });
      }
      case 'environment':
        return stskit.Session.withEnvironment(options);
      case 'process':
        return stskit.Session.withProcess({ ...options, ...camelKeys(more) });
      case 'web_identity':
        return stskit.Session.withWebIdentity({ ...options, ...camelKeys(more) });
      case 'sso_role':
        return stskit.Session.withSsoRole({ ...options, ...camelKeys(more) });
      case 'assumed_role':
        return new stskit.Session(options).withRole(input);
      default:
        throw new Error(`unknown source ${kind}`);
    }
  }

  async play() {
    for (const key of Object.keys(this.given)) assert.ok(CASE_KEYS.includes(key), key);
    assert.ok(this.given.steps.length > 0);
    for (const [number, step] of this.given.steps.entries()) {
      try {
        await this.playStep(this.fill(step));
      } catch (error) {
        throw new Error(`step ${number}: ${JSON.stringify(step)}`, { cause: error });
      }
    }
  }

  async playStep(step) {
    const given = Object.fromEntries(Object.entries(step).filter(([key]) => !STEP_KEYS.includes(key)));
    const action = Object.hasOwn(actions, step.do) && actions[step.do];
    assert.ok(action, `unknown step ${step.do}`);
    let came;
    try {
      let session = this.session;
      if (step.client !== undefined) session = this.makeSession(step.client);
      else if (session === null) session = this.session = this.makeSession(this.fill(this.given.client ?? {}));
      came = await action.call(this, session, given);
      this.seen.push(['session', `${inspect(session, { showHidden: true, depth: 9 })} ${JSON.stringify(session)}`]);
    } catch (error) {
      if (step.error === undefined || !(error instanceof stskit.StskitError || error instanceof OwnError)) throw error;
      this.checkError(error, step.error);
      return;
    }
    assert.equal(step.error, undefined, `it should fail, but there came ${inspect(came)}`);
    for (const [pointer, check] of Object.entries(step.expect ?? {})) checkValue(find(came, pointer), check, pointer);
    for (const [name, pointer] of Object.entries(step.save ?? {})) {
      const value = find(came, pointer);
      assert.notEqual(value, undefined, pointer);
      this.variables[name] = value;
    }
  }

  checkError(error, wanted) {
    for (const text of [error.stack, String(error), inspect(error, { showHidden: true, depth: 9 }), JSON.stringify(error)]) {
      this.seen.push(['error', text]);
    }
    for (const [key, value] of Object.entries(wanted)) {
      switch (key) {
        case 'own':
          assert.ok(error instanceof OwnError, inspect(error));
          break;
        case 'message':
          for (const part of value) assert.ok(error.message.includes(part), `${part} is not in ${error.message}`);
          break;
        case 'providers':
          for (const part of value) assert.ok(error.providers.some((line) => line.includes(part)), `${part}: ${error.providers}`);
          break;
        case 'login':
          for (const [name, text] of Object.entries(value)) assert.equal(error.login[camel(name)], text);
          break;
        case 'request_id':
          assert.ok(error.requestId && value === true);
          break;
        default:
          assert.ok(['status', 'detail', 'code', 'operation', 'http_status', 'attempts', 'retryable'].includes(key), key);
          assert.equal(error[camel(key)] ?? null, value, `${key}: ${error.message}`);
      }
    }
  }
}

const withMetadata = ({ $metadata: { httpStatusCode, requestId, attempts, httpHeaders }, ...output }) => ({
  ...output,
  ResponseMetadata: { HTTPStatusCode: httpStatusCode, RequestId: requestId, RetryAttempts: attempts - 1, HTTPHeaders: httpHeaders },
});

const methodOf = (operation) => operation[0].toLowerCase() + operation.slice(1);

/** A request of a case in the words of this binding. */
function requestOf({ style, options, unsigned_body: unsignedBody, body_sha256: bodySha256, ...request }) {
  const words = options && Object.entries(options).map(([name, value]) => [camel(name), typeof value === 'string' ? camel(value) : value]);
  return { ...request, unsignedBody, bodySha256, style: style && camel(style), options: words && Object.fromEntries(words) };
}

/** What came of a token, which is not to be seen. */
function readToken(player, token) {
  const printed = `${inspect([token], { showHidden: true, depth: 9 })} ${token} ${JSON.stringify([token])}`;
  player.seen.push(['token', printed]);
  assert.ok(!printed.includes(token.text));
  return { purpose: token.purpose, token: token.text, user: token.user, expiration: token.expiration, access_key_id: token.accessKeyId };
}

const actions = {
  async credentials(session) {
    const found = await session.credentials();
    const printed = `${inspect(found, { showHidden: true })} ${found} ${JSON.stringify([found])}`;
    this.seen.push(['credentials', printed]);
    assert.ok(!printed.includes(found.secretAccessKey));
    assert.ok(!found.sessionToken || !printed.includes(found.sessionToken));
    const { accessKeyId, secretAccessKey, sessionToken, expiration, accountId } = found;
    return {
      access_key_id: accessKeyId,
      secret_access_key: secretAccessKey,
      session_token: sessionToken,
      expiration,
      account_id: accountId,
    };
  },
  async explain(session) {
    const report = await session.explain();
    this.seen.push(['report', JSON.stringify(report)]);
    return report;
  },
  async call(session, { service, operation, input }) {
    const client = session.client(service);
    this.seen.push(['client', `${inspect(client, { showHidden: true, depth: 9 })} ${JSON.stringify(client)}`]);
    return withMetadata(await client[methodOf(operation)](input));
  },
  async paginate(session, { service, operation, input, page_size: pageSize, max_items: maxItems, starting_token: startingToken }) {
    const pages = session.client(service).paginate(operation, input, { pageSize, maxItems, startingToken });
    const came = [];
    for await (const page of pages) came.push(page);
    return { pages: came, resume_token: pages.resumeToken };
  },
  async presign_call(session, { service, operation, input, expires_seconds: expiresIn }) {
    return { url: await session.client(service).presign(operation, input, { expiresIn }) };
  },
  async presign_get_caller_identity(session, { expires_seconds: expiresIn, header }) {
    return { url: await session.presignGetCallerIdentity({ expiresIn, header }) };
  },
  async sign(session, { request, service, region, time, credentials }) {
    const [signer, more] = credentials ? [new stskit.Credentials(camelKeys(credentials)), { time }] : [session, {}];
    return { headers: await signer.sign({ ...requestOf(request), service, region, ...more }) };
  },
  async presign(session, { request, service, region, time, credentials, expires_seconds: expiresIn }) {
    const [signer, more] = credentials ? [new stskit.Credentials(camelKeys(credentials)), { time }] : [session, {}];
    return { url: await signer.presign({ ...requestOf(request), service, region, expiresIn, ...more }) };
  },
  async token(session, { kind, inputs, time, credentials }) {
    const [maker, more] = credentials ? [new stskit.Credentials(camelKeys(credentials)), { time }] : [session, {}];
    return readToken(this, await maker.token(kind, camelKeys(inputs), more));
  },
  async tokens(session, { kind, inputs }) {
    const source = await session.tokens(kind, camelKeys(inputs));
    this.seen.push(['source of tokens', `${inspect(source, { showHidden: true, depth: 9 })} ${JSON.stringify(source)}`]);
    const came = [await source.get(), await source.get()];
    source.invalidate();
    came.push(await source.get());
    return { tokens: came.map((token) => readToken(this, token)) };
  },
  async fetch(_, { url, method, headers, body }) {
    const response = await fetch(url, { method, headers, body });
    return { status: response.status, body: await response.text() };
  },
  async sign_in(session, { flow, visit, fails, timeout_ms: timeoutMs }) {
    let came = {};
    const visits = [];
    const show = async (what) => {
      if (fails) await fail();
      let page = what;
      if (flow === 'browser') came = { url: what };
      else {
        this.seen.push(['device code', inspect(what)]);
        page = what.verificationUriComplete;
        came = {
          user_code: what.userCode,
          verification_uri: what.verificationUri,
          verification_uri_complete: page,
          expires_at: what.expiresAt,
        };
      }
      if (visit) visits.push(fetch(page).then((response) => response.text()));
    };
    const signIn = flow === 'browser' ? 'signInWithBrowser' : 'signInWithDeviceCode';
    await session[signIn](show, { timeoutMs });
    await Promise.all(visits);
    return came;
  },
  async sso_token(session) {
    return { token: await session.ssoToken() };
  },
  async sign_out(session) {
    await session.signOut();
    return {};
  },
  async list_sso_accounts(session) {
    return { accountList: await session.listSsoAccounts() };
  },
  async list_sso_account_roles(session, { account_id: account }) {
    return { roleList: await session.listSsoAccountRoles(account) };
  },
  async region(session) {
    return { region: await session.region() };
  },
  async endpoint(session, { service }) {
    return { url: await session.endpoint(service) };
  },
  async cancel(session) {
    session.cancel();
    assert.ok(session.isCancelled);
    return {};
  },
  async reset(session) {
    session.reset();
    assert.ok(!session.isCancelled);
    return {};
  },
};

/** RFC 6901. */
function find(value, pointer) {
  for (const part of pointer.split('/').slice(1)) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = value[part.replaceAll('~1', '/').replaceAll('~0', '~')];
  }
  return value;
}

const seconds = (value) => (value instanceof Date ? value.getTime() / 1000 : value);

/** The payload of a JWT, or a JSON text. */
function decode(text) {
  return JSON.parse(text.startsWith('{') ? text : Buffer.from(text.split('.')[1], 'base64url'));
}

const checks = {
  equal: (value, wanted) => inspect(value, { depth: 9 }) === inspect(wanted, { depth: 9 }),
  absent: (value) => value === undefined || value === null,
  present: (value) => value !== undefined && value !== null,
  starts: (value, wanted) => value?.startsWith(wanted),
  ends: (value, wanted) => value?.endsWith(wanted),
  contains: (value, wanted) => [wanted].flat().every((part) => value?.includes(part)),
  length: (value, wanted) => value?.length === wanted,
  seconds_from_now: (value, [low, high]) => within(seconds(value) - Date.now() / 1000, low, high),
  milliseconds_from_now: (value, [low, high]) => within(value - Date.now(), low, high),
  decoded(value, wanted) {
    for (const [pointer, inner] of Object.entries(wanted)) checkValue(find(decode(value), pointer), inner, pointer);
    return true;
  },
};

const within = (value, low, high) => low <= value && value <= high;

function checkValue(value, check, where) {
  if (typeof check !== 'object' || check === null) {
    assert.equal(seconds(value), check, where);
    return;
  }
  assert.ok(Object.keys(check).length > 0, where);
  for (const [kind, wanted] of Object.entries(check)) {
    assert.ok(Object.hasOwn(checks, kind), `unknown check ${kind}`);
    assert.ok(checks[kind](value, wanted), `${where} is ${inspect(value)}, wanted ${inspect(check)}`);
  }
}

async function play(given) {
  const lines = [];
  await stskit.logTo((line) => lines.push(`${line.target} ${line.message}`), 'trace');
  const emulator = await startEmulator(...(given.emulator ?? []));
  const home = temporaryFolder();
  try {
    const player = new Player(given, home, emulator);
    for (const [name, text] of Object.entries(given.files ?? {})) {
      const file = path.join(home, name);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, player.fill(text));
    }
    const variables = player.fill(given.environment ?? {});
    setEnvironment({ ...cleanEnvironment(), ...baseEnvironment(home, emulator.url), ...variables });
    await player.play();
    await stskit.logTo(null);
    for (const secret of player.fill(given.secrets ?? [])) {
      for (const [where, text] of [...player.seen, ['log', lines.join('\n')]]) {
        assert.ok(!text.includes(secret), `a secret is in the ${where} of ${given.name}`);
      }
    }
    return lines.length;
  } finally {
    await stskit.logTo(null);
    await emulator.stop();
    fs.rmSync(home, { recursive: true });
  }
}

let lines = 0;
const names = new Set();
const files = fs.readdirSync(CASES).filter((name) => name.endsWith('.json'));
assert.ok(files.length > 0);
for (const name of files) {
  const cases = JSON.parse(fs.readFileSync(path.join(CASES, name), 'utf8'));
  assert.ok(cases.length > 0, name);
  for (const given of cases) {
    assert.ok(!names.has(given.name), `two cases are called ${given.name}`);
    names.add(given.name);
    test(`${name}: ${given.name}`, async () => {
      lines += await play(given);
    });
  }
}

test('the log was heard', () => {
  assert.ok(lines > 100, `${lines} lines`);
});
