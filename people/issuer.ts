/**
 * The issuer of OpenID Connect accounts: where browsers are sent, and whose account they come back with.
 *
 * Code flow with PKCE (S256); state, nonce and verifier are those of a flow. The library, and what the
 * issuer says of itself, are loaded when somebody first signs in, so an issuer that is down keeps nobody
 * from the chat who is signed in already. An ID token counts only with the issuer's signature.
 */

import type { Configuration, IDToken, UserInfoResponse } from "openid-client";
import type { Config } from "../config/config.ts";
import { LIMITS } from "../config/limits.ts";
import type { Log } from "../telemetry/log.ts";
import type { Flow } from "./flows.ts";
import { Refused } from "./refused.ts";

/** An account, as its issuer vouches for it. */
export interface IssuedAccount {
  readonly issuer: string;
  readonly subject: string;
  /** What its owner is called there. */
  readonly name: string | undefined;
}

const library = () => import("openid-client");

/** One issuer. */
export class Issuer {
  readonly #config: Config;
  readonly #log: Log;
  readonly #redirect: string;
  #found: Promise<Configuration> | undefined;

  /** @param config names an issuer, a client and a public address */
  constructor(config: Config, log: Log) {
    this.#config = config;
    this.#log = log;
    this.#redirect = `${config.url[0]}/oidc/callback`;
  }

  /**
   * The address to which a browser is sent.
   *
   * @throws {Refused} `away` if the issuer cannot be reached
   */
  async addressOf(flow: Flow): Promise<string> {
    const { buildAuthorizationUrl, calculatePKCECodeChallenge } = await library();
    const url = buildAuthorizationUrl(await this.#configuration(), {
      redirect_uri: this.#redirect,
      scope: "openid profile",
      state: flow.derive("state"),
      nonce: flow.derive("nonce"),
      code_challenge: await calculatePKCECodeChallenge(flow.derive("verifier")),
      code_challenge_method: "S256",
    });
    return url.href;
  }

  /**
   * The account with which a browser has come back.
   *
   * @param query of the address to which the issuer has sent it
   * @throws {Refused} `not_allowed` if the issuer refuses, or this is not the answer to this flow; `away`
   *   if the issuer cannot be reached
   */
  async accountOf(query: string, flow: Flow): Promise<IssuedAccount> {
    const { authorizationCodeGrant } = await library();
    const config = await this.#configuration();
    try {
      const tokens = await authorizationCodeGrant(config, new URL(this.#redirect + query), {
        expectedState: flow.derive("state"),
        expectedNonce: flow.derive("nonce"),
        pkceCodeVerifier: flow.derive("verifier"),
        idTokenExpected: true,
      });
      const claims = tokens.claims()!;
      const name = nameIn(claims) ?? await this.#userName(config, tokens.access_token, claims.sub);
      return { issuer: claims.iss, subject: claims.sub, name };
    } catch (error) {
      throw this.#refusal(error);
    }
  }

  /** Many issuers say the name only to those who ask. */
  async #userName(config: Configuration, token: string, subject: string) {
    if (!this.#config.oidcJoin || !config.serverMetadata().userinfo_endpoint) return;
    const { fetchUserInfo } = await library();
    return nameIn(await fetchUserInfo(config, token, subject));
  }

  /** What the issuer says of itself; asked for again after it could not be reached. */
  async #configuration(): Promise<Configuration> {
    const found = this.#found ??= this.#discover();
    try {
      return await found;
    } catch (error) {
      if (this.#found === found) this.#found = undefined;
      throw this.#away(error);
    }
  }

  async #discover(): Promise<Configuration> {
    const { allowInsecureRequests, enableNonRepudiationChecks, ...client } = await library();
    const { oidcIssuer, oidcClient, oidcSecret } = this.#config;
    const isPlain = oidcIssuer.startsWith("http:");
    const extensions = [enableNonRepudiationChecks, ...isPlain ? [allowInsecureRequests] : []];
    const authentication = (...[server, ...rest]: Parameters<ReturnType<typeof client.None>>) => {
      if (!oidcSecret) return client.None()(server, ...rest);
      // Without a list it is the first of these, as the standard says.
      const { token_endpoint_auth_methods_supported: methods } = server;
      const isBasic = methods?.includes("client_secret_basic") ?? true;
      const way = isBasic ? client.ClientSecretBasic : client.ClientSecretPost;
      way(oidcSecret)(server, ...rest);
    };
    return await client.discovery(new URL(oidcIssuer), oidcClient, {}, authentication, {
      execute: extensions,
      timeout: LIMITS.issuerSeconds,
    });
  }

  #refusal(error: unknown): Refused {
    const { name, status } = error as { name?: string; status?: number };
    const isRefused = name === "AuthorizationResponseError" ||
      name === "ResponseBodyError" && status! < 500;
    const isWrong = name === "ClientError" &&
      !/TIMEOUT|ABORT|NOT_CONFORM|NOT_JSON/.test(codeOf(error));
    if (!isRefused && !isWrong) return this.#away(error);
    this.#log.warn("account refused", { code: codeOf(error) });
    return new Refused("not_allowed", "the issuer of your account did not sign you in: try again");
  }

  #away(error: unknown): Refused {
    this.#log.error("issuer failed", {
      issuer: this.#config.oidcIssuer,
      code: codeOf(error),
      error,
    });
    return new Refused("away", "the issuer of your account cannot be reached now");
  }
}

/** What went wrong, without anything that came in an answer or an address. */
function codeOf(error: unknown): string {
  const { code, error: reason } = error as { code?: unknown; error?: unknown };
  return [reason, code].filter((part) => typeof part === "string").join(" ");
}

function nameIn(
  { name, preferred_username: username }: IDToken | UserInfoResponse,
): string | undefined {
  return [name, username].find((one): one is string =>
    typeof one === "string" && one.trim() !== ""
  );
}
