'use strict';

// Clients of services. Their methods are made of the library's model.

const native = require('./native.js');
const model = require('./model.js');
const signing = require('./signing.js');
const { invalid } = require('./errors.js');

/** The base of all clients: `await stskit.client('sts').getCallerIdentity()`. */
class ServiceClient {
  #session;

  constructor(session) {
    this.#session = session;
  }

  /** "sts", "sso" or "sso-oidc". */
  get service() {
    return this.constructor.service;
  }

  get session() {
    return this.#session;
  }

  /** Calls an operation by its name: call('AssumeRole', { RoleArn, RoleSessionName }). */
  async call(operation, input = {}, { signal } = {}) {
    const [known, args] = this.#what(operation, input);
    const response = await this.#session._abortable(signal, (client) =>
      native.makeAway('response', 'client_call', [client, ...args]),
    );
    return answer(response, known);
  }

  /** Goes through the pages of an operation: for await (const page of sso.paginate('ListAccounts', input)). */
  paginate(operation, input = {}, options = {}) {
    const [known, args] = this.#what(operation, input);
    const { pageSize = 0, maxItems, startingToken, signal, ...more } = options;
    if (Object.keys(more).length > 0) throw invalid(`paginate has no option ${Object.keys(more).join(', ')}`);
    const wanted = [
      ...args,
      native.integer(pageSize, 'pageSize', 0xffff_ffff),
      maxItems === undefined ? -1 : native.integer(maxItems, 'maxItems'),
      native.utf8(startingToken, 'startingToken'),
    ];
    return new Pages(this.#session, known, wanted, signal);
  }

  /** A URL for a call: who has it may make the call, with a GET, for `expiresIn` seconds. Of "sts" only. */
  async presign(operation, input = {}, { expiresIn, signal } = {}) {
    const args = [...this.#what(operation, input)[1], signing.lifetime(expiresIn, 900)];
    return this.#session._abortable(signal, (client) => native.textAway('client_presign_call', [client, ...args]));
  }

  #what(operation, input) {
    const { number, operations } = this.constructor;
    const name = native.utf8(operation, 'operation');
    // One that is not known: the library tells which are.
    return [operations.get(name), [number, name, native.json(input, 'input')]];
  }

  toJSON() {
    return { service: this.service };
  }

  [Symbol.for('nodejs.util.inspect.custom')]() {
    return `${this.constructor.name} {}`;
  }
}

/** The pages of a listing. Each time it is gone through, it asks anew. */
class Pages {
  #start;
  #resumeToken;

  constructor(session, operation, args, signal) {
    this.#start = { session, operation, args, signal };
  }

  /** Where to go on once maxItems has cut: the startingToken of another listing. */
  get resumeToken() {
    return this.#resumeToken;
  }

  async *[Symbol.asyncIterator]() {
    const { session, operation, args, signal } = this.#start;
    this.#resumeToken = undefined;
    const pages = await session._abortable(signal, (client) => native.make('pages', 'client_paginate', [client, ...args]));
    try {
      for (;;) {
        const response = await session._abortable(signal, () => native.makeAway('response', 'pages_next', [pages]));
        this.#resumeToken = native.func('pages_resume_token')(pages.address) ?? undefined;
        if (response === null) return;
        yield answer(response, operation);
      }
    } finally {
      pages.close();
    }
  }
}

/** The output with its times as Dates, and $metadata. */
function answer(response, operation) {
  return native.take(response, ({ address }) => {
    const get = (name) => native.func(`response_${name}`)(address);
    const made = JSON.parse(get('json'));
    if (operation?.times) model.setTimes(made, operation.times);
    made.$metadata = native.metadata(
      get('http_status'),
      get('request_id') ?? undefined,
      get('retry_attempts') + 1,
      native.pairs('response_header', address),
    );
    return made;
  });
}

const classes = new Map();

/** The class of a service's clients. */
function classOf(service) {
  let found = classes.get(service);
  if (found === undefined) {
    const number = native.numberOf(native.SERVICES, service, 'service');
    const described = model.services().find((row) => row.name.toLowerCase() === service);
    const name = `${described.name.replace('-', '')}Client`;
    const operations = model.operationsOf(described);
    found = { [name]: class extends ServiceClient {} }[name];
    Object.assign(found, { number, service, operations: new Map(operations.map((row) => [row.name, row])) });
    for (const operation of operations) {
      found.prototype[operation.method] = function method(input, options) {
        return this.call(operation.name, input, options);
      };
    }
    classes.set(service, found);
  }
  return found;
}

function clientOf(session, service) {
  return new (classOf(service))(session);
}

module.exports = { Pages, ServiceClient, clientOf };
