'use strict';

// What can go wrong. Every error is a StskitError and carries all that the library tells; no text in it is a secret.

/**
 * The base of all. What does not apply is undefined, 0 or empty.
 *
 * `status` is the name of the status ("NO_CREDENTIALS"), `detail` a finer reason or 0, `providers` has a line for each
 * source that was tried, `login` tells how a person signs in.
 */
class StskitError extends Error {
  status = 'INVALID_ARGUMENT';
  detail = 0;
  code = undefined;
  operation = undefined;
  serviceMessage = undefined;
  requestId = undefined;
  httpStatus = undefined;
  attempts = 0;
  retryable = false;
  providers = [];
  login = undefined;

  constructor(message, details) {
    super(message);
    Object.assign(this, details);
  }

  get name() {
    return this.constructor.className ?? this.constructor.name;
  }
}

/** The service answered with an error. `name` is its code; `$fault`, `$metadata` and `$response` are as in AWS's SDK. */
class ServiceError extends StskitError {
  $fault = 'client';
  $metadata = {};
  /** Texts of the service's error besides its code, by their names on the wire. */
  members = {};

  constructor(message, details) {
    super(message);
    Object.assign(this, details);
  }

  get name() {
    return this.code ?? 'ServiceError';
  }
}

class InvalidArgumentError extends StskitError {}
class ConfigurationError extends StskitError {}
class NoCredentialsError extends StskitError {}
class ExpiredError extends StskitError {}
class LoginRequiredError extends StskitError {}
class AccessDeniedError extends StskitError {}
class NetworkError extends StskitError {}
class TlsError extends NetworkError {}
class TimeoutError extends NetworkError {}
class InvalidResponseError extends NetworkError {}
class CancelledError extends StskitError {}
class NotSupportedError extends StskitError {}
class InternalError extends StskitError {}

const BY_STATUS = {
  INVALID_ARGUMENT: InvalidArgumentError,
  INVALID_CONFIGURATION: ConfigurationError,
  NO_CREDENTIALS: NoCredentialsError,
  EXPIRED: ExpiredError,
  ACCESS_DENIED: AccessDeniedError,
  THROTTLED: NetworkError,
  SERVICE: NetworkError,
  NETWORK: NetworkError,
  TLS: TlsError,
  TIMEOUT: TimeoutError,
  INVALID_RESPONSE: InvalidResponseError,
  CANCELLED: CancelledError,
  NOT_SUPPORTED: NotSupportedError,
  INTERNAL: InternalError,
  LOGIN_REQUIRED: LoginRequiredError,
};

/** The class for a failure that no service has a code for. */
function classOf(status) {
  return BY_STATUS[status] ?? StskitError;
}

/** A wrong argument that this side finds. */
function invalid(message) {
  return new InvalidArgumentError(message);
}

function notSupported(message) {
  return new NotSupportedError(message, { status: 'NOT_SUPPORTED' });
}

let tables = null;

/** The classes of the services' errors: by their names, and by their codes on the wire. */
function serviceErrors() {
  if (tables === null) {
    const byName = Object.create(null);
    const byCode = Object.create(null);
    for (const service of require('./model.js').services()) {
      for (const { code, exception } of service.errors) {
        byName[exception] ??= { [exception]: class extends ServiceError {} }[exception];
        byCode[code] = byName[exception];
      }
    }
    tables = { byName, byCode };
  }
  return tables;
}

/** The class for an error code; ServiceError if the model has none. */
function serviceErrorOf(code) {
  return serviceErrors().byCode[code] ?? ServiceError;
}

module.exports = {
  StskitError,
  ServiceError,
  InvalidArgumentError,
  ConfigurationError,
  NoCredentialsError,
  ExpiredError,
  LoginRequiredError,
  AccessDeniedError,
  NetworkError,
  TlsError,
  TimeoutError,
  InvalidResponseError,
  CancelledError,
  NotSupportedError,
  InternalError,
  classOf,
  invalid,
  notSupported,
  serviceErrorOf,
  serviceErrors,
};
