<?php

declare(strict_types=1);

namespace Stskit;

use FFI\CData;
use Stskit\Exception\InvalidConfigurationException;
use Stskit\Native\Callbacks;
use Stskit\Native\Handle;
use Stskit\Native\Kept;
use Stskit\Native\Library;
use Stskit\Native\Native;

/**
 * Settings, a source of credentials with its cache, and the clients that share them.
 *
 * Without credentials it walks the default chain: environment, profile, web identity, sign-in, container, instance.
 * Nothing is read before it is needed, and the files are read once.
 */
final class Session implements \JsonSerializable
{
    use Hidden;

    private ?Handle $client = null;
    private bool $closed = false;
    private string $source = 'the default chain';
    /** @var \Closure(CData, Handle): Handle makes the library's client with a config */
    private \Closure $connect;
    /** @var \Closure(): array<string, mixed> so that nothing that walks properties finds a password of a proxy */
    private readonly \Closure $settings;

    /**
     * @param array<string, mixed> $settings those of Settings
     * @param Credentials|callable|null $credentials one generation, or what is asked whenever there are none that are
     *     good and answers Credentials; the AWS SDK's credentials and providers serve too
     */
    public function __construct(
        #[\SensitiveParameter] array $settings = [],
        #[\SensitiveParameter] mixed $credentials = null,
    ) {
        $unknown = array_diff(array_keys($settings), Settings::names());
        if ($unknown !== []) {
            throw Native::invalid('unknown settings ' . implode(', ', $unknown) . '; there are: ' . implode(', ', Settings::names()));
        }
        $this->settings = static fn (): array => $settings;
        $this->connect = static fn (CData $config): Handle => Native::make('client', 'client_new', $config);
        if ($credentials !== null) {
            $this->source = 'given credentials';
            $this->connect = self::given($credentials);
        }
    }

    /**
     * With the keys in the environment, and nothing else.
     *
     * @param array<string, mixed> $settings
     */
    public static function withEnvironment(#[\SensitiveParameter] array $settings = []): self
    {
        return self::special('the environment', $settings, static fn (CData $config): Handle =>
            Native::make('client', 'client_new_with_environment', $config));
    }

    /**
     * With what a helper program prints (credential_process). It is killed after $timeout seconds.
     *
     * @param array<string, mixed> $settings
     */
    public static function withProcess(#[\SensitiveParameter] string $command, ?float $timeout = null, #[\SensitiveParameter] array $settings = []): self
    {
        $limit = Native::milliseconds($timeout);
        return self::special('a helper program', $settings, static fn (CData $config): Handle =>
            Native::make('client', 'client_new_with_process', $config, Native::encode($command), $limit));
    }

    /**
     * With a role for the token in a file, which is read at each load.
     *
     * @param array<string, mixed> $settings
     */
    public static function withWebIdentity(string $tokenFile, string $roleArn, ?string $sessionName = null, #[\SensitiveParameter] array $settings = []): self
    {
        return self::special('a web identity', $settings, static fn (CData $config): Handle =>
            Native::make('client', 'client_new_with_web_identity', $config, Native::path($tokenFile), Native::encode($roleArn), Native::encode($sessionName)));
    }

    /**
     * With a role of a sign-in to IAM Identity Center.
     *
     * @param array<string, mixed> $settings
     */
    public static function withSsoRole(string $accountId, string $roleName, ?SsoSession $ssoSession = null, #[\SensitiveParameter] array $settings = []): self
    {
        return self::special('a role of a sign-in', $settings, static function (CData $config) use ($accountId, $roleName, $ssoSession): Handle {
            $session = $ssoSession?->handle();
            return Native::make('client', 'client_new_with_sso_role', $config, $session?->pointer(), Native::encode($accountId), Native::encode($roleName));
        });
    }

    /**
     * A session with a role, assumed with the credentials of this one and kept fresh.
     *
     * @param array<string, mixed> $members those of AssumeRole; a RoleSessionName that is missing is made up
     */
    public function withRole(#[\SensitiveParameter] array $members): self
    {
        $json = Model::json($members);
        return self::special('an assumed role', ($this->settings)(), fn (): Handle =>
            $this->use(static fn (CData $client): Handle => Native::make('client', 'client_new_with_assumed_role', $client, $json)));
    }

    /**
     * Credentials that are good now: cached ones, or new ones once those are about to expire. Cheap while the cached ones
     * are good: ask each time, instead of keeping a copy.
     */
    public function credentials(): Credentials
    {
        return Credentials::of($this->use(static fn (CData $client): Handle => Native::make('credentials', 'client_get_credentials', $client)));
    }

    /** Says that a service answered that these have expired: the next lookup loads new ones. */
    public function invalidate(Credentials $credentials): void
    {
        $this->use(static fn (CData $client) => Native::call('client_invalidate', $client, $credentials->handle()->pointer()));
    }

    /**
     * How the default chain comes to its answer: every provider, what it looked at, why it did not serve. No secrets. It
     * does not fail where no credentials are found: $report['problem'] says so.
     *
     * @return array<string, mixed>
     */
    public function explain(): array
    {
        return Model::decode($this->use(static fn (CData $client): string => Native::text('client_explain', $client)));
    }

    /** Ends the calls that are under way, in a signal handler or a callback; later ones fail at once. */
    public function cancel(): void
    {
        Library::get()->stskit_client_cancel($this->connected()->pointer());
    }

    /** Lets a cancelled session be used again. */
    public function reset(): void
    {
        Library::get()->stskit_client_reset($this->connected()->pointer());
    }

    public function isCancelled(): bool
    {
        return Library::get()->stskit_client_is_cancelled($this->connected()->pointer());
    }

    /** Ends the session; a call that is under way goes on. Without it the session ends with its last user. */
    public function close(): void
    {
        $this->closed = true;
        $this->client?->close();
    }

    /** The region in use; null if there is none. */
    public function region(): ?string
    {
        try {
            return $this->use(static fn (CData $client): string => Native::text('client_get_region', $client));
        } catch (InvalidConfigurationException) {
            return null;
        }
    }

    /** Where the calls of a service go. */
    public function endpointUrl(string $service): string
    {
        $number = Native::number('SERVICE', $service);
        return $this->use(static fn (CData $client): string => Native::text('client_get_endpoint', $client, $number));
    }

    /**
     * A client of "sts", "sso" or "sso-oidc" with the credentials of this session. Settings that are given here are its
     * own.
     *
     * @param array<string, mixed> $settings
     */
    public function client(string $service, #[\SensitiveParameter] array $settings = []): Client
    {
        return new Client($service, $settings, $this);
    }

    /**
     * Signs a request for now: the headers to add, names in lower case, in place of any of the same name.
     *
     * $service is the signing name ("s3", "execute-api"); without $region that of the session counts. URL and headers have
     * to be sent as they are here; Host need not be given. Options: headers (names to values, or pairs), body,
     * unsigned_body (true), body_sha256, style ("standard", "s3", "content_sha256", "token_after_signing"), and for services
     * that no style fits options, an array with the names of stskit_request_set_options in stskit.h.
     *
     * @param array<string, mixed> $options
     * @return array<string, string>
     */
    public function sign(string $method, string $url, string $service, ?string $region = null, #[\SensitiveParameter] array $options = []): array
    {
        $request = Signing::request($method, $url, $options);
        $this->use(static fn (CData $client) => Native::call('client_sign', $client, $request->pointer(), Native::encode($service), Native::encode($region)));
        return Native::pairs('request_header', $request->pointer());
    }

    /**
     * Presigns a request: who has the URL may make the request until it expires. S3 wants unsigned_body.
     *
     * @param array<string, mixed> $options as in sign()
     */
    public function presign(string $method, string $url, string $service, ?string $region = null, int $expiresSeconds = 3600, #[\SensitiveParameter] array $options = []): string
    {
        $request = Signing::request($method, $url, $options);
        return $this->use(static fn (CData $client): string =>
            Native::text('client_presign', $client, $request->pointer(), Native::encode($service), Native::encode($region), Signing::lifetime($expiresSeconds)));
    }

    /**
     * A URL that answers who its maker is, as EKS and Vault want one.
     *
     * @param array{string, string}|null $header name and value of one that has to be sent along
     */
    public function presignGetCallerIdentity(int $expiresSeconds = 60, ?array $header = null): string
    {
        [$name, $value] = $header ?? [null, null];
        return $this->use(static fn (CData $client): string =>
            Native::text('client_presign_get_caller_identity', $client, Signing::lifetime($expiresSeconds), Native::encode($name), Native::encode($value)));
    }

    /**
     * A token for a service that takes an IAM identity as a password:
     * token('rds', ['hostname' => $host, 'port' => 5432, 'username' => 'app']).
     *
     * Stskit::tokenKinds() has the kinds and their inputs. Most take region, that of the session if left out, and min_ttl:
     * credentials that end sooner than in so many seconds are refreshed first. Nothing is sent but what credentials need,
     * save for "web-identity".
     *
     * @param array<string, mixed> $inputs
     */
    public function token(string $kind, #[\SensitiveParameter] array $inputs = []): Token
    {
        $json = Token::inputs($inputs);
        return new Token($this->use(static fn (CData $client): Handle =>
            Native::make('token', 'client_get_token', $client, Native::encode($kind), $json)));
    }

    /**
     * A source of such tokens, for connections that are made again and again. The inputs are checked now.
     *
     * @param array<string, mixed> $inputs
     */
    public function tokens(string $kind, #[\SensitiveParameter] array $inputs = []): TokenSource
    {
        return new TokenSource($this, $kind, $inputs);
    }

    /**
     * Signs in to IAM Identity Center: a person approves in any browser, on any machine. Without $ssoSession that of the
     * profile counts.
     *
     * @param callable(DeviceCode): mixed $show shows what to do and returns at once; what it throws ends the sign-in
     * @param float|null $timeout in seconds
     */
    public function signInWithDeviceCode(callable $show, ?float $timeout = null, ?SsoSession $ssoSession = null): void
    {
        $this->signIn('device_code', Callbacks::deviceCode(), $show, $timeout, $ssoSession);
    }

    /**
     * Signs in to IAM Identity Center: a person approves in a browser on this machine.
     *
     * @param callable(string): mixed $open opens the URL and returns at once; what it throws ends the sign-in
     * @param float|null $timeout in seconds
     */
    public function signInWithBrowser(callable $open, ?float $timeout = null, ?SsoSession $ssoSession = null): void
    {
        $this->signIn('browser', Callbacks::browser(), $open, $timeout, $ssoSession);
    }

    /** Signs out: the service forgets the token, and so does the cache. */
    public function signOut(?SsoSession $ssoSession = null): void
    {
        $session = $ssoSession?->handle();
        $this->use(static fn (CData $client) => Native::call('client_sign_out', $client, $session?->pointer()));
    }

    /** The access token of a sign-in, refreshed if it is about to expire: accessToken of the client "sso". */
    public function ssoToken(?SsoSession $ssoSession = null): string
    {
        $session = $ssoSession?->handle();
        return $this->use(static fn (CData $client): string => Native::text('client_get_sso_token', $client, $session?->pointer()));
    }

    /**
     * All accounts that the signed-in user has roles in.
     *
     * @return list<array<string, string>>
     */
    public function listSsoAccounts(?SsoSession $ssoSession = null): array
    {
        return $this->list('accountList', 'client_list_sso_accounts', $ssoSession);
    }

    /**
     * All roles that the signed-in user has in an account.
     *
     * @return list<array<string, string>>
     */
    public function listSsoAccountRoles(string $accountId, ?SsoSession $ssoSession = null): array
    {
        return $this->list('roleList', 'client_list_sso_account_roles', $ssoSession, Native::encode($accountId));
    }

    /**
     * Calls with the library's client.
     *
     * @internal
     */
    public function use(#[\SensitiveParameter] callable $work): mixed
    {
        return $this->connected()->use($work);
    }

    /**
     * Another client of the library with these settings, and its credentials from this session.
     *
     * @internal
     * @param array<string, mixed> $settings
     */
    public function derive(#[\SensitiveParameter] array $settings): Handle
    {
        return self::open(self::given($this->credentials(...)), [...array_diff_key(($this->settings)(), ['mfa' => 1]), ...$settings]);
    }

    protected function describe(): array
    {
        return array_filter(['profile' => ($this->settings)()['profile'] ?? null, 'credentials' => "from $this->source"]);
    }

    private static function special(string $source, #[\SensitiveParameter] array $settings, \Closure $connect): self
    {
        $made = new self($settings);
        $made->source = $source;
        $made->connect = $connect;
        return $made;
    }

    private static function given(#[\SensitiveParameter] mixed $credentials): \Closure
    {
        if (is_callable($credentials)) {
            $ask = $credentials(...);
            return static function (CData $config, Handle $owner) use ($ask): Handle {
                $kept = $owner->keep(new Kept($ask));
                return Native::make('client', 'client_new_with_callback', $config, Callbacks::credentials(), $kept->userdata(), null);
            };
        }
        $found = Credentials::from($credentials);
        return static fn (CData $config): Handle => Native::make('client', 'client_new_with_credentials', $config, $found->handle()->pointer());
    }

    private static function open(\Closure $connect, #[\SensitiveParameter] array $settings): Handle
    {
        $config = Settings::build($settings);
        $client = $connect($config->pointer(), $config);
        array_map($client->keep(...), $config->callbacks());
        return $client;
    }

    private function connected(): Handle
    {
        if ($this->closed) {
            throw Native::invalid('the session is closed');
        }
        return $this->client ??= self::open($this->connect, ($this->settings)());
    }

    private function signIn(string $flow, CData $callback, callable $show, ?float $timeout, ?SsoSession $ssoSession): void
    {
        $session = $ssoSession?->handle();
        $kept = new Kept($show(...));
        $limit = Native::milliseconds($timeout);
        $this->use(static fn (CData $client) => Native::call("client_sign_in_with_$flow", $client, $session?->pointer(), $limit, $callback, $kept->userdata()));
    }

    private function list(string $key, string $name, ?SsoSession $ssoSession, ?string ...$more): array
    {
        $session = $ssoSession?->handle();
        $response = $this->use(static fn (CData $client): Handle => Native::make('response', $name, $client, $session?->pointer(), ...$more));
        return Model::decode(Library::get()->stskit_response_json($response->pointer()))[$key] ?? [];
    }
}
