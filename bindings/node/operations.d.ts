// Operations, members and errors of all services. Made by bindings/node/generate: do not edit it.

import type { CallOptions, ResponseMetadata, ServiceClient, ServiceError } from './index.js';

export interface PolicyDescriptorType {
  arn?: string;
}

export interface Tag {
  Key: string;
  Value: string;
}

export interface ProvidedContext {
  ProviderArn?: string;
  ContextAssertion?: string;
}

export interface AssumeRoleRequest {
  RoleArn: string;
  RoleSessionName: string;
  PolicyArns?: readonly PolicyDescriptorType[];
  Policy?: string;
  DurationSeconds?: number;
  Tags?: readonly Tag[];
  TransitiveTagKeys?: readonly string[];
  ExternalId?: string;
  SerialNumber?: string;
  TokenCode?: string;
  SourceIdentity?: string;
  ProvidedContexts?: readonly ProvidedContext[];
  MinimumSessionTokenSize?: number;
}

export interface Credentials {
  AccessKeyId: string;
  SecretAccessKey: string;
  SessionToken: string;
  Expiration: Date;
}

export interface AssumedRoleUser {
  AssumedRoleId: string;
  Arn: string;
}

export interface AssumeRoleResponse extends ResponseMetadata {
  Credentials?: Credentials;
  AssumedRoleUser?: AssumedRoleUser;
  PackedPolicySize?: number;
  SourceIdentity?: string;
  SessionTokenUtilization?: number;
  SessionTokenSize?: number;
}

export interface AssumeRoleWithSAMLRequest {
  RoleArn: string;
  PrincipalArn: string;
  SAMLAssertion: string;
  PolicyArns?: readonly PolicyDescriptorType[];
  Policy?: string;
  DurationSeconds?: number;
  MinimumSessionTokenSize?: number;
}

export interface AssumeRoleWithSAMLResponse extends ResponseMetadata {
  Credentials?: Credentials;
  AssumedRoleUser?: AssumedRoleUser;
  PackedPolicySize?: number;
  Subject?: string;
  SubjectType?: string;
  Issuer?: string;
  Audience?: string;
  NameQualifier?: string;
  SourceIdentity?: string;
  SessionTokenUtilization?: number;
  SessionTokenSize?: number;
}

export interface AssumeRoleWithWebIdentityRequest {
  RoleArn: string;
  RoleSessionName: string;
  WebIdentityToken: string;
  ProviderId?: string;
  PolicyArns?: readonly PolicyDescriptorType[];
  Policy?: string;
  DurationSeconds?: number;
  MinimumSessionTokenSize?: number;
}

export interface AssumeRoleWithWebIdentityResponse extends ResponseMetadata {
  Credentials?: Credentials;
  SubjectFromWebIdentityToken?: string;
  AssumedRoleUser?: AssumedRoleUser;
  PackedPolicySize?: number;
  Provider?: string;
  Audience?: string;
  SourceIdentity?: string;
  SessionTokenUtilization?: number;
  SessionTokenSize?: number;
}

export interface AssumeRootRequest {
  TargetPrincipal: string;
  TaskPolicyArn: PolicyDescriptorType;
  DurationSeconds?: number;
  MinimumSessionTokenSize?: number;
}

export interface AssumeRootResponse extends ResponseMetadata {
  Credentials?: Credentials;
  SourceIdentity?: string;
  SessionTokenUtilization?: number;
  SessionTokenSize?: number;
}

export interface DecodeAuthorizationMessageRequest {
  EncodedMessage: string;
}

export interface DecodeAuthorizationMessageResponse extends ResponseMetadata {
  DecodedMessage?: string;
}

export interface GetAccessKeyInfoRequest {
  AccessKeyId: string;
}

export interface GetAccessKeyInfoResponse extends ResponseMetadata {
  Account?: string;
}

export type GetCallerIdentityRequest = Record<string, never>;

export interface GetCallerIdentityResponse extends ResponseMetadata {
  UserId?: string;
  Account?: string;
  Arn?: string;
}

export interface GetDelegatedAccessTokenRequest {
  TradeInToken: string;
}

export interface GetDelegatedAccessTokenResponse extends ResponseMetadata {
  Credentials?: Credentials;
  PackedPolicySize?: number;
  AssumedPrincipal?: string;
}

export interface GetFederationTokenRequest {
  Name: string;
  Policy?: string;
  PolicyArns?: readonly PolicyDescriptorType[];
  DurationSeconds?: number;
  Tags?: readonly Tag[];
  MinimumSessionTokenSize?: number;
}

export interface FederatedUser {
  FederatedUserId: string;
  Arn: string;
}

export interface GetFederationTokenResponse extends ResponseMetadata {
  Credentials?: Credentials;
  FederatedUser?: FederatedUser;
  PackedPolicySize?: number;
  SessionTokenUtilization?: number;
  SessionTokenSize?: number;
}

export interface GetSessionTokenRequest {
  DurationSeconds?: number;
  SerialNumber?: string;
  TokenCode?: string;
  MinimumSessionTokenSize?: number;
}

export interface GetSessionTokenResponse extends ResponseMetadata {
  Credentials?: Credentials;
  SessionTokenUtilization?: number;
  SessionTokenSize?: number;
}

export interface GetWebIdentityTokenRequest {
  Audience: readonly string[];
  DurationSeconds?: number;
  SigningAlgorithm: string;
  Tags?: readonly Tag[];
}

export interface GetWebIdentityTokenResponse extends ResponseMetadata {
  WebIdentityToken?: string;
  Expiration?: Date;
}

export interface GetRoleCredentialsRequest {
  roleName: string;
  accountId: string;
  accessToken: string;
}

export interface RoleCredentials {
  accessKeyId?: string;
  secretAccessKey?: string;
  sessionToken?: string;
  /** Milliseconds since 1970. */
  expiration?: number;
}

export interface GetRoleCredentialsResponse extends ResponseMetadata {
  roleCredentials?: RoleCredentials;
}

export interface ListAccountRolesRequest {
  nextToken?: string;
  maxResults?: number;
  accessToken: string;
  accountId: string;
}

export interface RoleInfo {
  roleName?: string;
  accountId?: string;
}

export interface ListAccountRolesResponse extends ResponseMetadata {
  nextToken?: string;
  roleList?: RoleInfo[];
}

export interface ListAccountsRequest {
  nextToken?: string;
  maxResults?: number;
  accessToken: string;
}

export interface AccountInfo {
  accountId?: string;
  accountName?: string;
  emailAddress?: string;
}

export interface ListAccountsResponse extends ResponseMetadata {
  nextToken?: string;
  accountList?: AccountInfo[];
}

export interface LogoutRequest {
  accessToken: string;
}

export interface LogoutResponse extends ResponseMetadata {
}

export interface CreateTokenRequest {
  clientId: string;
  clientSecret: string;
  grantType: string;
  deviceCode?: string;
  code?: string;
  refreshToken?: string;
  scope?: readonly string[];
  redirectUri?: string;
  codeVerifier?: string;
}

export interface CreateTokenResponse extends ResponseMetadata {
  accessToken?: string;
  tokenType?: string;
  expiresIn?: number;
  refreshToken?: string;
  idToken?: string;
}

export interface CreateTokenWithIAMRequest {
  clientId: string;
  grantType: string;
  code?: string;
  refreshToken?: string;
  assertion?: string;
  scope?: readonly string[];
  redirectUri?: string;
  subjectToken?: string;
  subjectTokenType?: string;
  requestedTokenType?: string;
  codeVerifier?: string;
}

export interface AwsAdditionalDetails {
  identityContext?: string;
}

export interface CreateTokenWithIAMResponse extends ResponseMetadata {
  accessToken?: string;
  tokenType?: string;
  expiresIn?: number;
  refreshToken?: string;
  idToken?: string;
  issuedTokenType?: string;
  scope?: string[];
  awsAdditionalDetails?: AwsAdditionalDetails;
}

export interface RegisterClientRequest {
  clientName: string;
  clientType: string;
  scopes?: readonly string[];
  redirectUris?: readonly string[];
  grantTypes?: readonly string[];
  issuerUrl?: string;
  entitledApplicationArn?: string;
}

export interface RegisterClientResponse extends ResponseMetadata {
  clientId?: string;
  clientSecret?: string;
  clientIdIssuedAt?: number;
  clientSecretExpiresAt?: number;
  authorizationEndpoint?: string;
  tokenEndpoint?: string;
}

export interface StartDeviceAuthorizationRequest {
  clientId: string;
  clientSecret: string;
  startUrl: string;
}

export interface StartDeviceAuthorizationResponse extends ResponseMetadata {
  deviceCode?: string;
  userCode?: string;
  verificationUri?: string;
  verificationUriComplete?: string;
  expiresIn?: number;
  interval?: number;
}

export interface STSOperations {
  AssumeRole: { input: AssumeRoleRequest; output: AssumeRoleResponse };
  AssumeRoleWithSAML: { input: AssumeRoleWithSAMLRequest; output: AssumeRoleWithSAMLResponse };
  AssumeRoleWithWebIdentity: { input: AssumeRoleWithWebIdentityRequest; output: AssumeRoleWithWebIdentityResponse };
  AssumeRoot: { input: AssumeRootRequest; output: AssumeRootResponse };
  DecodeAuthorizationMessage: { input: DecodeAuthorizationMessageRequest; output: DecodeAuthorizationMessageResponse };
  GetAccessKeyInfo: { input: GetAccessKeyInfoRequest; output: GetAccessKeyInfoResponse };
  GetCallerIdentity: { input: GetCallerIdentityRequest; output: GetCallerIdentityResponse };
  GetDelegatedAccessToken: { input: GetDelegatedAccessTokenRequest; output: GetDelegatedAccessTokenResponse };
  GetFederationToken: { input: GetFederationTokenRequest; output: GetFederationTokenResponse };
  GetSessionToken: { input: GetSessionTokenRequest; output: GetSessionTokenResponse };
  GetWebIdentityToken: { input: GetWebIdentityTokenRequest; output: GetWebIdentityTokenResponse };
}

export interface STSClient extends ServiceClient<STSOperations, never> {
  assumeRole(input: AssumeRoleRequest, options?: CallOptions): Promise<AssumeRoleResponse>;
  assumeRoleWithSAML(input: AssumeRoleWithSAMLRequest, options?: CallOptions): Promise<AssumeRoleWithSAMLResponse>;
  assumeRoleWithWebIdentity(input: AssumeRoleWithWebIdentityRequest, options?: CallOptions): Promise<AssumeRoleWithWebIdentityResponse>;
  assumeRoot(input: AssumeRootRequest, options?: CallOptions): Promise<AssumeRootResponse>;
  decodeAuthorizationMessage(input: DecodeAuthorizationMessageRequest, options?: CallOptions): Promise<DecodeAuthorizationMessageResponse>;
  getAccessKeyInfo(input: GetAccessKeyInfoRequest, options?: CallOptions): Promise<GetAccessKeyInfoResponse>;
  getCallerIdentity(input?: GetCallerIdentityRequest, options?: CallOptions): Promise<GetCallerIdentityResponse>;
  getDelegatedAccessToken(input: GetDelegatedAccessTokenRequest, options?: CallOptions): Promise<GetDelegatedAccessTokenResponse>;
  getFederationToken(input: GetFederationTokenRequest, options?: CallOptions): Promise<GetFederationTokenResponse>;
  getSessionToken(input?: GetSessionTokenRequest, options?: CallOptions): Promise<GetSessionTokenResponse>;
  getWebIdentityToken(input: GetWebIdentityTokenRequest, options?: CallOptions): Promise<GetWebIdentityTokenResponse>;
}

export interface SSOOperations {
  GetRoleCredentials: { input: GetRoleCredentialsRequest; output: GetRoleCredentialsResponse };
  ListAccountRoles: { input: ListAccountRolesRequest; output: ListAccountRolesResponse };
  ListAccounts: { input: ListAccountsRequest; output: ListAccountsResponse };
  Logout: { input: LogoutRequest; output: LogoutResponse };
}

export interface SSOClient extends ServiceClient<SSOOperations, "ListAccountRoles" | "ListAccounts"> {
  getRoleCredentials(input: GetRoleCredentialsRequest, options?: CallOptions): Promise<GetRoleCredentialsResponse>;
  listAccountRoles(input: ListAccountRolesRequest, options?: CallOptions): Promise<ListAccountRolesResponse>;
  listAccounts(input: ListAccountsRequest, options?: CallOptions): Promise<ListAccountsResponse>;
  logout(input: LogoutRequest, options?: CallOptions): Promise<LogoutResponse>;
}

export interface SSOOIDCOperations {
  CreateToken: { input: CreateTokenRequest; output: CreateTokenResponse };
  CreateTokenWithIAM: { input: CreateTokenWithIAMRequest; output: CreateTokenWithIAMResponse };
  RegisterClient: { input: RegisterClientRequest; output: RegisterClientResponse };
  StartDeviceAuthorization: { input: StartDeviceAuthorizationRequest; output: StartDeviceAuthorizationResponse };
}

export interface SSOOIDCClient extends ServiceClient<SSOOIDCOperations, never> {
  createToken(input: CreateTokenRequest, options?: CallOptions): Promise<CreateTokenResponse>;
  createTokenWithIAM(input: CreateTokenWithIAMRequest, options?: CallOptions): Promise<CreateTokenWithIAMResponse>;
  registerClient(input: RegisterClientRequest, options?: CallOptions): Promise<RegisterClientResponse>;
  startDeviceAuthorization(input: StartDeviceAuthorizationRequest, options?: CallOptions): Promise<StartDeviceAuthorizationResponse>;
}

export interface Clients {
  "sts": STSClient;
  "sso": SSOClient;
  "sso-oidc": SSOOIDCClient;
}

export interface ServiceErrors {
  readonly AccessDeniedException: typeof ServiceError;
  readonly AuthorizationPendingException: typeof ServiceError;
  readonly ExpiredTokenException: typeof ServiceError;
  readonly ExpiredTradeInTokenException: typeof ServiceError;
  readonly ForbiddenException: typeof ServiceError;
  readonly IDPCommunicationErrorException: typeof ServiceError;
  readonly IDPRejectedClaimException: typeof ServiceError;
  readonly IncompleteSignatureException: typeof ServiceError;
  readonly InternalFailureException: typeof ServiceError;
  readonly InternalServerException: typeof ServiceError;
  readonly InvalidActionException: typeof ServiceError;
  readonly InvalidAuthorizationMessageException: typeof ServiceError;
  readonly InvalidClientException: typeof ServiceError;
  readonly InvalidClientMetadataException: typeof ServiceError;
  readonly InvalidClientTokenIdException: typeof ServiceError;
  readonly InvalidGrantException: typeof ServiceError;
  readonly InvalidIdentityTokenException: typeof ServiceError;
  readonly InvalidRedirectUriException: typeof ServiceError;
  readonly InvalidRequestException: typeof ServiceError;
  readonly InvalidRequestRegionException: typeof ServiceError;
  readonly InvalidScopeException: typeof ServiceError;
  readonly JWTPayloadSizeExceededException: typeof ServiceError;
  readonly MalformedPolicyDocumentException: typeof ServiceError;
  readonly MissingAuthenticationTokenException: typeof ServiceError;
  readonly MissingParameterException: typeof ServiceError;
  readonly OptInRequiredException: typeof ServiceError;
  readonly OutboundWebIdentityFederationDisabledException: typeof ServiceError;
  readonly PackedPolicyTooLargeException: typeof ServiceError;
  readonly RegionDisabledException: typeof ServiceError;
  readonly RequestExpiredException: typeof ServiceError;
  readonly ResourceNotFoundException: typeof ServiceError;
  readonly ServiceUnavailableException: typeof ServiceError;
  readonly SessionDurationEscalationException: typeof ServiceError;
  readonly SignatureDoesNotMatchException: typeof ServiceError;
  readonly SlowDownException: typeof ServiceError;
  readonly ThrottlingException: typeof ServiceError;
  readonly TooManyRequestsException: typeof ServiceError;
  readonly UnauthorizedClientException: typeof ServiceError;
  readonly UnauthorizedException: typeof ServiceError;
  readonly UnsupportedGrantTypeException: typeof ServiceError;
  readonly ValidationErrorException: typeof ServiceError;
}
