'use strict';

const native = require('./native.js');
const { invalid } = require('./errors.js');
const signing = require('./signing.js');

// Values that need no second look.
const LIBRARY = Symbol('stskit');

/** Seconds since 1970 of a Date or a number. */
function secondsOf(time, what) {
  const seconds = time instanceof Date ? Math.floor(time.getTime() / 1000) : time;
  if (!Number.isSafeInteger(seconds)) throw invalid(`${what}: a Date or whole seconds since 1970 are wanted`);
  return seconds;
}

/**
 * One generation of AWS credentials: all values come from one load, and never change.
 *
 * Printed or made JSON of, the secrets stay hidden.
 */
class Credentials {
  #accessKeyId;
  #secretAccessKey;
  #sessionToken;
  #expiration;
  #accountId;

  constructor({ accessKeyId, secretAccessKey, sessionToken, expiration, accountId } = {}, origin = null) {
    for (const [name, value] of Object.entries({ accessKeyId, secretAccessKey })) {
      if (native.utf8(value, name) === null) throw invalid(`credentials: ${name} is missing`);
    }
    this.#accessKeyId = accessKeyId;
    this.#secretAccessKey = secretAccessKey;
    this.#sessionToken = native.utf8(sessionToken, 'sessionToken') || undefined;
    this.#accountId = native.utf8(accountId, 'accountId') ?? undefined;
    this.#expiration = expiration === undefined || expiration === null ? undefined : secondsOf(expiration, 'expiration');
    // The library has the last word.
    if (origin !== LIBRARY) this._handle().close();
  }

  /** Of those that the library gave; its handle ends here. */
  static _from(handle) {
    return native.take(handle, ({ address }) => {
      const get = (name) => native.func(`credentials_${name}`)(address) ?? undefined;
      const seconds = new BigInt64Array(1);
      const values = {
        accessKeyId: get('access_key_id'),
        secretAccessKey: get('secret_access_key'),
        sessionToken: get('session_token'),
        expiration: native.func('credentials_expiration')(address, seconds) ? Number(seconds[0]) : undefined,
        accountId: get('account_id'),
      };
      return new Credentials(values, LIBRARY);
    });
  }

  /** An identifier, not a secret. */
  get accessKeyId() {
    return this.#accessKeyId;
  }

  get secretAccessKey() {
    return this.#secretAccessKey;
  }

  /** undefined for long-term credentials. */
  get sessionToken() {
    return this.#sessionToken;
  }

  /** The time from which services refuse them; undefined: never. */
  get expiration() {
    return this.#expiration === undefined ? undefined : new Date(this.#expiration * 1000);
  }

  /** 12 digits; undefined where the source did not say. */
  get accountId() {
    return this.#accountId;
  }

  /** The library's own, to be closed. */
  _handle() {
    const seconds = this.#expiration === undefined ? null : BigInt64Array.of(BigInt(this.#expiration));
    const values = [this.#accessKeyId, this.#secretAccessKey, this.#sessionToken ?? null, seconds, this.#accountId ?? null];
    return native.make('credentials', 'credentials_new', values);
  }

  /** Signs a request for a time of one's choice: see Session.sign(). No network, no clock. */
  sign({ service, region, time, ...request }) {
    return signing.signAt(this, request, service, region, secondsOf(time, 'time'));
  }

  /** Presigns a request for a time of one's choice: see Session.presign(). No network, no clock. */
  presign({ service, region, time, expiresIn, ...request }) {
    return signing.presignAt(this, request, service, region, secondsOf(time, 'time'), expiresIn);
  }

  /** A token for a time of one's choice: see Session.token(). No network, no clock. */
  token(kind, inputs, { time } = {}) {
    return require('./token.js').tokenAt(this, kind, inputs, secondsOf(time, 'time'));
  }

  toJSON() {
    return {
      accessKeyId: this.#accessKeyId,
      secretAccessKey: '<hidden>',
      sessionToken: this.#sessionToken && '<hidden>',
      expiration: this.expiration,
      accountId: this.#accountId,
    };
  }

  toString() {
    return `Credentials(${this.#accessKeyId})`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](_, options, inspect) {
    const shown = Object.entries(this.toJSON()).filter(([, value]) => value !== undefined);
    return `Credentials ${inspect(Object.fromEntries(shown), options)}`;
  }
}

module.exports = { Credentials };
