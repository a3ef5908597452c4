/** The page for somebody who may not come in, or no longer: why, and what they can do. */

import { chatName } from "../state/place.ts";
import { forgetSelf, isByInvitation, standing } from "../state/session.ts";
import { words } from "../words/words.ts";
import { Later } from "./later.tsx";
import { Whole } from "./whole.tsx";

export function Outside() {
  switch (standing.value) {
    case "banned":
      return <Whole title={words.banned(chatName)} lead={words.bannedLead} />;
    case "ended":
      return (
        <Whole
          title={words.signedOut}
          lead={isByInvitation ? words.signedOutLead : words.signedOutOpen}
        >
          {isByInvitation ? <WaysIn /> : <JoinAgain />}
        </Whole>
      );
    case "out":
      return (
        <Whole title={words.membersOnly(chatName)} lead={words.membersOnlyLead}>
          <WaysIn />
        </Whole>
      );
    default:
      return null;
  }
}

function WaysIn() {
  return (
    <>
      <Later name="signIn" />
      <dl class="ways">
        <dt>{words.haveInvitation}</dt>
        <dd>{words.haveInvitationHow}</dd>
        <dt>{words.haveDevice}</dt>
        <dd>{words.haveDeviceHow}</dd>
        <dt>{words.haveNothing}</dt>
        <dd>{words.haveNothingHow}</dd>
      </dl>
    </>
  );
}

/** Somebody new, since the person whose session ended is no longer signed in here. */
function JoinAgain() {
  const again = () => {
    forgetSelf();
    location.reload();
  };
  return (
    <p>
      <button type="button" class="button main" onClick={again}>{words.joinAgain}</button>
    </p>
  );
}
