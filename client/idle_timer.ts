/**
 * Sparing a socket's idle timer.
 *
 * The runtime pings a silent peer and gives up one that does not answer. For that it sets a timer
 * anew with every message that comes in, a tenth of what a message costs where many come. Nobody
 * needs it that exact: here the timer of one socket is set at most so often, and a peer is pinged
 * that much earlier at the worst.
 *
 * A confession: the runtime has no word for this. The method is found by the name of its symbol, and
 * replaced on the socket alone; in a runtime that has no such method nothing changes.
 */

const method = Object.getOwnPropertySymbols(WebSocket.prototype)
  .find(({ description }) => description === "[[serverHandleIdleTimeout]]");

/**
 * Has the idle timer of an upgraded socket set at most every `ms` milliseconds.
 *
 * @param ms less than half of the socket's idle timeout: after that the ping comes, and the timer
 *   must be set anew by the answer
 */
export function throttleIdleTimer(socket: WebSocket, ms: number): void {
  if (!method) return;
  const place = socket as unknown as Record<symbol, () => void>;
  const set = place[method].bind(socket);
  let setAt = -Infinity;
  place[method] = () => {
    const now = performance.now();
    if (now - setAt < ms) return;
    setAt = now;
    set();
  };
}
