// What Pulumi's library does for each resource of a program though nobody looks at it: done for those who do.

/** Each of its promises has a stack trace, for those that never end: a quarter of the work of many hosts. */
function spareTraces(debuggable) {
  const { debuggablePromise } = debuggable;
  if (debuggablePromise === undefined || debuggablePromise.isSpared || process.env.PULUMI_DEBUG_PROMISE_LEAKS) return;
  debuggable.debuggablePromise = (...words) => {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      return debuggablePromise(...words);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  };
  debuggable.debuggablePromise.isSpared = true;
}

/**
 * The engine is sent each message of debugging, which `--debug` shows, in a call of its own, one after the other: some five
 * for each resource. Those that come while one is on its way go along in the next, a line each.
 * `keepAlive`: asks the library not to end before what it answers is called.
 */
function joinDebug(log, keepAlive) {
  const { debug } = log;
  if (debug === undefined || debug.isJoined) return;
  let isOnItsWay = false;
  let waiting = [];
  let sent;

  async function send(message) {
    isOnItsWay = true;
    await debug(message);
    isOnItsWay = false;
    if (waiting.length === 0) return;
    const [messages, done] = [waiting.join("\n"), sent];
    waiting = [];
    void send(messages);
    done();
  }

  log.debug = (message, ...about) => {
    // About a resource, or part of a stream.
    if (about.some((one) => one !== undefined)) return debug(message, ...about);
    if (!isOnItsWay) return send(message);
    if (waiting.length === 0) sent = keepAlive();
    waiting.push(message);
    return Promise.resolve();
  };
  log.debug.isJoined = true;
}

module.exports = { spareTraces, joinDebug };
