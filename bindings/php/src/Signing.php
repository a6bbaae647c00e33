<?php

declare(strict_types=1);

namespace Stskit;

use Stskit\Native\Handle;
use Stskit\Native\Library;
use Stskit\Native\Native;

/**
 * Requests to sign, as the library wants them.
 *
 * @internal
 */
final class Signing
{
    /** @param array<string, mixed> $options as in Session::sign() */
    public static function request(string $method, string $url, #[\SensitiveParameter] array $options): Handle
    {
        $made = Native::make('request', 'request_new', Native::encode($method), Native::encode($url));
        $request = $made->pointer();
        foreach ($options as $name => $value) {
            match ($name) {
                'headers' => self::addHeaders($made, $value),
                'body' => self::setBody($made, $value),
                'unsigned_body' => $value ? Native::call('request_set_unsigned_body', $request) : null,
                'body_sha256' => Native::call('request_set_body_sha256', $request, Native::encode($value)),
                'style' => Native::call('request_set_style', $request, Native::number('SIGNING_STYLE', $value)),
                'options' => Native::call('request_set_options', $request, self::options($value)),
                default => throw Native::invalid("unknown option $name: it is one of headers, body, unsigned_body, body_sha256, style, options"),
            };
        }
        return $made;
    }

    /** A life of a URL that fits into the call; the library judges the rest. */
    public static function lifetime(int $seconds): int
    {
        return Native::integer($seconds, 0, 0xFFFFFFFF, 'the life of a URL');
    }

    /** @param iterable<mixed> $headers names to values, or pairs */
    private static function addHeaders(Handle $request, #[\SensitiveParameter] iterable $headers): void
    {
        foreach ($headers as $name => $value) {
            [$name, $value] = is_array($value) ? $value : [$name, $value];
            Native::call('request_add_header', $request->pointer(), Native::encode((string) $name), Native::encode($value));
        }
    }

    private static function options(mixed $options): string
    {
        return is_array($options) ? Model::json($options) : throw Native::invalid('options are an array, not ' . get_debug_type($options));
    }

    private static function setBody(Handle $request, #[\SensitiveParameter] mixed $body): void
    {
        if (!is_string($body)) {
            throw Native::invalid('a body is a string, not ' . get_debug_type($body));
        }
        $length = strlen($body);
        $bytes = Library::get()->new('uint8_t[' . max($length, 1) . ']');
        \FFI::memcpy($bytes, $body, $length);
        Native::call('request_set_body', $request->pointer(), $bytes, $length);
    }
}
