'use strict';

// AWS credentials, STS and IAM Identity Center without an AWS SDK. Everything is done by the C library of stskit.

const errors = require('./lib/errors.js');
const { Credentials } = require('./lib/credentials.js');
const { Session } = require('./lib/session.js');
const { SsoSession } = require('./lib/sign-in.js');
const { Token, TokenSource } = require('./lib/token.js');
const { func, libraryPath, useLibrary } = require('./lib/library.js');
const { logTo } = require('./lib/log.js');

// Sessions that calls with the same plain options share.
const sessions = new Map();
const SESSIONS = 64;

/** The session for options: the same one for the same plain options, so that its cache serves. */
function sessionFor(options = {}) {
  if (options instanceof Session) return options;
  const given = typeof options === 'string' ? { profile: options } : options;
  const plain = Object.entries(given ?? {}).filter(([, value]) => value !== undefined);
  if (plain.some(([, value]) => typeof value === 'function' || value instanceof Credentials)) return new Session(given);
  const key = JSON.stringify(plain.sort(([a], [b]) => (a < b ? -1 : 1)));
  let found = sessions.get(key);
  if (found === undefined) {
    found = new Session(given);
    if (sessions.size >= SESSIONS) sessions.delete(sessions.keys().next().value);
    sessions.set(key, found);
  }
  return found;
}

/** Credentials that are good now: cached ones, or new ones once those are about to expire. Ask each time. */
async function credentials(options, call) {
  return sessionFor(options).credentials(call);
}

/** The same at once: nothing else runs meanwhile. */
function credentialsSync(options) {
  return sessionFor(options).credentialsSync();
}

/** A client: "sts", "sso" or "sso-oidc". */
function client(service, options) {
  return sessionFor(options).client(service);
}

/** How the default chain comes to its answer, or why it has none. No secrets. */
async function explain(options, call) {
  return sessionFor(options).explain(call);
}

/** Signs a request for now: see Session.sign(). */
async function sign(request, options) {
  return sessionFor(options).sign(request);
}

/** Presigns a request: see Session.presign(). */
async function presign(request, options) {
  return sessionFor(options).presign(request);
}

/** A token for a service that takes an IAM identity as a password: see Session.token(). */
async function token(kind, inputs, options, call) {
  return sessionFor(options).token(kind, inputs, call);
}

/** A source of tokens of a kind: see Session.tokens(). */
async function tokens(kind, inputs, options) {
  return sessionFor(options).tokens(kind, inputs);
}

/** A provider that clients of the AWS SDK for JavaScript take as `credentials`. */
function fromStskit(options) {
  const session = sessionFor(options);
  return async () => {
    const { accessKeyId, secretAccessKey, sessionToken, expiration, accountId } = await session.credentials();
    return { accessKeyId, secretAccessKey, sessionToken, expiration, accountId };
  };
}

// The model is read when the first one is asked for.
const serviceErrors = new Proxy(Object.create(null), {
  get: (_, name) => errors.serviceErrors().byName[name],
  has: (_, name) => name in errors.serviceErrors().byName,
  ownKeys: () => Reflect.ownKeys(errors.serviceErrors().byName),
  getOwnPropertyDescriptor: (_, name) => ({ ...Object.getOwnPropertyDescriptor(errors.serviceErrors().byName, name) }),
});

module.exports = {
  ...Object.fromEntries(Object.entries(errors).filter(([, value]) => value.prototype instanceof Error)),
  Credentials,
  Session,
  SsoSession,
  Token,
  TokenSource,
  client,
  credentials,
  credentialsSync,
  explain,
  errors: serviceErrors,
  fromStskit,
  libraryPath,
  logTo,
  presign,
  sign,
  token,
  tokens,
  useLibrary,
  version: () => func('version')(),
};
