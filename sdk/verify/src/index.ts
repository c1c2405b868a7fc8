// What the package has to offer. Everything else in it is free to change.

export type { Verification, VerificationCheck, VerificationField, VerificationIssuer } from './answer.js';
export { checkForeignSeal, type ForeignSealCheck } from './foreign.js';
export { openTrust, type Trust, type TrustOptions } from './opened.js';
export { checkReference } from './reference.js';
export { AnankeRefusedError } from './refused.js';
export {
  type Evidence,
  type EvidenceOfBarcode,
  type EvidenceWithRecord,
  type FileLike,
  hashFile,
  statusListAddress,
  verifyCredential,
  verifyFile,
  verifyHash,
  verifyReference,
  verifySeal,
  verifyStamped,
} from './verify.js';
export type { CheckName, CheckResult, Indication, Reason, State, Verdict } from './words.js';
