/**
 * What admins look after: invitations, the members, from whose list their cards open, bots, and the audit
 * log. Where people come with tokens the operator's own program knows them, and nobody is listed.
 */

import { listBots, listMembers, type Member } from "../../sdk/mod.ts";
import { access, chat, closeDialog, Disc, Icon, isByInvitation, Modal } from "../kit.ts";
import { openCard, useState, words } from "../kit.ts";
import { isolated } from "../text/people.ts";
import { foldedName } from "../text/rooms.ts";
import { Audit } from "./audit.tsx";
import { Bots } from "./bots.tsx";
import { Group } from "./fields.tsx";
import { Invites } from "./invites.tsx";
import { useLoaded } from "./use_act.tsx";
import { when } from "./when.ts";
import { rare } from "./words.ts";

const MOST_PAGES = 10;
/** More are found by their names. */
const MOST_SHOWN = 200;

export function Members() {
  const { value: members = [], problem } = useLoaded(all);
  const bots = useLoaded(() => listBots(chat));
  return (
    <Modal label={words.forAdmins} class="members">
      <div class="head">
        <h2>{words.forAdmins}</h2>
        <button type="button" class="tool" aria-label={words.close} onClick={closeDialog}>
          <Icon name="close" />
        </button>
      </div>
      <div class="inside">
        {isByInvitation && <Invites />}
        {access !== "token" && (
          <Group title={words.members}>
            {problem && <p class="hint">{problem}</p>}
            <List members={members} />
          </Group>
        )}
        <Bots {...bots} />
        <Audit known={[...members, ...bots.value ?? []]} />
      </div>
    </Modal>
  );
}

async function all(): Promise<Member[]> {
  if (access === "token") return [];
  const found: Member[] = [];
  for (let page = 0; page < MOST_PAGES; page++) {
    const { members, more } = await listMembers({ ...chat, after: found.at(-1)?.id });
    found.push(...members);
    if (!more) break;
  }
  return found.sort((a, b) => a.name.localeCompare(b.name));
}

function List({ members }: { members: readonly Member[] }) {
  const [typed, setTyped] = useState("");
  const wanted = foldedName(typed.trim());
  const shown = members.filter(({ name }) => foldedName(name).includes(wanted))
    .slice(0, MOST_SHOWN);
  return (
    <>
      <input
        class="input"
        dir="auto"
        list={undefined}
        type="search"
        aria-label={rare.findPerson}
        placeholder={rare.findPerson}
        value={typed}
        onInput={({ currentTarget }) => setTyped(currentTarget.value)}
      />
      <p class="hint" role="status">{rare.membersFound(shown.length)}</p>
      <ul class="devices">
        {shown.map((member) => (
          <li key={member.id}>
            <Row member={member} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Row({ member }: { member: Member }) {
  const { name, role, banned, seen } = member;
  return (
    <>
      <Disc {...member} />
      <span>
        <bdi>{name}</bdi>
        {seen !== undefined && <span class="hint">{rare.lastHere(when(seen))}</span>}
      </span>
      {role === "admin" && <span class="tag">{rare.admin}</span>}
      {banned && <span class="tag">{rare.isBanned}</span>}
      <button
        type="button"
        class="tool"
        aria-label={rare.actionsFor(isolated(name))}
        aria-haspopup="dialog"
        onClick={({ currentTarget }) => openCard(member, currentTarget)}
      >
        <Icon name="more" />
      </button>
    </>
  );
}
