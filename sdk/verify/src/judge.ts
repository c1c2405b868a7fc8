// The second step: from facts to one word, by a fixed rule (`spec/verification.md`).

import { type Instant, later } from './instant.js';
import type { ListId, Mode } from './names.js';
import { listPlace } from './own-seal.js';
import type { Failure, Proved } from './proof.js';
import type { StatusList } from './status.js';
import { findKey, isRetired, keyCovers, type Trust } from './trust.js';
import { type CheckName, type CheckResult, type Indication, indicationOf, REASONS, type Reason, type State, type Verdict } from './words.js';

/** How far a clock may be behind the one that signed, in seconds. */
const SKEW = 300;

/** What is known of a document's status, and how well. */
export type StatusEvidence =
  | { readonly kind: 'recorded'; readonly state: State }
  | { readonly kind: 'lists'; readonly lists: readonly StatusList[] }
  | { readonly kind: 'refused'; readonly word: string }
  | { readonly kind: 'unavailable' }
  | { readonly kind: 'tampered' };

/** Everything a verdict depends on. */
export interface Facts {
  /** What was proved, or the first check that did not pass, or why there is nothing to look at. */
  readonly subject: Proved | Failure | { readonly kind: 'nothing'; readonly reason: Reason };
  readonly trust: Trust;
  readonly status: StatusEvidence;
  readonly now: Instant;
  /** A proof, not from the document's own key, that it existed then. */
  readonly existedAt?: Instant | undefined;
  /** The reference that was asked for. */
  readonly reference?: string | undefined;
  /** The hash of the file that was shown. */
  readonly file?: string | undefined;
  readonly renditions?: readonly string[];
  readonly allowTest: boolean;
}

export interface Check {
  readonly name: CheckName;
  readonly result: CheckResult;
  readonly reason: Reason | null;
}

export interface Outcome {
  readonly verdict: Verdict;
  readonly indication: Indication;
  readonly checks: readonly Check[];
  readonly state: State | null;
  readonly statusAsOf: Instant | null;
  readonly mode: Mode | null;
}

type Why = Reason | null;

interface Findings {
  readonly integrity: Why;
  readonly issuer: Why;
  readonly time: Why;
  readonly status: Why;
  readonly log: Why;
  readonly state?: State;
  readonly asOf?: Instant;
  readonly mode?: Mode;
}

export function judge(facts: Facts): Outcome {
  const found = findingsOf(facts);
  const { verdict, decidedBy } = ruleOf([found.integrity, found.issuer, found.time, found.status]);
  const check = (name: CheckName): Check => ({ name, result: resultOf(found[name]), reason: found[name] });
  const isKnown = verdict !== 'invalid' && verdict !== 'not_found';
  return {
    verdict,
    indication: indicationOf(verdict, decidedBy),
    checks: [check('integrity'), check('issuer'), check('time'), check('status'), check('log')],
    state: (isKnown && found.state) || null,
    statusAsOf: isKnown ? (found.asOf ?? null) : null,
    mode: found.mode ?? null,
  };
}

const resultOf = (reason: Why): CheckResult => (reason === null ? 'passed' : REASONS[reason]);

const NOT_FOUND: readonly Why[] = ['malformed_reference', 'unknown_reference', 'unknown_hash', 'erased'];

/** The fixed rule, over the reasons of integrity, issuer, time and status; and which reason decided. */
function ruleOf(reasons: readonly [Why, Why, Why, Why]): { verdict: Verdict; decidedBy: Why } {
  const [integrity, issuer, time, status] = reasons;
  if (NOT_FOUND.includes(integrity)) return { verdict: 'not_found', decidedBy: integrity };
  const failed = [integrity, issuer].find((reason) => resultOf(reason) === 'failed');
  if (failed) return { verdict: 'invalid', decidedBy: failed };
  const unchecked = reasons.find((reason) => resultOf(reason) === 'not_checked');
  if (unchecked) return { verdict: 'indeterminate', decidedBy: unchecked };
  if (status === 'revoked' || status === 'suspended') return { verdict: status, decidedBy: status };
  if (status !== null || time !== null) return { verdict: 'expired', decidedBy: status ?? time };
  return { verdict: 'valid', decidedBy: null };
}

/** Nothing is proved that could be looked at further. */
const unproved = (integrity: Why, issuer: Why): Findings => ({
  integrity,
  issuer,
  time: 'not_reached',
  status: 'not_reached',
  log: 'not_reached',
});

function findingsOf(facts: Facts): Findings {
  const { subject } = facts;
  if (subject.kind === 'nothing') return unproved(subject.reason, 'not_reached');
  if (subject.kind === 'failure') {
    if (subject.check === 'integrity') return unproved(subject.reason, 'not_reached');
    // Without a readable certificate there is no key to check the bytes with.
    return unproved(subject.reason === 'certificate_malformed' ? 'not_reached' : null, subject.reason);
  }
  const mode = findKey(facts.trust, subject.thumbprint)?.key.certificate.mode;
  const known = mode === undefined ? {} : { mode };
  const integrity = integrityOf(facts, subject);
  if (integrity !== null) return { ...unproved(integrity, 'not_reached'), ...known };
  const issuer = issuerOf(facts, subject);
  if (resultOf(issuer) === 'failed') return { ...unproved(null, issuer), ...known };
  return { integrity, issuer, time: timeOf(facts, subject), ...statusOf(facts, subject), log: 'not_logged', ...known };
}

/** The signature is good; is it the document asked about, and is its row whole? */
function integrityOf({ status, reference, file, renditions }: Facts, { statement, digest }: Proved): Why {
  if (status.kind === 'tampered') return 'record_altered';
  if (reference !== undefined && reference !== statement.reference) return 'reference_mismatch';
  const named = 'original' in statement ? statement.original : statement.pdf;
  return file === undefined || file === named || file === digest || renditions?.includes(file) ? null : 'file_mismatch';
}

/** Was the key good when the document was issued? */
function issuerOf({ trust, allowTest, existedAt, now }: Facts, { statement, thumbprint }: Proved): Why {
  const found = findKey(trust, thumbprint);
  if (!found) return 'certificate_not_listed';
  const { key } = found;
  if (key.certificate.mode === 'test' && !allowTest) return 'test_not_allowed';
  if (!keyCovers(trust, key, statement.issuedAt)) return 'outside_certificate_validity';
  if (isRetired(key, statement.issuedAt)) return 'key_retired';
  const isCompromised = key.compromisedAt !== null && !(existedAt !== undefined && existedAt < key.compromisedAt);
  // Whoever holds the key can write any date, so the document's own dates prove nothing.
  if (isCompromised && existedAt !== undefined) return 'key_compromised';
  if (trust.expires !== undefined && now >= trust.expires) return 'trust_bundle_expired';
  return isCompromised ? 'existence_not_proved' : null;
}

function timeOf({ now }: Facts, { statement }: Proved): Why {
  if (statement.expiresAt !== undefined && now >= statement.expiresAt) return 'expired';
  return statement.issuedAt > later(now, SKEW) ? 'not_yet_valid' : null;
}

const OF_STATE: Readonly<Record<State, Why>> = { Active: null, Suspended: 'suspended', Revoked: 'revoked', Expired: 'expired_early' };
const STATE_OF_VALUE = ['Active', 'Revoked', 'Suspended', 'Expired'] as const;

function statusOf(facts: Facts, subject: Proved): Pick<Findings, 'status' | 'state' | 'asOf'> {
  const { status, now } = facts;
  switch (status.kind) {
    case 'unavailable':
      return { status: 'status_unavailable' };
    case 'tampered':
      return { status: 'not_reached' };
    case 'refused':
      return { status: /^(?:key\.|mode$)/.test(status.word) ? 'status_list_untrusted' : 'status_list_malformed' };
    default: {
      const said = status.kind === 'recorded' ? { state: status.state } : fromLists(facts, subject, status.lists);
      if (typeof said === 'string') return { status: said };
      const { expiresAt } = subject.statement;
      // A document passes into expired by the clock, whether or not anything has run.
      const isPast = said.state === 'Active' && expiresAt !== undefined && now >= expiresAt;
      return { ...said, status: OF_STATE[said.state], state: isPast ? 'Expired' : said.state };
    }
  }
}

/** The state by the newest token list, or by both W3C lists together. */
function fromLists({ trust, now }: Facts, subject: Proved, lists: readonly StatusList[]): { state: State; asOf: Instant } | Reason {
  const place = placeOf(subject, trust);
  let unusable: Reason = lists.length === 0 ? 'status_unavailable' : 'status_list_mismatch';
  const newest: { token?: StatusList; revocation?: StatusList; suspension?: StatusList } = {};
  for (const list of lists) {
    if (!place?.isNamed(list.id)) continue;
    if (now >= list.expires) unusable = 'status_list_expired';
    else if (list.issuedAt > later(now, SKEW)) unusable = 'status_list_not_yet_valid';
    else if (!((newest[list.purpose]?.issuedAt ?? -Infinity) >= list.issuedAt)) newest[list.purpose] = list;
  }
  const { token, revocation, suspension } = newest;
  if (token) return { state: STATE_OF_VALUE[token.valueAt(place!.index)]!, asOf: token.issuedAt };
  if (revocation && suspension) {
    const isRevoked = revocation.valueAt(place!.index) !== 0;
    const state = isRevoked ? 'Revoked' : suspension.valueAt(place!.index) !== 0 ? 'Suspended' : 'Active';
    return { state, asOf: Math.min(revocation.issuedAt, suspension.issuedAt) };
  }
  return (revocation || suspension) && unusable === 'status_list_mismatch' ? 'status_list_incomplete' : unusable;
}

/** Where a document stands in which list: of this issuer, mode and number, at the address it names or at a public URL of the trust. */
export function placeOf(subject: Proved, trust: Trust): { index: number; list: ListId; isNamed(list: ListId): boolean } | undefined {
  const isSame = (one: ListId, other: ListId) => one.issuer === other.issuer && one.mode === other.mode && one.number === other.number;
  if (subject.kind === 'credential') {
    const { list, index } = subject.statement;
    return { index, list, isNamed: (other) => isSame(list, other) && [list.baseUrl, ...trust.baseUrls].includes(other.baseUrl) };
  }
  const { status, certificateReference, mode } = subject.statement;
  const place = listPlace(status);
  if (!place) return undefined;
  const list = { baseUrl: trust.baseUrls[0]!, issuer: certificateReference.slice(0, 6), mode, number: place.number };
  return { index: place.index, list, isNamed: (other) => isSame(list, other) && trust.baseUrls.includes(other.baseUrl) };
}
