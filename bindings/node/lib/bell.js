'use strict';

// Callbacks of the library, which come on whatever thread is inside a call.
//
// JavaScript runs on one thread, and a callback that waits for it there hangs if that thread waits for the call, or ends
// the process. So callbacks are answered by a thread of their own (bell-thread.js), which never waits: it hands out an
// answer that is there already, or a number that ends the call. That number is a question; the function of the caller
// answers it on its own thread, as long as it takes, and the call is made once more with a new client (the old one
// remembers the failure for some seconds). No thread of the pool waits for JavaScript, ever.

const path = require('node:path');
const native = require('./native.js');
const { libraryPath } = require('./library.js');
const { CancelledError, invalid } = require('./errors.js');

let bell = null;
let numbers = 0;
// Boxes by number, as long as a session or a call has them.
const boxes = new Map();
// The last questions by number: the library repeats a failure for some seconds.
const questions = new Map();
const QUESTIONS = 256;
// Clients with calls under way, for the end of the process.
const busy = new Map();
let take = null;

const STEP_MS = 2;
const MOMENT_MS = 250;
const LIMIT_MS = 5000;
let watching = false;

/** What a callback failed with: not an error, but a question that is being answered. */
class Question {
  constructor(answered) {
    this.answered = answered;
  }
}

/** The functions that a client may be asked for, with a number that the library hands back. */
class Box {
  constructor(asks) {
    this.number = ++numbers;
    this.asks = asks;
    boxes.set(this.number, new WeakRef(this));
    gone.register(this, this.number);
  }

  /** userdata. */
  get address() {
    return BigInt(this.number);
  }
}

const gone = new FinalizationRegistry((number) => {
  boxes.delete(number);
  bell?.port?.postMessage({ number, ends: true });
});

/** Starts the thread, once; gives the pointers of its callbacks. */
function ring() {
  bell ??= start();
  return bell.ready;
}

function start() {
  const { MessageChannel, Worker } = require('node:worker_threads');
  const { port1: port, port2 } = new MessageChannel();
  const worker = new Worker(path.join(__dirname, 'bell-thread.js'), {
    workerData: { library: libraryPath(), port: port2 },
    transferList: [port2],
    execArgv: [],
    env: {},
    name: 'stskit callbacks',
  });
  const made = { port, worker, stands: false };
  made.ready = new Promise((resolve, reject) => {
    made.resolve = resolve;
    worker.once('error', (error) => {
      bell = null;
      reject(error);
    });
  });
  port.on('message', heard);
  made.ready.then(
    () => {
      // Who waits has something under way that keeps the process up; nobody else should.
      worker.unref();
      port.unref();
    },
    () => port.close(),
  );
  native.callbacks.running = true;
  native.callbacks.failure = (id) => {
    listen();
    return questions.get(id);
  };
  watch();
  return made;
}

/** Takes what has been said until now. */
function listen() {
  const { receiveMessageOnPort } = require('node:worker_threads');
  for (let got; (got = receiveMessageOnPort(bell.port)) !== undefined; ) heard(got.message);
}

function heard(message) {
  switch (message.kind) {
    case 'ready':
      bell.stands = true;
      bell.resolve(message.pointers);
      break;
    case 'log':
      tell(message);
      break;
    case 'show':
      boxes.get(message.number)?.deref()?.asks.show(message.what);
      break;
    default:
      put(message);
  }
}

/** A receiver of lines that fails is not the business of the call that happens to be under way. */
function tell(line) {
  try {
    take?.(line);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

/** Asks the caller's function; what it says goes to the other thread before anybody is told. */
function put({ number, id, kind, serial }) {
  const asked = boxes.get(number)?.deref();
  const answered = (async () => {
    let answer = null;
    try {
      if (asked === undefined) throw new CancelledError('nobody asks any more', { status: 'CANCELLED' });
      answer = kind === 'mfa' ? { code: codeOf(await asked.asks.mfa(serial)) } : { credentials: await asked.asks.credentials() };
    } finally {
      bell.port.postMessage({ number, answer });
    }
  })();
  answered.catch(() => {});
  questions.set(id, new Question(answered));
  if (questions.size > QUESTIONS) questions.delete(questions.keys().next().value);
}

function codeOf(answer) {
  const code = native.utf8(typeof answer === 'number' ? String(answer) : answer, 'the code of the MFA device');
  if (code === null || code.length > 60) throw invalid('the code of the MFA device: a short text is wanted');
  return code;
}

/** Sets who gets the lines of the log; null: nobody. */
function setLog(receiver) {
  take = receiver;
}

/** Counts a call of a client, which ends with the process. */
function begin(handle) {
  watch();
  busy.set(handle, (busy.get(handle) ?? 0) + 1);
}

function end(handle) {
  const left = busy.get(handle) - 1;
  if (left > 0) busy.set(handle, left);
  else busy.delete(handle);
}

function watch() {
  if (!watching) process.on('exit', atExit);
  watching = true;
}

/**
 * The process ends only when the calls in the pool have, so they are cancelled. The thread of the callbacks goes before
 * them, and a call that rings there afterwards would bring the process down: hence the wait, which is as long as a
 * cancelled call needs. What is asked for a result is seen to end; for the rest a moment has to do.
 */
function atExit() {
  for (const handle of busy.keys()) native.func('client_cancel')(handle.address);
  if (bell === null) return;
  const calls = [...native.inside].filter(({ memory }) => memory !== null);
  // Nor does it take being ended while it starts.
  waitUntil(LIMIT_MS, () => bell === null || bell.stands || listen());
  if (take !== null) native.call('set_log_callback', [null, null, 0]);
  waitUntil(LIMIT_MS, () => calls.every((call) => call.over || call.places.length === 1));
  waitUntil(MOMENT_MS, () => calls.every((call) => call.over));
}

/** Waits while nothing else runs on this thread. */
function waitUntil(limit, holds) {
  const clock = new Int32Array(new SharedArrayBuffer(4));
  for (let waited = 0; waited < limit && !holds(); waited += STEP_MS) Atomics.wait(clock, 0, 0, STEP_MS);
}

module.exports = { Box, Question, begin, end, listen: () => bell && listen(), ring, setLog };
