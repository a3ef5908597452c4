/**
 * The page of a link, which makes a member of somebody or signs them in: says what the link is for and
 * who the reader would no longer be, and uses it only when they press the button.
 *
 * The token stays behind the `#` of the address, and leaves it only in the body of a request.
 */

import { describeLink, type LinkPurpose, startAccount, useLink } from "../../sdk/mod.ts";
import {
  adopt,
  change,
  chatName,
  isByInvitation,
  isName,
  listOf,
  NameField,
  Problem,
  server,
  useEffect,
  useState,
  Whole,
  words,
  you,
} from "../kit.ts";
import { isolated } from "../text/people.ts";
import { pathOf } from "../text/rooms.ts";
import { type Failure, failureOf } from "./failure.ts";
import { useWays } from "./sign_in.tsx";
import { when } from "./when.ts";
import { rare } from "./words.ts";

const tokenOf = () => location.hash.slice(1);

export function Join() {
  const [linkToken, setToken] = useState(tokenOf);
  const [purpose, setPurpose] = useState<LinkPurpose | undefined>();
  const [status, setStatus] = useState<number | undefined>();
  const look = async () => {
    setStatus(undefined);
    try {
      setPurpose(await describeLink({ url: server, linkToken }));
    } catch (error) {
      setStatus(failureOf(error).status);
    }
  };
  useEffect(() => {
    const follow = () => setToken(tokenOf());
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  useEffect(() => void look(), [linkToken]);
  if (status !== undefined) return <NotUsable status={status} retry={look} />;
  return purpose ? <Offer key={linkToken} purpose={purpose} linkToken={linkToken} /> : null;
}

/** The link cannot be used, for good or now. */
function NotUsable({ status, retry }: { status: number; retry: () => void }) {
  const isGone = status === 410 || status === 400;
  return (
    <Whole
      title={isGone ? rare.linkGone : rare.linkUnread}
      lead={isGone ? rare.linkGoneLead : status === 403 ? rare.linkRefused : rare.noAnswer}
    >
      <p>
        {isGone
          ? <a class="button main" href={`${server}/`}>{words.toRooms}</a>
          : <button type="button" class="button main" onClick={retry}>{words.tryNow}</button>}
      </p>
    </Whole>
  );
}

function Offer({ purpose, linkToken }: { purpose: LinkPurpose; linkToken: string }) {
  const { needsName = false, member, expires } = purpose;
  const issuer = useWays()?.issuer;
  // In an open chat it is the browser that knows what its person is called.
  const asksName = needsName || !isByInvitation;
  const [name, setName] = useState(member?.name ?? you.peek().name);
  const [nameProblem, setNameProblem] = useState("");
  const [problem, setProblem] = useState("");
  const submit = async (linksAccount: boolean) => {
    const given = name.trim();
    const isFit = !needsName || given !== "" && isName(given);
    setNameProblem(isFit ? "" : words.badName);
    setProblem("");
    if (!isFit) return;
    const failed = await use(purpose, linkToken, asksName ? given : undefined, linksAccount);
    if (needsName && failed?.status === 409) setNameProblem(rare.nameTaken);
    else if (failed) setProblem(failed.why);
  };
  return (
    <Whole {...titleOf(purpose)}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit(false);
        }}
      >
        {asksName && <NameField name={name} setName={setName} problem={nameProblem} />}
        <Replaced purpose={purpose} />
        <button type="submit" class="button main" autofocus={!asksName}>
          {purpose.for === "invite" ? words.join : rare.signIn}
        </button>
        {needsName && issuer && (
          <button type="button" class="button" onClick={() => submit(true)}>
            {rare.joinAccount(issuer)}
          </button>
        )}
        {problem && <Problem id="linkProblem">{problem}</Problem>}
      </form>
      <p class="hint">{rare.linkEnds(when(expires))}</p>
    </Whole>
  );
}

/** Says whom this browser would forget. */
function Replaced({ purpose: { replaces, member } }: { purpose: LinkPurpose }) {
  if (!replaces) return null;
  const name = isolated(you.peek().name || replaces.name);
  return <p>{rare.replaces(name, isolated(member?.name ?? ""))}</p>;
}

function titleOf({ for: kind, by, member, role, rooms = [], chat = chatName }: LinkPurpose) {
  if (kind !== "invite") {
    const lead = kind === "device" ? rare.deviceLead : rare.signInLead(isolated(by?.name ?? ""));
    return { title: rare.signInAs(isolated(member?.name ?? "")), lead };
  }
  const title = by ? rare.invitedBy(isolated(by.name), chat) : rare.invited(chat);
  const titles = listOf(rooms.map(({ title, name }) => isolated(title ?? name)));
  const parts = [
    role === "admin" ? rare.asAdmin : "",
    titles ? rare.mayEnter(titles) : rare.inviteLead,
  ];
  return { title, lead: parts.filter(Boolean).join(" ") };
}

/**
 * Uses the link and goes to the chat; returns what went wrong otherwise.
 *
 * @param linksAccount by way of the issuer, whose account signs the reader in from then on
 */
async function use(
  { rooms: [room] = [] }: LinkPurpose,
  linkToken: string,
  name: string | undefined,
  linksAccount: boolean,
): Promise<Failure | undefined> {
  try {
    adopt(await useLink({ url: server, linkToken, name }));
    if (name !== undefined) change({ name });
  } catch (error) {
    return failureOf(error);
  }
  const chat = server + (room ? pathOf(room.name) : "/");
  // If the issuer cannot be reached, the reader has joined all the same, and can link it later.
  const start = () => startAccount({ url: server, link: true }).catch(() => chat);
  location.replace(linksAccount ? await start() : chat);
}
