'use strict';

// Settings, by the names of the library's setters in the custom of this language: readTimeoutMs is
// stskit_config_set_read_timeout_ms(). A setter that is new in the library is an option here without further ado.

const native = require('./native.js');
const { invalid } = require('./errors.js');
const { FUNCTIONS } = require('./prototypes.js');

const PREFIX = 'config_set_';
const LIMITS = { I: 0xffff_ffff, Q: Number.MAX_SAFE_INTEGER, z: Number.MAX_SAFE_INTEGER };
const PATHS = new Set(['configFile', 'credentialsFile', 'caBundle']);
// Of a client, not of a setter.
const OTHERS = new Set(['mfa', 'credentials', 'endpointUrl', 'retryMode', 'proxies']);

const camel = (name) => name.replaceAll(/_(\w)/g, (_, letter) => letter.toUpperCase());

/** Setters of one value, by option. */
const setters = new Map();
for (const [name, kinds] of Object.entries(FUNCTIONS)) {
  // The result, the config, a value, the error.
  if (name.startsWith(PREFIX) && kinds.length === 4 && name !== `${PREFIX}retry_mode`) {
    setters.set(camel(name.slice(PREFIX.length)), { name, kind: kinds[2] });
  }
}

/** A value as the setter wants it. */
function valueOf(option, kind, value) {
  if (kind === 'b') {
    if (typeof value !== 'boolean') throw invalid(`${option}: true or false is wanted`);
    return value;
  }
  if (kind === 's') return native.utf8(PATHS.has(option) ? pathOf(value) : value, option);
  return native.integer(value, option, LIMITS[kind]);
}

/** A path; URLs of files may stand for one. */
function pathOf(value) {
  // That module is large.
  return value instanceof URL ? require('node:url').fileURLToPath(value) : value;
}

/** Looks at the options of a session; a copy of those that are given. */
function check(options) {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) throw invalid('options: an object is wanted');
  const given = {};
  for (const [option, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const setter = setters.get(option);
    if (setter === undefined && !OTHERS.has(option)) {
      throw invalid(`the option ${JSON.stringify(option)} is none of ${[...setters.keys(), ...OTHERS].sort().join(', ')}`);
    }
    if (setter !== undefined) valueOf(option, setter.kind, value);
    given[option] = value;
  }
  if (given.mfa !== undefined && typeof given.mfa !== 'function') throw invalid('mfa: a function is wanted');
  return given;
}

/** The library's config. `pointers` and `box` are there if the options have functions. */
function build(options, pointers, box) {
  const config = native.make('config', 'config_new', []);
  for (const [option, value] of Object.entries(options)) {
    const setter = setters.get(option);
    if (setter !== undefined) native.call(setter.name, [config, valueOf(option, setter.kind, value)]);
  }
  if (options.retryMode !== undefined) {
    native.call('config_set_retry_mode', [config, native.numberOf(native.RETRY_MODES, options.retryMode, 'retryMode')]);
  }
  for (const [service, url] of Object.entries(byService(options.endpointUrl))) {
    const number = native.numberOf(native.SERVICES, service, 'endpointUrl');
    native.call('config_set_endpoint_url', [config, number, native.utf8(url, 'endpointUrl')]);
  }
  if (options.proxies !== undefined) setProxies(config, options.proxies);
  if (options.mfa !== undefined) native.call('config_set_mfa_callback', [config, pointers.mfa, box.address, null]);
  return config;
}

/** URLs by service; a text is for all. */
function byService(endpointUrl) {
  if (endpointUrl === undefined) return {};
  if (typeof endpointUrl !== 'string') return endpointUrl;
  return Object.fromEntries(Object.keys(native.SERVICES).map((service) => [service, endpointUrl]));
}

/** { https, http, noProxy }; false: none, whatever the environment says. */
function setProxies(config, proxies) {
  const { https, http, noProxy, ...more } = proxies || {};
  if (Object.keys(more).length > 0) throw invalid(`proxies: ${Object.keys(more).join(', ')} is none of https, http, noProxy`);
  const texts = [https, http, noProxy].map((url) => native.utf8(url, 'proxies'));
  native.call('config_set_proxies', [config, ...texts]);
}

module.exports = { build, check, pathOf };
