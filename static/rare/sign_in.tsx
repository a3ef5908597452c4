/** The ways to sign in that need no link: before the door of a chat, and in the settings. */

import { signInWays, signInWithPasskey, startAccount } from "../../sdk/mod.ts";
import { adopt, server } from "../kit.ts";
import { Accounts } from "./accounts.tsx";
import { get, hasPasskeys } from "./credentials.ts";
import { Passkeys } from "./passkeys.tsx";
import { useAct, useLoaded } from "./use_act.tsx";
import { rare } from "./words.ts";

/** The ways to sign in; undefined until the server has said which ones there are. */
export const useWays = () => useLoaded(() => signInWays({ url: server })).value;

/** The buttons of somebody who is not signed in. */
export function SignIn() {
  const ways = useWays();
  const { act, outcome } = useAct();
  const issuer = ways?.issuer;
  const takesPasskeys = ways?.passkeys && hasPasskeys();
  const withPasskey = () => act(async () => adopt(await signInWithPasskey({ url: server, get })));
  const withAccount = () => act(async () => location.assign(await startAccount({ url: server })));
  return (
    <>
      <div class="buttons">
        {takesPasskeys && (
          <button type="button" class="button main" onClick={withPasskey}>
            {rare.signInPasskey}
          </button>
        )}
        {issuer && (
          <button
            type="button"
            class={takesPasskeys ? "button" : "button main"}
            onClick={withAccount}
          >
            {rare.signInAccount(issuer)}
          </button>
        )}
      </div>
      {outcome}
    </>
  );
}

/** What a member has of them. */
export function OwnWays() {
  const ways = useWays();
  return (
    <>
      {ways?.passkeys && <Passkeys />}
      {ways?.issuer && <Accounts issuer={ways.issuer} />}
    </>
  );
}
