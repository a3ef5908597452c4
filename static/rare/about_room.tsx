/** A private or direct room: who is in it; its owner changes it, and everybody may leave a private one. */

import { changeRoom, listRoomMembers, type RoomMember, type RoomOrder } from "../../sdk/mod.ts";
import { closeDialog, current, FormDialog, go, isArchived, myId, ownName } from "../kit.ts";
import { chat, Disc, refreshRooms, room, title, useState, words } from "../kit.ts";
import { isolated } from "../text/people.ts";
import { Chooser } from "./chooser.tsx";
import { Group, Input } from "./fields.tsx";
import { Sure } from "./sure.tsx";
import { useAct, useLoaded } from "./use_act.tsx";
import { rare } from "./words.ts";

const MOST_OF_TITLE = 100;
const MOST_AT_ONCE = 40;
const LOBBY = "lobby";

export function AboutRoom() {
  const name = room.peek();
  const [wanted, setWanted] = useState(title.peek() ?? "");
  const { value: members = [], problem, reload } = useLoaded(() =>
    listRoomMembers({ ...chat, room: name })
  );
  const { act, outcome } = useAct();
  const change = async (order: RoomOrder, done = "") => {
    const isDone = await act(
      () => changeRoom({ ...chat, room: name, name: ownName(), order }),
      done,
    );
    void refreshRooms();
    return isDone;
  };
  const isDirect = current().access === "direct";
  const isOwner = members.some(({ id, role }) => id === myId() && role === "owner");
  const changeMembers = async (order: RoomOrder, done: string) => {
    const isDone = await change(order, done);
    if (isDone) await reload();
    return isDone;
  };
  const mayTitle = isOwner && !isArchived.value;
  const save = () => !mayTitle || wanted === title.peek() || change({ title: wanted });
  return (
    <FormDialog title={words.aboutRoom} done={mayTitle ? words.save : rare.done} save={save}>
      {mayTitle && (
        <Group title={words.roomName}>
          <Input
            label={words.roomName}
            isAlone
            value={wanted}
            most={MOST_OF_TITLE}
            hint={rare.titleHint}
            set={setWanted}
          />
        </Group>
      )}
      <Group title={rare.members(members.length)}>
        {problem && <p class="hint">{problem}</p>}
        <Members members={members} isOwner={isOwner && !isArchived.value} change={changeMembers} />
        {outcome}
      </Group>
      {!isDirect && <Ends isOwner={isOwner} change={change} />}
    </FormDialog>
  );
}

type Change = (order: RoomOrder, done: string) => Promise<boolean>;

function Members({ members, isOwner, change }: {
  members: readonly RoomMember[];
  isOwner: boolean;
  change: Change;
}) {
  const [added, setAdded] = useState<readonly string[]>([]);
  const add = async () => {
    if (await change({ add: added }, rare.peopleAdded(added.length))) setAdded([]);
  };
  return (
    <>
      <ul class="devices">
        {members.map(({ id, name, avatar, role }) => (
          <li key={id}>
            <Disc id={id} name={name} avatar={avatar} />
            <span>
              <bdi>{name}</bdi>
              {id === myId() && <span class="hint">{words.you}</span>}
            </span>
            {role === "owner" && <span class="tag">{rare.owner}</span>}
            {isOwner && id !== myId() && (
              <button
                type="button"
                class="button small"
                aria-label={rare.removeOf(isolated(name))}
                onClick={() => change({ remove: [id] }, rare.removed(isolated(name)))}
              >
                {rare.remove}
              </button>
            )}
          </li>
        ))}
      </ul>
      {isOwner && (
        <>
          <Chooser
            label={rare.addPeople}
            chosen={added}
            setChosen={setAdded}
            most={MOST_AT_ONCE}
            without={members.map(({ id }) => id)}
          />
          <div>
            <button type="button" class="button small" disabled={added.length === 0} onClick={add}>
              {rare.addPeople}
            </button>
          </div>
        </>
      )}
    </>
  );
}

/** Leaving, and the end of the room. */
function Ends({ isOwner, change }: { isOwner: boolean; change: Change }) {
  const leave = async () => {
    if (!await change({ remove: [myId()] }, "")) return;
    closeDialog();
    go(LOBBY);
  };
  return (
    <Group title={rare.ends}>
      {isOwner && (
        <div>
          {isArchived.value
            ? (
              <button
                type="button"
                class="button small"
                onClick={() => change({ archived: false }, rare.reopened)}
              >
                {rare.reopen}
              </button>
            )
            : (
              <Sure
                label={rare.archive}
                question={rare.archiveLead}
                done={rare.archiveNow}
                act={() => change({ archived: true }, words.archivedLead)}
              />
            )}
        </div>
      )}
      <div>
        <Sure
          label={rare.leave}
          question={isOwner ? rare.leaveOwner : rare.leaveLead}
          done={rare.leaveNow}
          act={leave}
        />
      </div>
    </Group>
  );
}
