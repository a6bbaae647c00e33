<?php

declare(strict_types=1);

namespace Stskit\Native;

use FFI\CData;

/**
 * A pointer that this side owns. It is freed with the object, or by close(): then when the last call that uses it has
 * returned, since a callback may close what it was called from.
 */
final class Handle
{
    private ?CData $pointer;
    private int $users = 0;
    private bool $closed = false;

    /**
     * @param string $kind "client": stskit_client_free ends it
     * @param list<Kept> $callbacks what it leads to
     */
    public function __construct(private readonly string $kind, CData $pointer, private array $callbacks = [])
    {
        $this->pointer = $pointer;
    }

    public function __destruct()
    {
        $this->free();
    }

    /** The pointer, for a call that lasts no longer than this object is held. */
    public function pointer(): CData
    {
        return $this->pointer ?? throw Native::invalid('it is closed');
    }

    /**
     * Calls with the pointer.
     *
     * @template T
     * @param callable(CData): T $work
     * @return T
     */
    public function use(#[\SensitiveParameter] callable $work): mixed
    {
        if ($this->closed) {
            throw Native::invalid('it is closed');
        }
        $this->users++;
        try {
            return $work($this->pointer());
        } finally {
            $this->users--;
            if ($this->closed && $this->users === 0) {
                $this->free();
            }
        }
    }

    /** Hands the pointer over: the library frees it. */
    public function giveAway(): CData
    {
        $pointer = $this->pointer();
        $this->pointer = null;
        return $pointer;
    }

    public function keep(Kept $callback): Kept
    {
        return $this->callbacks[] = $callback;
    }

    /** @return list<Kept> */
    public function callbacks(): array
    {
        return $this->callbacks;
    }

    public function close(): void
    {
        $this->closed = true;
        if ($this->users === 0) {
            $this->free();
        }
    }

    public function __debugInfo(): array
    {
        return [];
    }

    public function __serialize(): array
    {
        throw new \LogicException('a handle of the library cannot be serialised');
    }

    public function __clone()
    {
        throw new \LogicException('a handle of the library cannot be cloned');
    }

    private function free(): void
    {
        $pointer = $this->pointer;
        $this->pointer = null;
        if ($pointer !== null) {
            Library::get()->{"stskit_{$this->kind}_free"}($pointer);
        }
    }
}
