/**
 * One picture, as large as the window allows. The arrows lead to the others in sight, Escape and a press
 * beside the picture lead back.
 */

import { useEffect } from "preact/hooks";
import type { Attachment } from "../../sdk/mod.ts";
import { addressOfFile, looked, view } from "../state/pictures.ts";
import { words } from "../words/words.ts";
import { closeDialog, Modal } from "./dialog.tsx";
import { Icon, type IconName } from "./icon.tsx";

const look = (picture: Attachment | undefined): void => {
  if (picture) looked.value = picture.id;
};

export function Lightbox() {
  const shown = view.value;
  useEffect(() => {
    // Its message is gone.
    if (!shown) closeDialog();
  }, [shown === undefined]);
  if (!shown) return null;
  const { picture, before, after } = shown;
  const { name, alt, width, height } = picture;
  const src = addressOfFile(picture);
  const keyed = ({ key }: KeyboardEvent) => {
    const isRtl = document.documentElement.matches(":dir(rtl)");
    if (key === "ArrowLeft") look(isRtl ? after : before);
    if (key === "ArrowRight") look(isRtl ? before : after);
  };
  return (
    <Modal class="lightbox" label={alt || words.pictureCalled(name)}>
      <div class="inside" onKeyDown={keyed}>
        <div class="bar">
          <span class="clip" dir="auto">{alt || name}</span>
          <a class="tool" href={src} download={name} aria-label={words.download(name)}>
            <Icon name="down" />
          </a>
          <button type="button" class="tool" aria-label={words.close} onClick={closeDialog}>
            <Icon name="close" />
          </button>
        </div>
        <div
          class="frame"
          onClick={({ target, currentTarget }) => target === currentTarget && closeDialog()}
        >
          <img key={picture.id} src={src} width={width} height={height} alt={alt ?? ""} />
        </div>
        <Step name="previous" label={words.previousPicture} to={before} />
        <Step name="next" label={words.nextPicture} to={after} />
      </div>
    </Modal>
  );
}

function Step({ name, label, to }: { name: IconName; label: string; to: Attachment | undefined }) {
  return (
    <button
      type="button"
      class={`tool ${name}`}
      aria-label={label}
      aria-disabled={!to}
      onClick={() => look(to)}
    >
      <Icon name={name} />
    </button>
  );
}
