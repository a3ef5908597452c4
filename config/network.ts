/**
 * Internet addresses as numbers: their networks, and one way to write them.
 *
 * IPv4 addresses that are written as IPv6 (`::ffff:192.0.2.1`) are IPv4 here.
 */

import { isIP } from "node:net";

/** A network: the first `bits` of an address of `size` bits. */
export interface Network {
  readonly size: 32 | 128;
  readonly prefix: bigint;
  readonly bits: number;
}

interface NumberedAddress {
  readonly size: 32 | 128;
  readonly value: bigint;
}

/** The network of `address/bits`; a bare address is a network of one. */
export function parseNetwork(word: string): Network | undefined {
  const [address, length, ...rest] = word.split("/");
  const number = toNumber(address);
  if (!number || rest.length > 0) return;
  const bits = length === undefined ? number.size : Number(length);
  if (length !== undefined && !/^\d{1,3}$/.test(length) || bits > number.size) return;
  return { size: number.size, prefix: number.value >> BigInt(number.size - bits), bits };
}

/** Whether an address is in one of these networks. */
export function isWithin(address: string, networks: readonly Network[]): boolean {
  const number = toNumber(address);
  return number !== undefined &&
    networks.some(({ size, prefix, bits }) =>
      size === number.size && number.value >> BigInt(size - bits) === prefix
    );
}

/** Loopback, private and link-local networks, where proxies usually are. */
export const PRIVATE_NETWORKS: readonly Network[] = [
  "127.0.0.0/8",
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "169.254.0.0/16",
  "::1",
  "fc00::/7",
  "fe80::/10",
].map((word) => parseNetwork(word)!);

/**
 * The address as limits count it: an IPv4 address, or the /64 of an IPv6 address, which one household
 * or one machine usually has. Anything else is returned as it is.
 */
export function countedAddress(address: string): string {
  const number = toNumber(address);
  if (!number) return address;
  if (number.size === 128) return `${(number.value >> 64n).toString(16)}::/64`;
  const { value } = number;
  return [24n, 16n, 8n, 0n].map((shift) => value >> shift & 255n).join(".");
}

function toNumber(address: string): NumberedAddress | undefined {
  const [bare] = address.split("%", 1);
  const kind = isIP(bare);
  if (kind === 4) return { size: 32, value: fromV4(bare) };
  if (kind !== 6) return;
  const value = fromV6(bare);
  return value >> 32n === 0xffffn
    ? { size: 32, value: value & 0xffff_ffffn }
    : { size: 128, value };
}

function fromV4(address: string): bigint {
  return address.split(".").reduce((value, part) => value << 8n | BigInt(part), 0n);
}

function fromV6(address: string): bigint {
  const dotted = /[\d.]+\.[\d.]+$/.exec(address)?.[0];
  if (dotted) {
    const value = fromV4(dotted);
    address = address.slice(0, -dotted.length) +
      `${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`;
  }
  const [head, tail = ""] = address.split("::");
  const parts = (text: string) => text ? text.split(":") : [];
  const missing = 8 - parts(head).length - parts(tail).length;
  const all = address.includes("::")
    ? [...parts(head), ...Array(missing).fill("0"), ...parts(tail)]
    : parts(head);
  return all.reduce((value: bigint, part) => value << 16n | BigInt(`0x${part}`), 0n);
}
