'use strict';

// Requests to sign, as the library wants them.

const native = require('./native.js');
const { invalid } = require('./errors.js');

const LIMIT = 0xffff_ffff;

/** A request of { method, url, headers, body, unsignedBody, bodySha256, style, options }. */
function requestOf({ method = 'GET', url, headers = [], body, unsignedBody, bodySha256, style, options, ...more }) {
  const unknown = Object.keys(more).filter((name) => more[name] !== undefined);
  if (unknown.length > 0) throw invalid(`a request to sign has no ${unknown.join(', ')}`);
  const made = native.make('request', 'request_new', [native.utf8(method, 'method'), native.utf8(String(url ?? ''), 'url')]);
  if (style !== undefined) native.call('request_set_style', [made, native.numberOf(native.STYLES, style, 'style')]);
  if (options !== undefined) native.call('request_set_options', [made, optionsOf(options)]);
  for (const [name, value] of Symbol.iterator in headers ? headers : Object.entries(headers)) {
    native.call('request_add_header', [made, native.utf8(name, 'headers'), native.utf8(value, 'headers')]);
  }
  if (body !== undefined && body !== null) {
    const bytes = typeof body === 'string' ? Buffer.from(body) : bytesOf(body);
    native.call('request_set_body', [made, bytes, bytes.length]);
  }
  if (unsignedBody) native.call('request_set_unsigned_body', [made]);
  if (bodySha256 !== undefined) native.call('request_set_body_sha256', [made, native.utf8(bodySha256, 'bodySha256')]);
  return made;
}

/** Signing options: their names, and the texts that one chooses from. Lists are names of headers. */
function optionsOf(options) {
  if (!native.isPlain(options)) throw invalid('options: an object is wanted');
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const spell = (value) => (typeof value === 'string' ? native.snake(value) : value);
  return native.json(Object.fromEntries(given.map(([name, value]) => [native.snake(name), spell(value)])), 'options');
}

function bytesOf(body) {
  if (ArrayBuffer.isView(body)) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (body instanceof ArrayBuffer) return Buffer.from(body);
  throw invalid('body: a text or bytes are wanted');
}

/** A life of a URL that fits into the call; the library judges the rest. */
function lifetime(seconds, missing) {
  return native.integer(seconds ?? missing, 'expiresIn', LIMIT);
}

const signedHeaders = ({ address }) => native.pairs('request_header', address);
const names = (service, region) => [native.utf8(service, 'service'), native.utf8(region, 'region')];

/** Uses a request, and the credentials if there are any, and ends them. */
function using(request, credentials, use) {
  return native.take(requestOf(request), (made) => native.take(credentials._handle(), (handle) => use(made, handle)));
}

function signAt(credentials, request, service, region, time) {
  return using(request, credentials, (made, handle) => {
    native.call('credentials_sign', [handle, made, ...names(service, region), time]);
    return signedHeaders(made);
  });
}

function presignAt(credentials, request, service, region, time, expiresIn) {
  return using(request, credentials, (made, handle) =>
    native.text('credentials_presign', [handle, made, ...names(service, region), time, lifetime(expiresIn, 3600)]),
  );
}

/** Signs with what a client has. */
async function sign(client, request, service, region) {
  const made = requestOf(request);
  try {
    await native.callAway('client_sign', [client, made, ...names(service, region)]);
    return signedHeaders(made);
  } finally {
    made.close();
  }
}

async function presign(client, request, service, region, expiresIn) {
  const made = requestOf(request);
  try {
    return await native.textAway('client_presign', [client, made, ...names(service, region), lifetime(expiresIn, 3600)]);
  } finally {
    made.close();
  }
}

module.exports = { bytesOf, lifetime, presign, presignAt, sign, signAt };
