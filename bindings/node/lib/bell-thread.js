'use strict';

// The thread that answers the library's callbacks: see bell.js. It never waits for anybody.

const { receiveMessageOnPort, workerData } = require('node:worker_threads');
const koffi = require('koffi');
const { func, TYPES, useLibrary } = require('./library.js');
const { CALLBACKS } = require('./prototypes.js');

const { library, port } = workerData;
useLibrary(library);

// Box by number: { answer, asked }. An answer waits here until the library asks again.
const boxes = new Map();
// An MFA code does not get better with time.
const ANSWER_LIVES_MS = 60_000;

let questions = 0;

function box(number) {
  let found = boxes.get(number);
  if (found === undefined) boxes.set(number, (found = { answer: null, asked: null }));
  return found;
}

function forget(answer) {
  if (answer?.credentials) func('credentials_free')(answer.credentials);
}

/** Takes what the other thread has to say, now. */
function listen() {
  for (let got; (got = receiveMessageOnPort(port)) !== undefined; ) heard(got.message);
}

function heard({ number, answer, ends }) {
  const found = box(number);
  forget(found.answer);
  found.asked = null;
  found.answer = answer ? { ...answer, until: Date.now() + ANSWER_LIVES_MS } : null;
  if (ends) boxes.delete(number);
}

/** The answer that is there; or the number of the question, which the call fails with until it is answered. */
function ask(number, question) {
  listen();
  const found = box(number);
  const answer = found.answer;
  found.answer = null;
  if (answer !== null && Date.now() < answer.until) return answer;
  forget(answer);
  if (found.asked === null) {
    questions = (questions % 0x7fff_fffe) + 1;
    found.asked = questions;
    port.postMessage({ number, id: questions, ...question });
  }
  return found.asked;
}

const answers = {
  mfa(number, serial, code, capacity) {
    const answer = ask(Number(number), { kind: 'mfa', serial });
    if (typeof answer === 'number') return answer;
    const bytes = Buffer.from(`${answer.code}\0`);
    if (bytes.length > capacity) return -1;
    new Uint8Array(koffi.view(code, bytes.length)).set(bytes);
    return 0;
  },
  credentials(number, out) {
    const answer = ask(Number(number), { kind: 'credentials' });
    if (typeof answer === 'number') return answer;
    koffi.encode(out, 'void *', answer.credentials);
    return 0;
  },
  device_code(number, code) {
    const read = (name) => func(`device_code_${name}`)(code);
    port.postMessage({
      number: Number(number),
      kind: 'show',
      what: {
        userCode: read('user_code'),
        verificationUri: read('verification_uri'),
        verificationUriComplete: read('verification_uri_complete'),
        expiresAt: Number(read('expires_at')),
      },
    });
    return 0;
  },
  browser(number, url) {
    port.postMessage({ number: Number(number), kind: 'show', what: url });
    return 0;
  },
  log(_, level, target, message) {
    port.postMessage({ kind: 'log', level, target, message });
  },
};

const pointers = {};
for (const [name, answer] of Object.entries(answers)) {
  const [result, ...parameters] = CALLBACKS[name];
  const proto = koffi.proto(
    name,
    TYPES[result],
    parameters.map((kind) => (kind === 'o' ? TYPES.p : TYPES[kind])),
  );
  pointers[name] = koffi.register(answer, koffi.pointer(proto));
}
port.on('message', heard);
port.postMessage({ kind: 'ready', pointers });
