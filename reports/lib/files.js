// Files that appear whole: each is written under another name first.
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

// Writes files, pairs of name and content, below a folder; the last one last, so that a page comes after its pictures.
export async function replaceFiles(folder, files) {
  const written = [];
  try {
    for (const [name, content] of files) {
      const target = join(folder, name);
      await mkdir(dirname(target), { recursive: true });
      const fresh = `${target}.${process.pid}.new`;
      written.push([fresh, target]);
      await writeFile(fresh, content);
    }
    for (const [fresh, target] of written) await rename(fresh, target);
  } catch (error) {
    await Promise.all(written.map(([fresh]) => rm(fresh, { force: true })));
    throw error;
  }
}
