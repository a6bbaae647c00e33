'use strict';

// The library's log, for the whole process.

const bell = require('./bell.js');
const native = require('./native.js');
const { invalid } = require('./errors.js');

/**
 * Hands the lines of a level and above to a function, { level, target, message }; null: to nobody. No line holds a
 * secret, not even at "trace". They come a moment later than what they tell.
 */
async function logTo(receiver, level = 'info') {
  if (receiver === null) {
    await native.callAway('set_log_callback', [null, null, 0]);
    bell.listen();
    bell.setLog(null);
    return;
  }
  if (typeof receiver !== 'function') throw invalid('logTo: a function or null is wanted');
  const number = native.numberOf(native.LOG_LEVELS, level, 'level');
  const names = Object.fromEntries(Object.entries(native.LOG_LEVELS).map(([name, value]) => [value, name]));
  const pointers = await bell.ring();
  bell.setLog(({ level: at, target, message }) => receiver({ level: names[at], target, message }));
  await native.callAway('set_log_callback', [pointers.log, null, number]);
}

module.exports = { logTo };
