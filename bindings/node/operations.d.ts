// Operations, members and errors of all services, and the kinds of token. Made by bindings/node/generate: do not edit it.

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

/** Bytes, or their base64. */
export type Bytes = Uint8Array | ArrayBuffer | string;

export interface TokenInputs {
  /** password of a connection to RDS, Aurora or RDS Proxy */
  "rds": {
    /** name of the endpoint, which is signed: not an address, not the end of a tunnel */
    hostname: string;
    /** port of the endpoint */
    port: number;
    /** the user to log in as */
    username: string;
    /** region of the endpoint; the caller's if left out */
    region?: string | null;
    /** seconds that it lives; as long as is usual if left out */
    expiresIn?: number | null;
    /** seconds that the credentials have to last, else they are refreshed first; 300 */
    minTtl?: number | null;
  };
  /** password of a connection to Aurora DSQL */
  "dsql": {
    /** name of the endpoint, which is signed: not an address, not the end of a tunnel */
    hostname: string;
    /** region of the endpoint; the caller's if left out */
    region?: string | null;
    /** seconds that it lives; as long as is usual if left out */
    expiresIn?: number | null;
    /** seconds that the credentials have to last, else they are refreshed first; 300 */
    minTtl?: number | null;
  };
  /** password of a connection to Aurora DSQL as admin */
  "dsql-admin": {
    /** name of the endpoint, which is signed: not an address, not the end of a tunnel */
    hostname: string;
    /** region of the endpoint; the caller's if left out */
    region?: string | null;
    /** seconds that it lives; as long as is usual if left out */
    expiresIn?: number | null;
    /** seconds that the credentials have to last, else they are refreshed first; 300 */
    minTtl?: number | null;
  };
  /** SASL/OAUTHBEARER token of a connection to MSK */
  "msk": {
    /** region of the endpoint; the caller's if left out */
    region?: string | null;
    /** what the broker logs as the client */
    userAgent?: string | null;
    /** amazonaws.com in every partition if left out */
    dnsSuffix?: string | null;
    /** seconds that the credentials have to last, else they are refreshed first; 300 */
    minTtl?: number | null;
  };
  /** SASL/AWS_MSK_IAM message of a connection to MSK */
  "msk-iam": {
    /** name of the broker, without its port */
    hostname: string;
    /** region of the endpoint; the caller's if left out */
    region?: string | null;
    /** what the broker logs as the client */
    userAgent?: string | null;
    /** seconds that the credentials have to last, else they are refreshed first; 300 */
    minTtl?: number | null;
  };
  /** bearer token of a Kubernetes cluster of EKS */
  "eks": {
    /** name of the cluster */
    cluster: string;
    /** region of the endpoint; the caller's if left out */
    region?: string | null;
    /** seconds that the credentials have to last, else they are refreshed first; 300 */
    minTtl?: number | null;
  };
  /** what an exec plugin of kubectl prints for a cluster of EKS */
  "eks-exec-credential": {
    /** name of the cluster */
    cluster: string;
    /** region of the endpoint; the caller's if left out */
    region?: string | null;
    /** value of the variable KUBERNETES_EXEC_INFO */
    execInfo?: string | null;
    /** seconds that the credentials have to last, else they are refreshed first; 300 */
    minTtl?: number | null;
  };
  /** password of a connection to ElastiCache */
  "elasticache": {
    /** name of the replication group or of the serverless cache, not its DNS name */
    cache: string;
    /** the user to log in as */
    username: string;
    /** region of the endpoint; the caller's if left out */
    region?: string | null;
    /** is it a serverless cache? */
    serverless?: boolean | null;
    /** seconds that the credentials have to last, else they are refreshed first; 300 */
    minTtl?: number | null;
  };
  /** password of a connection to MemoryDB */
  "memorydb": {
    /** name of the cluster */
    cluster: string;
    /** the user to log in as */
    username: string;
    /** region of the endpoint; the caller's if left out */
    region?: string | null;
    /** seconds that the credentials have to last, else they are refreshed first; 300 */
    minTtl?: number | null;
  };
  /** body of a login to HashiCorp Vault */
  "vault": {
    /** role of Vault to log in as; the name of the principal if left out */
    role?: string | null;
    /** what the server's iam_server_id_header_value is set to */
    serverId?: string | null;
    /** region of the STS endpoint that the server is set up for; the global one if left out */
    region?: string | null;
    /** seconds that the credentials have to last, else they are refreshed first; 300 */
    minTtl?: number | null;
  };
  /** body of a login to lakeFS */
  "lakefs": {
    /** region of the STS endpoint; the caller's if left out */
    region?: string | null;
    /** the server that the login is for */
    serverId?: string | null;
    /** seconds that the credentials have to last, else they are refreshed first; 300 */
    minTtl?: number | null;
  };
  /** token of a login to Snowflake */
  "snowflake": {
    /** region of the STS endpoint; the caller's if left out */
    region?: string | null;
    /** seconds that the credentials have to last, else they are refreshed first; 300 */
    minTtl?: number | null;
  };
  /** subject token of Google workload identity */
  "google-workload": {
    /** full name of the provider: //iam.googleapis.com/projects/.. */
    provider: string;
    /** region of the STS endpoint; the caller's if left out */
    region?: string | null;
    /** seconds that the credentials have to last, else they are refreshed first; 300 */
    minTtl?: number | null;
  };
  /** SASL payload of a login to MongoDB */
  "mongodb": {
    /** the server's nonce, 64 bytes */
    nonce: Bytes;
    /** the STS host that the server named */
    hostname: string;
    /** seconds that the credentials have to last, else they are refreshed first; 300 */
    minTtl?: number | null;
  };
  /** signed GetCallerIdentity as JSON: method, URL, headers and body */
  "caller-identity": {
    /** region of the STS endpoint; the global one if left out */
    region?: string | null;
    /** where the parameters are: body, or query */
    form?: string | null;
    /** headers to sign along, such as one that names the receiver */
    headers?: Readonly<Record<string, string>> | null;
    /** seconds that the credentials have to last, else they are refreshed first; 300 */
    minTtl?: number | null;
  };
  /** API key of Bedrock */
  "bedrock": {
    /** region of the endpoint; the caller's if left out */
    region?: string | null;
    /** seconds that it lives; as long as is usual if left out */
    expiresIn?: number | null;
    /** seconds that the credentials have to last, else they are refreshed first; 300 */
    minTtl?: number | null;
  };
  /** URL of an MQTT connection over WebSocket to IoT */
  "iot-mqtt": {
    /** name of the endpoint, which is signed: not an address, not the end of a tunnel */
    hostname: string;
    /** region of the endpoint; the caller's if left out */
    region?: string | null;
    /** port of the endpoint; 443 if left out */
    port?: number | null;
    /** seconds that the credentials have to last, else they are refreshed first; 300 */
    minTtl?: number | null;
  };
  /** URL of a request to S3 */
  "s3": {
    /** host of the bucket: demo.s3.eu-west-1.amazonaws.com */
    hostname: string;
    /** key of the object, not percent-encoded */
    key: string;
    /** GET, HEAD, PUT, POST or DELETE; GET if left out */
    method?: string | null;
    /** region of the endpoint; the caller's if left out */
    region?: string | null;
    /** seconds that it lives; as long as is usual if left out */
    expiresIn?: number | null;
    /** seconds that the credentials have to last, else they are refreshed first; 300 */
    minTtl?: number | null;
  };
  /** password of git over HTTPS with CodeCommit */
  "codecommit": {
    /** name of the repository */
    repository: string;
    /** region of the endpoint; the caller's if left out */
    region?: string | null;
    /** seconds that the credentials have to last, else they are refreshed first; 300 */
    minTtl?: number | null;
  };
  /** password of SMTP with SES */
  "ses-smtp": {
    /** region of the endpoint; the caller's if left out */
    region?: string | null;
    /** seconds that the credentials have to last, else they are refreshed first; 300 */
    minTtl?: number | null;
  };
  /** answer to the challenge of Keyspaces */
  "keyspaces": {
    /** what the server sent: nonce= and the nonce */
    challenge: Bytes;
    /** region of the endpoint; the caller's if left out */
    region?: string | null;
    /** seconds that the credentials have to last, else they are refreshed first; 300 */
    minTtl?: number | null;
  };
  /** OpenID Connect token of an IAM role */
  "web-identity": {
    /** who the token is for; required without config */
    audience?: string | null;
    /** region of the STS endpoint; the caller's if left out */
    region?: string | null;
    /** seconds that it lives, 60 to 3600; 300 if left out */
    expiresIn?: number | null;
    /** RS256 or ES384; RS256 if left out */
    signingAlgorithm?: string | null;
    /** tags to put into the token */
    tags?: Readonly<Record<string, string>> | null;
    /** text of sasl.oauthbearer.config, which stands for all of the others */
    config?: string | null;
  };
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
