/// <reference types="node" />

import type { AccountInfo, Clients, RoleInfo, ServiceErrors, AssumeRoleRequest, TokenInputs } from './operations.js';

export * as operations from './operations.js';
export type { Clients, SSOClient, SSOOIDCClient, STSClient, TokenInputs } from './operations.js';

// --- Settings ---

export type ServiceName = keyof Clients;
export type RetryMode = 'standard' | 'adaptive' | 'legacy';
export type SigningStyle = 'standard' | 's3' | 'contentSha256' | 'tokenAfterSigning';
export type LogLevel = 'off' | 'error' | 'warn' | 'info' | 'debug' | 'trace';

/** Settings of the library; what is left out comes from the environment, the profile, then the default. */
export interface Settings {
  profile?: string;
  configFile?: string | URL;
  credentialsFile?: string | URL;
  region?: string;
  /** Where calls of SSO and SSO-OIDC go. */
  ssoRegion?: string;
  /** For all services, or by service. */
  endpointUrl?: string | Partial<Record<ServiceName, string>>;
  useFips?: boolean;
  useDualStack?: boolean;
  stsLegacyGlobal?: boolean;
  retryMode?: RetryMode;
  /** Attempts for one call, the first included. */
  maxAttempts?: number;
  retries2026?: boolean;
  connectTimeoutMs?: number;
  readTimeoutMs?: number;
  operationTimeoutMs?: number;
  maxResponseBytes?: number;
  /** A PEM file with the certificates of authorities. */
  caBundle?: string | URL;
  /** false: none, whatever the environment says. */
  proxies?: { https?: string; http?: string; noProxy?: string } | false;
  appId?: string;
  correctClockSkew?: boolean;
  /** Gives the current code of an MFA device. */
  mfa?: (serial: string) => string | number | Promise<string | number>;
}

export interface SessionOptions extends Settings {
  /** Credentials, or who is asked for some whenever there are none that are good. */
  credentials?: Credentials | (() => Credentials | CredentialValues | Promise<Credentials | CredentialValues>);
}

export interface CallOptions {
  /** Ends the call; the promise is rejected with the signal's reason. */
  signal?: AbortSignal;
}

// --- Credentials ---

export interface CredentialValues {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  /** A Date, or seconds since 1970. */
  expiration?: Date | number;
  /** 12 digits. */
  accountId?: string;
}

/** One generation of AWS credentials, from one load. Printed or made JSON of, the secrets stay hidden. */
export class Credentials {
  constructor(values: CredentialValues);
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** undefined for long-term credentials. */
  readonly sessionToken: string | undefined;
  /** The time from which services refuse them; undefined: never. */
  readonly expiration: Date | undefined;
  readonly accountId: string | undefined;
  /** Signs for a time of one's choice. No network, no clock. */
  sign(request: Request & FixedScope): Record<string, string>;
  /** Presigns for a time of one's choice. No network, no clock. */
  presign(request: Request & FixedScope & { expiresIn?: number }): string;
  /** A token for a time of one's choice (a Date, or seconds since 1970). No network, no clock. */
  token<Kind extends TokenKind>(kind: Kind, inputs: TokenInputs[Kind], options: { time: Date | number }): Token;
  toJSON(): { accessKeyId: string; secretAccessKey: '<hidden>'; sessionToken?: '<hidden>'; expiration?: Date; accountId?: string };
}

// --- Signatures ---

export interface Request {
  /** Default: GET. */
  method?: string;
  /** As it will be sent, percent-encoded. */
  url: string | URL;
  headers?: Record<string, string> | Iterable<readonly [string, string]>;
  body?: string | Uint8Array | ArrayBuffer | null;
  unsignedBody?: boolean;
  /** 64 hex digits. */
  bodySha256?: string;
  style?: SigningStyle;
  /** For services that no style fits. */
  options?: SigningOptions;
}

/** How a service wants its requests signed, one by one. */
export interface SigningOptions {
  /** S3: single. */
  pathEncoding?: 'double' | 'single';
  /** S3: asGiven. */
  pathNormalization?: 'normalize' | 'asGiven';
  payload?: 'body' | 'unsigned';
  /** S3, OpenSearch Serverless, VPC Lattice: header. */
  contentSha256?: 'omit' | 'header';
  /** IoT: afterSigning. */
  sessionToken?: 'signed' | 'afterSigning' | 'omit';
  /** These only, and host and x-amz-... */
  signedHeaders?: readonly string[];
  /** All but these. */
  unsignedHeaders?: readonly string[];
}

export interface Scope {
  /** The signing name: "s3", "execute-api". */
  service: string;
  /** Default: that of the session. */
  region?: string;
}

export interface FixedScope {
  service: string;
  region: string;
  /** A Date, or seconds since 1970. */
  time: Date | number;
}

// --- Tokens ---

/** "rds", "eks", "vault": TokenInputs has them all, and what each takes. */
export type TokenKind = keyof TokenInputs;

/** Inputs may be left out where none has to be there. */
type Inputs<Kind extends TokenKind, More extends unknown[]> =
  {} extends TokenInputs[Kind] ? [inputs?: TokenInputs[Kind], ...more: More] : [inputs: TokenInputs[Kind], ...more: More];

/** A password with an end. Printed or made JSON of, what is secret stays hidden. */
export class Token {
  private constructor(handle: never);
  /** The token itself: the password, the body of a login, the URL. Do not log it. */
  readonly text: string;
  /** The user name that goes with it, where it is not one of the inputs. That of "codecommit" is a secret, too. */
  readonly user: string | undefined;
  /** What it is for: "rds". */
  readonly purpose: string;
  /** undefined if a service made it. */
  readonly accessKeyId: string | undefined;
  /** From when on the service refuses it, at the latest. */
  readonly expiration: Date;
  toJSON(): { purpose: string; text: '<hidden>'; user?: '<hidden>'; expiration: Date; accessKeyId?: string };
}

/** Makes tokens of one kind: a new one for each call; those of "web-identity" are kept and refreshed. */
export class TokenSource {
  private constructor(session: never);
  readonly kind: TokenKind;
  get(options?: CallOptions): Promise<Token>;
  /** Says that the other side refused a kept token ("web-identity"): the next one is new. */
  invalidate(): void;
}

// --- Sessions ---

export interface Report {
  problem?: string;
  steps: { provider: string; outcome: string; [more: string]: unknown }[];
  [more: string]: unknown;
}

export interface DeviceCode {
  /** The code to compare or type in. */
  userCode: string;
  verificationUri: string;
  verificationUriComplete: string;
  expiresAt: Date;
}

export interface SsoSessionOptions {
  /** Absent for a legacy configuration, whose tokens are never refreshed. */
  name?: string;
  startUrl: string;
  region: string;
  scopes?: readonly string[];
  /** Default: ~/.aws/sso/cache. */
  cacheFolder?: string | URL;
}

/** An Identity Center instance to sign in to, by hand; that of the profile needs none. */
export class SsoSession {
  constructor(options: SsoSessionOptions);
  private readonly _handle: unknown;
}

export interface SsoOptions extends CallOptions {
  ssoSession?: SsoSession;
}

export interface SignInOptions extends SsoOptions {
  /** For the whole sign-in; 0: as long as the code is good. */
  timeoutMs?: number;
}

/** Settings, a source of credentials with its cache, and the clients that share them. */
export class Session {
  constructor(options?: SessionOptions);
  /** With the keys in the environment, and nothing else. */
  static withEnvironment(options?: Settings): Session;
  /** With what a helper program prints (credential_process). It is killed after `timeoutMs`. */
  static withProcess(options: Settings & { command: string; timeoutMs?: number }): Session;
  /** With a role for the token in a file, which is read at each load. */
  static withWebIdentity(options: Settings & { tokenFile: string | URL; roleArn: string; sessionName?: string }): Session;
  /** With a role of a sign-in to IAM Identity Center. */
  static withSsoRole(options: Settings & { accountId: string; roleName: string; ssoSession?: SsoSession }): Session;
  /** A session with a role, assumed with the credentials of this one, and kept fresh. */
  withRole(input: Omit<AssumeRoleRequest, 'RoleSessionName'> & { RoleSessionName?: string }): Session;

  /** Credentials that are good now: cached ones, or new ones once those are about to expire. Ask each time. */
  credentials(options?: CallOptions): Promise<Credentials>;
  /** The same at once; not with `mfa` or a function for `credentials`. */
  credentialsSync(): Credentials;
  /** Says that a service answered that these have expired: the next lookup loads new ones. */
  invalidate(credentials: Credentials): Promise<void>;
  /** How the default chain comes to its answer, or why it has none. No secrets. */
  explain(options?: CallOptions): Promise<Report>;
  /** Ends the calls that are under way with CancelledError; later ones fail at once, until reset(). */
  cancel(): void;
  reset(): void;
  readonly isCancelled: boolean;
  /** Ends the session; calls that are under way go on. */
  close(): void;

  region(): Promise<string | undefined>;
  endpoint(service: ServiceName): Promise<string>;
  client<Name extends ServiceName>(service: Name): Clients[Name];

  /** Signs a request for now: the headers to add, names in lower case. */
  sign(request: Request & Scope & CallOptions): Promise<Record<string, string>>;
  /** Presigns a request: who has the URL may make the request for `expiresIn` seconds (3600). */
  presign(request: Request & Scope & CallOptions & { expiresIn?: number }): Promise<string>;
  /** A URL that answers who its maker is, as EKS and Vault want one; `header` has to be sent along. */
  presignGetCallerIdentity(options?: CallOptions & { expiresIn?: number; header?: readonly [string, string] }): Promise<string>;

  /** A token for a service that takes an IAM identity as a password. */
  token<Kind extends TokenKind>(kind: Kind, ...inputs: Inputs<Kind, [options?: CallOptions]>): Promise<Token>;
  /** A source of tokens of a kind, whose inputs are checked now. */
  tokens<Kind extends TokenKind>(kind: Kind, ...inputs: Inputs<Kind, []>): Promise<TokenSource>;

  /** Signs in to IAM Identity Center: a person approves in any browser. */
  signInWithDeviceCode(show: (code: DeviceCode) => unknown, options?: SignInOptions): Promise<void>;
  /** Signs in to IAM Identity Center: a person approves in a browser on this machine. */
  signInWithBrowser(open: (url: string) => unknown, options?: SignInOptions): Promise<void>;
  signOut(options?: SsoOptions): Promise<void>;
  /** The access token of a sign-in: accessToken of the client "sso". */
  ssoToken(options?: SsoOptions): Promise<string>;
  listSsoAccounts(options?: SsoOptions): Promise<AccountInfo[]>;
  listSsoAccountRoles(accountId: string, options?: SsoOptions): Promise<RoleInfo[]>;
}

// --- Clients ---

export interface Metadata {
  httpStatusCode: number;
  requestId: string | undefined;
  attempts: number;
  /** Names in lower case. */
  httpHeaders: Record<string, string>;
}

export interface ResponseMetadata {
  $metadata: Metadata;
}

type Operations<All> = { [Name in keyof All]: { input: object; output: ResponseMetadata } };

export interface PaginateOptions extends CallOptions {
  /** Items per page. */
  pageSize?: number;
  /** Items in all, after which the last page is cut. */
  maxItems?: number;
  /** resumeToken of another listing. */
  startingToken?: string;
}

/** Each time it is gone through, it asks anew. */
export interface Pages<Page> extends AsyncIterable<Page> {
  /** Where to go on once maxItems has cut. */
  readonly resumeToken: string | undefined;
}

export interface ServiceClient<All extends Operations<All>, Paged extends keyof All> {
  readonly service: ServiceName;
  readonly session: Session;
  /** Calls an operation by its name. */
  call<Name extends keyof All>(operation: Name, input: All[Name]['input'], options?: CallOptions): Promise<All[Name]['output']>;
  /** Goes through the pages of an operation. */
  paginate<Name extends Paged>(operation: Name, input: All[Name]['input'], options?: PaginateOptions): Pages<All[Name]['output']>;
  /** A URL for a call, for a GET within `expiresIn` seconds (900). Of "sts" only. */
  presign<Name extends keyof All>(
    operation: Name,
    input?: All[Name]['input'],
    options?: CallOptions & { expiresIn?: number },
  ): Promise<string>;
}

// --- Errors ---

export interface LoginHint {
  command: string;
  startUrl?: string;
  session?: string;
  profile?: string;
}

/** The base of all errors. No text in it is a secret. */
export class StskitError extends Error {
  constructor(message?: string, details?: Partial<Omit<StskitError, keyof Error>>);
  /** The name of the status: "NO_CREDENTIALS". */
  status: string;
  /** A finer reason, or 0. */
  detail: number;
  /** The service's error code. */
  code: string | undefined;
  operation: string | undefined;
  serviceMessage: string | undefined;
  requestId: string | undefined;
  httpStatus: number | undefined;
  /** Requests that were sent. */
  attempts: number;
  retryable: boolean;
  /** A line for each source that was tried. */
  providers: string[];
  login: LoginHint | undefined;
}

/** The service answered with an error: `name` is its code. */
export class ServiceError extends StskitError {
  $fault: 'client' | 'server';
  $metadata: Metadata;
  /** Texts of the service's error besides its code. */
  members: Record<string, string>;
}

/** A wrong argument; nothing was sent. */
export class InvalidArgumentError extends StskitError {}
/** A variable, a file or a setting is wrong; nothing was sent. */
export class ConfigurationError extends StskitError {}
/** No source had credentials: `providers` tells why, source by source. */
export class NoCredentialsError extends StskitError {}
/** Credentials, a token or a session have expired, as this side knows. */
export class ExpiredError extends StskitError {}
/** A person has to sign in (again): `login` says how. */
export class LoginRequiredError extends StskitError {}
/** Refused without an error code of a service. */
export class AccessDeniedError extends StskitError {}
/** The service was not reached, or no good answer came. */
export class NetworkError extends StskitError {}
export class TlsError extends NetworkError {}
export class TimeoutError extends NetworkError {}
/** An answer came that is not what the protocol says. */
export class InvalidResponseError extends NetworkError {}
export class CancelledError extends StskitError {}
/** This version, partition or operation cannot do it. */
export class NotSupportedError extends StskitError {}
/** A defect of the library. Please report its message. */
export class InternalError extends StskitError {}

/** The classes of the services' errors by their names: errors.ExpiredTokenException. */
export const errors: ServiceErrors;

// --- Functions ---

/** Options, the name of a profile, or a session. The same plain options share one session and its cache. */
export type SessionLike = SessionOptions | string | Session;

export function credentials(session?: SessionLike, options?: CallOptions): Promise<Credentials>;
export function credentialsSync(session?: SessionLike): Credentials;
export function client<Name extends ServiceName>(service: Name, session?: SessionLike): Clients[Name];
export function explain(session?: SessionLike, options?: CallOptions): Promise<Report>;
export function sign(request: Request & Scope & CallOptions, session?: SessionLike): Promise<Record<string, string>>;
export function presign(request: Request & Scope & CallOptions & { expiresIn?: number }, session?: SessionLike): Promise<string>;
export function token<Kind extends TokenKind>(
  kind: Kind,
  ...inputs: Inputs<Kind, [session?: SessionLike, options?: CallOptions]>
): Promise<Token>;
export function tokens<Kind extends TokenKind>(kind: Kind, ...inputs: Inputs<Kind, [session?: SessionLike]>): Promise<TokenSource>;

/** What a provider for the AWS SDK for JavaScript gives. */
export interface SdkCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
  readonly accountId?: string;
}

/** A provider that clients of the AWS SDK for JavaScript take as `credentials`. */
export function fromStskit(session?: SessionLike): () => Promise<SdkCredentials>;

export interface LogLine {
  level: LogLevel;
  /** Which part says it: "stskit::client". */
  target: string;
  message: string;
}

/** Hands the lines of a level ("info") and above to a function, for the whole process; null: to nobody. */
export function logTo(receiver: ((line: LogLine) => void) | null, level?: LogLevel): Promise<void>;

/** Names the library's file, before anything else is called. */
export function useLibrary(file: string): void;
/** Where the library was found. */
export function libraryPath(): string;
/** The version of the library. */
export function version(): string;
