'use strict';

// The C library in JavaScript's words: handles, texts, failures as errors, calls as promises.
//
// The rest of the package calls the library through here only. No logic: what is called is the C function of the same
// name, and include/stskit.h is its manual.

const koffi = require('koffi');
const { func } = require('./library.js');
const { NUMBERS } = require('./prototypes.js');
const { ServiceError, classOf, invalid, serviceErrorOf } = require('./errors.js');

/** A text for C. `what` names it in the error. */
function text(value, what) {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string') throw invalid(`${what}: a text is wanted, not ${typeof value}`);
  if (value.includes('\0')) throw invalid(`${what}: a text cannot have a NUL in it`);
  if (/\p{Surrogate}/u.test(value)) throw invalid(`${what}: a text cannot be written as UTF-8`);
  return value;
}

const isPlain = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** An object for C. */
function json(value, what) {
  if (!isPlain(value)) throw invalid(`${what}: an object is wanted`);
  try {
    return JSON.stringify(value);
  } catch (error) {
    // Which type, never a value.
    throw invalid(`${what}: ${error instanceof TypeError ? 'a value cannot be written as JSON' : 'JSON failed'}`);
  }
}

/** How the library spells a name of this language: "expires_in". */
const snake = (name) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** A number for C: not negative, whole, and small enough for its type. */
function integer(value, what, limit = Number.MAX_SAFE_INTEGER) {
  if (!Number.isSafeInteger(value) || value < 0 || value > limit) {
    throw invalid(`${what}: a whole number from 0 to ${limit} is wanted`);
  }
  return value;
}

/** The number of a name; who does not know it hears the names. */
function numberOf(table, name, what) {
  if (typeof name !== 'string' || !Object.hasOwn(table, name)) {
    throw invalid(`${what}: ${typeof name === 'string' ? JSON.stringify(name) : typeof name} is none of ${Object.keys(table).join(', ')}`);
  }
  return table[name];
}

/** Names in the custom of this language, of numbers with a prefix: { "sso-oidc": 3 }. */
function namesOf(prefix, spell) {
  const found = Object.keys(NUMBERS).filter((name) => name.startsWith(prefix));
  return Object.fromEntries(found.map((name) => [spell(name.slice(prefix.length)), NUMBERS[name]]));
}

const SERVICES = namesOf('SERVICE_', (name) => name.toLowerCase().replaceAll('_', '-'));
const RETRY_MODES = namesOf('RETRY_MODE_', (name) => name.toLowerCase());
const STYLES = namesOf('SIGNING_STYLE_', (name) => name.toLowerCase().replaceAll(/_(\w)/g, (_, letter) => letter.toUpperCase()));
const LOG_LEVELS = namesOf('LOG_LEVEL_', (name) => name.toLowerCase());

const forgotten = new FinalizationRegistry(({ kind, address }) => func(`${kind}_free`)(address));

/** A pointer that this side owns. It is freed by close(), or when nobody refers to the handle; never under a call. */
class Handle {
  #address;
  #kind;
  #calls = 0;
  #closed = false;

  /** `keeps` is whatever the library may call back for as long as the handle lives. */
  constructor(kind, address, keeps) {
    this.#kind = kind;
    this.#address = address;
    this.keeps = keeps;
    forgotten.register(this, { kind, address }, this);
  }

  get address() {
    if (this.#closed) throw invalid(`the ${this.#kind} is closed`);
    return this.#address;
  }

  /** How many calls are under way. */
  get calls() {
    return this.#calls;
  }

  /** Gives the pointer away: somebody else frees it. */
  release() {
    const address = this.address;
    this.#address = null;
    this.#closed = true;
    forgotten.unregister(this);
    return address;
  }

  enter() {
    this.#calls += 1;
  }

  leave() {
    this.#calls -= 1;
    this.#end();
  }

  close() {
    this.#closed = true;
    this.#end();
  }

  #end() {
    if (!this.#closed || this.#calls > 0 || this.#address === null) return;
    const address = this.#address;
    this.#address = null;
    forgotten.unregister(this);
    func(`${this.#kind}_free`)(address);
  }
}

const plain = (argument) => (argument instanceof Handle ? argument.address : argument);

/** Calls a fallible function and waits: for what never blocks, or where a person asked for it. */
function call(name, args) {
  const error = [null];
  if (func(name)(...args.map(plain), error) !== 0) throw failure(error[0]);
}

/** As call(), and wraps what was made. */
function make(kind, name, args, keeps) {
  const [made, error] = [[null], [null]];
  if (func(name)(...args.map(plain), made, error) !== 0) throw failure(error[0]);
  return made[0] === null ? null : new Handle(kind, made[0], keeps);
}

/** As call(), for a function that makes a text, which is freed. */
function textFrom(name, args) {
  return take(make('text', name, args), textOf);
}

// Calls run in libuv's pool of threads, which files and name lookups use as well: some of it is left to them, and what
// comes on top waits here. No call waits for JavaScript (see bell.js), so each ends and makes room.
const POOL = Number.parseInt(process.env.UV_THREADPOOL_SIZE ?? '', 10) || 4;
const ROOM = Math.max(1, Math.min(POOL, 256) - 1);
const queue = [];
let running = 0;

function next() {
  while (running < ROOM && queue.length > 0) {
    running += 1;
    queue.shift()();
  }
}

// Calls that another thread is inside, where callbacks are in use: bell.js waits for them at the end of the process.
const inside = new Set();

/** What a call writes its results to. In memory that does not move, if `fixed`, so that they are seen as they come. */
class Results {
  constructor(count, fixed) {
    this.memory = fixed ? koffi.alloc('void *', count) : null;
    this.places = fixed
      ? Array.from({ length: count }, (_, index) => this.memory + BigInt(index * koffi.sizeof('void *')))
      : Array.from({ length: count }, () => [null]);
    if (fixed) for (const place of this.places) koffi.encode(place, 'void *', null);
  }

  get values() {
    return this.places.map((place) => (this.memory === null ? place[0] : koffi.decode(place, 'void *')));
  }

  /** Something has come, so the call is over. One without a result but an error comes to its end unseen. */
  get over() {
    return this.values.some((value) => value !== null);
  }

  free() {
    if (this.memory !== null) koffi.free(this.memory);
  }
}

/** Runs a function of the library on another thread; gives its results, or throws its error, which is the last. */
function away(name, args, count) {
  const handles = args.filter((argument) => argument instanceof Handle);
  const addresses = args.map(plain);
  const results = new Results(count, callbacks.running && handles.some((handle) => handle.keeps));
  for (const handle of handles) handle.enter();
  return new Promise((resolve, reject) => {
    const done = (broken, status) => {
      running -= 1;
      inside.delete(results);
      for (const handle of handles) handle.leave();
      const values = results.values;
      results.free();
      next();
      if (broken) reject(broken);
      else if (status !== 0) reject(failure(values[count - 1]));
      else resolve(values);
    };
    queue.push(() => {
      try {
        inside.add(results);
        func(name).async(...addresses, ...results.places, done);
      } catch (error) {
        done(error);
      }
    });
    next();
  });
}

/** As call(), on another thread. */
async function callAway(name, args) {
  await away(name, args, 1);
}

/** As make(), on another thread. */
async function makeAway(kind, name, args, keeps) {
  const [made] = await away(name, args, 2);
  return made === null ? null : new Handle(kind, made, keeps);
}

/** As textFrom(), on another thread. */
async function textAway(name, args) {
  return take(await makeAway('text', name, args), textOf);
}

const textOf = (handle) => func('text_data')(handle.address);

/** What `read` finds in a handle, which ends. */
function take(handle, read) {
  try {
    return read(handle);
  } finally {
    handle.close();
  }
}

/** Headers or members: stskit_WHAT_count, _name and _value. Those that came twice are joined. */
function pairs(what, pointer) {
  const [count, name, value] = ['count', 'name', 'value'].map((part) => func(`${what}_${part}`));
  const found = {};
  for (let index = 0, all = count(pointer); index < all; index += 1) {
    const key = name(pointer, index);
    found[key] = Object.hasOwn(found, key) ? `${found[key]}, ${value(pointer, index)}` : value(pointer, index);
  }
  return found;
}

/** $metadata. */
function metadata(httpStatusCode, requestId, attempts, httpHeaders) {
  return { httpStatusCode, requestId, attempts, httpHeaders };
}

// Who knows what a callback answered: bell.js sets it, if there are callbacks at all.
const callbacks = { running: false, failure: () => undefined };

/** The error for an error of the library, which ends here. */
function failure(pointer) {
  try {
    if (func('error_detail')(pointer) === NUMBERS.DETAIL_CALLBACK) {
      const own = callbacks.failure(func('error_callback_result')(pointer));
      if (own !== undefined) return own;
    }
    return read(pointer);
  } finally {
    func('error_free')(pointer);
  }
}

function read(pointer) {
  const get = (name) => func(`error_${name}`)(pointer) ?? undefined;
  const status = func('status_name')(get('status'));
  const code = get('code');
  const httpStatus = get('http_status') || undefined;
  const attempts = get('attempts');
  const requestId = get('request_id');
  const command = get('login_command');
  const login = command && {
    command,
    startUrl: get('login_start_url'),
    session: get('login_session'),
    profile: get('login_profile'),
  };
  const lines = Array.from({ length: Number(get('provider_count')) }, (_, index) => func('error_provider_line')(pointer, index));
  const details = {
    status,
    detail: get('detail'),
    code,
    operation: get('operation'),
    serviceMessage: get('service_message'),
    requestId,
    httpStatus,
    attempts,
    retryable: get('is_retryable'),
    providers: lines,
    login,
  };
  if (code === undefined || httpStatus === undefined) return new (classOf(status))(get('message'), details);
  const kind = serviceErrorOf(code);
  return new kind(get('message'), {
    ...details,
    $fault: get('fault') === 'Receiver' || httpStatus >= 500 ? 'server' : 'client',
    $metadata: metadata(httpStatus, requestId, attempts, pairs('error_header', pointer)),
    members: pairs('error_member', pointer),
  });
}

module.exports = {
  Handle,
  LOG_LEVELS,
  RETRY_MODES,
  SERVICES,
  STYLES,
  ServiceError,
  call,
  callAway,
  callbacks,
  func,
  inside,
  integer,
  isPlain,
  json,
  make,
  makeAway,
  metadata,
  numberOf,
  pairs,
  snake,
  take,
  text: textFrom,
  textAway,
  utf8: text,
};
