// What can go wrong in a call. Texts pass through `redact`, so that no error holds an API key.

import type { Code, ForbiddenReason } from './generated/openapi.js';
import { redact } from './redact.js';

/** Every error that the SDK makes. */
export class AnankeError extends Error {
  constructor(message: string) {
    super(redact(message));
  }

  // Names survive bundlers that rename classes, and tell where two copies of the package make `instanceof` fail.
  static {
    this.prototype.name = 'AnankeError';
  }
}

/** The client or the call is not set up as it must be: nothing was sent. The message says the way out. */
export class AnankeUsageError extends AnankeError {
  static {
    this.prototype.name = 'AnankeUsageError';
  }
}

/** The server could not be reached, or the connection broke before the whole answer was there. */
export class AnankeConnectionError extends AnankeError {
  static {
    this.prototype.name = 'AnankeConnectionError';
  }
  /** What the system calls it, such as `ECONNREFUSED`, where it has a name. */
  readonly code: string | undefined;

  constructor(origin: string, cause: unknown) {
    const { text, code } = deepest(cause);
    super(`cannot reach ${origin}: ${text}`);
    this.code = code;
  }
}

/** No whole answer in time. */
export class AnankeTimeoutError extends AnankeError {
  static {
    this.prototype.name = 'AnankeTimeoutError';
  }

  constructor(origin: string, milliseconds: number) {
    super(`no answer from ${origin} within ${milliseconds} ms`);
  }
}

/** The answer is not what the contract says, for instance because it is no Ananke that answers. */
export class AnankeResponseError extends AnankeError {
  static {
    this.prototype.name = 'AnankeResponseError';
  }
}

/** A webhook is not what its secret signed, or too old: do not believe it. */
export class AnankeWebhookError extends AnankeError {
  static {
    this.prototype.name = 'AnankeWebhookError';
  }
}

/** A member of the request, and what is wrong with it. */
export interface FieldError {
  /** Path of the member, such as `recipientEmail` or `fields[0].value`. */
  field: string;
  /** What is wrong with it. */
  message: string;
}

/** An error answer as it was read. */
export interface Problem {
  status: number;
  code: Code | undefined;
  reason: ForbiddenReason | undefined;
  message: string;
  traceId: string | undefined;
  requestId: string | undefined;
  fieldErrors: FieldError[];
  retryAfter: number | undefined;
}

/** The server answered with an error. */
export class AnankeApiError extends AnankeError {
  static {
    this.prototype.name = 'AnankeApiError';
  }
  /** HTTP status. */
  readonly status: number;
  /** The word to match on; `undefined` where the answer is not Ananke's. A later server may have more of them. */
  readonly code: Code | undefined;
  /** Why a good key was refused; with 403 only. */
  readonly reason: ForbiddenReason | undefined;
  /** W3C trace id. */
  readonly traceId: string | undefined;
  /** Request id: finds the request in the server's log. */
  readonly requestId: string | undefined;
  /** The members at fault, all of them at once. */
  readonly fieldErrors: readonly FieldError[];
  /** Seconds after which the server wants to be asked again, where it said so. */
  readonly retryAfter: number | undefined;

  constructor(problem: Problem) {
    super(sentence(problem));
    this.status = problem.status;
    this.code = problem.code;
    this.reason = problem.reason;
    this.traceId = problem.traceId;
    this.requestId = problem.requestId;
    this.fieldErrors = problem.fieldErrors.map(({ field, message }) => ({ field, message: redact(message) }));
    this.retryAfter = problem.retryAfter;
  }
}

/** 400: the body, or a header, cannot be read. */
export class AnankeBadRequestError extends AnankeApiError {
  static {
    this.prototype.name = 'AnankeBadRequestError';
  }
}

/** 401: no key, or none that is good; which of these is told to nobody. */
export class AnankeAuthenticationError extends AnankeApiError {
  static {
    this.prototype.name = 'AnankeAuthenticationError';
  }
}

/** 403: a good key that may not do this; `reason` says why. */
export class AnankePermissionError extends AnankeApiError {
  static {
    this.prototype.name = 'AnankePermissionError';
  }
}

/** 404: absent, or another tenant's. */
export class AnankeNotFoundError extends AnankeApiError {
  static {
    this.prototype.name = 'AnankeNotFoundError';
  }
}

/** 409: the state is against it. The same call would be refused again, so it is not tried again. */
export class AnankeConflictError extends AnankeApiError {
  static {
    this.prototype.name = 'AnankeConflictError';
  }
}

/** 412: `ifMatch` names another version than the present one. */
export class AnankePreconditionError extends AnankeApiError {
  static {
    this.prototype.name = 'AnankePreconditionError';
  }
}

/** Any answer with `errors`, mostly 422, also 413 and 415 of a file: `fieldErrors` says which members are at fault. */
export class AnankeFieldValidationError extends AnankeApiError {
  static {
    this.prototype.name = 'AnankeFieldValidationError';
  }
}

/** 422 without `errors`: well formed, and it makes no sense now. */
export class AnankeUnprocessableError extends AnankeApiError {
  static {
    this.prototype.name = 'AnankeUnprocessableError';
  }
}

/** 429: asked too often; `retryAfter` says when it can be asked again. */
export class AnankeRateLimitError extends AnankeApiError {
  static {
    this.prototype.name = 'AnankeRateLimitError';
  }
}

/** 5xx: a fault of the server, or not now. */
export class AnankeServerError extends AnankeApiError {
  static {
    this.prototype.name = 'AnankeServerError';
  }
}

const byStatus: Record<number, typeof AnankeApiError> = {
  400: AnankeBadRequestError,
  401: AnankeAuthenticationError,
  403: AnankePermissionError,
  404: AnankeNotFoundError,
  409: AnankeConflictError,
  412: AnankePreconditionError,
  422: AnankeUnprocessableError,
  429: AnankeRateLimitError,
};

/** Reads an error answer; one that is not ours still gives a useful error. */
export function readProblem(status: number, headers: Headers, text: string): AnankeApiError {
  const body = object(parsed(text));
  const word = (name: string) => (typeof body[name] === 'string' ? (body[name] as string) : undefined);
  const problem: Problem = {
    status,
    code: word('code') as Code | undefined,
    reason: word('reason') as ForbiddenReason | undefined,
    message: word('message') ?? word('detail') ?? word('title') ?? foreign(status),
    traceId: word('traceId'),
    requestId: word('requestId') ?? headers.get('x-request-id') ?? undefined,
    fieldErrors: Object.entries(object(body.errors)).flatMap(([field, messages]) =>
      (Array.isArray(messages) ? messages : [])
        .filter((message) => typeof message === 'string')
        .map((message: string) => ({ field, message })),
    ),
    retryAfter: readRetryAfter(headers.get('retry-after')),
  };
  if (problem.fieldErrors.length > 0) return new AnankeFieldValidationError(problem);
  const Class = status >= 500 ? AnankeServerError : (byStatus[status] ?? AnankeApiError);
  return new Class(problem);
}

/** Reads `Retry-After` in seconds. Its other form, a date, would need a clock that agrees with the server's. */
export function readRetryAfter(value: string | null): number | undefined {
  return value !== null && /^\s*\d+(\.\d+)?\s*$/.test(value) ? Number(value) : undefined;
}

function sentence(problem: Problem): string {
  const faults = problem.fieldErrors.filter(({ message }) => message !== problem.message);
  const members = faults.map(({ field, message }) => `${field}: ${message}`);
  // Of invalid members the message only says that there are some.
  const isSaid = problem.code === 'VALIDATION_FAILED' && members.length > 0;
  const words = isSaid ? members : [problem.message, ...members];
  return `${problem.status}: ${words.join('; ')}${problem.requestId ? ` (request ${problem.requestId})` : ''}`;
}

function foreign(status: number): string {
  return status < 400
    ? 'the server points elsewhere, which is not followed; set baseUrl to where it points'
    : "an answer that is not Ananke's; is baseUrl right?";
}

/** The innermost cause, where systems put what really happened. */
function deepest(cause: unknown): { text: string; code: string | undefined } {
  let at: unknown = cause;
  let code: string | undefined;
  for (let depth = 0; depth < 8; depth++) {
    const { code: own, cause: next, errors } = object(at);
    if (typeof own === 'string') code = own;
    const inner = next ?? (Array.isArray(errors) ? errors[0] : undefined);
    if (inner === undefined || inner === null) break;
    at = inner;
  }
  const text = at instanceof Error ? at.message : String(at);
  return { text: text || code || 'no reason given', code };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function object(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
