// From one root of an instance to a later one (`spec/trust.md`, "Another root").

import { type Certificate, covers, readPem } from './certificate.js';
import { checkLink, checkRoot } from './chain.js';
import type { Instant } from './instant.js';
import { attempt, refuse, within } from './refused.js';
import { fingerprintOf } from './trust.js';

const MOST = 64;

/** The fingerprint of the newest root that the one held leads to. Refuses with the words of kind `roots`. */
export async function newestRoot(pem: string, held: string, at: Instant): Promise<string> {
  const certificates = await attempt(() => readAll(pem));
  if ('refused' in certificates || certificates.value.length % 2 === 0) refuse('malformed');
  const all = certificates.value;
  const roots = all.filter((_, place) => place % 2 === 0);
  for (const root of roots) await within('root', () => checkRoot(root));
  const first = roots.findIndex((root) => fingerprintOf(root) === held);
  if (first === -1) refuse('unknown');
  const steps: Certificate[] = [];
  for (let place = first + 1; place < roots.length; place += 1) {
    const [before, link, after] = [roots[place - 1]!, all[place * 2 - 1]!, roots[place]!];
    await within('link', () => checkLink(link, before, after));
    steps.push(link, before);
  }
  if (!steps.every((step) => covers(step, at))) refuse('time');
  return fingerprintOf(roots.at(-1)!);
}

async function readAll(pem: string): Promise<Certificate[]> {
  const texts = pem.trimEnd().split(/(?<=-----END CERTIFICATE-----)/);
  if (texts.length > MOST) refuse('malformed');
  const all: Certificate[] = [];
  for (const text of texts) all.push(await readPem(text.trimStart()));
  return all;
}
