<?php

declare(strict_types=1);

namespace Stskit;

use Stskit\Native\Handle;
use Stskit\Native\Library;
use Stskit\Native\Native;

/**
 * AWS credentials, all from one load. Immutable.
 *
 * The values stay in the library, which wipes them when the object goes, until somebody asks for them. Printing shows the
 * access key id only.
 */
final class Credentials implements \JsonSerializable
{
    use Hidden;

    private readonly Handle $handle;

    /** @param \DateTimeInterface|int|null $expiration a time, or seconds since 1970 */
    public function __construct(
        string $accessKeyId,
        #[\SensitiveParameter] string $secretAccessKey,
        #[\SensitiveParameter] ?string $sessionToken = null,
        \DateTimeInterface|int|null $expiration = null,
        ?string $accountId = null,
    ) {
        $this->handle = self::make($accessKeyId, $secretAccessKey, $sessionToken, $expiration, $accountId);
    }

    /** @internal of a handle of the library */
    public static function of(Handle $handle): self
    {
        $made = (new \ReflectionClass(self::class))->newInstanceWithoutConstructor();
        $made->handle = $handle;
        return $made;
    }

    /** Of what has credentials: these, or those of the AWS SDK for PHP. */
    public static function from(#[\SensitiveParameter] mixed $value): self
    {
        if ($value instanceof self) {
            return $value;
        }
        if ($value instanceof \GuzzleHttp\Promise\PromiseInterface) {
            $value = $value->wait();
        }
        if ($value instanceof \Aws\Credentials\CredentialsInterface) {
            return new self($value->getAccessKeyId(), $value->getSecretKey(), $value->getSecurityToken(), $value->getExpiration());
        }
        return $value instanceof self ? $value : throw Native::invalid('credentials are wanted, not ' . get_debug_type($value));
    }

    /** An identifier, not a secret. */
    public function accessKeyId(): string
    {
        return Library::get()->stskit_credentials_access_key_id($this->handle->pointer());
    }

    public function secretAccessKey(): string
    {
        return Library::get()->stskit_credentials_secret_access_key($this->handle->pointer());
    }

    /** Null for long-term credentials. */
    public function sessionToken(): ?string
    {
        return Library::get()->stskit_credentials_session_token($this->handle->pointer());
    }

    /** 12 digits; null where the source did not say. */
    public function accountId(): ?string
    {
        return Library::get()->stskit_credentials_account_id($this->handle->pointer());
    }

    /** The time from which services refuse them, in UTC; null: never. */
    public function expiration(): ?\DateTimeImmutable
    {
        $seconds = Library::new('int64_t[1]');
        return Library::get()->stskit_credentials_expiration($this->handle->pointer(), $seconds) ? Native::time($seconds[0]) : null;
    }

    /**
     * As Session::sign(), for a time of your choice. No network, no clock.
     *
     * @param array<string, mixed> $options as there
     * @return array<string, string>
     */
    public function sign(string $method, string $url, string $service, string $region, \DateTimeInterface|int $time, #[\SensitiveParameter] array $options = []): array
    {
        $request = Signing::request($method, $url, $options);
        Native::call('credentials_sign', $this->handle->pointer(), $request->pointer(), Native::encode($service), Native::encode($region), Native::seconds($time));
        return Native::pairs('request_header', $request->pointer());
    }

    /**
     * As Session::presign(), for a time of your choice. No network, no clock.
     *
     * @param array<string, mixed> $options as in Session::sign()
     */
    public function presign(string $method, string $url, string $service, string $region, \DateTimeInterface|int $time, int $expiresSeconds = 3600, #[\SensitiveParameter] array $options = []): string
    {
        $request = Signing::request($method, $url, $options);
        return Native::text('credentials_presign', $this->handle->pointer(), $request->pointer(), Native::encode($service), Native::encode($region), Native::seconds($time), Signing::lifetime($expiresSeconds));
    }

    /**
     * As Session::token(), for a time of your choice: region is wanted where the kind has one. No network, no clock.
     *
     * @param array<string, mixed> $inputs
     */
    public function token(string $kind, \DateTimeInterface|int $time, #[\SensitiveParameter] array $inputs = []): Token
    {
        return new Token(Native::make('token', 'credentials_get_token', $this->handle->pointer(), Native::encode($kind), Token::inputs($inputs), Native::seconds($time)));
    }

    public function __toString(): string
    {
        $parts = [];
        foreach ($this->describe() as $name => $value) {
            $parts[] = "$name=$value";
        }
        return 'Stskit\\Credentials(' . implode(', ', $parts) . ')';
    }

    /** @internal */
    public function handle(): Handle
    {
        return $this->handle;
    }

    /** @internal a copy that the library takes over */
    public function copyForLibrary(): \FFI\CData
    {
        return self::make($this->accessKeyId(), $this->secretAccessKey(), $this->sessionToken(), $this->expiration(), $this->accountId())->giveAway();
    }

    protected function describe(): array
    {
        return array_filter([
            'accessKeyId' => $this->accessKeyId(),
            'secretAccessKey' => '[hidden]',
            'sessionToken' => $this->sessionToken() === null ? null : '[hidden]',
            'expiration' => $this->expiration()?->format(\DATE_ATOM),
        ], static fn (?string $value): bool => $value !== null);
    }

    private static function make(
        string $accessKeyId,
        #[\SensitiveParameter] string $secretAccessKey,
        #[\SensitiveParameter] ?string $sessionToken,
        \DateTimeInterface|int|null $expiration,
        ?string $accountId,
    ): Handle {
        $seconds = null;
        if ($expiration !== null) {
            $seconds = Library::new('int64_t[1]');
            $seconds[0] = Native::seconds($expiration);
        }
        return Native::make(
            'credentials',
            'credentials_new',
            Native::encode($accessKeyId),
            Native::encode($secretAccessKey),
            Native::encode($sessionToken),
            $seconds,
            Native::encode($accountId),
        );
    }
}
