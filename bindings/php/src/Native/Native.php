<?php

declare(strict_types=1);

namespace Stskit\Native;

use FFI\CData;
use Stskit\Exception\InvalidArgumentException;
use Stskit\Exception\ServiceException;
use Stskit\Exception\StskitException;
use Stskit\LoginHint;

/**
 * The C library in PHP's words: handles, texts, failures as exceptions. No logic: what is called is the C function of the
 * same name, and include/stskit.h is its manual.
 */
final class Native
{
    /** @var array<string, array<string, int>> */
    private static array $numbers = [];

    /** Calls a fallible function without a result. */
    public static function call(string $name, #[\SensitiveParameter] mixed ...$arguments): void
    {
        $library = Library::get();
        $error = Library::new('stskit_error *[1]');
        if ($library->{"stskit_$name"}(...$arguments, ...[$error]) !== 0) {
            throw self::failure($error[0]);
        }
    }

    /** Calls a fallible function and gives what it made; null if that is NULL. */
    public static function make(string $kind, string $name, #[\SensitiveParameter] mixed ...$arguments): ?Handle
    {
        $made = Library::new("stskit_$kind *[1]");
        self::call($name, ...$arguments, ...[$made]);
        return $made[0] === null ? null : new Handle($kind, $made[0]);
    }

    /** Calls a fallible function that makes a text, and frees the text. */
    public static function text(string $name, #[\SensitiveParameter] mixed ...$arguments): string
    {
        $text = self::make('text', $name, ...$arguments);
        return (string) Library::get()->stskit_text_data($text->pointer());
    }

    /** A text for C. What it is must not be told: it may be a secret. */
    public static function encode(#[\SensitiveParameter] mixed $text): ?string
    {
        if ($text === null) {
            return null;
        }
        if (!is_string($text) && !$text instanceof \Stringable) {
            throw self::invalid('a text is wanted, not ' . get_debug_type($text));
        }
        $text = (string) $text;
        if (str_contains($text, "\0")) {
            throw self::invalid('a text has a NUL in it');
        }
        if (preg_match('//u', $text) !== 1) {
            throw self::invalid('a text is not UTF-8');
        }
        return $text;
    }

    /** A path for C: the system's bytes. */
    public static function path(mixed $path): string
    {
        if (!is_string($path) && !$path instanceof \Stringable) {
            throw self::invalid('a path is wanted, not ' . get_debug_type($path));
        }
        $path = (string) $path;
        if (str_contains($path, "\0")) {
            throw self::invalid('a path has a NUL in it');
        }
        return $path;
    }

    /** A whole number for C, within what it can hold. */
    public static function integer(mixed $value, int $low, int $high, string $what): int
    {
        if (!is_int($value) || $value < $low || $value > $high) {
            throw self::invalid("$what is a whole number from $low to $high");
        }
        return $value;
    }

    /** Milliseconds of a time limit in seconds; 0: none. */
    public static function milliseconds(mixed $seconds): int
    {
        if ($seconds === null) {
            return 0;
        }
        if ((!is_int($seconds) && !is_float($seconds)) || !($seconds > 0 && $seconds < 1e12)) {
            throw self::invalid('a time limit is a number of seconds above 0');
        }
        return max((int) ($seconds * 1000), 1);
    }

    /** Seconds since 1970. */
    public static function seconds(\DateTimeInterface|int $time): int
    {
        return $time instanceof \DateTimeInterface ? $time->getTimestamp() : $time;
    }

    /** A time of the library. */
    public static function time(int $seconds): \DateTimeImmutable
    {
        return new \DateTimeImmutable("@$seconds");
    }

    /** The number of a name: number('SERVICE', 'sso-oidc'). Who does not know it hears the names. */
    public static function number(string $prefix, mixed $name): int
    {
        $known = self::numbers($prefix);
        return is_string($name) && isset($known[$name]) ? $known[$name] : throw self::invalid(
            'unknown ' . strtolower(strtr($prefix, '_', ' ')) . ': it is one of ' . implode(', ', array_keys($known)),
        );
    }

    /** @return array<string, int> */
    public static function numbers(string $prefix): array
    {
        if (!isset(self::$numbers[$prefix])) {
            preg_match_all("/\\bSTSKIT_{$prefix}_(\\w+) = (\\d+)/", (string) file_get_contents(__DIR__ . '/stskit.cdef.h'), $found, PREG_SET_ORDER);
            foreach ($found as [, $name, $number]) {
                $name = strtolower($name);
                self::$numbers[$prefix][$prefix === 'SERVICE' ? strtr($name, '_', '-') : $name] = (int) $number;
            }
        }
        return self::$numbers[$prefix];
    }

    /**
     * Headers or members of a handle: stskit_WHAT_count, _name and _value. What came twice is joined.
     *
     * @return array<string, string>
     */
    public static function pairs(string $what, CData $pointer): array
    {
        $library = Library::get();
        $found = [];
        for ($at = 0, $count = $library->{"stskit_{$what}_count"}($pointer); $at < $count; $at++) {
            $name = $library->{"stskit_{$what}_name"}($pointer, $at);
            $value = $library->{"stskit_{$what}_value"}($pointer, $at);
            $found[$name] = isset($found[$name]) ? "$found[$name], $value" : $value;
        }
        return $found;
    }

    /** An error that this side finds. */
    public static function invalid(string $message): InvalidArgumentException
    {
        return new InvalidArgumentException($message, ['status' => 'INVALID_ARGUMENT']);
    }

    /** The exception for an error of the library, which ends here. What a callback threw comes back as itself. */
    private static function failure(CData $error): \Throwable
    {
        $library = Library::get();
        try {
            if ($library->stskit_error_detail($error) === $library->STSKIT_DETAIL_CALLBACK) {
                $thrown = Callbacks::failure($library->stskit_error_callback_result($error));
                if ($thrown !== null) {
                    return $thrown;
                }
            }
            return self::told($error);
        } finally {
            $library->stskit_error_free($error);
        }
    }

    private static function told(CData $error): StskitException
    {
        $library = Library::get();
        $command = $library->stskit_error_login_command($error);
        $providers = [];
        for ($at = 0, $count = $library->stskit_error_provider_count($error); $at < $count; $at++) {
            $providers[] = $library->stskit_error_provider_line($error, $at);
        }
        $told = [
            'status' => $library->stskit_status_name($library->stskit_error_status($error)),
            'detail' => $library->stskit_error_detail($error),
            'errorCode' => $library->stskit_error_code($error),
            'operation' => $library->stskit_error_operation($error),
            'serviceMessage' => $library->stskit_error_service_message($error),
            'fault' => $library->stskit_error_fault($error),
            'requestId' => $library->stskit_error_request_id($error),
            'httpStatus' => $library->stskit_error_http_status($error) ?: null,
            'attempts' => $library->stskit_error_attempts($error),
            'retryable' => $library->stskit_error_is_retryable($error),
            'providers' => $providers,
            'login' => $command === null ? null : new LoginHint(
                $command,
                $library->stskit_error_login_start_url($error),
                $library->stskit_error_login_session($error),
                $library->stskit_error_login_profile($error),
            ),
            'members' => self::pairs('error_member', $error),
            'headers' => self::pairs('error_header', $error),
        ];
        $class = $told['errorCode'] !== null && $told['httpStatus'] !== null
            ? ServiceException::classFor($told['errorCode'])
            : StskitException::classFor($told['status']);
        return new $class($library->stskit_error_message($error), $told);
    }
}
