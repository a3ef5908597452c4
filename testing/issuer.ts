/**
 * An issuer of OpenID Connect accounts on this machine: the program `oidc-provider`, in this process, and
 * the browser of somebody who signs in there.
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { generateKeyPairSync } from "node:crypto";
import Provider from "oidc-provider";
import { ORIGIN } from "./passkeys.ts";

/** What an issuer says of an account. */
export type Claims = Record<string, unknown>;

const CLIENT = "hubbub";
const SECRET = "a secret of the test, which only the chat and the issuer know";
const SCOPE = "openid profile email";

let made: Record<string, unknown> | undefined;

/** The key of all issuers: it takes a quarter of a second to make one. */
function signingKey(): Record<string, unknown> {
  if (made) return made;
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return made = { ...privateKey.export({ format: "jwk" }), alg: "RS256", use: "sig" };
}

/** An issuer whose accounts the test chooses. */
export class TestIssuer implements AsyncDisposable {
  readonly url: string;
  readonly #server: Server;
  /** The public address of the chat. */
  readonly #chat: string;
  #secretFile: string | undefined;
  /** The subjects, and what is said of each. */
  readonly accounts = new Map<string, Claims>();
  /** Whoever signs in now; undefined: they refuse to. */
  subject: string | undefined;

  private constructor(server: Server, port: number, chat: string) {
    this.#server = server;
    this.#chat = chat;
    this.url = `http://127.0.0.1:${port}`;
  }

  /**
   * Listens on any port, or this one.
   *
   * @param chat the public address of the chat
   */
  static async start(port = 0, chat: string = ORIGIN): Promise<TestIssuer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    const issuer = new TestIssuer(server, (server.address() as { port: number }).port, chat);
    const provider = new Provider(issuer.url, issuer.#configuration());
    const answer = provider.callback();
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      if (!request.url?.startsWith("/interaction/")) return answer(request, response);
      const { subject } = issuer;
      const result = subject ? { login: { accountId: subject } } : { error: "access_denied" };
      return provider.interactionFinished(request, response, result);
    });
    return issuer;
  }

  #configuration(): Record<string, unknown> {
    return {
      clients: [{
        client_id: CLIENT,
        client_secret: SECRET,
        redirect_uris: [`${this.#chat}/oidc/callback`],
      }],
      jwks: { keys: [signingKey()] },
      cookies: { keys: ["a key of the test"] },
      claims: { openid: ["sub"], email: ["email"], profile: ["name", "role", "groups"] },
      features: { devInteractions: { enabled: false } },
      interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
      pkce: { required: () => true },
      findAccount: (_: unknown, accountId: string) => {
        const claims = () => ({ sub: accountId, ...this.accounts.get(accountId) });
        return { accountId, claims };
      },
      loadExistingGrant: grantAll,
    };
  }

  /** The flags with which a chat uses it, until it is disposed of. */
  async flags(...more: string[]): Promise<string[]> {
    const file = this.#secretFile ??= await Deno.makeTempFile();
    await Deno.writeTextFile(file, SECRET);
    const issuer = ["--oidc-issuer", this.url, "--oidc-client", CLIENT];
    return ["--url", this.#chat, ...issuer, "--oidc-secret-file", file, ...more];
  }

  /**
   * Somebody signs in at the issuer, in a browser that was never there.
   *
   * @param location where the chat has sent them
   * @returns the path and query with which the issuer sends them back
   */
  async signIn(location: string, subject: string | undefined): Promise<string> {
    this.subject = subject;
    const cookies = new Map<string, string>();
    for (let address = location;;) {
      const cookie = Array.from(cookies, (pair) => pair.join("=")).join("; ");
      const response = await fetch(address, { redirect: "manual", headers: { cookie } });
      const text = await response.text();
      for (const given of response.headers.getSetCookie()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(given)!;
        cookies.set(name, value);
      }
      const next = response.headers.get("location");
      if (!next) throw new Error(`the issuer answered ${response.status}: ${text}`);
      address = new URL(next, address).href;
      if (address.startsWith(`${this.#chat}/`)) return address.slice(this.#chat.length);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#secretFile) await Deno.remove(this.#secretFile);
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** Nobody is asked whether the chat may know their name. */
// deno-lint-ignore no-explicit-any -- the package has no types
async function grantAll({ oidc }: any): Promise<unknown> {
  const { accountId } = oidc.session;
  const grant = new oidc.provider.Grant({ clientId: CLIENT, accountId });
  grant.addOIDCScope(SCOPE);
  await grant.save();
  return grant;
}
