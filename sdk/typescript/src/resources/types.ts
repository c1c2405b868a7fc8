// Types of arguments that are the SDK's own.

export type { ForceOptions } from './api-keys.js';
export type { UpdateOptions } from './if-match.js';
export type { JsonObject } from './published.js';
export type { DryRunOptions } from './signing-keys.js';
export type { StampInput, StampReplaceInput } from './tcode-documents.js';
export type { DocumentQuery, IssueInput, NoteInput, ReplaceInput, RevokeInput } from './trust-documents.js';
export type { TemplateQuery } from './trust-templates.js';
export type { OfIssuer } from './trust-verify.js';
