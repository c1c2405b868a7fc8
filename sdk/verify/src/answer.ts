// From what the judge says to the answer: the members of the server's `Verification`, as far as signed bytes and a bundle tell them.

import { formatInstant, type Instant } from './instant.js';
import type { Mode } from './names.js';
import type { Facts, Outcome } from './judge.js';
import { findKey, type TrustedIssuer, type TrustSource } from './trust.js';
import type { CheckName, CheckResult, Indication, Reason, State, Verdict } from './words.js';

/** One check of a verification. */
export interface VerificationCheck {
  name: CheckName;
  result: CheckResult;
  /** Why, where it did not pass. */
  reason: Reason | null;
}

/** Who issued a document. */
export interface VerificationIssuer {
  name: string;
  code: string;
  domain: string | null;
  identity: TrustedIssuer['identity'];
  provedAt: string | null;
}

/** A field of a seal. */
export interface VerificationField {
  /** Its place among the template's fields, from 0. */
  position: number;
  key: string | null;
  label: string | null;
  value: string;
}

/** The answer of a verification, as a server gives it. What only a server knows is `null` or empty. */
export interface Verification {
  /** The answer in one word. Only `valid` is valid. */
  verdict: Verdict;
  indication: Indication;
  status: State | null;
  reference: string | null;
  issuer: VerificationIssuer | null;
  issuerName: string | null;
  issuerCode: string | null;
  recipientName: string | null;
  documentType: (typeof DOCUMENT_TYPES)[number] | null;
  documentTitle: string | null;
  issuedAt: string | null;
  awardedOn: string | null;
  expiresAt: string | null;
  /** `live` or `test`, from the signer's certificate. */
  mode: Mode | null;
  matches: never[];
  trustAnchor: { fingerprint: string; source: TrustSource; asOf: string };
  checks: VerificationCheck[];
  /** The time the status is from. */
  statusAsOf: string | null;
  server: null;
  /** Of a stamp: the code of its kind of document. */
  documentTypeCode?: string;
  /** Of a stamp: the fields of its seal. */
  fields?: VerificationField[];
  /** Beside `appended_after_stamp`: so many bytes from the start are a stamped file with a signed seal. */
  genuineBytes?: number;
}

const DOCUMENT_TYPES = ['certificate', 'credential', 'contract', 'other'] as const;

const written = (instant: Instant | null | undefined): string | null => (instant == null ? null : formatInstant(instant));

/** The answer for an outcome. Facts are shown only of what was proved, and whose verdict is neither `invalid` nor `not_found`. */
export function answerOf(outcome: Outcome, { subject, trust }: Facts): Verification {
  const answer = bareAnswer(outcome, trust);
  if (subject.kind === 'failure' && subject.genuine !== undefined) answer.genuineBytes = subject.genuine;
  if (subject.kind !== 'credential' && subject.kind !== 'seal') return answer;
  answer.reference = subject.statement.reference;
  if (outcome.verdict === 'invalid' || outcome.verdict === 'not_found') return answer;
  const issuer = findKey(trust, subject.thumbprint)?.issuer;
  if (issuer) {
    const { name, code, domain, identity, provedAt } = issuer;
    answer.issuer = { name, code, domain, identity, provedAt: written(provedAt) };
    [answer.issuerName, answer.issuerCode] = [name, code];
  }
  answer.issuedAt = written(subject.statement.issuedAt);
  answer.expiresAt = written(subject.statement.expiresAt);
  if (subject.kind === 'credential') {
    const { documentType, recipientName, documentTitle, awardedOn } = subject.statement;
    answer.documentType = DOCUMENT_TYPES.find((known) => known === documentType) ?? null;
    answer.recipientName = recipientName;
    answer.documentTitle = documentTitle ?? null;
    answer.awardedOn = awardedOn ?? null;
  } else {
    answer.documentTypeCode = subject.statement.typeCode;
    answer.fields = subject.statement.fields.map(({ position, value }) => ({ position, key: null, label: null, value }));
  }
  return answer;
}

function bareAnswer(outcome: Outcome, { fingerprint, source, asOf }: Facts['trust']): Verification {
  return {
    verdict: outcome.verdict,
    indication: outcome.indication,
    status: outcome.state,
    reference: null,
    issuer: null,
    issuerName: null,
    issuerCode: null,
    recipientName: null,
    documentType: null,
    documentTitle: null,
    issuedAt: null,
    awardedOn: null,
    expiresAt: null,
    mode: outcome.mode,
    matches: [],
    trustAnchor: { fingerprint, source, asOf: formatInstant(asOf) },
    checks: [...outcome.checks],
    statusAsOf: written(outcome.statusAsOf),
    server: null,
  };
}
