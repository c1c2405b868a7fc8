// The whole of the SDK, as it is imported.

export { AnankeClient, Tcode, Trust, type ClientOptions } from './client.js';
export { All, Call, List, type AnankeResponse, type Page, type WithResponse } from './call.js';
export {
  AnankeApiError,
  AnankeAuthenticationError,
  AnankeBadRequestError,
  AnankeConflictError,
  AnankeConnectionError,
  AnankeError,
  AnankeFieldValidationError,
  AnankeNotFoundError,
  AnankePermissionError,
  AnankePreconditionError,
  AnankeRateLimitError,
  AnankeResponseError,
  AnankeServerError,
  AnankeTimeoutError,
  AnankeUnprocessableError,
  AnankeUsageError,
  AnankeWebhookError,
  type FieldError,
} from './errors.js';
export type { FileInput } from './files.js';
export type { ApiKey as ApiKeySource } from './key.js';
export type { CallOptions } from './transport.js';
export type { WebhookEvent, WebhookHeaders } from './webhooks.js';
export type * from './resources/types.js';
export type * from './generated/openapi.js';
