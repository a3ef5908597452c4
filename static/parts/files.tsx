/**
 * The files of a message: pictures, sound and films in their place, everything else as a card. A picture's
 * space is there before the picture is, so that nothing jumps.
 */

import { useState } from "preact/hooks";
import type { NamedFile } from "../../sdk/mod.ts";
import { addressOfFile, looked } from "../state/pictures.ts";
import { endingOf, kindOf, spaceOf } from "../text/files.ts";
import { sizeText, words } from "../words/words.ts";
import { showDialog } from "./dialog.tsx";
import { Icon } from "./icon.tsx";

export function Files({ files }: { files: readonly NamedFile[] }) {
  if (files.length === 0) return null;
  return (
    <ul class="files">
      {files.map((file) => (
        <li key={file.id}>
          <File file={file} />
        </li>
      ))}
    </ul>
  );
}

function File({ file }: { file: NamedFile }) {
  const [isGone, setGone] = useState(false);
  const { name, alt } = file;
  const kind = kindOf(file);
  const src = addressOfFile(file);
  const onError = () => setGone(true);
  if (isGone) return <Card file={file} isGone />;
  if (kind === "image") return <Picture file={file} src={src} onError={onError} />;
  if (kind === "card") return <Card file={file} />;
  const label = alt || name;
  return (
    <figure class={kind}>
      {kind === "video"
        ? <video controls preload="metadata" aria-label={label} src={src} onError={onError} />
        : <audio controls preload="none" aria-label={label} src={src} onError={onError} />}
      <figcaption class="hint">
        <bdi>{name}</bdi>
      </figcaption>
    </figure>
  );
}

interface PictureOf {
  file: NamedFile;
  src: string;
  onError: () => void;
}

function Picture({ file, src, onError }: PictureOf) {
  const { id, name, alt } = file;
  return (
    <a
      class="picture"
      href={src}
      aria-label={alt ? undefined : words.pictureCalled(name ?? words.file)}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        looked.value = id;
        showDialog("picture");
      }}
    >
      <img src={src} {...spaceOf(file)} alt={alt ?? ""} loading="lazy" onError={onError} />
    </a>
  );
}

function Card({ file, isGone = false }: { file: NamedFile; isGone?: boolean }) {
  const { name, size } = file;
  const about = [endingOf(file), size === undefined ? "" : sizeText(size)].filter(Boolean);
  const inside = (
    <>
      <Icon name="file" />
      <span>
        <bdi class="clip">{name}</bdi>
        <span class="hint">{isGone ? words.fileGone : about.join(", ")}</span>
      </span>
    </>
  );
  if (isGone) return <p class="file">{inside}</p>;
  return <a class="file" href={addressOfFile(file)} download={name}>{inside}</a>;
}
