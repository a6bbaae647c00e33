<?php

declare(strict_types=1);

namespace Stskit;

use Stskit\Native\Callbacks;
use Stskit\Native\Handle;
use Stskit\Native\Kept;
use Stskit\Native\Native;

/**
 * Explicit settings of a session, by the names of the C library: stskit_config_set_NAME of include/stskit.h is the manual
 * of the setting NAME. Which there are is read from there.
 *
 * Time limits are in seconds, without _ms in their names. retry_mode is "standard", "adaptive" or "legacy". endpoint_url
 * is for all services, or an array by service. proxies is ['https' => , 'http' => , 'no_proxy' => ]; an empty one means
 * none, whatever the environment says. mfa is asked for codes: it gets the serial number and answers the code.
 */
final class Settings
{
    private const PATHS = ['config_file', 'credentials_file', 'ca_bundle'];

    /** @var array<string, \Closure(Handle, mixed): void>|null */
    private static ?array $setters = null;

    /** @return list<string> all names */
    public static function names(): array
    {
        return array_keys(self::setters());
    }

    /**
     * The library's config with these in it; what is null is left out.
     *
     * @internal
     * @param array<string, mixed> $settings
     */
    public static function build(#[\SensitiveParameter] array $settings): Handle
    {
        $config = Native::make('config', 'config_new');
        foreach ($settings as $name => $value) {
            $setter = self::setters()[$name] ?? throw Native::invalid("unknown setting $name: it is one of " . implode(', ', self::names()));
            if ($value !== null) {
                $setter($config, $value);
            }
        }
        return $config;
    }

    /** @return array<string, \Closure(Handle, mixed): void> */
    private static function setters(): array
    {
        if (self::$setters === null) {
            $special = [
                'endpoint_url' => self::setEndpointUrl(...),
                'retry_mode' => self::setRetryMode(...),
                'proxies' => self::setProxies(...),
                'mfa_callback' => self::setMfa(...),
            ];
            $declarations = (string) file_get_contents(__DIR__ . '/Native/stskit.cdef.h');
            preg_match_all('/\bstskit_config_set_(\w+)\(\s*stskit_config \*config,\s*([\w ]+?[ *]+)\w+,/', $declarations, $found, PREG_SET_ORDER);
            self::$setters = [];
            foreach ($found as [, $name, $type]) {
                $ours = preg_replace('/_(ms|callback)$/', '', $name);
                self::$setters[$ours] = $special[$name] ?? self::plain($name, trim($type));
            }
        }
        return self::$setters;
    }

    /** A setter of one value, by its type. */
    private static function plain(string $name, string $type): \Closure
    {
        $convert = match ($type) {
            'const char *' => in_array($name, self::PATHS, true) ? Native::path(...) : Native::encode(...),
            'bool' => static fn (mixed $value): bool => is_bool($value) ? $value : throw Native::invalid("$name is true or false"),
            'uint32_t' => static fn (mixed $value): int => Native::integer($value, 0, 0xFFFFFFFF, $name),
            'size_t' => static fn (mixed $value): int => Native::integer($value, 0, PHP_INT_MAX, $name),
            'uint64_t' => str_ends_with($name, '_ms') ? Native::milliseconds(...)
                : static fn (mixed $value): int => Native::integer($value, 0, PHP_INT_MAX, $name),
        };
        return static function (Handle $config, #[\SensitiveParameter] mixed $value) use ($name, $convert): void {
            Native::call("config_set_$name", $config->pointer(), $convert($value));
        };
    }

    private static function setRetryMode(Handle $config, mixed $mode): void
    {
        Native::call('config_set_retry_mode', $config->pointer(), Native::number('RETRY_MODE', $mode));
    }

    private static function setEndpointUrl(Handle $config, mixed $urls): void
    {
        if (!is_array($urls)) {
            $urls = array_fill_keys(array_keys(Native::numbers('SERVICE')), $urls);
        }
        foreach ($urls as $service => $url) {
            Native::call('config_set_endpoint_url', $config->pointer(), Native::number('SERVICE', $service), Native::encode($url));
        }
    }

    private static function setProxies(Handle $config, #[\SensitiveParameter] mixed $urls): void
    {
        if (!is_array($urls) || array_diff(array_keys($urls), ['https', 'http', 'no_proxy']) !== []) {
            throw Native::invalid('proxies is an array of https, http and no_proxy');
        }
        $texts = array_map(static fn (string $name): ?string => Native::encode($urls[$name] ?? null), ['https', 'http', 'no_proxy']);
        Native::call('config_set_proxies', $config->pointer(), ...$texts);
    }

    private static function setMfa(Handle $config, mixed $ask): void
    {
        if (!is_callable($ask)) {
            throw Native::invalid('mfa is a callable, not ' . get_debug_type($ask));
        }
        $kept = $config->keep(new Kept($ask(...)));
        Native::call('config_set_mfa_callback', $config->pointer(), Callbacks::mfa(), $kept->userdata(), null);
    }
}
