/**
 * What a soak of attacks has found, and the rows in which it is shown.
 */

import type { Account } from "../../drill/ledger.ts";
import type { HoldUp } from "./attack_watch.ts";
import type { Tallies } from "./attackers.ts";
import { STREAMS, TALKERS } from "./good_clients.ts";
import type { Row } from "./main.ts";
import { drift, type Memory, quantile } from "./watch.ts";

/** For how long the server may be held up by its own work. */
const STALL_MS = 250;
/** What may be left in the heap, in MiB, and how memory may drift meanwhile, in percent. */
const GROWTH_MIB = 32;
const DRIFT = 10;
/** A shorter soak is over while the server is still taking the memory that it needs. */
const DRIFT_SECONDS = 300;

/** What was found. */
export interface Findings {
  readonly seconds: number;
  readonly account: Account;
  /** Messages in the room of the good clients. */
  readonly messages: number;
  /** How often a good client was disconnected. */
  readonly drops: number;
  /** How often one left by itself, as no answer came in time. */
  readonly doubts: number;
  readonly echoesMs: number[];
  readonly holdUp: HoldUp;
  /** The server's lag by its metrics, in seconds. */
  readonly lag: string;
  /** How long this process itself was held up. */
  readonly ownMs: number;
  /** Sockets that are left, and those of them that the runtime does not give back. */
  readonly left: number;
  readonly abandoned: number;
  /** Descriptors of all kinds, before and after. */
  readonly descriptors: readonly number[];
  /** Before and after, collected; and meanwhile, in MiB. */
  readonly memory: readonly Memory[];
  readonly looks: number[];
  readonly failures: string[];
  readonly tallies: Tallies;
}

const ms = (value: number) => `${value.toFixed(0)} ms`;
const mib = (values: readonly number[]) =>
  `${values.map((value) => value.toFixed(1)).join(", ")} MiB`;

function zero(what: string, found: number, words = `${found}`): Row {
  return { what, found: words, must: "0", good: found <= 0 };
}

/** The findings as rows, in the order in which they matter. */
export function rowsOf(findings: Findings): Row[] {
  return [...clientRows(findings), ...serverRows(findings), ...attackRows(findings)];
}

function clientRows({ seconds, account, messages, drops, doubts, echoesMs }: Findings): Row[] {
  const { accepted, refused, lost, doubled, disordered, diverged, faults } = account;
  return [
    { what: "seconds, good clients, streams", found: `${seconds}, ${TALKERS}, ${STREAMS}` },
    {
      what: "messages in their room, said by them, refused",
      found: `${messages}, ${accepted}, ${refused}`,
    },
    zero("lost", lost, [lost, ...faults].join("; ")),
    zero("doubled", doubled),
    zero("out of order", disordered),
    zero("diverged", diverged),
    zero("good clients disconnected", drops),
    // That depends on the machine, too.
    { what: "good clients that gave up waiting", found: `${doubts}` },
    {
      what: "p50 / p99 / worst until their messages come back",
      found: [0.5, 0.99, 1].map((part) => ms(quantile(echoesMs, part))).join(" / "),
    },
  ];
}

function serverRows(findings: Findings): Row[] {
  const { seconds } = findings;
  const { holdUp, lag, ownMs, left, abandoned, descriptors, memory, looks, failures } = findings;
  const heaps = memory.map(({ heap }) => heap);
  const drifted = drift(looks);
  return [
    {
      what: "longest hold-up of the server, of that its own work",
      found: `${ms(holdUp.lateMs)}, ${ms(holdUp.ownMs)}`,
      must: `${STALL_MS} ms`,
      good: holdUp.ownMs <= STALL_MS,
    },
    { what: "its timers late at most, by /metrics", found: `${lag} s` },
    { what: "longest hold-up of the good clients' process", found: ms(ownMs) },
    zero("sockets left, and abandoned", left - abandoned, `${left}, ${abandoned}`),
    { what: "descriptors, before and after", found: descriptors.join(", ") },
    {
      what: "heap after a collection, before and after",
      found: mib(heaps),
      must: `${GROWTH_MIB} MiB more`,
      good: heaps[1] - heaps[0] <= GROWTH_MIB,
    },
    { what: "resident, before and after", found: mib(memory.map(({ resident }) => resident)) },
    {
      what: "resident meanwhile at most, its drift",
      found: `${mib([Math.max(...looks)])}, ${drifted.toFixed(1)} %`,
      must: seconds < DRIFT_SECONDS ? "" : `${DRIFT} %`,
      good: seconds < DRIFT_SECONDS || drifted <= DRIFT,
    },
    zero(
      "failures in the log",
      failures.length,
      [failures.length, ...failures].slice(0, 4).join("; "),
    ),
  ];
}

function attackRows({ tallies }: Findings): Row[] {
  return Object.entries(tallies).map(([name, { done, refused }]) => (
    { what: `attack: ${name}, refused`, found: `${done}, ${refused}` }
  ));
}
