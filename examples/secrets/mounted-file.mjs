// A file that somebody mounts: a secret of Kubernetes as a volume (not with `subPath`, which is never renewed), a credential of
// systemd (`LoadCredential=`), a secret of Docker. It is read anew when it is asked for, so a new key needs no restart.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export const mountedFile = (path) => () => readFile(path, 'utf8');

/** A credential of systemd, by its name; it is renewed by a restart of the unit. */
export const systemdCredential = (name) => mountedFile(join(process.env.CREDENTIALS_DIRECTORY, name));
