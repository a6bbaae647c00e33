<?php

declare(strict_types=1);

namespace Stskit;

use Stskit\Native\Native;

/**
 * The services as the library describes them: no operation and no member is written down here.
 *
 * @internal
 */
final class Model
{
    /** @var array<string, array<string, array<string, mixed>>>|null services to operations by their names in lower case */
    private static ?array $services = null;

    /** @return array<string, mixed> the row of an operation, and "result_key" if it lists */
    public static function operation(string $service, string $name): array
    {
        self::load();
        return self::$services[$service][strtolower($name)] ?? throw Native::invalid(
            "unknown operation $name of $service: it is one of " . implode(', ', self::operations($service)),
        );
    }

    /** @return list<string> the names of all operations */
    public static function operations(string $service): array
    {
        self::load();
        return array_column(self::$services[$service] ?? [], 'name');
    }

    /**
     * The members of a call, for the library.
     *
     * @param array<string, mixed> $members
     */
    public static function json(#[\SensitiveParameter] array $members): string
    {
        return json_encode((object) self::plain($members), JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_PRESERVE_ZERO_FRACTION | JSON_THROW_ON_ERROR);
    }

    /** @return array<string, mixed> */
    public static function decode(#[\SensitiveParameter] string $json): array
    {
        return json_decode($json, true, 512, JSON_THROW_ON_ERROR | JSON_BIGINT_AS_STRING);
    }

    /**
     * An output with its times as times.
     *
     * @param array<string, mixed> $row
     */
    public static function withTimes(#[\SensitiveParameter] mixed $value, array $row): mixed
    {
        if ($value === null) {
            return null;
        }
        if (isset($row['item'])) {
            return array_map(static fn (#[\SensitiveParameter] mixed $item): mixed => self::withTimes($item, $row['item']), $value);
        }
        foreach ($row['members'] ?? [] as $member) {
            if (isset($value[$member['name']])) {
                $value[$member['name']] = self::withTimes($value[$member['name']], $member);
            }
        }
        if (($row['type'] ?? '') !== 'timestamp') {
            return $value;
        }
        return $row['time'] === 'rfc3339' ? new \DateTimeImmutable($value) : new \DateTimeImmutable(sprintf('@%d.%03d', intdiv($value, 1000), $value % 1000));
    }

    /**
     * An output as it may be seen.
     *
     * @param array<string, mixed> $row
     */
    public static function masked(#[\SensitiveParameter] mixed $value, array $row): mixed
    {
        if ($value === null) {
            return null;
        }
        if ($row['secret'] ?? false) {
            return '[hidden]';
        }
        if (isset($row['item'])) {
            return array_map(static fn (#[\SensitiveParameter] mixed $item): mixed => self::masked($item, $row['item']), $value);
        }
        foreach ($row['members'] ?? [] as $member) {
            if (isset($value[$member['name']])) {
                $value[$member['name']] = self::masked($value[$member['name']], $member);
            }
        }
        return $value instanceof \DateTimeInterface ? $value->format(\DATE_ATOM) : $value;
    }

    private static function plain(#[\SensitiveParameter] mixed $value): mixed
    {
        return match (true) {
            is_array($value) => array_map(self::plain(...), array_is_list($value) ? $value : array_filter($value, static fn (mixed $item): bool => $item !== null)),
            is_string($value), $value instanceof \Stringable => Native::encode($value),
            is_float($value) => is_finite($value) ? $value : throw Native::invalid('a member is not a finite number'),
            is_scalar($value), $value === null => $value,
            $value instanceof \DateTimeInterface => \DateTimeImmutable::createFromInterface($value)->setTimezone(new \DateTimeZone('UTC'))->format('Y-m-d\TH:i:s.v\Z'),
            default => throw Native::invalid('a member cannot be ' . get_debug_type($value)),
        };
    }

    private static function load(): void
    {
        if (self::$services !== null) {
            return;
        }
        $services = [];
        foreach (self::decode(Native::text('model'))['services'] as $service) {
            $keys = array_column($service['paginators'], 'result_key', 'operation');
            foreach ($service['operations'] as $row) {
                $services[strtolower($service['name'])][strtolower($row['name'])] = $row + ['result_key' => $keys[$row['name']] ?? null];
            }
        }
        self::$services = $services;
    }
}
