<?php

declare(strict_types=1);

namespace Stskit\Native;

use FFI;
use FFI\CData;
use Stskit\Credentials;
use Stskit\DeviceCode;

/**
 * The functions that C calls, each made once: PHP keeps them until the request ends. They run on the thread that is
 * inside a call, as PHP demands; the library has no other.
 */
final class Callbacks
{
    /** @var array<string, CData> */
    private static array $made = [];
    /** @var array<int, \Throwable> */
    private static array $failures = [];
    private static int $results = 0;

    public static function mfa(): CData
    {
        return self::make('mfa', static fn (CData $userdata, ?string $serial, CData $code, int $capacity): int =>
            self::guarded(static function () use ($userdata, $serial, $code, $capacity): void {
                $answer = (string) Native::encode((string) Kept::at($userdata)((string) $serial));
                if (strlen($answer) >= $capacity) {
                    throw Native::invalid('the code of the MFA device is too long');
                }
                FFI::memcpy($code, "$answer\0", strlen($answer) + 1);
            }));
    }

    public static function credentials(): CData
    {
        return self::make('credentials', static fn (CData $userdata, CData $made): int =>
            self::guarded(static function () use ($userdata, $made): void {
                // A handle of its own: the library takes it over.
                $made[0] = Credentials::from(Kept::at($userdata)())->copyForLibrary();
            }));
    }

    public static function deviceCode(): CData
    {
        return self::make('device_code', static fn (CData $userdata, CData $code): int =>
            self::guarded(static function () use ($userdata, $code): void {
                Kept::at($userdata)(DeviceCode::of($code));
            }));
    }

    public static function browser(): CData
    {
        return self::make('browser', static fn (CData $userdata, ?string $url): int =>
            self::guarded(static function () use ($userdata, $url): void {
                Kept::at($userdata)((string) $url);
            }));
    }

    public static function log(): CData
    {
        return self::make('log', static function (CData $userdata, int $level, ?string $target, ?string $message): void {
            self::guarded(static function () use ($userdata, $level, $target, $message): void {
                Kept::at($userdata)($level, (string) $target, (string) $message);
            });
        });
    }

    /** What a callback failed with that answered this number. */
    public static function failure(int $result): ?\Throwable
    {
        return self::$failures[$result] ?? null;
    }

    /** Runs a callback's work; gives what C is told. No exception may fly through C. */
    private static function guarded(\Closure $work): int
    {
        try {
            $work();
            return 0;
        } catch (\Throwable $error) {
            self::$results = self::$results % 0x7FFFFFFE + 1;
            self::$failures[self::$results] = $error;
            if (count(self::$failures) > 16) {
                unset(self::$failures[array_key_first(self::$failures)]);
            }
            return self::$results;
        }
    }

    private static function make(string $name, \Closure $function): CData
    {
        if (!isset(self::$made[$name])) {
            $holder = Library::new("stskit_{$name}_callback[1]");
            $holder[0] = $function;
            self::$made[$name] = $holder;
        }
        return self::$made[$name][0];
    }
}
