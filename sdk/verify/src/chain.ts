// From a leaf to the root: three certificates, never more (`spec/trust.md`). Refusals have the words of its kind `certificate`.

import { isEqual } from './bytes.js';
import { type Certificate, covers, referenceOf } from './certificate.js';
import { verifiesDer } from './ecdsa.js';
import type { Instant } from './instant.js';
import { INSTANCE, issuerOf, parseIssuerCode } from './names.js';
import { refuse } from './refused.js';

const DIGITAL_SIGNATURE = 0;
const KEY_CERT_SIGN = 5;

async function checkIssuedBy(child: Certificate, parent: Certificate): Promise<void> {
  if (!isEqual(child.issuerDer, parent.subjectDer)) refuse('issuer');
  if (!(await verifiesDer(parent.point, child.tbs, child.signature))) refuse('signature');
}

function checkAuthority(certificate: Certificate): void {
  if (!certificate.isCa) refuse('basic_constraints');
  if (!certificate.usages.has(KEY_CERT_SIGN)) refuse('key_usage');
  if (certificate.subject.organization !== INSTANCE) refuse('name');
}

export async function checkRoot(root: Certificate): Promise<void> {
  checkAuthority(root);
  if (root.mode === 'test') refuse('mode');
  await checkIssuedBy(root, root);
}

/** A link from one root to the next: the key and name of the one, signed by the other. */
export async function checkLink(link: Certificate, before: Certificate, after: Certificate): Promise<void> {
  checkAuthority(link);
  if (link.mode === 'test') refuse('mode');
  if (!isEqual(link.subjectDer, after.subjectDer)) refuse('name');
  if (!isEqual(link.point, after.point)) refuse('key');
  await checkIssuedBy(link, before);
}

export async function checkCa(ca: Certificate, root: Certificate): Promise<void> {
  checkAuthority(ca);
  if (!ca.usages.has(DIGITAL_SIGNATURE)) refuse('key_usage');
  if (root.pathLength === 0) refuse('basic_constraints');
  await checkIssuedBy(ca, root);
}

export async function checkLeaf(leaf: Certificate, ca: Certificate): Promise<void> {
  if (leaf.isCa) refuse('basic_constraints');
  if (leaf.usages.size !== 1 || !leaf.usages.has(DIGITAL_SIGNATURE)) refuse('key_usage');
  const { country, commonName, organization } = leaf.subject;
  if (country !== 'XA' || commonName === undefined) refuse('name');
  const issuer = parseIssuerCode(organization ?? '') ?? refuse('name');
  if (issuerOf(referenceOf(leaf)) !== issuer) refuse('serial');
  if (leaf.mode !== ca.mode) refuse('mode');
  await checkIssuedBy(leaf, ca);
}

/** All three, at an instant. */
export async function checkChain(leaf: Certificate, ca: Certificate, root: Certificate, at: Instant): Promise<void> {
  await checkRoot(root);
  await checkCa(ca, root);
  await checkLeaf(leaf, ca);
  if (![leaf, ca, root].every((certificate) => covers(certificate, at))) refuse('time');
}
