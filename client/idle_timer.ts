/**
 * Setting a socket's idle timer less often.
 *
 * The runtime pings a silent peer and gives it up if it does not answer. To know when, it sets a timer
 * again with every incoming message, which is a tenth of a message's cost where there are many. It need
 * not be that exact: here the timer of a socket is set at most once in an interval, and at worst a peer
 * is pinged that much earlier.
 *
 * There is no public way to do this. The method is found by the name of its symbol and replaced on the
 * socket alone; in a runtime without such a method nothing changes.
 */

const method = Object.getOwnPropertySymbols(WebSocket.prototype)
  .find(({ description }) => description === "[[serverHandleIdleTimeout]]");

/**
 * Lets the idle timer of an upgraded socket be set at most once in each interval.
 *
 * @param interval the number of the interval that it is now; to ask a clock with every message would cost
 *   more than all the rest. Two intervals must be shorter than half of the socket's idle timeout: after that
 *   the ping comes, and its answer must be able to set the timer
 */
export function throttleIdleTimer(socket: WebSocket, interval: () => number): void {
  if (!method) return;
  const place = socket as unknown as Record<symbol, () => void>;
  const set = place[method].bind(socket);
  let setIn: number | undefined;
  place[method] = () => {
    const now = interval();
    if (now === setIn) return;
    setIn = now;
    set();
  };
}
