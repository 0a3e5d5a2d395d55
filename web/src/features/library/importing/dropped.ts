/** What was dropped on the window, read to the last file. */

export interface Picked {
  file: File;
  /** Its path from the dropped folder on, or its name. */
  path: string;
}

/** The files of a drop, folders walked through; needs to be called before the event is over. */
export async function filesOfDrop(transfer: DataTransfer): Promise<Picked[]> {
  const entries = [...transfer.items].map((item) => (item.kind === "file" ? item.webkitGetAsEntry() : null)).filter((entry) => entry !== null);
  if (!entries.length) return filesOfInput(transfer.files);
  const found: Picked[] = [];
  for (const entry of entries) await walk(entry, found);
  return found.filter(({ path }) => wanted(path));
}

export function filesOfInput(files: FileList): Picked[] {
  return [...files].map((file) => ({ file, path: file.webkitRelativePath || file.name })).filter(({ path }) => wanted(path));
}

async function walk(entry: FileSystemEntry, found: Picked[]): Promise<void> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    found.push({ file, path: entry.fullPath.replace(/^\//, "") });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    // A folder is handed out in parts, and an empty part is its end.
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (!part.length) return;
    for (const one of part) await walk(one, found);
  }
}

/** Whether a file is worth sending: not what an operating system leaves lying about. */
export function wanted(path: string): boolean {
  const parts = path.split("/");
  return !parts.some((part) => part.startsWith(".") || part === "__MACOSX" || part === "Thumbs.db" || part === "desktop.ini");
}

/** What a drop is called while it is on its way: its folder, its only file, or null where there is no one name. */
export function nameOfDrop(picked: readonly Picked[]): string | null {
  const folders = new Set(picked.map(({ path }) => (path.includes("/") ? (path.split("/")[0] ?? "") : "")));
  const [folder] = folders;
  if (folders.size === 1 && folder) return folder;
  return picked.length === 1 ? (picked[0]?.file.name ?? null) : null;
}
