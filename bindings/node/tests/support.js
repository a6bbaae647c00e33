'use strict';

// What the tests share: the emulator as a program and a clean environment.
//
// STSKIT_EMULATOR names the emulator program; missing, it is a failure. The library is found as the package finds it.

const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const readline = require('node:readline');

const PACKAGE = path.dirname(__dirname);
const ROOT = path.resolve(PACKAGE, '..', '..');
const CASES = path.join(ROOT, 'bindings', 'cases');
const ROLE = 'arn:aws:iam::210987654321:role/team/demo';
const PROXIES = ['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'];

/** A running stskit-emulator: { url, key, secret, stop }. */
async function startEmulator(...args) {
  const program = process.env.STSKIT_EMULATOR;
  assert.ok(program, 'STSKIT_EMULATOR names the emulator program');
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const variables = {};
  for await (const line of readline.createInterface({ input: child.stdout })) {
    const found = /^export (\w+)=(.*)$/.exec(line);
    if (found === null) break;
    variables[found[1]] = found[2];
  }
  child.stdout.destroy();
  return {
    url: variables.AWS_ENDPOINT_URL_STS,
    key: variables.AWS_ACCESS_KEY_ID,
    secret: variables.AWS_SECRET_ACCESS_KEY,
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** What each case starts with: see bindings/cases/README.md. */
function baseEnvironment(home, url) {
  const made = {
    HOME: home,
    USERPROFILE: home,
    AWS_CONFIG_FILE: path.join(home, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: path.join(home, 'credentials'),
    AWS_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  for (const service of ['STS', 'SSO', 'SSO_OIDC', 'SIGNIN']) made[`AWS_ENDPOINT_URL_${service}`] = url;
  return made;
}

/** The environment of this process without AWS and proxy settings. */
function cleanEnvironment() {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_') && !PROXIES.includes(name));
  return Object.fromEntries(kept);
}

/** Makes these the environment of this process. */
function setEnvironment(wanted) {
  for (const name of Object.keys(process.env)) if (!Object.hasOwn(wanted, name)) delete process.env[name];
  Object.assign(process.env, wanted);
}

function temporaryFolder() {
  return fs.mkdtempSync(path.join(os.tmpdir(), 'stskit-node-'));
}

/** An emulator, an empty home, and the emulator's keys in the environment, for a file of tests. */
async function startScene(...args) {
  const emulator = await startEmulator(...args);
  const home = temporaryFolder();
  setEnvironment({
    ...cleanEnvironment(),
    ...baseEnvironment(home, emulator.url),
    AWS_ACCESS_KEY_ID: emulator.key,
    AWS_SECRET_ACCESS_KEY: emulator.secret,
  });
  return {
    emulator,
    home,
    write(name, text) {
      const file = path.join(home, name);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, text);
      return file;
    },
    async stop() {
      await emulator.stop();
      fs.rmSync(home, { recursive: true });
    },
  };
}

/** A server that takes connections and never answers: { url, connected(n), left, close }; `left`: one was ended. */
async function silence() {
  const sockets = [];
  const waiting = [];
  let leave;
  const left = new Promise((resolve) => (leave = resolve));
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.resume();
    socket.once('close', leave);
    sockets.push(socket);
    for (const row of waiting) if (sockets.length >= row.wanted) row.resolve();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    connected: (wanted) =>
      new Promise((resolve) => (sockets.length >= wanted ? resolve() : waiting.push({ wanted, resolve }))),
    left,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** Runs a script in a process of its own; gives { status, signal, stdout, stderr }. */
async function runNode(args, { env = process.env, cwd = PACKAGE, seconds = 60 } = {}) {
  const child = spawn(process.execPath, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const timer = setTimeout(() => child.kill('SIGKILL'), seconds * 1000);
  const [stdout, stderr, [status, signal]] = await Promise.all([
    textOf(child.stdout),
    textOf(child.stderr),
    new Promise((resolve) => child.once('exit', (...ended) => resolve(ended))),
  ]);
  clearTimeout(timer);
  return { status, signal, stdout, stderr };
}

async function textOf(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

module.exports = {
  CASES,
  PACKAGE,
  ROLE,
  ROOT,
  baseEnvironment,
  cleanEnvironment,
  runNode,
  setEnvironment,
  silence,
  startEmulator,
  startScene,
  temporaryFolder,
};
