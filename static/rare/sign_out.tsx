/** Ends the session of this browser, after a question. */

import { isByInvitation, leave, useState, words } from "../kit.ts";
import { Group } from "./fields.tsx";
import { useAct } from "./use_act.tsx";
import { rare } from "./words.ts";

export function SignOut() {
  const [isAsking, setAsking] = useState(false);
  const { act, outcome } = useAct();
  return (
    <Group title={rare.signOut}>
      {isAsking
        ? (
          <>
            <p role="alert">{isByInvitation ? rare.signOutMember : rare.signOutVisitor}</p>
            <div class="buttons">
              <button type="button" class="button small" onClick={() => setAsking(false)}>
                {words.cancel}
              </button>
              <button type="button" class="button small danger" onClick={() => act(leave)}>
                {rare.signOutNow}
              </button>
            </div>
          </>
        )
        : (
          <div>
            <button
              type="button"
              class="button small danger"
              onClick={() => setAsking(true)}
            >
              {rare.signOutHere}
            </button>
          </div>
        )}
      {outcome}
    </Group>
  );
}
