'use strict';

// A session: settings, one source of credentials with its cache, and what can be done with them.

const bell = require('./bell.js');
const config = require('./config.js');
const native = require('./native.js');
const signing = require('./signing.js');
const { Credentials } = require('./credentials.js');
const { CancelledError, ConfigurationError, InternalError, invalid, notSupported } = require('./errors.js');

const HIDDEN = Symbol.for('nodejs.util.inspect.custom');

/**
 * Settings, a source of credentials, and the clients that share them.
 *
 * Without `credentials` it walks the default chain. Nothing is read before it is needed, and the files are read once.
 */
class Session {
  #options;
  #source;
  #asks;
  #box = null;
  #parent;
  #client = null;
  // The parent's client that ours was made from.
  #base = null;
  #making = null;
  #closed = false;
  #cancelled = false;
  // How many clients were made from ours: they share its cancel state.
  #children = 0;
  // Calls that wait for the answer of a function; and an abort that is under way.
  #waiting = new Set();
  #aborting = null;

  constructor(options = {}, source = null, parent = null) {
    this.#options = config.check(options);
    const { credentials, mfa } = this.#options;
    if (credentials !== undefined && !(credentials instanceof Credentials) && typeof credentials !== 'function') {
      throw invalid('credentials: Credentials or a function that gives some are wanted');
    }
    if (credentials !== undefined && source !== null) throw invalid('credentials: there is another source');
    this.#source = source ?? (credentials === undefined ? CHAIN : GIVEN);
    this.#parent = parent;
    this.#asks = mfa !== undefined || typeof credentials === 'function' || (parent !== null && parent.#asks);
    if (mfa !== undefined || typeof credentials === 'function') {
      this.#box = new bell.Box({ mfa, credentials: credentials && (async () => ownHandle(await credentials())) });
    }
  }

  /** With the keys in the environment, and nothing else. */
  static withEnvironment(options) {
    return new Session(options, { name: 'the environment', call: ({ own }) => ['client_new_with_environment', [own]] });
  }

  /** With what a helper program prints (credential_process). It is killed after `timeoutMs`. */
  static withProcess({ command, timeoutMs = 0, ...options }) {
    const args = [native.utf8(command, 'command'), native.integer(timeoutMs, 'timeoutMs')];
    return new Session(options, { name: 'a helper program', call: ({ own }) => ['client_new_with_process', [own, ...args]] });
  }

  /** With a role for the token in a file, which is read at each load. */
  static withWebIdentity({ tokenFile, roleArn, sessionName, ...options }) {
    const file = native.utf8(config.pathOf(tokenFile), 'tokenFile');
    const args = [file, native.utf8(roleArn, 'roleArn'), native.utf8(sessionName, 'sessionName')];
    return new Session(options, { name: 'a web identity', call: ({ own }) => ['client_new_with_web_identity', [own, ...args]] });
  }

  /** With a role of a sign-in to IAM Identity Center. */
  static withSsoRole({ accountId, roleName, ssoSession, ...options }) {
    const args = [native.utf8(accountId, 'accountId'), native.utf8(roleName, 'roleName')];
    const call = ({ own }) => ['client_new_with_sso_role', [own, handleOf(ssoSession), ...args]];
    return new Session(options, { name: 'a role of a sign-in', call });
  }

  /** A session with a role, assumed with the credentials of this one, and kept fresh. The input is AssumeRole's. */
  withRole(input) {
    const data = native.json(input, 'input');
    const call = ({ parent }) => ['client_new_with_assumed_role', [parent, data]];
    return new Session({}, { name: 'an assumed role', call }, this);
  }

  // --- The library's client ---

  #check() {
    if (this.#closed) throw invalid('the session is closed');
    if (this.#parent !== null) this.#parent.#check();
  }

  /** The session that the chain of roles starts from: all of them are cancelled together. */
  get #root() {
    return this.#parent === null ? this : this.#parent.#root;
  }

  /** What makes a client: name and arguments of a function, and what to close after it. */
  #how(pointers, parent) {
    const own = parent === null ? config.build(this.#options, pointers, this.#box) : null;
    const [name, args, ...ends] = this.#source.call({ own, parent, credentials: this.#options.credentials, pointers, box: this.#box });
    return { name, args, keeps: this.#asks ? [this.#box, this.#parent] : undefined, ends: [own, ...ends] };
  }

  #keep(handle, parent) {
    if (this.#root.#cancelled) native.func('client_cancel')(handle.address);
    this.#client = handle;
    this.#base = parent;
    if (this.#parent !== null) this.#parent.#children += 1;
    return handle;
  }

  /** The client, made when it is first needed. */
  async _client() {
    this.#check();
    while (this.#aborting !== null) await this.#aborting;
    if (this.#client !== null) return this.#client;
    this.#making ??= this.#make().finally(() => {
      this.#making = null;
    });
    return this.#making;
  }

  async #make() {
    const pointers = this.#asks ? await bell.ring() : null;
    const [handle, parent] = await this.#connect(pointers);
    return this.#keep(handle, parent);
  }

  async #connect(pointers) {
    const parent = this.#parent === null ? null : await this.#parent._client();
    const { name, args, keeps, ends } = this.#how(pointers, parent);
    try {
      return [await native.makeAway('client', name, args, keeps), parent];
    } finally {
      for (const handle of ends) handle?.close();
    }
  }

  /** The same at once: reads the shared files, and asks nobody. */
  _clientSync() {
    this.#check();
    if (this.#client !== null) return this.#client;
    if (this.#asks) {
      throw notSupported('this session asks a function (credentials or mfa), which needs time: use what gives a promise');
    }
    const parent = this.#parent === null ? null : this.#parent._clientSync();
    const { name, args, ends } = this.#how(null, parent);
    try {
      return this.#keep(native.make('client', name, args), parent);
    } finally {
      for (const handle of ends) handle?.close();
    }
  }

  /** A client of its own, which is for the caller to close: for sign-ins, so that ending one ends nothing else. */
  async _another() {
    this.#check();
    return (await this.#connect(await bell.ring()))[0];
  }

  /** After a question was answered: the next call has a new client, since the old one remembers the failure. */
  #renew(client) {
    if (this.#client !== client) return;
    this.#client = null;
    client.close();
    if (this.#base !== null) this.#parent.#renew(this.#base);
  }

  /** Makes a call with the client, and again as soon as a question that came up is answered. */
  async _call(use, most = 16, beyond = tooOften) {
    for (let asked = 0; ; ) {
      const client = await this._client();
      // Renewed while we slept.
      if (client !== this.#client) continue;
      bell.begin(client);
      try {
        return await use(client);
      } catch (error) {
        if (!(error instanceof bell.Question)) throw error;
        // One a source at most: a role on a role on a function. More would be a loop.
        if ((asked += 1) > most) return await beyond();
        await this.#answered(error);
        this.#renew(client);
      } finally {
        bell.end(client);
      }
    }
  }

  /** Waits for the answer to a question, unless the session is cancelled meanwhile. */
  #answered(question) {
    if (this.#root.#cancelled) throw cancelled();
    return new Promise((resolve, reject) => {
      const waiting = this.#root.#waiting;
      waiting.add(reject);
      question.answered.then(resolve, reject).finally(() => waiting.delete(reject));
    });
  }

  /**
   * As _call(), for a call that can be aborted. The promise ends at once; the call itself is ended too if it is the
   * only one of its client. Otherwise it runs to its end unheard, since the library ends all calls of a client or none.
   */
  _abortable(signal, use, ...limit) {
    if (signal === undefined || signal === null) return this._call(use, ...limit);
    if (typeof signal.addEventListener !== 'function') throw invalid('signal: an AbortSignal is wanted');
    if (signal.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      let client = null;
      const abort = () => {
        reject(signal.reason);
        if (client !== null) this.#abort(client, settled);
      };
      const settled = this._call((given) => {
        if (signal.aborted) throw signal.reason;
        client = given;
        return use(given);
      }, ...limit).finally(() => {
        client = null;
        signal.removeEventListener('abort', abort);
      });
      settled.then(resolve, reject);
      signal.addEventListener('abort', abort, { once: true });
    });
  }

  /**
   * As _abortable(), for a token, for which the library loads new credentials where those that are there end too soon.
   * If the caller's function was asked for both, what it gave last is taken as it is: `once`.
   */
  _mint(signal, use, once) {
    if (typeof this.#options.credentials !== 'function') return this._abortable(signal, use);
    return this._abortable(signal, use, 1, async () => {
      const credentials = await this.credentials();
      return new Session({ ...this.#options, credentials })._call(once);
    });
  }

  #abort(client, settled) {
    const alone = client.calls === 1 && this.#parent === null && this.#children === 0;
    if (this.#cancelled || this.#aborting !== null || client !== this.#client || !alone) return;
    native.func('client_cancel')(client.address);
    this.#aborting = settled
      .catch(() => {})
      .finally(() => {
        this.#aborting = null;
        if (!this.#cancelled) native.func('client_reset')(client.address);
      });
  }

  // --- Credentials ---

  /** Credentials that are good now: cached ones, or new ones once those are about to expire. Ask each time. */
  async credentials({ signal } = {}) {
    return Credentials._from(
      await this._abortable(signal, (client) => native.makeAway('credentials', 'client_get_credentials', [client])),
    );
  }

  /** The same at once: nothing else runs meanwhile, so where the source is a file or the environment. */
  credentialsSync() {
    return Credentials._from(native.make('credentials', 'client_get_credentials', [this._clientSync()]));
  }

  /** Says that a service answered that these have expired: the next lookup loads new ones. */
  async invalidate(credentials) {
    if (!(credentials instanceof Credentials)) throw invalid('invalidate: Credentials are wanted');
    const client = await this._client();
    native.take(credentials._handle(), (handle) => native.call('client_invalidate', [client, handle]));
  }

  /** How the default chain comes to its answer, or why it has none. No secrets. */
  async explain({ signal } = {}) {
    return JSON.parse(await this._abortable(signal, (client) => native.textAway('client_explain', [client])));
  }

  /** Ends the calls that are under way with CancelledError; later ones fail at once, until reset(). */
  cancel() {
    const root = this.#root;
    root.#cancelled = true;
    this.#each('client_cancel');
    for (const reject of root.#waiting) reject(cancelled());
  }

  /** Lets a cancelled session be used again. */
  reset() {
    this.#root.#cancelled = false;
    this.#each('client_reset');
  }

  /** Was it cancelled, and not reset since? Roles share this with the session that they are on top of. */
  get isCancelled() {
    return this.#root.#cancelled;
  }

  #each(name) {
    for (const client of [this.#client, this.#root.#client]) if (client !== null) native.func(name)(client.address);
  }

  /** Ends the session; calls that are under way go on. Sessions on top of it end, too. */
  close() {
    this.#closed = true;
    this.#client?.close();
    this.#client = null;
  }

  // --- Settings ---

  /** The region in use; undefined if there is none. */
  async region() {
    try {
      return native.text('client_get_region', [await this._client()]);
    } catch (error) {
      if (error instanceof ConfigurationError && this.#client !== null) return undefined;
      throw error;
    }
  }

  /** Where the calls of a service go. */
  async endpoint(service) {
    const number = native.numberOf(native.SERVICES, service, 'service');
    return native.text('client_get_endpoint', [await this._client(), number]);
  }

  // --- Clients ---

  /** A client: "sts", "sso" or "sso-oidc". */
  client(service) {
    return require('./client.js').clientOf(this, service);
  }

  // --- Signatures ---

  /** Signs { method, url, headers, body, unsignedBody, bodySha256, style, options } for now: the headers to add. */
  async sign({ service, region, signal, ...request }) {
    return this._abortable(signal, (client) => signing.sign(client, request, service, region));
  }

  /** Presigns a request: who has the URL may make the request for `expiresIn` seconds. S3 wants unsignedBody. */
  async presign({ service, region, expiresIn, signal, ...request }) {
    return this._abortable(signal, (client) => signing.presign(client, request, service, region, expiresIn));
  }

  /** A URL that answers who its maker is, as EKS and Vault want one; `header` [name, value] has to be sent along. */
  async presignGetCallerIdentity({ expiresIn, header = [], signal } = {}) {
    const [name, value] = header;
    const args = [signing.lifetime(expiresIn, 60), native.utf8(name, 'header'), native.utf8(value, 'header')];
    return this._abortable(signal, (client) => native.textAway('client_presign_get_caller_identity', [client, ...args]));
  }

  // --- Tokens ---

  /** A token for a service that takes an IAM identity as a password: token('rds', { hostname, port, username }). */
  async token(kind, inputs, { signal } = {}) {
    return require('./token.js').tokenOf(this, kind, inputs, signal);
  }

  /** A source of tokens of a kind, whose inputs are checked now: (await source.get()).text for each connection. */
  async tokens(kind, inputs) {
    return require('./token.js').TokenSource._of(this, kind, inputs);
  }

  // --- Sign-in ---

  /** Signs in to IAM Identity Center: a person approves in any browser. `show` gets the code and the page. */
  async signInWithDeviceCode(show, options) {
    return require('./sign-in.js').signIn(this, 'device_code', show, options);
  }

  /** Signs in to IAM Identity Center: a person approves in a browser on this machine. `open` gets the URL. */
  async signInWithBrowser(open, options) {
    return require('./sign-in.js').signIn(this, 'browser', open, options);
  }

  /** Signs out: the service forgets the token, and so does the cache. */
  async signOut({ ssoSession, signal } = {}) {
    return this._abortable(signal, (client) => native.callAway('client_sign_out', [client, handleOf(ssoSession)]));
  }

  /** The access token of a sign-in, refreshed if it is about to expire: accessToken of the client "sso". */
  async ssoToken({ ssoSession, signal } = {}) {
    return this._abortable(signal, (client) => native.textAway('client_get_sso_token', [client, handleOf(ssoSession)]));
  }

  /** All accounts that the signed-in user has roles in. */
  async listSsoAccounts({ ssoSession, signal } = {}) {
    return this.#list(signal, 'client_list_sso_accounts', 'accountList', [handleOf(ssoSession)]);
  }

  /** All roles that the signed-in user has in an account. */
  async listSsoAccountRoles(accountId, { ssoSession, signal } = {}) {
    const args = [handleOf(ssoSession), native.utf8(accountId, 'accountId')];
    return this.#list(signal, 'client_list_sso_account_roles', 'roleList', args);
  }

  async #list(signal, name, key, args) {
    const response = await this._abortable(signal, (client) => native.makeAway('response', name, [client, ...args]));
    return native.take(response, ({ address }) => JSON.parse(native.func('response_json')(address))[key] ?? []);
  }

  toJSON() {
    return { profile: this.#options.profile, source: this.#source.name };
  }

  [HIDDEN](_, options, inspect) {
    return `Session ${inspect(this.toJSON(), options)}`;
  }
}

const CHAIN = { name: 'the default chain', call: ({ own }) => ['client_new', [own]] };
const GIVEN = {
  name: 'given credentials',
  call({ own, credentials, pointers, box }) {
    if (typeof credentials === 'function') {
      return ['client_new_with_callback', [own, pointers.credentials, box.address, null]];
    }
    const handle = credentials._handle();
    return ['client_new_with_credentials', [own, handle], handle];
  },
};

function tooOften() {
  throw new InternalError('a function of the caller is asked again and again', { status: 'INTERNAL' });
}

function cancelled() {
  return new CancelledError('the call was cancelled while a function of the caller was asked', { status: 'CANCELLED' });
}

/** What a function of the caller gave, as a pointer that the library takes over. */
function ownHandle(given) {
  const found = given instanceof Credentials ? given : new Credentials(plainOf(given));
  return found._handle().release();
}

function plainOf(given) {
  if (typeof given !== 'object' || given === null) throw invalid('the credentials function gave no credentials');
  return given;
}

const handleOf = (ssoSession) => (ssoSession === undefined || ssoSession === null ? null : ssoSession._handle);

module.exports = { Session };
