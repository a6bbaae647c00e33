'use strict';

// The C library: where it is, whether it fits, and its functions.
//
// Looked for where useLibrary() says, then in the variable STSKIT_LIBRARY, then in the folder `native` of this package,
// then in the build folders of a source tree, then by its soname.

const fs = require('node:fs');
const path = require('node:path');
const koffi = require('koffi');
const { FUNCTIONS } = require('./prototypes.js');

// The number in the soname: what prototypes.js was made for.
const ABI = 1;

const TYPES = {
  v: 'void',
  b: 'bool',
  i: 'int32_t',
  I: 'uint32_t',
  q: 'int64_t',
  Q: 'uint64_t',
  z: 'size_t',
  s: 'str',
  p: 'void *',
  o: koffi.out(koffi.pointer('void *')),
};

let chosen = null;
let loaded = null;

/** Names the library's file, before anything else is called. */
function useLibrary(file) {
  if (loaded !== null && file !== loaded.path) {
    throw new Error(`the stskit library is in use already: ${loaded.path}. Call useLibrary() first`);
  }
  chosen = file;
}

function names() {
  if (process.platform === 'darwin') return ['libstskit.dylib', `libstskit.${ABI}.dylib`];
  if (process.platform === 'win32') return ['stskit.dll', 'stskit.dll'];
  return ['libstskit.so', `libstskit.so.${ABI}`];
}

/** Where the library may be, best first; a name without a folder is the system's business. */
function candidates() {
  if (chosen) return [chosen];
  if (process.env.STSKIT_LIBRARY) return [process.env.STSKIT_LIBRARY];
  const [name, soname] = names();
  const home = path.dirname(__dirname);
  const machine = `${process.platform}-${process.arch}`;
  const found = ['', machine, `${machine}-musl`].map((folder) => path.join(home, 'native', folder, name));
  const root = path.resolve(home, '..', '..');
  if (fs.existsSync(path.join(root, 'include', 'stskit.h'))) {
    const target = process.env.CARGO_TARGET_DIR || path.join(root, 'target');
    for (const folder of ['capi/library', 'release', 'debug']) found.push(path.join(target, folder, name));
  }
  return [...found.filter((file) => fs.existsSync(file)), soname];
}

function load() {
  const tried = [];
  for (const file of candidates()) {
    let library;
    let abi;
    try {
      library = koffi.load(file);
      abi = library.func('stskit_abi_version', 'uint32_t', [])();
    } catch (error) {
      tried.push(error.message.includes(file) ? error.message : `${file}: ${error.message}`);
      continue;
    }
    if (abi === ABI) return { library, path: file };
    tried.push(`${file}: has ABI ${abi}, this binding wants ${ABI}`);
  }
  const error = new Error(
    'the stskit library was not found: install a package that has it inside, or name the file in the variable ' +
      `STSKIT_LIBRARY or with useLibrary(). Tried: ${tried.join('; ')}`,
  );
  error.code = 'STSKIT_LIBRARY_NOT_FOUND';
  throw error;
}

function current() {
  loaded ??= load();
  return loaded;
}

const made = new Map();

/** A function of the library, by its name without the prefix. Declared when it is first used. */
function func(name) {
  let found = made.get(name);
  if (found === undefined) {
    const [result, ...parameters] = FUNCTIONS[name];
    const { library, path: file } = current();
    try {
      found = library.func(
        `stskit_${name}`,
        TYPES[result],
        parameters.map((kind) => TYPES[kind]),
      );
    } catch {
      const version = library.func('stskit_version', 'str', [])();
      throw new Error(`${file} is version ${version} and has no stskit_${name}: a newer one is needed`);
    }
    made.set(name, found);
  }
  return found;
}

module.exports = { ABI, TYPES, func, libraryPath: () => current().path, useLibrary };
