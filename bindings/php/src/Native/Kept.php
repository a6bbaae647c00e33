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
    /** A pointer that is the number. */
    private readonly \FFI\CData $userdata;

    /** @param \Closure $function */
    public function __construct(private readonly \Closure $function)
    {
        $this->number = ++self::$last;
        $this->userdata = Library::new('intptr_t[1]');
        $this->userdata[0] = $this->number;
        self::$all[$this->number] = \WeakReference::create($this);
    }

    public function __destruct()
    {
        unset(self::$all[$this->number]);
    }

    /** What the library hands to the callback; good as long as this object. */
    public function userdata(): \FFI\CData
    {
        return Library::cast('void *[1]', $this->userdata)[0];
    }

    public static function at(\FFI\CData $userdata): \Closure
    {
        // What is cast is the variable: a pointer that is cast would be followed.
        $variable = Library::new('void *[1]');
        $variable[0] = $userdata;
        $kept = (self::$all[Library::cast('intptr_t[1]', $variable)[0]] ?? null)?->get();
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
