/** The loads that servers are compared under. */

import type { LoadOptions, LoadResult } from "./task.ts";

/** One load, and the figure that it is about. */
export interface Load {
  readonly name: string;
  readonly title: string;
  readonly wire: "text" | "json";
  readonly figure: "delivered" | "p50";
  readonly options: Omit<LoadOptions, "port" | "path" | "seconds" | "json">;
}

const CLOSED = { rate: 0, turns: false, size: 32 };
const few = { clients: 32, senders: 32 };
const many = { clients: 1000, senders: 100 };

/** All of them, in the order of the table. */
export const LOADS: readonly Load[] = [
  {
    name: "text-32",
    title: "Plain text, 32 clients",
    wire: "text",
    figure: "delivered",
    options: { ...CLOSED, ...few, window: 128 },
  },
  {
    name: "text-1000",
    title: "Plain text, 1,000 clients",
    wire: "text",
    figure: "delivered",
    options: { ...CLOSED, ...many, window: 200 },
  },
  {
    name: "json-32",
    title: "JSON, kept in SQLite, 32 clients",
    wire: "json",
    figure: "delivered",
    options: { ...CLOSED, ...few, window: 128 },
  },
  {
    name: "text-32-light",
    title: "Plain text, 32 clients, 2,000 messages a second",
    wire: "text",
    figure: "p50",
    options: { ...CLOSED, ...few, window: 0, rate: 2000 },
  },
  {
    name: "text-1000-light",
    title: "Plain text, 1,000 clients, 50 messages a second",
    wire: "text",
    figure: "p50",
    options: { ...CLOSED, ...many, window: 0, rate: 50 },
  },
  {
    name: "json-32-light",
    title: "JSON, kept in SQLite, 32 clients, 2,000 messages a second",
    wire: "json",
    figure: "p50",
    options: { ...CLOSED, ...few, window: 0, rate: 2000 },
  },
];

/** One server under one load, once. What the system does not tell is undefined. */
export interface Run extends LoadResult {
  /** The share of the time in which the server's core worked for it. */
  readonly serverCpu: number | undefined;
  /** The share in which the server, or the load, could have worked had others not had its core. */
  readonly serverWaited: number | undefined;
  readonly loadWaited: number | undefined;
  /** Bytes that the server had in memory at the end. */
  readonly memory: number | undefined;
}

/** From which share of the time on a core counts as busy all the time. */
const BUSY = 0.9;
/** Up to which share others may have had a core. */
const SHARED = 0.1;

/** Whether the load, not the server, may have set the pace: it never rested, and the server did. */
export function loadBound({ cpu, loadWaited = 0, serverCpu = 0, serverWaited = 0 }: Run): boolean {
  return cpu + loadWaited >= BUSY && serverCpu + serverWaited < BUSY;
}

/** Whether other programs had the cores for more than they may. */
export function disturbed({ loadWaited = 0, serverWaited = 0 }: Run): boolean {
  return Math.max(loadWaited, serverWaited) > SHARED;
}
