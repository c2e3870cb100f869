/** A refusal or fault as the core words it. Code branches on `code`, never on `message`. */
export class CoreError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly field?: string,
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.name = 'CoreError';
  }

  /** The fields it is about: its own, and the further ones that `details.errors` lists. */
  get perField(): { field: string; code: string }[] {
    const further = Array.isArray(this.details['errors']) ? this.details['errors'] : [];
    return [{ field: this.field, code: this.code }, ...further].filter(isFieldError);
  }

  /** The outcome is unknown or the moment was bad: the same intent may be sent again as it is. */
  get isRetryable(): boolean {
    return /^(Busy|Broken|Unreachable)/.test(this.code);
  }
}

/** Whatever a transport threw, as a `CoreError`. Anything without a code never reached the core. */
export function asCoreError(thrown: unknown): CoreError {
  if (thrown instanceof CoreError) return thrown;
  if (typeof thrown === 'object' && thrown !== null && 'code' in thrown) {
    const { code, message, field, details } = thrown as Record<string, unknown>;
    return new CoreError(
      String(code),
      String(message ?? ''),
      typeof field === 'string' ? field : undefined,
      typeof details === 'object' && details !== null ? { ...details } : {},
    );
  }
  return new CoreError('Unreachable', String(thrown));
}

function isFieldError(value: unknown): value is { field: string; code: string } {
  if (typeof value !== 'object' || value === null) return false;
  const { field, code } = value as Record<string, unknown>;
  return typeof field === 'string' && typeof code === 'string';
}
