import { open } from 'node:fs/promises';

/** A checkpoint names every lane: a megabyte holds ten thousand of them. */
const LONGEST_NOTE = 1024 * 1024;

/**
 * A file that holds every checkpoint again, each followed by an empty line. Whoever changes the ledger and signs it anew
 * has to change this file as well, which may lie on a disk that they do not reach.
 */
export class CheckpointMirror {
  constructor(private readonly file: string) {}

  /**
   * What the file ends with: whose checkpoint, and of how many records.
   * @returns undefined while there is none
   * @throws the error of the file system
   */
  async last(): Promise<{ readonly origin: string; readonly size: number } | undefined> {
    const file = await open(this.file, 'a+', 0o644);
    try {
      const { size: bytes } = await file.stat();
      const length = Math.min(bytes, LONGEST_NOTE);
      const end = Buffer.alloc(length);
      await file.read(end, 0, length, bytes - length);
      // Text and signatures of a note are parted by an empty line, as notes are.
      const [origin, size] = end.toString('utf8').trimEnd().split('\n\n').at(-2)?.split('\n') ?? [];
      return origin === undefined ? undefined : { origin, size: Number(size) };
    } finally {
      await file.close();
    }
  }

  /**
   * Appends a note, on disk when it returns; nothing when it is the one that the file ends with.
   * @throws the error of the file system
   */
  async append(note: string): Promise<void> {
    const text = `${note}\n`;
    const file = await open(this.file, 'a+', 0o644);
    try {
      const { size } = await file.stat();
      const length = Buffer.byteLength(text);
      const end = Buffer.alloc(length);
      if (size >= length) await file.read(end, 0, length, size - length);
      if (end.toString('utf8') === text) return;
      await file.appendFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
  }
}
