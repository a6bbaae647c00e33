<?php

declare(strict_types=1);

namespace Stskit\Native;

/**
 * A callback that the library knows by a number. Whoever has the client holds it (Handle), and not the library: a closure
 * often knows the session that has it, and what the library held would never be collected.
 */
final class Kept
{
    /** @var array<int, \WeakReference<Kept>> */
    private static array $all = [];
    private static int $last = 0;
    private readonly int $number;

    /** @param \Closure $function */
    public function __construct(private readonly \Closure $function)
    {
        $this->number = ++self::$last;
        self::$all[$this->number] = \WeakReference::create($this);
    }

    public function __destruct()
    {
        unset(self::$all[$this->number]);
    }

    /** What the library hands to the callback. */
    public function userdata(): \FFI\CData
    {
        return Library::get()->cast('void *', $this->number);
    }

    public static function at(\FFI\CData $userdata): \Closure
    {
        $kept = (self::$all[Library::get()->cast('intptr_t', $userdata)->cdata] ?? null)?->get();
        return $kept?->function ?? throw Native::invalid('the session of the callback is gone');
    }

    /** How many there are. */
    public static function count(): int
    {
        return count(self::$all);
    }

    public function __debugInfo(): array
    {
        return [];
    }
}
