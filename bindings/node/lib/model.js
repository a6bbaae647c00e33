'use strict';

// What the library tells about the services: operations, members, pages, errors.

const native = require('./native.js');

let known = null;

/** The services of the model, read once. */
function services() {
  known ??= JSON.parse(native.text('model', [])).services;
  return known;
}

/** Where times are in an output: { Credentials: { Expiration: true } }, or null. */
function timesOf(members) {
  const found = {};
  for (const member of members) {
    const value = member.type === 'list' ? member.item : member;
    const inner = value.type === 'timestamp' ? true : value.type === 'structure' ? timesOf(value.members) : null;
    if (inner !== null) found[member.name] = inner;
  }
  return Object.keys(found).length > 0 ? found : null;
}

/** Makes Dates of the times of an output. */
function setTimes(value, times) {
  for (const name of Object.keys(times)) {
    const found = value[name];
    if (found === undefined || found === null) continue;
    const inner = times[name];
    if (Array.isArray(found)) {
      if (inner === true) value[name] = found.map((item) => new Date(item));
      else for (const item of found) setTimes(item, inner);
    } else if (inner === true) value[name] = new Date(found);
    else setTimes(found, inner);
  }
}

/** The operations of a service: name, method, times. */
function operationsOf(service) {
  return service.operations.map((operation) => ({
    name: operation.name,
    method: operation.name[0].toLowerCase() + operation.name.slice(1),
    times: timesOf(operation.output.members),
  }));
}

module.exports = { operationsOf, services, setTimes };
