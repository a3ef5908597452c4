/** What the tests of the configuration share: every flag, with words that it accepts and refuses. */

import { assertFalse, assertThrows } from "@std/assert";
import { type Config, parseConfig, UsageError } from "../../config/config.ts";
import { LIMITS } from "../../config/limits.ts";

/** The configuration that these words and variables give. */
export function parse(args: string[], env: Record<string, string> = {}): Config {
  const order = parseConfig(args, (name) => env[name]);
  if (!("serve" in order)) throw new Error("this does not serve");
  return order.serve;
}

/** Why they are refused, in one line. */
export function refused(args: string[], env: Record<string, string> = {}): string {
  const { message } = assertThrows(() => parse(args, env), UsageError);
  assertFalse(message.includes("\n"), message);
  return message;
}

/** What one flag accepts, by word, and what it does not. */
export interface Row {
  key: keyof Config;
  initial: unknown;
  good: Record<string, unknown>;
  bad: string[];
  /** Flags without which its values are refused. */
  others?: string[];
}

const path = import.meta.dirname!;
/** Any file that can be read will do for a secret or a certificate. */
export const file = import.meta.filename!;
const whole = (least: number, most: number) => ({
  good: { [least]: least, [most]: most },
  bad: [String(least - 1), String(most + 1), "x", "1.5", "1e3", "0x10", " 20", "+20", "NaN"],
});

/** Flags whose values are checked after all flags are known, and then reported by their flags. */
export const FILES = { assets: 1, search: 1, "auth-secret-file": 1, "oidc-secret-file": 1 };

/** Flags without a value. */
export const SWITCHES = new Set(["trust-proxy", "oidc-join"]);

const ISSUER = ["--url", "https://chat.example.org", "--oidc-issuer", "https://id.example.org"];
const CLIENT = ["--oidc-client", "hubbub"];

/** Every flag but `--cert` and `--key`. */
export const ROWS: Record<string, Row> = {
  addr: {
    key: "addr",
    initial: { host: "", port: 8080 },
    good: {
      ":0": { host: "", port: 0 },
      "127.0.0.1:65535": { host: "127.0.0.1", port: 65535 },
      "localhost:80": { host: "localhost", port: 80 },
      "[::1]:8080": { host: "::1", port: 8080 },
    },
    bad: [
      ":65536",
      "8080",
      "localhost",
      "::1:8080",
      "a b:80",
      "http://x:80",
      ":http",
      "x:80/",
      "999.1.1.1:80",
    ],
  },
  url: {
    key: "url",
    initial: [],
    good: {
      "https://chat.example.org": ["https://chat.example.org"],
      "http://Chat.example:8080/team/": ["http://chat.example:8080/team"],
      "https://chat.example:443/": ["https://chat.example"],
      "http://[::1]:80": ["http://[::1]"],
    },
    bad: [
      "chat.example",
      "ftp://x",
      "https://",
      "https://u@x",
      "https://x/?q",
      "https://x/#h",
      "*",
    ],
  },
  name: {
    key: "name",
    initial: "Hubbub",
    good: { "Tea room": "Tea room", " 東京 ": "東京", [`${"x".repeat(64)}`]: "x".repeat(64) },
    bad: [" ", "x".repeat(65)],
  },
  plain: {
    key: "plain",
    initial: "joined",
    good: { joined: "joined", single: "single" },
    bad: ["both", "Single"],
  },
  proxy: {
    key: "proxy",
    initial: [],
    good: {
      "203.0.113.0/24": ["203.0.113.0/24"],
      "2001:db8::/32": ["2001:db8::/32"],
      "::1": ["::1"],
    },
    bad: ["10.0.0.0/33", "10.0.0/8", "::/129", "localhost", "10.0.0.1:80"],
  },
  assets: { key: "assets", initial: "", good: { [path]: path }, bad: ["/no/such/folder"] },
  search: {
    key: "search",
    initial: "",
    good: { [path]: path, off: "off" },
    bad: ["/no/such/folder", file],
  },
  db: {
    key: "db",
    initial: "chat.db",
    good: { ":memory:": ":memory:", "/tmp/a b.db": "/tmp/a b.db" },
    bad: [
      "postgres://localhost",
      "http://x",
      "redis:127.0.0.1",
      "redis+sentinel://127.0.0.1/0",
      "rediss:/x",
      "redis:",
    ],
  },
  sync: {
    key: "sync",
    initial: "normal",
    good: { normal: "normal", full: "full" },
    bad: ["off", "FULL"],
  },
  keep: { key: "keep", initial: 100_000, ...whole(0, 1e9) },
  replay: { key: "replay", initial: 50, ...whole(0, LIMITS.replay) },
  tail: { key: "tail", initial: 1_024, ...whole(1, 1e6) },
  stall: { key: "stall", initial: 30, ...whole(1, 3_600) },
  origin: {
    key: "origin",
    initial: [],
    good: { "*": ["*"], "https://a.example": ["https://a.example"] },
    bad: ["a.example", "null", "file:///x"],
  },
  "auth-secret-file": {
    key: "authSecretFile",
    initial: "",
    good: { [file]: file },
    bad: ["/no/such/file"],
  },
  "oidc-issuer": {
    key: "oidcIssuer",
    initial: "",
    others: [...ISSUER.slice(0, 2), ...CLIENT],
    good: {
      "https://id.example.org/realms/team": "https://id.example.org/realms/team",
      "http://localhost:3000": "http://localhost:3000",
      "http://[::1]:3000": "http://[::1]:3000",
    },
    bad: [
      "id.example.org",
      "http://id.example.org",
      "http://127.0.0.1.example.org",
      "https://u@id.example.org",
      "https://id.example.org/?x",
      "ftp://id.example.org",
    ],
  },
  "oidc-client": {
    key: "oidcClient",
    initial: "",
    others: ISSUER,
    good: { hubbub: "hubbub" },
    bad: [],
  },
  "oidc-secret-file": {
    key: "oidcSecretFile",
    initial: "",
    others: [...ISSUER, ...CLIENT],
    good: { [file]: file },
    bad: ["/no/such/file"],
  },
  "oidc-join": {
    key: "oidcJoin",
    initial: false,
    others: [...ISSUER, ...CLIENT],
    good: { true: true, off: false },
    bad: ["maybe"],
  },
  "max-message": { key: "maxMessage", initial: 4_096, ...whole(1, 1_048_576) },
  rate: { key: "rate", initial: 20, ...whole(0, 1e6) },
  burst: { key: "burst", initial: 200, ...whole(0, 1e6) },
  "max-clients": {
    key: "maxClients",
    initial: 10_000,
    good: { "0": LIMITS.clients, "1": 1, "1000000": 1e6 },
    bad: whole(0, 1e6).bad,
  },
  "max-clients-per-ip": { key: "maxClientsPerIp", initial: 1_000, ...whole(0, 1e6) },
  "trust-proxy": {
    key: "trustProxy",
    initial: false,
    good: { true: true, "1": true, on: true, false: false, "0": false, off: false },
    bad: ["maybe", "yes!"],
  },
  log: { key: "log", initial: "text", good: { text: "text", json: "json" }, bad: ["xml"] },
};
