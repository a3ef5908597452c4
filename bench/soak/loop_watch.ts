/**
 * Loaded before the server in a soak, this reports on stderr each time that the event loop was held up
 * for long: for how many milliseconds, and how many of them the process itself computed. The rest it
 * waited for a processor that others had.
 */

import process from "node:process";

const EVERY_MS = 10;
const REPORTED_MS = 50;

const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

let due = performance.now() + EVERY_MS;
let cpu = cpuMs();
const timer = setInterval(() => {
  const now = performance.now();
  const lateMs = now - due;
  const usedMs = cpuMs() - cpu;
  if (lateMs > REPORTED_MS) console.error(`held up ${JSON.stringify({ lateMs, usedMs })}`);
  due = now + EVERY_MS;
  cpu += usedMs;
}, EVERY_MS);
Deno.unrefTimer(timer);
