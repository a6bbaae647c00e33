'use strict';

// What is generated, the types, how the library is found, and the package: built, installed elsewhere, its README run.

const assert = require('node:assert/strict');
const { execFile } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { promisify } = require('node:util');
const stskit = require('..');
const { ABI, func } = require('../lib/library.js');
const { CALLBACKS, FUNCTIONS } = require('../lib/prototypes.js');
const { PACKAGE, ROOT, baseEnvironment, cleanEnvironment, runNode, startEmulator, temporaryFolder } = require('./support.js');

const run = promisify(execFile);
const HEADER = fs.readFileSync(path.join(ROOT, 'include', 'stskit.h'), 'utf8');

test('what is generated is what the header and the model say', async () => {
  const result = await runNode([path.join(PACKAGE, 'generate'), '--check']);
  assert.deepEqual([result.stdout, result.stderr, result.status], ['differ: none\n', '', 0]);
});

test('every function of the header is there', () => {
  const code = HEADER.replace(/\/\*.*?\*\//gs, '');
  const declared = new Set([...code.matchAll(/\bstskit_(\w+)\((?!\*)/g)].map((found) => found[1]));
  const types = new Set([...code.matchAll(/\(\*stskit_(\w+)_callback\)\(/g)].map((found) => found[1]));
  assert.deepEqual(new Set(Object.keys(FUNCTIONS)), declared);
  assert.deepEqual(new Set(Object.keys(CALLBACKS)), types);
  for (const name of declared) assert.equal(typeof func(name), 'function', name);
});

test('versions', () => {
  const manifest = fs.readFileSync(path.join(ROOT, 'Cargo.toml'), 'utf8');
  const version = /^version = "(.*)"/m.exec(manifest)[1];
  assert.equal(stskit.version(), version);
  assert.equal(require('../package.json').version, version);
  assert.equal(require('../package-lock.json').version, version);
  assert.equal(ABI, Number(/#define STSKIT_ABI_VERSION (\d+)/.exec(HEADER)[1]));
});

test('no download place is written down', () => {
  const lock = fs.readFileSync(path.join(PACKAGE, 'package-lock.json'), 'utf8');
  assert.ok(!lock.includes('"resolved"'));
});

test('import and require give the same', async () => {
  const names = await import('stskit');
  assert.equal(names.default, stskit);
  assert.deepEqual(Object.keys(names).filter((name) => name !== 'default').sort(), Object.keys(stskit).sort());
  for (const name of Object.keys(stskit)) assert.equal(names[name], stskit[name], name);
});

test('every export is in the types, and they hold', async () => {
  const text = fs.readFileSync(path.join(PACKAGE, 'index.d.ts'), 'utf8');
  const typed = new Set([...text.matchAll(/^export (?:class|const|function) (\w+)/gm)].map((found) => found[1]));
  assert.deepEqual([...typed].sort(), Object.keys(stskit).sort());
  // Every setting of the library.
  const settings = /interface Settings \{(.*?)^\}/ms.exec(text)[1];
  for (const name of Object.keys(FUNCTIONS).filter((name) => name.startsWith('config_set_') && name !== 'config_set_mfa_callback')) {
    const option = name.slice('config_set_'.length).replaceAll(/_(\w)/g, (_, letter) => letter.toUpperCase());
    assert.match(settings, new RegExp(`^  ${option}\\?:`, 'm'));
  }
  const compiler = require.resolve('typescript/package.json');
  const bin = path.join(path.dirname(compiler), require('typescript/package.json').bin.tsc);
  const result = await runNode([bin, '-p', path.join(__dirname, 'tsconfig.json')], { seconds: 300 });
  assert.deepEqual([result.stdout, result.stderr, result.status], ['', '', 0]);
});

async function refused(file) {
  const code = "require('./index.js').credentials().catch((error) => console.log(error.code, error.message))";
  const result = await runNode(['-e', code], { env: { ...process.env, STSKIT_LIBRARY: file } });
  assert.deepEqual([result.status, result.stderr], [0, '']);
  assert.match(result.stdout, /^STSKIT_LIBRARY_NOT_FOUND the stskit library was not found: .*STSKIT_LIBRARY or with useLibrary/);
  assert.ok(result.stdout.includes(file), result.stdout);
  return result.stdout;
}

test('a library that is not there, or another one', async () => {
  await refused('/nowhere/libstskit.so');
  const folder = temporaryFolder();
  for (const [name, source, said] of [
    ['libother.so', 'int stskit(void) { return 0; }', 'stskit_abi_version'],
    ['libnewer.so', 'unsigned stskit_abi_version(void) { return 99; }', 'has ABI 99, this binding wants 1'],
  ]) {
    const file = path.join(folder, name);
    fs.writeFileSync(`${file}.c`, source);
    await run('cc', ['-shared', '-fPIC', '-o', file, `${file}.c`]);
    assert.ok((await refused(file)).includes(said));
  }
  const code = "const s = require('./index.js'); s.useLibrary(process.env.GOOD); console.log(s.version()); try { s.useLibrary('x') } catch (e) { console.log(e.message) }";
  const result = await runNode(['-e', code], { env: { ...process.env, STSKIT_LIBRARY: '/nowhere', GOOD: stskit.libraryPath() } });
  assert.match(result.stdout, /^\d+\.\d+\.\d+\nthe stskit library is in use already/);
  fs.rmSync(folder, { recursive: true });
});

test('the package is built, installed, and does what the README says', async () => {
  const folder = temporaryFolder();
  const library = fs.realpathSync(stskit.libraryPath());
  await run(path.join(PACKAGE, 'build-package'), [path.join(folder, 'dist'), library]);
  const [name] = fs.readdirSync(path.join(folder, 'dist'));
  assert.equal(name, `stskit-${stskit.version()}.tgz`);
  const home = path.join(folder, 'app', 'node_modules');
  fs.mkdirSync(path.join(home, 'stskit'), { recursive: true });
  await run('tar', ['-xzf', path.join(folder, 'dist', name), '--strip-components=1', '-C', path.join(home, 'stskit')]);
  assert.ok(fs.existsSync(path.join(home, 'stskit', 'operations.d.ts')));
  // Its one dependency, as npm would put it there.
  for (const needed of ['koffi', '@koromix']) fs.symlinkSync(path.join(PACKAGE, 'node_modules', needed), path.join(home, needed));

  const readme = fs.readFileSync(path.join(PACKAGE, 'README.md'), 'utf8');
  const examples = [...readme.matchAll(/```js\n(import [^`]*?)```.*?```text\n(.*?)```/gs)].map((found) => found.slice(1));
  assert.equal(examples.length, 2);
  const emulator = await startEmulator();
  const { STSKIT_LIBRARY, ...clean } = cleanEnvironment();
  const env = {
    ...clean,
    ...baseEnvironment(folder, emulator.url),
    AWS_ACCESS_KEY_ID: emulator.key,
    AWS_SECRET_ACCESS_KEY: emulator.secret,
  };
  assert.ok(STSKIT_LIBRARY === undefined || STSKIT_LIBRARY.length > 0);
  for (const [code, expected] of examples) {
    assert.ok(code.split('\n').filter((line) => line.trim()).length <= 10);
    fs.writeFileSync(path.join(folder, 'app', 'example.mjs'), code);
    const result = await runNode(['example.mjs'], { env, cwd: path.join(folder, 'app') });
    assert.deepEqual([result.stderr, result.status], ['', 0]);
    const escaped = expected.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replace('2026-01-02T03:04:05\\.000Z', '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z');
    assert.match(result.stdout, new RegExp(`^${escaped}$`));
  }
  await emulator.stop();
  fs.rmSync(folder, { recursive: true });
});
