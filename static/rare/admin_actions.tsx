/**
 * What admins can do with a person: mute, role, ban, a sign-in link, and removal. Where people come with
 * tokens, the operator's own program decides all of that but the mute.
 */

import {
  changeMember,
  createSignInLink,
  listMembers,
  type Member,
  muteMember,
  type Person,
  removeMember,
} from "../../sdk/mod.ts";
import { access, chat, Copyable, isByInvitation, useState } from "../kit.ts";
import { isolated } from "../text/people.ts";
import { Sure } from "./sure.tsx";
import { useAct, useLoaded } from "./use_act.tsx";
import { rare } from "./words.ts";

const HOUR_S = 3_600;
const hasMembers = access !== "token";
/** Ids that may lie between the beginning of one and the whole of it. */
const NEAR = 50;

/** The member with this id; undefined for a visitor without a role or a ban. */
async function find(id: string): Promise<Member | undefined> {
  if (!hasMembers) return;
  const page = await listMembers({ ...chat, after: id.slice(0, -1), limit: NEAR });
  return page.members.find((member) => member.id === id);
}

export function AdminActions({ person: { id, name } }: { person: Person }) {
  const { value: member, reload } = useLoaded(() => find(id));
  const [link, setLink] = useState("");
  const { act, outcome } = useAct();
  const who = isolated(name);
  const change = async (change: { role?: "admin" | "member"; banned?: boolean }, done: string) => {
    if (await act(() => changeMember({ ...chat, id, ...change }), done)) await reload();
  };
  const mute = (seconds: number, done: string) =>
    act(() => muteMember({ ...chat, id, seconds }), done);
  const isMember = member !== undefined && isByInvitation;
  return (
    <div class="admin" role="group" aria-label={rare.forAdmins}>
      <p class="section">{rare.forAdmins}</p>
      <div class="buttons">
        <Small act={() => mute(HOUR_S, rare.muted(who))}>{rare.mute}</Small>
        <Small act={() => mute(0, rare.unmuted(who))}>{rare.unmute}</Small>
        {hasMembers && (
          <>
            {member?.role === "admin"
              ? (
                <Small act={() => change({ role: "member" }, rare.isMember(who))}>
                  {rare.demote}
                </Small>
              )
              : (
                <Small act={() => change({ role: "admin" }, rare.isAdmin(who))}>
                  {rare.promote}
                </Small>
              )}
            {isMember && (
              <Small
                act={() => act(async () => setLink((await createSignInLink({ ...chat, id })).link))}
              >
                {rare.signInLink}
              </Small>
            )}
            {member?.banned
              ? (
                <Small act={() => change({ banned: false }, rare.unbanned(who))}>
                  {rare.unban}
                </Small>
              )
              : (
                <Sure
                  label={rare.ban}
                  question={rare.banLead(who)}
                  done={rare.banNow}
                  act={() => change({ banned: true }, rare.banned(who))}
                />
              )}
            {isMember && (
              <Sure
                label={rare.removeMember}
                question={rare.removeMemberLead(who)}
                done={rare.remove}
                act={() => act(() => removeMember({ ...chat, id }), rare.removed(who))}
              />
            )}
          </>
        )}
      </div>
      {link && <Copyable link={link} label={rare.signInLinkOf(who)} />}
      {outcome}
    </div>
  );
}

function Small({ act, children }: { act: () => unknown; children: string }) {
  return <button type="button" class="button small" onClick={() => act()}>{children}</button>;
}
