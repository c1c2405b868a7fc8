// The closed lists of words that verdicts are made of (`spec/verification.md`).

export const VERDICTS = ['valid', 'suspended', 'revoked', 'expired', 'invalid', 'not_found', 'indeterminate'] as const;
/** The answer in one word. */
export type Verdict = (typeof VERDICTS)[number];

export const CHECKS = ['integrity', 'issuer', 'time', 'status', 'log'] as const;
export type CheckName = (typeof CHECKS)[number];

export const RESULTS = ['passed', 'failed', 'not_checked'] as const;
export type CheckResult = (typeof RESULTS)[number];

export const STATES = ['Active', 'Suspended', 'Revoked', 'Expired'] as const;
/** The state of a document. */
export type State = (typeof STATES)[number];

/** Every reason with the result it stands beside. */
export const REASONS = {
  malformed_credential: 'failed',
  credential_too_large: 'failed',
  encoding_not_canonical: 'failed',
  duplicate_member: 'failed',
  algorithm_not_allowed: 'failed',
  critical_header: 'failed',
  embedded_key: 'failed',
  wrong_type: 'failed',
  header_not_allowed: 'failed',
  high_s: 'failed',
  signature_mismatch: 'failed',
  malformed_statement: 'failed',
  reference_mismatch: 'failed',
  file_mismatch: 'failed',
  record_altered: 'failed',
  no_seal: 'failed',
  malformed_seal: 'failed',
  foreign_seal: 'not_checked',
  certificate_unknown: 'not_checked',
  stamp_altered: 'failed',
  appended_after_stamp: 'failed',
  certificate_malformed: 'failed',
  certificate_untrusted: 'failed',
  certificate_not_listed: 'not_checked',
  key_id_mismatch: 'failed',
  issuer_mismatch: 'failed',
  mode_mismatch: 'failed',
  test_not_allowed: 'failed',
  outside_certificate_validity: 'failed',
  key_retired: 'failed',
  key_compromised: 'failed',
  existence_not_proved: 'not_checked',
  trust_bundle_expired: 'not_checked',
  expired: 'failed',
  not_yet_valid: 'not_checked',
  revoked: 'failed',
  suspended: 'failed',
  expired_early: 'failed',
  status_unavailable: 'not_checked',
  status_list_malformed: 'not_checked',
  status_list_untrusted: 'not_checked',
  status_list_mismatch: 'not_checked',
  status_list_incomplete: 'not_checked',
  status_list_expired: 'not_checked',
  status_list_not_yet_valid: 'not_checked',
  not_logged: 'not_checked',
  malformed_reference: 'not_checked',
  unknown_reference: 'not_checked',
  unknown_hash: 'not_checked',
  erased: 'not_checked',
  document_not_at_hand: 'not_checked',
  not_reached: 'not_checked',
} as const satisfies Readonly<Record<string, CheckResult>>;
/** Why a check failed or was not done. */
export type Reason = keyof typeof REASONS;

export const INDICATIONS = ['TOTAL-PASSED', 'TOTAL-FAILED', 'INDETERMINATE'] as const;

export const SUB_INDICATIONS = [
  'FORMAT_FAILURE',
  'HASH_FAILURE',
  'SIG_CRYPTO_FAILURE',
  'REVOKED',
  'EXPIRED',
  'SIG_CONSTRAINTS_FAILURE',
  'CHAIN_CONSTRAINTS_FAILURE',
  'CRYPTO_CONSTRAINTS_FAILURE',
  'NO_SIGNING_CERTIFICATE_FOUND',
  'NO_CERTIFICATE_CHAIN_FOUND',
  'REVOKED_NO_POE',
  'OUT_OF_BOUNDS_NO_POE',
  'TRY_LATER',
  'SIGNED_DATA_NOT_FOUND',
] as const;

/** The verdict in the words of ETSI EN 319 102-1. */
export interface Indication {
  readonly indication: (typeof INDICATIONS)[number];
  readonly subIndication: (typeof SUB_INDICATIONS)[number] | null;
}

const LATER: readonly string[] = ['certificate_not_listed', 'certificate_unknown', 'trust_bundle_expired', 'not_yet_valid'];

const SUB: Readonly<Partial<Record<Reason, Indication['subIndication']>>> = {
  reference_mismatch: 'HASH_FAILURE',
  file_mismatch: 'HASH_FAILURE',
  record_altered: 'HASH_FAILURE',
  stamp_altered: 'HASH_FAILURE',
  appended_after_stamp: 'HASH_FAILURE',
  signature_mismatch: 'SIG_CRYPTO_FAILURE',
  key_compromised: 'REVOKED',
  algorithm_not_allowed: 'CRYPTO_CONSTRAINTS_FAILURE',
  certificate_malformed: 'NO_SIGNING_CERTIFICATE_FOUND',
  foreign_seal: 'NO_SIGNING_CERTIFICATE_FOUND',
  certificate_untrusted: 'NO_CERTIFICATE_CHAIN_FOUND',
  issuer_mismatch: 'SIG_CONSTRAINTS_FAILURE',
  mode_mismatch: 'SIG_CONSTRAINTS_FAILURE',
  key_id_mismatch: 'SIG_CONSTRAINTS_FAILURE',
  test_not_allowed: 'CHAIN_CONSTRAINTS_FAILURE',
  outside_certificate_validity: 'OUT_OF_BOUNDS_NO_POE',
  key_retired: 'OUT_OF_BOUNDS_NO_POE',
  existence_not_proved: 'REVOKED_NO_POE',
  document_not_at_hand: 'SIGNED_DATA_NOT_FOUND',
};
const FAILED = ['FORMAT_FAILURE', 'HASH_FAILURE', 'SIG_CRYPTO_FAILURE', 'REVOKED'];

/** The indication beside a verdict and the reason that decided it. */
export function indicationOf(verdict: Verdict, reason: Reason | null): Indication {
  switch (verdict) {
    case 'valid':
      return { indication: 'TOTAL-PASSED', subIndication: null };
    case 'revoked':
      return { indication: 'TOTAL-FAILED', subIndication: 'REVOKED' };
    case 'expired':
      return { indication: 'TOTAL-FAILED', subIndication: 'EXPIRED' };
    case 'suspended':
      return { indication: 'INDETERMINATE', subIndication: 'TRY_LATER' };
    case 'not_found':
      return { indication: 'INDETERMINATE', subIndication: 'SIGNED_DATA_NOT_FOUND' };
    default: {
      const known = SUB[reason!];
      const isLater = reason!.startsWith('status_') || LATER.includes(reason!);
      // What is left is the form of the text, the header, the payload or the seal.
      const subIndication = known ?? (isLater ? 'TRY_LATER' : 'FORMAT_FAILURE');
      return { indication: FAILED.includes(subIndication) ? 'TOTAL-FAILED' : 'INDETERMINATE', subIndication };
    }
  }
}
