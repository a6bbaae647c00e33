'use strict';

// Tokens for services that take an IAM identity as a password.

const native = require('./native.js');
const signing = require('./signing.js');
const { invalid } = require('./errors.js');

/**
 * A password with an end. It never changes.
 *
 * Printed or made JSON of, what is secret stays hidden.
 */
class Token {
  #text;
  #user;
  #purpose;
  #accessKeyId;
  #expiration;

  /** Of one that the library made; its handle ends here. */
  constructor(handle) {
    if (!(handle instanceof native.Handle)) throw invalid('a Token is made by token(), tokens() or Credentials.token()');
    native.take(handle, ({ address }) => {
      const { token, user, purpose, access_key_id: accessKeyId } = JSON.parse(native.func('token_json')(address));
      this.#text = token;
      this.#user = user;
      this.#purpose = purpose;
      this.#accessKeyId = accessKeyId;
      this.#expiration = Number(native.func('token_expiration_ms')(address));
    });
  }

  /** The token itself: the password, the body of a login, the URL. Do not log it. */
  get text() {
    return this.#text;
  }

  /** The user name that goes with it, where it is not one of the inputs. That of "codecommit" is a secret, too. */
  get user() {
    return this.#user;
  }

  /** What it is for: "rds". */
  get purpose() {
    return this.#purpose;
  }

  /** The access key that signed it; undefined if a service made it. */
  get accessKeyId() {
    return this.#accessKeyId;
  }

  /** From when on the service refuses it, at the latest. */
  get expiration() {
    return new Date(this.#expiration);
  }

  toJSON() {
    const user = this.#user && '<hidden>';
    return { purpose: this.#purpose, text: '<hidden>', user, expiration: this.expiration, accessKeyId: this.#accessKeyId };
  }

  toString() {
    return `Token(${this.#purpose})`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](_, options, inspect) {
    const shown = Object.entries(this.toJSON()).filter(([, value]) => value !== undefined);
    return `Token ${inspect(Object.fromEntries(shown), options)}`;
  }
}

/**
 * Makes tokens of one kind, for connections that are made again and again.
 *
 * A new token for each call; those of "web-identity" are kept, and refreshed ahead of their end.
 */
class TokenSource {
  #session;
  #args;
  #handle = null;
  // The client that our handle was made from.
  #client = null;

  /** See _of(). */
  constructor(session, args) {
    if (!Array.isArray(args)) throw invalid('a TokenSource is made by tokens()');
    this.#session = session;
    this.#args = args;
  }

  /** One whose inputs the library has checked. */
  static async _of(session, kind, inputs) {
    const made = new TokenSource(session, argsOf(kind, inputs));
    await session._call((client) => made.#of(client));
    return made;
  }

  /** The kind: "rds". */
  get kind() {
    return this.#args[0];
  }

  /** The library's source. A session may have another client than before: see bell.js. */
  #of(client) {
    if (client !== this.#client) {
      const made = native.make('token_source', 'token_source_new', [client, ...this.#args], client.keeps);
      this.#handle?.close();
      this.#handle = made;
      this.#client = client;
    }
    return this.#handle;
  }

  /** A token. */
  async get({ signal } = {}) {
    const use = async (client) => {
      const source = this.#of(client);
      // The call is one of the client: an abort counts them.
      client.enter();
      try {
        return await native.makeAway('token', 'token_source_get', [source]);
      } finally {
        client.leave();
      }
    };
    return new Token(await this.#session._mint(signal, use, (client) => made(client, this.#args)));
  }

  /** Says that the other side refused a kept token ("web-identity"): the next one is new. */
  invalidate() {
    native.func('token_source_invalidate')(this.#handle.address);
  }

  toJSON() {
    return { kind: this.kind };
  }

  [Symbol.for('nodejs.util.inspect.custom')](_, options, inspect) {
    return `TokenSource ${inspect(this.toJSON(), options)}`;
  }
}

/** A kind and its inputs for the library, which knows both. */
function argsOf(kind, inputs = {}) {
  const name = native.utf8(kind, 'kind');
  if (name === null) throw invalid('kind: a text is wanted');
  if (!native.isPlain(inputs)) throw invalid('inputs: an object is wanted');
  const given = Object.entries(inputs).filter(([, value]) => value !== undefined && value !== null);
  return [name, native.json(Object.fromEntries(given.map(([key, value]) => [native.snake(key), plain(key, value)])), 'inputs')];
}

/** Bytes are base64. What JSON would leave out, or make null of, is refused. */
function plain(name, value) {
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return signing.bytesOf(value).toString('base64');
  if (['function', 'symbol'].includes(typeof value) || (typeof value === 'number' && !Number.isFinite(value))) {
    throw invalid(`inputs: ${name} cannot be written as JSON`);
  }
  return value;
}

const made = (client, args) => native.makeAway('token', 'client_get_token', [client, ...args]);

/** A token of a session, for now. */
async function tokenOf(session, kind, inputs, signal) {
  const args = argsOf(kind, inputs);
  const use = (client) => made(client, args);
  return new Token(await session._mint(signal, use, use));
}

/** A token of credentials, for a time of one's choice. */
function tokenAt(credentials, kind, inputs, time) {
  const args = [...argsOf(kind, inputs), time];
  return native.take(credentials._handle(), (handle) => new Token(native.make('token', 'credentials_get_token', [handle, ...args])));
}

module.exports = { Token, TokenSource, tokenAt, tokenOf };
