// What the types promise and refuse: checked by tsc, never run. Lines after @ts-expect-error have to be refused.

import * as stskit from 'stskit';
import { STSClient } from '@aws-sdk/client-sts';
import { createRequire } from 'node:module';

async function good(): Promise<void> {
  const found: stskit.Credentials = await stskit.credentials();
  const texts: [string, string, string | undefined] = [found.accessKeyId, found.secretAccessKey, found.sessionToken];
  const expires: Date | undefined = found.expiration;
  stskit.credentialsSync('dev').accountId?.length;
  void [texts, expires];

  const sts: stskit.STSClient = stskit.client('sts', { region: 'eu-west-1', maxAttempts: 2, proxies: false });
  const role = await sts.assumeRole({ RoleArn: 'arn', RoleSessionName: 'me', Tags: [{ Key: 'a', Value: 'b' }] });
  const until: Date | undefined = role.Credentials?.Expiration;
  const status: number = role.$metadata.httpStatusCode;
  const arn: string | undefined = (await sts.getCallerIdentity()).Arn;
  const same = await sts.call('GetCallerIdentity', {}, { signal: AbortSignal.timeout(1000) });
  const account: string | undefined = same.Account;
  const url: string = await sts.presign('GetCallerIdentity', {}, { expiresIn: 60 });
  void [until, status, arn, account, url];

  const sso = stskit.client('sso');
  const pages = sso.paginate('ListAccounts', { accessToken: 'token' }, { pageSize: 10 });
  for await (const page of pages) for (const row of page.accountList ?? []) row.accountId?.length;
  const resume: string | undefined = pages.resumeToken;
  const given: stskit.operations.RoleCredentials | undefined = (
    await sso.getRoleCredentials({ accessToken: 't', accountId: '1', roleName: 'r' })
  ).roleCredentials;
  const milliseconds: number | undefined = given?.expiration;
  const token = await stskit.client('sso-oidc').createToken({ clientId: 'i', clientSecret: 's', grantType: 'g' });
  const access: string | undefined = token.accessToken;
  void [resume, milliseconds, access];

  const session = new stskit.Session({
    credentials: async () => ({ accessKeyId: 'a', secretAccessKey: 'b', expiration: new Date() }),
    mfa: async (serial) => serial.length,
  });
  const headers: Record<string, string> = await session.sign({ url: 'https://example.com/', service: 's3', style: 's3' });
  found.sign({ url: new URL('https://example.com/'), service: 's3', region: 'us-east-1', time: new Date(), body: new Uint8Array() });
  session.withRole({ RoleArn: 'arn' }).close();
  const report: stskit.Report = await session.explain();
  await session.signInWithDeviceCode((code) => code.userCode.length, { timeoutMs: 1000, ssoSession: new stskit.SsoSession({ startUrl: 'u', region: 'r' }) });
  await session.signInWithBrowser(async (page: string) => void page);
  const lists: [stskit.operations.AccountInfo[], stskit.operations.RoleInfo[]] = [
    await session.listSsoAccounts(),
    await session.listSsoAccountRoles('123456789012'),
  ];
  void [headers, report, lists];
  const source: stskit.TokenSource = await stskit.tokens('rds', { hostname: 'h', port: 5432, username: 'u', region: null });
  const password: stskit.Token = await source.get({ signal: AbortSignal.timeout(1000) });
  const parts: [string, string | undefined, Date, string] = [password.text, password.user, password.expiration, password.purpose];
  await stskit.token('msk');
  await stskit.token('msk', {}, 'dev', {});
  await session.token('web-identity', { audience: 'a', tags: { team: 'x' }, expiresIn: 900 });
  found.token('keyspaces', { challenge: new Uint8Array(), region: 'eu-west-1' }, { time: new Date() }).text.length;
  await session.sign({ url: 'https://example.com/', service: 's3', options: { pathEncoding: 'single', signedHeaders: ['host'] } });
  const kind: stskit.TokenKind = source.kind;
  void [parts, kind];
  await stskit.logTo(({ level, target, message }) => console.log(level, target, message), 'debug');

  try {
    await sts.getSessionToken();
  } catch (error) {
    if (error instanceof stskit.errors.ExpiredTokenException) console.log(error.$fault, error.$metadata.requestId, error.members);
    if (error instanceof stskit.LoginRequiredError) console.log(error.login?.command, error.providers.join());
  }

  new STSClient({ region: 'us-east-1', credentials: stskit.fromStskit() });
  const required: typeof stskit = createRequire('/')('stskit');
  void required;
}

async function refused(): Promise<void> {
  // @ts-expect-error no such service
  stskit.client('s3');
  // @ts-expect-error a member that has to be there
  await stskit.client('sts').assumeRole({ RoleArn: 'arn' });
  // @ts-expect-error a member that is not known
  await stskit.client('sts').getCallerIdentity({ RoleArn: 'arn' });
  // @ts-expect-error an operation that is not known
  await stskit.client('sts').call('ListAccounts', { accessToken: 'token' });
  // @ts-expect-error no pages
  stskit.client('sts').paginate('GetCallerIdentity', {});
  // @ts-expect-error an option that is not known
  stskit.client('sts', { regions: 'us-east-1' });
  // @ts-expect-error they never change
  (await stskit.credentials()).accessKeyId = 'a';
  // @ts-expect-error a session of one's own making
  await new stskit.Session().ssoToken({ ssoSession: { startUrl: 'u', region: 'r' } });
  // @ts-expect-error no such kind
  await stskit.token('oracle', {});
  // @ts-expect-error inputs that have to be there
  await stskit.token('rds');
  // @ts-expect-error an input that has to be there
  await stskit.tokens('rds', { hostname: 'h', port: 5432 });
  // @ts-expect-error an input of another type
  await stskit.token('rds', { hostname: 'h', port: '5432', username: 'u' });
  // @ts-expect-error an input that is not known
  await new stskit.Session().token('eks', { cluster: 'c', expires_in: 1 });
  // @ts-expect-error a time has to be there
  (await stskit.credentials()).token('msk', { region: 'r' });
  // @ts-expect-error sessions make them
  new stskit.Token();
  // @ts-expect-error an option that is not known
  await stskit.sign({ url: 'https://example.com/', service: 's3', options: { path_encoding: 'single' } });
  // @ts-expect-error no such error
  stskit.errors.NobodyException;
}

void [good, refused];
