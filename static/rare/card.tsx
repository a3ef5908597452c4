/** A person's card: what the reader can do with them, and what admins can. */

import { listBlocks, type Person, setBlock } from "../../sdk/mod.ts";
import { carded, closeDialog, Disc, Icon, isAdmin, members, mention } from "../kit.ts";
import { chat, Modal, myId, showDialog, words } from "../kit.ts";
import { isolated } from "../text/people.ts";
import { AdminActions } from "./admin_actions.tsx";
import { openDirect } from "./direct.tsx";
import { useAct, useLoaded } from "./use_act.tsx";
import { rare } from "./words.ts";

export function Card() {
  const { person, place } = carded.value!;
  const isHere = members.value.some(({ id }) => id === person.id);
  const isMe = person.id === myId();
  return (
    <Modal class="card sheet" label={person.name} place={place}>
      <div class="who">
        <Disc {...person} class={isHere ? "big here" : "big"} />
        <div>
          <h2>
            <bdi>{person.name}</bdi>
          </h2>
          <p class="hint">{isMe ? words.you : isHere ? rare.hereNow : rare.notInRoom}</p>
        </div>
        <button type="button" class="tool push" aria-label={words.close} onClick={closeDialog}>
          <Icon name="close" small />
        </button>
      </div>
      {isMe ? <OwnActions /> : <Actions person={person} />}
      {isAdmin.value && !isMe && <AdminActions person={person} />}
    </Modal>
  );
}

function OwnActions() {
  const { act, outcome } = useAct();
  const notes = async () => {
    if (await act(() => openDirect([]))) closeDialog();
  };
  return (
    <>
      <div class="buttons fill">
        <button type="button" class="button main" onClick={notes}>{words.notes}</button>
        <button type="button" class="button" onClick={() => showDialog("settings")}>
          {words.settings}
        </button>
      </div>
      {outcome}
    </>
  );
}

function Actions({ person: { id, name } }: { person: Person }) {
  const { value: blocks, reload } = useLoaded(() => listBlocks(chat));
  const { act, outcome } = useAct();
  const isBlocked = blocks?.some((blocked) => blocked.id === id) ?? false;
  const write = async () => {
    if (await act(() => openDirect([id]))) closeDialog();
  };
  const block = async () => {
    const done = (isBlocked ? rare.unblocked : rare.blockedNow)(isolated(name));
    if (await act(() => setBlock({ ...chat, id, on: !isBlocked }), done)) await reload();
  };
  return (
    <>
      <div class="buttons fill">
        <button type="button" class="button main" onClick={write}>{rare.message}</button>
        <button
          type="button"
          class="button"
          onClick={() => {
            closeDialog();
            mention(name);
          }}
        >
          {rare.mention}
        </button>
      </div>
      <button type="button" class="row" onClick={block}>
        <Icon name="block" />
        <bdi>{isBlocked ? rare.unblock : rare.block}</bdi>
        <span class="hint">{rare.onlyForYou}</span>
      </button>
      {outcome}
    </>
  );
}
