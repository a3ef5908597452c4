/** Ends the session of this browser, after a question. */

import { isByInvitation, leave } from "../kit.ts";
import { Group } from "./fields.tsx";
import { Sure } from "./sure.tsx";
import { useAct } from "./use_act.tsx";
import { rare } from "./words.ts";

export function SignOut() {
  const { act, outcome } = useAct();
  return (
    <Group title={rare.signOut}>
      <div>
        <Sure
          label={rare.signOutHere}
          question={isByInvitation ? rare.signOutMember : rare.signOutVisitor}
          done={rare.signOutNow}
          act={() => act(leave)}
        />
      </div>
      {outcome}
    </Group>
  );
}
