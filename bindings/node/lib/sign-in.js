'use strict';

// Signing in to IAM Identity Center.

const bell = require('./bell.js');
const native = require('./native.js');
const { pathOf } = require('./config.js');
const { invalid } = require('./errors.js');

/** An Identity Center instance to sign in to, by hand; that of the profile needs none. */
class SsoSession {
  constructor({ name, startUrl, region, scopes = [], cacheFolder } = {}) {
    const texts = [native.utf8(name, 'name'), native.utf8(startUrl, 'startUrl'), native.utf8(region, 'region')];
    const handle = native.make('sso_session', 'sso_session_new', texts);
    for (const scope of scopes) native.call('sso_session_add_scope', [handle, native.utf8(scope, 'scopes')]);
    if (cacheFolder !== undefined) {
      native.call('sso_session_set_cache_folder', [handle, native.utf8(pathOf(cacheFolder), 'cacheFolder')]);
    }
    Object.defineProperty(this, '_handle', { value: handle });
  }
}

/**
 * Signs in with a client of its own, so that ending it ends nothing else.
 *
 * `show` is called while the sign-in goes on; what it fails with ends the sign-in and comes back.
 */
async function signIn(session, flow, show, { ssoSession, timeoutMs = 0, signal } = {}) {
  if (typeof show !== 'function') throw invalid('a function that shows a person what to do is wanted');
  signal?.throwIfAborted();
  const limit = native.integer(timeoutMs, 'timeoutMs');
  const client = await session._another();
  let failed = null;
  const stop = (reason) => {
    failed ??= { reason };
    native.func('client_cancel')(client.address);
  };
  const aborted = () => stop(signal.reason);
  const shown = [];
  const box = new bell.Box({
    show: (what) => shown.push((async () => show(flow === 'browser' ? what : codeOf(what)))().catch(stop)),
  });
  signal?.addEventListener('abort', aborted, { once: true });
  bell.begin(client);
  try {
    if (signal?.aborted) aborted();
    const pointers = await bell.ring();
    const handle = ssoSession === undefined ? null : ssoSession._handle;
    await native.callAway(`client_sign_in_with_${flow}`, [client, handle, limit, pointers[flow], box.address]);
    bell.listen();
  } catch (error) {
    bell.listen();
    throw failed === null ? error : failed.reason;
  } finally {
    bell.end(client);
    client.close();
    signal?.removeEventListener('abort', aborted);
  }
}

function codeOf({ expiresAt, ...texts }) {
  return { ...texts, expiresAt: new Date(expiresAt * 1000) };
}

module.exports = { SsoSession, signIn };
