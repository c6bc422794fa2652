import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUSYBOX } from './daemon.ts';

export interface ImageWanted {
  /** Without any, the image is dangling. */
  readonly tags: readonly string[];
  /** When it claims to have been built. */
  readonly builtAt: Date;
  readonly labels?: Readonly<Record<string, string>>;
  /** What distinguishes the image from others. */
  readonly content: string;
}

export interface ImageArchive {
  readonly id: string;
  /** For `docker load`. */
  readonly archive: Buffer;
}

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');

/**
 * An image that contains busybox, with any build date: no registry and no build provides one from
 * another time.
 */
export function imageArchive({ tags, builtAt, labels = {}, content }: ImageWanted): ImageArchive {
  const directory = mkdtempSync(join(tmpdir(), 'dogwatch-image-'));
  const tar = (from: string) =>
    execFileSync('tar', ['-C', join(directory, from), '--sort=name', '--mtime=@0', '--owner=0', '--group=0', '-cf', '-', '.'], {
      maxBuffer: 2 ** 28,
    });
  try {
    mkdirSync(join(directory, 'layer', 'bin'), { recursive: true });
    mkdirSync(join(directory, 'image'));
    copyFileSync(BUSYBOX, join(directory, 'layer', 'bin', 'busybox'));
    writeFileSync(join(directory, 'layer', 'content'), content);
    const layer = tar('layer');
    const config = JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      created: builtAt.toISOString(),
      config: { Cmd: ['/bin/busybox', 'sleep', '3600'], Labels: labels },
      rootfs: { type: 'layers', diff_ids: [`sha256:${sha256(layer)}`] },
      history: [{ created: builtAt.toISOString(), created_by: 'a test' }],
    });
    const id = sha256(config);
    writeFileSync(join(directory, 'image', `${id}.json`), config);
    writeFileSync(join(directory, 'image', 'layer.tar'), layer);
    const manifest = [{ Config: `${id}.json`, RepoTags: tags.length === 0 ? null : tags, Layers: ['layer.tar'] }];
    writeFileSync(join(directory, 'image', 'manifest.json'), JSON.stringify(manifest));
    return { id: `sha256:${id}`, archive: tar('image') };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
