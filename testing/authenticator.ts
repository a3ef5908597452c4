/**
 * A device with passkeys, in software: it answers as a browser and its authenticator do together, and, for
 * attacks, as none of them would.
 */

import { Buffer } from "node:buffer";
import {
  createHash,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign as signBytes,
} from "node:crypto";

/** How a device differs from one that does as it should. */
export interface Deviation {
  /** Of the page in which it is used. */
  origin?: string;
  rpId?: string;
  /** Whether a finger, a face or a PIN is asked for. */
  verifies?: boolean;
  challenge?: string;
}

/** What a server asks a device for. */
export interface DeviceOptions {
  readonly challenge: string;
  readonly rp?: { readonly id?: string };
  readonly rpId?: string;
  readonly user?: { readonly id: string };
}

const base64url = (bytes: Uint8Array | string) => Buffer.from(bytes).toString("base64url");
const sha256 = (data: string | Buffer) => createHash("sha256").update(data).digest();
const EMPTY_MAP = Buffer.from([0xa0]);

/** A device with one passkey at most. */
export class Device {
  readonly #origin: string;
  #key!: KeyObject;
  /** What it calls its passkey. */
  credential = "";
  #user = "";
  counter = 0;

  /** @param origin of the page in which it is used */
  constructor(origin: string) {
    this.#origin = origin;
  }

  /** Makes a passkey, as `navigator.credentials.create` does. */
  create(options: DeviceOptions, deviation: Deviation = {}): Record<string, unknown> {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    this.#key = privateKey;
    this.#user = options.user!.id;
    const id = randomBytes(16);
    this.credential = base64url(id);
    const data = this.#data(0x40, options.rp!.id!, deviation);
    const made = Buffer.concat([data, Buffer.alloc(16), Buffer.from([0, id.length]), id]);
    const attestationObject = Buffer.concat([
      Buffer.from([0xa3]),
      textOf("fmt"),
      textOf("none"),
      textOf("attStmt"),
      EMPTY_MAP,
      textOf("authData"),
      bytesOf(Buffer.concat([made, coseOf(publicKey)])),
    ]);
    const clientDataJSON = this.#clientData("webauthn.create", options, deviation);
    return this.#answer({ clientDataJSON, attestationObject: base64url(attestationObject) });
  }

  /** Signs a challenge, as `navigator.credentials.get` does. */
  get(options: DeviceOptions, deviation: Deviation = {}): Record<string, unknown> {
    this.counter++;
    const data = this.#data(0, options.rpId!, deviation);
    const clientDataJSON = this.#clientData("webauthn.get", options, deviation);
    const signed = Buffer.concat([data, sha256(Buffer.from(clientDataJSON, "base64url"))]);
    return this.#answer({
      clientDataJSON,
      authenticatorData: base64url(data),
      signature: base64url(signBytes("sha256", signed, this.#key)),
      userHandle: this.#user,
    });
  }

  /** A copy, as somebody makes it who has got hold of the key. */
  copy(): Device {
    const copy = new Device(this.#origin);
    copy.#key = this.#key;
    copy.#user = this.#user;
    copy.credential = this.credential;
    copy.counter = this.counter;
    return copy;
  }

  #answer(response: Record<string, string>): Record<string, unknown> {
    const { credential: id } = this;
    return { id, rawId: id, type: "public-key", clientExtensionResults: {}, response };
  }

  #data(more: number, asked: string, { rpId = asked, verifies = true }: Deviation): Buffer {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(this.counter);
    const flags = 1 | (verifies ? 4 : 0) | more;
    return Buffer.concat([sha256(rpId), Buffer.from([flags]), counter]);
  }

  #clientData(type: string, options: DeviceOptions, deviation: Deviation): string {
    const { origin = this.#origin, challenge = options.challenge } = deviation;
    return base64url(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  }
}

/** A public key as devices write it (COSE). */
function coseOf(key: KeyObject): Buffer {
  const { x, y } = key.export({ format: "jwk" });
  const start = Buffer.from([0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21]);
  const [first, second] = [x!, y!].map((part) => bytesOf(Buffer.from(part, "base64url")));
  return Buffer.concat([start, first, Buffer.from([0x22]), second]);
}

/** A short text in CBOR. */
function textOf(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x60 | text.length]), Buffer.from(text)]);
}

/** Bytes in CBOR, fewer than 256. */
function bytesOf(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0x58, bytes.length]), bytes]);
}
