<?php

declare(strict_types=1);

namespace Stskit;

use Stskit\Native\Callbacks;
use Stskit\Native\Kept;
use Stskit\Native\Library;
use Stskit\Native\Native;

/**
 * AWS credentials, STS and IAM Identity Center without an AWS SDK.
 *
 *     Stskit::credentials();                         // the default chain, cached and refreshed
 *     Stskit::client('sts')->getCallerIdentity();    // the methods of the AWS SDK for PHP
 *     Stskit::explain();                             // how the chain came to its answer
 *
 * Everything is done by the C library of stskit.
 */
final class Stskit
{
    public const VERSION = '0.1.0';

    /** @var array<string, Session> */
    private static array $sessions = [];
    private static ?Kept $log = null;

    /** The session that all calls with this profile share, for this request or process. */
    public static function session(?string $profile = null): Session
    {
        return self::$sessions[$profile ?? ''] ??= new Session(['profile' => $profile]);
    }

    /** Makes another session the one that is shared; null: the next call makes one anew. */
    public static function setSession(?Session $session): void
    {
        self::$sessions = $session === null ? [] : ['' => $session];
    }

    /**
     * Credentials that are good now: cached ones, or new ones once those are about to expire. Cheap while the cached ones
     * are good: ask each time.
     */
    public static function credentials(?string $profile = null): Credentials
    {
        return self::session($profile)->credentials();
    }

    /**
     * A client of "sts", "sso" or "sso-oidc" with the shared session.
     *
     * @param array<string, mixed> $settings
     */
    public static function client(string $service, #[\SensitiveParameter] array $settings = []): Client
    {
        return self::session()->client($service, $settings);
    }

    /**
     * How the default chain comes to its answer, or why it has none. No secrets.
     *
     * @return array<string, mixed>
     */
    public static function explain(?string $profile = null): array
    {
        return self::session($profile)->explain();
    }

    /**
     * Signs a request for now: see Session::sign().
     *
     * @param array<string, mixed> $options
     * @return array<string, string>
     */
    public static function sign(string $method, string $url, string $service, ?string $region = null, #[\SensitiveParameter] array $options = []): array
    {
        return self::session()->sign($method, $url, $service, $region, $options);
    }

    /**
     * Presigns a request: see Session::presign().
     *
     * @param array<string, mixed> $options
     */
    public static function presign(string $method, string $url, string $service, ?string $region = null, int $expiresSeconds = 3600, #[\SensitiveParameter] array $options = []): string
    {
        return self::session()->presign($method, $url, $service, $region, $expiresSeconds, $options);
    }

    /**
     * A token for a service that takes an IAM identity as a password, with the shared session: see Session::token().
     *
     * @param array<string, mixed> $inputs
     */
    public static function token(string $kind, #[\SensitiveParameter] array $inputs = []): Token
    {
        return self::session()->token($kind, $inputs);
    }

    /**
     * A source of such tokens, with the shared session: see Session::tokens().
     *
     * @param array<string, mixed> $inputs
     */
    public static function tokens(string $kind, #[\SensitiveParameter] array $inputs = []): TokenSource
    {
        return self::session()->tokens($kind, $inputs);
    }

    /**
     * The kinds of tokens, as the library describes them, and their inputs.
     *
     * @return array<string, list<array<string, mixed>>>
     */
    public static function tokenKinds(): array
    {
        return array_column(Model::decode(Native::text('model'))['tokens'], 'inputs', 'name');
    }

    /**
     * Hands the library's log to a function, or to a PSR-3 logger; null: to nobody. No line holds a secret.
     *
     * @param callable(string $level, string $target, string $message): void|object|null $log
     * @param string $level "error", "warn", "info", "debug" or "trace"
     */
    public static function logTo(mixed $log, string $level = 'info'): void
    {
        $number = Native::number('LOG_LEVEL', $log === null ? 'off' : $level);
        $kept = null;
        if ($log !== null) {
            $names = array_flip(Native::numbers('LOG_LEVEL'));
            $take = self::writer($log);
            $kept = new Kept(static fn (int $at, string $target, string $message) => $take($names[$at] ?? 'trace', $target, $message));
            // The library outlives the request.
            static $registered = false;
            if (!$registered) {
                $registered = true;
                register_shutdown_function(static fn () => self::logTo(null));
            }
        }
        Native::call('set_log_callback', $kept === null ? null : Callbacks::log(), $kept?->userdata(), $number);
        self::$log = $kept;
    }

    /** The version of the library in use, which may be another than VERSION. */
    public static function libraryVersion(): string
    {
        return Library::get()->stskit_version();
    }

    private static function writer(mixed $log): \Closure
    {
        if (is_object($log) && method_exists($log, 'log')) {
            // PSR-3 knows no trace, and warn is warning there.
            return static fn (string $level, string $target, string $message) =>
                $log->log(['warn' => 'warning', 'trace' => 'debug'][$level] ?? $level, $message, ['target' => $target]);
        }
        return is_callable($log) ? $log(...) : throw Native::invalid('a log is a callable or a PSR-3 logger');
    }
}
